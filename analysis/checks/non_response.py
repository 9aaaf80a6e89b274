"""What could those who did not answer have said?"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import Evidence
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class NonResponse:
    """Worst-case bounds need to know how many people were asked, which the two tables do not hold.

    `analysis.selection.worst_case_bounds` gives them where it is known.
    """

    id: str = "non_response"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        who = "open links have no list" if evidence.missing("route") is None else "the tables hold answers only"
        return not_estimable(self.id, f"how many people were asked is not known ({who})")
