"""Does it matter whether problems coded from the stories count as well?"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import ESTIMATE, Evidence, found, row, same_side
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.language import say
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class CodedStories:
    """The primary estimate with the coded problems counted; a story that nobody coded counts as nothing."""

    id: str = "coder_choice"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        table = evidence.layout.table
        if not (table["coded"] != table["y"]).any():
            return not_estimable(self.id, say("no problem was coded from a story"))
        scale = evidence.plan.scale
        result = two_way_on_scale(cell_sums(evidence.layout, "coded"), scale=scale)
        primary = evidence.primary
        said = say(
            "With problems coded from stories, uncoded stories counting as nothing: {stories}; from the "
            "list alone {list}.",
            stories=found(result),
            list=found(primary),
        )
        rows = row(say("the list alone"), primary), row(say("with stories"), result)
        status = same_side(primary.ci95, result.ci95)
        return CheckResult(self.id, status, said, (say("counted"), *ESTIMATE), rows)
