"""Which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from survey_app.rules.vocabulary import (
    AssignmentState,
    ComparisonState,
    ResponseState,
    ReviewState,
    StudyState,
    UndertakingState,
)

#: By kind of state first: words of different kinds are equal as text.
_FOLLOWS: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    StudyState: {
        StudyState.DRAFT: frozenset({StudyState.OPEN}),
        StudyState.OPEN: frozenset({StudyState.CLOSED}),
        StudyState.CLOSED: frozenset({StudyState.OPEN}),
    },
    ResponseState: {
        ResponseState.IN_PROGRESS: frozenset({ResponseState.SUBMITTED, ResponseState.VOID}),
        ResponseState.SUBMITTED: frozenset({ResponseState.VOID}),
    },
    ReviewState: {
        ReviewState.WAITING: frozenset({ReviewState.ACCEPTED, ReviewState.RETURNED, ReviewState.REJECTED}),
        ReviewState.RETURNED: frozenset({ReviewState.WAITING}),
    },
    AssignmentState: {
        AssignmentState.OPEN: frozenset({AssignmentState.FILED, AssignmentState.CANCELLED}),
        AssignmentState.FILED: frozenset(
            {AssignmentState.ACCEPTED, AssignmentState.RETURNED, AssignmentState.REJECTED}
        ),
        AssignmentState.RETURNED: frozenset({AssignmentState.FILED, AssignmentState.CANCELLED}),
    },
    UndertakingState: {
        UndertakingState.OPEN: frozenset({UndertakingState.DONE, UndertakingState.DROPPED}),
        UndertakingState.DONE: frozenset({UndertakingState.OPEN}),
        UndertakingState.DROPPED: frozenset({UndertakingState.OPEN}),
    },
    ComparisonState: {
        ComparisonState.REQUESTED: frozenset({ComparisonState.RUNNING, ComparisonState.CANCELLED}),
        ComparisonState.RUNNING: frozenset(
            {
                ComparisonState.REQUESTED,
                ComparisonState.RUNNING,
                ComparisonState.READY,
                ComparisonState.FAILED,
                ComparisonState.CANCELLED,
            }
        ),
    },
}


def may_follow(now: StrEnum, then: StrEnum) -> bool:
    """Return whether one state may follow another of its kind; a state that nothing may follow is final.

    >>> may_follow(ResponseState.IN_PROGRESS, ResponseState.SUBMITTED)
    True
    >>> may_follow(ResponseState.SUBMITTED, ResponseState.IN_PROGRESS)
    False
    >>> may_follow(StudyState.OPEN, StudyState.CLOSED), may_follow(AssignmentState.OPEN, AssignmentState.FILED)
    (True, True)
    """
    return type(then) is type(now) and then in _FOLLOWS[type(now)].get(now, frozenset())
