"""Does it matter whether problems coded from the stories count as well?"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import Evidence, same_side, with_interval
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class CodedStories:
    """The primary estimate with the coded problems counted; a story that nobody coded counts as nothing."""

    id: str = "coder_choice"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        table = evidence.layout.table
        if not (table["coded"] != table["y"]).any():
            return not_estimable(self.id, "no problem was coded from a story")
        scale = evidence.plan.scale
        result = two_way_on_scale(cell_sums(evidence.layout, "coded"), scale=scale)
        primary = evidence.log_ratio if scale == "ratio" else evidence.difference
        said = (
            f"With problems coded from stories, uncoded stories counting as nothing: "
            f"{with_interval(result.estimate, result.ci95)}; from the list alone "
            f"{with_interval(primary.estimate, primary.ci95)}."
        )
        rows = tuple(
            (name, row.estimate, *row.ci95) for name, row in (("list", primary), ("with stories", result))
        )
        return CheckResult(
            self.id, same_side(primary.ci95, result.ci95), said, ("counted", "estimate", "low", "high"), rows
        )
