"""Are the cases of both sources as grave? What shoppers play must overlap with what complainants have."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.checks.evidence import Evidence, shown
from analysis.inference.outcome_table import FELT_SCALE
from analysis.shapes.checks import CheckResult, Status, not_estimable

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
                return not_estimable(self.id, "a source did not say how much was at stake")
            mean = float(rows["stake"].sum()) / n
            moments[side] = mean / FELT_SCALE, (float(rows["stake_squared"].sum()) / n - mean**2) / FELT_SCALE**2
        if len(moments) < 2:
            return not_estimable(self.id, "no cell holds responses of both arms")
        (complainants, one), (shoppers, other) = moments["complainant"], moments["shopper"]
        spread = math.sqrt(max(0.0, (one + other) / 2))
        if not spread:
            return not_estimable(self.id, "everybody had the same at stake")
        difference = (complainants - shoppers) / spread
        said = (
            f"Mean stake of complainants {shown(complainants)}, of shoppers {shown(shoppers)}: "
            f"{shown(difference)} standard deviations apart; up to {_BALANCED} is balance."
        )
        rows_shown = (
            ("complainants", complainants),
            ("shoppers", shoppers),
            ("standardised difference", difference),
        )
        status: Status = "passed" if abs(difference) <= _BALANCED else "failed"
        return CheckResult(self.id, status, said, ("measure", "value"), rows_shown)
