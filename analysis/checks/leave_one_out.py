"""Does the answer hang on one place, or on one shopper?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.checks.evidence import Evidence, shown
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.shapes.checks import CheckResult, not_estimable

#: With more units than this only those that carry most responses are left out in turn.
_MOST = 400


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
            return not_estimable(self.id, "no shopper ids are known")
        codes = layout.location if self.unit == "location" else layout.shopper
        n = layout.table["n"].to_numpy()
        weights = np.bincount(codes[codes >= 0], weights=n[codes >= 0])
        units = np.flatnonzero(weights)
        if len(units) < 2:
            return not_estimable(self.id, f"there is one {self.unit} only, or none")
        chosen = units[np.argsort(-weights[units], kind="stable")][:_MOST]
        left = [
            (
                self._name(evidence, int(unit)),
                two_way_on_scale(cell_sums(layout.where(codes != unit), "y"), scale=scale),
            )
            for unit in chosen
        ]
        primary = evidence.log_ratio if scale == "ratio" else evidence.difference
        estimates = [(name, row.estimate) for name, row in left if math.isfinite(row.estimate)]
        if not estimates or not math.isfinite(primary.estimate):
            return not_estimable(self.id, f"without one {self.unit} nothing can be compared")
        low, high = (pick(estimates, key=lambda row: row[1]) for pick in (min, max))
        held = all(np.sign(value) == np.sign(primary.estimate) for _, value in estimates)
        said = (
            f"Without any one {self.unit} the estimate lies between {shown(low[1])} (without {low[0]}) and "
            f"{shown(high[1])} (without {high[0]}); with all it is {shown(primary.estimate)}."
        )
        rows = tuple((name, row.estimate, *row.ci95) for name, row in left)
        return CheckResult(
            self.id,
            "passed" if held else "failed",
            said,
            (f"without {self.unit}", "estimate", "low", "high"),
            rows,
        )

    def _name(self, evidence: Evidence, unit: int) -> str:
        if self.unit == "location":
            return evidence.layout.location_names[unit]
        table = evidence.layout.table
        return str(table["shopper"].to_numpy()[evidence.layout.shopper == unit][0])
