"""The primary estimate on the responses that nothing speaks against: attentive, unsuspected, fresh."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import Evidence, same_side, with_interval
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class ChosenResponses:
    """The primary comparison without the responses that `chosen` leaves out; needs `columns`.

    Passed: an interval that excluded 0 still does so on the same side. Failed: it does not any more.
    """

    id: str
    chosen: str
    words: str
    columns: tuple[str, ...] = ()

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing(*self.columns)
        if missing:
            return not_estimable(self.id, missing)
        layout, scale = evidence.layout, evidence.plan.scale
        result = two_way_on_scale(cell_sums(layout, f"{self.chosen}_y", known=self.chosen), scale=scale)
        if not result.locations:
            return not_estimable(self.id, f"no cell holds both sources {self.words}")
        left_out = int((layout.table["n"] - layout.table[self.chosen]).sum())
        primary = evidence.log_ratio if scale == "ratio" else evidence.difference
        said = (
            f"{self.words[:1].upper()}{self.words[1:]} ({left_out} responses left out): "
            f"{with_interval(result.estimate, result.ci95)}, with all "
            f"{with_interval(primary.estimate, primary.ci95)}."
        )
        rows = tuple((name, row.estimate, *row.ci95) for name, row in (("all", primary), ("chosen", result)))
        return CheckResult(
            self.id, same_side(primary.ci95, result.ci95), said, ("responses", "estimate", "low", "high"), rows
        )
