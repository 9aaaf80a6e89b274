"""Does the answer survive taking one problem from every complainant?"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import ESTIMATE, Evidence, found, row, same_side
from analysis.language import say
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.reasons import NO_SHARED_CELL


@dataclass(frozen=True)
class SelectionRange:
    """The sensitivity range as a check: passed if the 95 % interval of `minus_one` stays on its side of 0."""

    id: str = "sensitivity_range"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        span = evidence.range
        if span is None:
            return not_estimable(
                self.id, say("the plan says that these people were not selected for having a problem")
            )
        if not span.minus_one.locations:
            return not_estimable(self.id, NO_SHARED_CELL)
        said = say(
            "With one problem taken from every complainant: {minus_one}; with the implied problems left in: "
            "{raw}. A range, not bounds.",
            minus_one=found(span.minus_one),
            raw=found(span.raw),
        )
        rows = row(say("minus one"), span.minus_one), row(say("raw"), span.raw)
        status = same_side(evidence.primary.ci95, span.minus_one.ci95)
        return CheckResult(self.id, status, said, (say("measure"), *ESTIMATE), rows)
