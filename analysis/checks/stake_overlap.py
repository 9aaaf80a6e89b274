"""Are the cases of both sources as grave? What shoppers play must overlap with what complainants have."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.checks.evidence import Evidence, shown
from analysis.inference.outcome_table import FELT_SCALE
from analysis.language import Number, say
from analysis.shapes.checks import CheckResult, Status, not_estimable
from analysis.shapes.names import SHOPPERS
from analysis.shapes.reasons import NO_SHARED_CELL

#: Standardised mean differences up to this are taken as balance.
_BALANCED = 0.1


@dataclass(frozen=True)
class StakeOverlap:
    """The standardised mean difference of `stake` between the sources. Passed up to 0.1, else failed."""

    id: str = "severity_overlap"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing("stake")
        if missing:
            return not_estimable(self.id, missing)
        table = evidence.layout.paired().table
        moments = {}
        for side, rows in table.groupby("side"):
            n = float(rows["stake_known"].sum())
            if n < 2:
                return not_estimable(self.id, say("a source did not say how much was at stake"))
            mean = float(rows["stake"].sum()) / n
            moments[side] = mean / FELT_SCALE, (float(rows["stake_squared"].sum()) / n - mean**2) / FELT_SCALE**2
        if len(moments) < 2:
            return not_estimable(self.id, NO_SHARED_CELL)
        (complainants, one), (shoppers, other) = moments["complainant"], moments["shopper"]
        spread = math.sqrt(max(0.0, (one + other) / 2))
        if not spread:
            return not_estimable(self.id, say("everybody had the same at stake"))
        difference = (complainants - shoppers) / spread
        said = say(
            "Mean stake of {who} {one}, of {shoppers} {other}: {difference} standard deviations apart; up "
            "to {limit} is balance.",
            who=evidence.complainants,
            shoppers=SHOPPERS,
            one=shown(complainants),
            other=shown(shoppers),
            difference=shown(difference),
            limit=Number(_BALANCED, 1),
        )
        rows_shown = (
            (evidence.complainants, complainants),
            (SHOPPERS, shoppers),
            (say("standardised difference"), difference),
        )
        status: Status = "passed" if abs(difference) <= _BALANCED else "failed"
        return CheckResult(self.id, status, said, (say("measure"), say("value")), rows_shown)
