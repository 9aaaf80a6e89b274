"""How far can one trust a place's score? Of one visit, and of what the same money buys from complainants."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Final

from analysis.checks.alike import NO_ROWS, TOO_MANY
from analysis.checks.evidence import Evidence
from analysis.inference.cells import WHO
from analysis.inference.outcome_table import SCALE
from analysis.language import Number, say
from analysis.reliability import g_study
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

#: With fewer places their variance is hardly known.
_LEAST_PLACES: Final = 10
#: The fit of crossed shoppers and places takes minutes with more.
_MOST_VISITS: Final = 1_500


@dataclass(frozen=True)
class Dependability:
    """Generalizability of the number of problems by side: phi of one response, and phi at the cost of one visit.

    Part of what H5 asks. Informational.
    """

    id: str = "dependability"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        layout = evidence.layout.paired()
        n = {side: int(layout.table["n"][layout.table["side"] == side].sum()) for side in WHO}
        if len(set(layout.location)) < _LEAST_PLACES or not layout.shoppers_known:
            return not_estimable(
                self.id, say("it needs {n} places, and shoppers who are known", n=Number(_LEAST_PLACES))
            )
        if n[SHOPPERS] > _MOST_VISITS:
            return not_estimable(self.id, TOO_MANY)
        rows = evidence.rows()
        if rows is None:
            return not_estimable(self.id, NO_ROWS)
        found = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for side, shopper in ((COMPLAINANTS, None), (SHOPPERS, "shopper")):
                found[side] = g_study(rows[rows["side"] == side], score="y", location="location", shopper=shopper)
        one = {side: float(found[side].phi(1)) for side in found}
        if not all(math.isfinite(value) for value in one.values()):
            return not_estimable(self.id, say("places and people cannot be told apart"))
        said = say(
            "Of the differences that one response shows between places, {complainants} belong to the places with "
            "complainants, {shoppers} with shoppers (1 is all).",
            complainants=Number(one[COMPLAINANTS], 2),
            shoppers=Number(one[SHOPPERS], 2),
        )
        cost = {side: _mean_cost(evidence, side) for side in found}
        ratio = cost[SHOPPERS] / cost[COMPLAINANTS] if cost[COMPLAINANTS] > 0 else math.nan
        if math.isfinite(ratio):
            said = say(
                "{said} The price of one visit buys {n} complainants' responses, whose mean reaches {phi}.",
                said=said,
                n=Number(ratio, 1),
                phi=Number(float(found[COMPLAINANTS].phi(ratio)), 2),
            )
        table = tuple(
            (
                WHO[side],
                found[side].location,
                found[side].shopper,
                found[side].residual,
                one[side],
                float(found[side].phi(cost[SHOPPERS] / cost[side])) if cost[side] > 0 else math.nan,
            )
            for side in found
        )
        columns = (
            say("side"),
            say("variance of places"),
            say("of shoppers"),
            say("of the rest"),
            say("one response"),
            say("at the price of one visit"),
        )
        return CheckResult(self.id, "informational", said, columns, table)


def _mean_cost(evidence: Evidence, side: str) -> float:
    table = evidence.layout.table
    own = table[table["side"] == side]
    known = int(own["cost_known"].sum())
    return float(own["cost"].sum()) / SCALE / known if known else math.nan
