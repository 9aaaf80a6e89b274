"""Does the answer hang on one place, or on one shopper?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.checks.evidence import ESTIMATE, Evidence, row, shown
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.language import say
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.reasons import NO_SHOPPER_IDS

#: With more units than this only those that carry most responses are left out in turn.
_MOST = 400

_WITHOUT_ANY = {"location": say("without any one place"), "shopper": say("without any one shopper")}
_ONE_ONLY = {
    "location": say("there is one place only, or none"),
    "shopper": say("there is one shopper only, or none"),
}
_NOTHING_LEFT = {
    "location": say("without one place nothing can be compared"),
    "shopper": say("without one shopper nothing can be compared"),
}
_LEFT_OUT = {"location": say("place left out"), "shopper": say("shopper left out")}


@dataclass(frozen=True)
class LeaveOneOut:
    """The primary estimate without each place, or without each shopper, in turn.

    Passed: the estimate keeps its sign whichever one is left out. Failed: it does not.
    """

    id: str
    unit: Literal["location", "shopper"]

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        layout, scale = evidence.layout.paired(), evidence.plan.scale
        if self.unit == "shopper" and not layout.shoppers_known:
            return not_estimable(self.id, NO_SHOPPER_IDS)
        codes = layout.location if self.unit == "location" else layout.shopper
        n = layout.table["n"].to_numpy()
        weights = np.bincount(codes[codes >= 0], weights=n[codes >= 0])
        units = np.flatnonzero(weights)
        if len(units) < 2:
            return not_estimable(self.id, _ONE_ONLY[self.unit])
        chosen = units[np.argsort(-weights[units], kind="stable")][:_MOST]
        left = [
            (
                self._name(evidence, int(unit)),
                two_way_on_scale(cell_sums(layout.where(codes != unit), "y"), scale=scale),
            )
            for unit in chosen
        ]
        primary = evidence.primary
        estimates = [(name, found.estimate) for name, found in left if math.isfinite(found.estimate)]
        if not estimates or not math.isfinite(primary.estimate):
            return not_estimable(self.id, _NOTHING_LEFT[self.unit])
        low, high = (pick(estimates, key=lambda one: one[1]) for pick in (min, max))
        held = all(np.sign(value) == np.sign(primary.estimate) for _, value in estimates)
        back = math.exp if scale == "ratio" else float
        said = say(
            "{unit:capital} the estimate lies between {low} (without {lowest}) and {high} (without {highest}); "
            "with all it is {all}.",
            unit=_WITHOUT_ANY[self.unit],
            low=shown(back(low[1])),
            lowest=low[0],
            high=shown(back(high[1])),
            highest=high[0],
            all=shown(back(primary.estimate)),
        )
        columns = (_LEFT_OUT[self.unit], *ESTIMATE)
        rows = tuple(row(name, found) for name, found in left)
        return CheckResult(self.id, "passed" if held else "failed", said, columns, rows)

    def _name(self, evidence: Evidence, unit: int) -> str:
        if self.unit == "location":
            return evidence.layout.location_names[unit]
        table = evidence.layout.table
        return str(table["shopper"].to_numpy()[evidence.layout.shopper == unit][0])
