"""What if people who met no problem never complain?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.checks.alike import estimate_and_interval
from analysis.checks.evidence import ESTIMATE, Evidence
from analysis.inference.location_jackknife import location_jackknife
from analysis.inference.sums import cell_sums
from analysis.language import Number, say
from analysis.selection.truncation import zero_truncated_mean
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.names import SHOPPERS
from analysis.shapes.reasons import NO_SHARED_CELL

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ZeroTruncation:
    """The complainants' mean without the help of silence: Poisson's law with its zeros put back.

    Counts with the implied problems left in, responses with equal weight; jackknife over places, so it only
    describes where shoppers cross places. Informational.
    """

    id: str = "zero_truncation"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        if evidence.range is None:
            return not_estimable(
                self.id, say("the plan says that these people were not selected for having a problem")
            )
        sums = cell_sums(evidence.layout, "raw")
        if not len(sums.cell_location):
            return not_estimable(self.id, NO_SHARED_CELL)
        places = len(sums.location_names)
        of_group = sums.cell_location[sums.group_cell]
        totals = np.stack(
            [
                np.bincount(sums.cell_location, sums.complainant_total, places),
                np.bincount(sums.cell_location, sums.complainant_n, places),
                np.bincount(of_group, sums.group_total, places),
                np.bincount(of_group, sums.group_n, places),
            ],
            axis=1,
        ).astype(np.float64)
        seen, seen_n, played, played_n = totals.sum(axis=0)
        result = location_jackknife(totals, _difference)
        said = say(
            "If nobody complains who met no problem, and counts follow Poisson’s law, everybody like {who} meets "
            "{all} problems on average, not {seen}; {hired} name {played}. Difference: {estimate} ({low} to "
            "{high}).",
            who=evidence.complainants,
            all=Number(float(zero_truncated_mean(seen / seen_n)), 2),
            seen=Number(seen / seen_n, 2),
            hired=SHOPPERS,
            played=Number(played / played_n, 2),
            **estimate_and_interval(None, result.estimate, result.ci95),
        )
        rows = ((say("zeros put back"), result.estimate, *result.ci95),)
        return CheckResult(self.id, "informational", said, (say("measure"), *ESTIMATE), rows)


def _difference(totals: Floats) -> Floats:
    seen, seen_n, played, played_n = np.moveaxis(totals, -1, 0)
    difference: Floats = zero_truncated_mean(seen / seen_n) - played / played_n
    return difference
