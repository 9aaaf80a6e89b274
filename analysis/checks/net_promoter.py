"""Would they recommend the place? Shown because many ask for it; nothing is judged by it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.alike import estimate_and_interval
from analysis.checks.evidence import ESTIMATE, Evidence
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.language import Number, say
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.names import SHOPPERS


@dataclass(frozen=True)
class NetPromoter:
    """Share of 9 and 10 minus share of 0 to 6 in `recommend`, in points, and its two-way difference."""

    id: str = "net_promoter"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing("recommend")
        if missing:
            return not_estimable(self.id, missing)
        result = two_way_of_sums(cell_sums(evidence.layout, "recommend", known="recommend_known"))
        if not result.locations:
            return not_estimable(self.id, say("no cell holds both sources with an answer to it"))
        low, high = result.ci95
        points = 100 * result.estimate, (100 * low, 100 * high)
        sides = 100 * result.complainants_mean, 100 * result.shoppers_mean
        said = say(
            "Net promoter score {named} for {who} and {played} for {hired}: {estimate} points ({low} to {high}).",
            named=Number(sides[0]),
            who=evidence.complainants,
            played=Number(sides[1]),
            hired=SHOPPERS,
            **estimate_and_interval(None, *points, decimals=0),
        )
        table = ((say("net promoter score"), points[0], *points[1]),)
        return CheckResult(self.id, "informational", said, (say("measure"), *ESTIMATE), table)
