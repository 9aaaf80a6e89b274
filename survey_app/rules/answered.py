"""What became of a question: answered, skipped, not shown, or met with "I don't know" or "I'd rather not say"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

NotGiven = Literal["dont_know", "refused"]
State = Literal["answered", "skipped", "not_shown", "dont_know", "refused"]
#: Ways not to answer that are answers themselves.
NOT_GIVEN: tuple[NotGiven, ...] = get_args(NotGiven)
_KEY = "not_given"


def not_given(why: NotGiven) -> dict[str, str]:
    """Return what is stored for a question that was met with "I don't know" or "I'd rather not say".

    >>> not_given("dont_know")
    {'not_given': 'dont_know'}
    """
    return {_KEY: why}


def why_not_given(value: Any) -> NotGiven | None:
    """Return why a stored value is no answer to the question itself, or None if it is one (or nothing at all)."""
    if isinstance(value, dict) and len(value) == 1:
        return next((why for why in NOT_GIVEN if value.get(_KEY) == why), None)
    return None


def given(answers: Mapping[str, Any], item: str) -> Any:
    """Return the answer to a question, or None if there is none, for whatever reason.

    >>> given({"stake": 7}, "stake"), given({"stake": {"not_given": "dont_know"}}, "stake")
    (7, None)
    """
    value = answers.get(item)
    return None if why_not_given(value) else value


def state_of(answers: Mapping[str, Any], item: str) -> State:
    """Return what became of a question.

    >>> [state_of({"a": 1, "b": None, "c": {"not_given": "refused"}}, item) for item in "abcd"]
    ['answered', 'skipped', 'refused', 'not_shown']
    """
    if item not in answers:
        return "not_shown"
    return "skipped" if answers[item] is None else why_not_given(answers[item]) or "answered"
