"""The primary estimate on the responses that nothing speaks against: attentive, unsuspected, fresh."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import ESTIMATE, Evidence, found, row, same_side
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.language import Words, say, say_many
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class ChosenResponses:
    """The primary comparison without the responses that `chosen` leaves out; needs `columns`.

    Passed: an interval that excluded 0 still does so on the same side. Failed: it does not any more.
    """

    id: str
    chosen: str
    words: Words
    columns: tuple[str, ...] = ()

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing(*self.columns)
        if missing:
            return not_estimable(self.id, missing)
        layout, scale = evidence.layout, evidence.plan.scale
        result = two_way_on_scale(cell_sums(layout, f"{self.chosen}_y", known=self.chosen), scale=scale)
        if not result.locations:
            return not_estimable(self.id, say("no cell holds both sources {words}", words=self.words))
        left_out = int((layout.table["n"] - layout.table[self.chosen]).sum())
        primary = evidence.primary
        said = say_many(
            "{words:capital} ({n} response left out): {chosen}, with all {all}.",
            "{words:capital} ({n} responses left out): {chosen}, with all {all}.",
            left_out,
            words=self.words,
            chosen=found(result),
            all=found(primary),
        )
        rows = row(say("all"), primary), row(self.words, result)
        status = same_side(primary.ci95, result.ci95)
        return CheckResult(self.id, status, said, (say("responses"), *ESTIMATE), rows)
