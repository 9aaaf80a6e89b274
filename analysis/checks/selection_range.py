"""Does the answer survive taking one problem from every complainant?"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import Evidence, same_side, with_interval
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class SelectionRange:
    """The sensitivity range as a check: passed if the 95 % interval of `minus_one` stays on its side of 0."""

    id: str = "sensitivity_range"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        found = evidence.range
        if found is None:
            return not_estimable(self.id, "the plan says that these people were not selected for having a problem")
        if not found.minus_one.locations:
            return not_estimable(self.id, "no cell holds responses of both arms")
        primary = evidence.log_ratio if evidence.plan.scale == "ratio" else evidence.difference
        said = (
            f"With one problem taken from every complainant: "
            f"{with_interval(found.minus_one.estimate, found.minus_one.ci95)}; with the implied problems left in: "
            f"{with_interval(found.raw.estimate, found.raw.ci95)}. A range, not bounds."
        )
        rows = tuple(
            (name, row.estimate, *row.ci95) for name, row in (("minus one", found.minus_one), ("raw", found.raw))
        )
        status = same_side(primary.ci95, found.minus_one.ci95)
        return CheckResult(self.id, status, said, ("measure", "estimate", "low", "high"), rows)
