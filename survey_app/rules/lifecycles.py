"""Which state may follow which."""

from __future__ import annotations

from enum import StrEnum

from survey_app.rules.vocabulary import AssignmentState, ComparisonState, ResponseState, ReviewState, StudyState

_FOLLOWS: dict[StrEnum, frozenset[StrEnum]] = {
    StudyState.DRAFT: frozenset({StudyState.OPEN}),
    StudyState.OPEN: frozenset({StudyState.CLOSED}),
    StudyState.CLOSED: frozenset({StudyState.OPEN}),
    ResponseState.IN_PROGRESS: frozenset({ResponseState.SUBMITTED, ResponseState.VOID}),
    ResponseState.SUBMITTED: frozenset({ResponseState.VOID}),
    ResponseState.VOID: frozenset(),
    ReviewState.NOT_NEEDED: frozenset(),
    ReviewState.WAITING: frozenset({ReviewState.ACCEPTED, ReviewState.RETURNED, ReviewState.REJECTED}),
    ReviewState.RETURNED: frozenset({ReviewState.WAITING}),
    ReviewState.ACCEPTED: frozenset(),
    ReviewState.REJECTED: frozenset(),
    AssignmentState.OPEN: frozenset({AssignmentState.FILED, AssignmentState.CANCELLED}),
    AssignmentState.FILED: frozenset(
        {AssignmentState.ACCEPTED, AssignmentState.RETURNED, AssignmentState.REJECTED}
    ),
    AssignmentState.RETURNED: frozenset({AssignmentState.FILED, AssignmentState.CANCELLED}),
    AssignmentState.ACCEPTED: frozenset(),
    AssignmentState.REJECTED: frozenset(),
    AssignmentState.CANCELLED: frozenset(),
    ComparisonState.REQUESTED: frozenset({ComparisonState.RUNNING, ComparisonState.CANCELLED}),
    ComparisonState.RUNNING: frozenset(
        {ComparisonState.RUNNING, ComparisonState.READY, ComparisonState.FAILED, ComparisonState.CANCELLED}
    ),
    ComparisonState.READY: frozenset(),
    ComparisonState.FAILED: frozenset(),
    ComparisonState.CANCELLED: frozenset(),
}


def may_follow(now: StrEnum, then: StrEnum) -> bool:
    """Return whether one state may follow another.

    >>> may_follow(ResponseState.IN_PROGRESS, ResponseState.SUBMITTED)
    True
    >>> may_follow(ResponseState.SUBMITTED, ResponseState.IN_PROGRESS)
    False
    """
    return then in _FOLLOWS[now]
