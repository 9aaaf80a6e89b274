"""What a robustness check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.language import say

Status = Literal["passed", "failed", "informational"]


@dataclass(frozen=True)
class CheckResult:
    """One robustness check: passed, failed, or informational; a sentence; a table with the name of each column.

    Sentence and names are words that can be said in every language.

    A check that the data do not allow is informational, and its sentence says why.
    """

    id: str
    status: Status
    sentence: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | float, ...], ...] = ()


def not_estimable(identity: str, reason: str) -> CheckResult:
    """Return the result of a check that the data do not allow.

    Examples
    --------
    >>> not_estimable("recall", "there is no column `visited_on`").sentence
    'Not estimable: there is no column `visited_on`.'
    """
    return CheckResult(identity, "informational", say("Not estimable: {reason}.", reason=reason))
