"""Do people for whom more is at stake see more, or only those for whom anything is?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.checks.evidence import ESTIMATE, Evidence, shown
from analysis.inference.location_jackknife import location_jackknife
from analysis.inference.outcome_table import FELT_SCALE, STAKE_BANDS
from analysis.language import say
from analysis.language.numbers import with_interval
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.vocabulary import HIRED_ARMS


@dataclass(frozen=True)
class DoseResponse:
    """The slope of y on `stake` among genuine people, within cells, with a jackknife over places.

    A jump from no stake to any, with a flat slope, suggests selection. Informational.
    """

    id: str = "dose_response"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing("stake")
        if missing:
            return not_estimable(self.id, missing)
        table = evidence.sums.table
        genuine = table[~table["arm"].isin(HIRED_ARMS) & (table["listed"] == 1)]
        names = ["stake_known", "stake", "stake_squared", "stake_y", "stake_known_y"]
        bands = [name for band in STAKE_BANDS for name in (f"stake_{band}", f"stake_{band}_y")]
        more = ["stake_at_all", "stake_at_all_y", *bands]
        cells = genuine.groupby(["location", "cell"], sort=True)[names + more].sum()
        cells = cells[cells["stake_known"] > 0]
        n, stake, squared, product, y = (cells[name].to_numpy(dtype=np.float64) for name in names)
        if not len(n):
            return not_estimable(self.id, say("nobody said how much was at stake"))
        moments = np.stack(
            [(product - stake * y / n) / FELT_SCALE, (squared - stake**2 / n) / FELT_SCALE**2], axis=1
        )
        places = np.unique(cells.index.get_level_values("location"), return_inverse=True)[1]
        totals = np.zeros((int(places.max()) + 1, 2))
        np.add.at(totals, places, moments)
        slope = location_jackknife(totals, lambda sums: sums[..., 0] / sums[..., 1])
        if not math.isfinite(slope.estimate):
            return not_estimable(self.id, say("within no cell do stakes differ"))
        some, some_y = float(cells["stake_at_all"].sum()), float(cells["stake_at_all_y"].sum())
        none, none_y = float(n.sum()) - some, float(y.sum()) - some_y
        means = some_y / some if some else math.nan, none_y / none if none else math.nan
        said = say(
            "One step more at stake goes with {slope} more problems, within cells. Mean where anything was "
            "at stake {some}, where nothing was {none}: a jump there with a flat slope would suggest selection.",
            slope=with_interval(slope.estimate, slope.ci95),
            some=shown(means[0]),
            none=shown(means[1]),
        )
        rows = (say("slope"), slope.estimate, *slope.ci95, float(n.sum())), *_by_band(cells)
        columns = (say("measure"), *ESTIMATE, say("responses"))
        return CheckResult(self.id, "informational", said, columns, rows)


_BANDS = {
    "low": say("little at stake (1 to 3)"),
    "middle": say("something at stake (4 to 6)"),
    "high": say("much at stake (7 to 10)"),
}


def _by_band(cells: pd.DataFrame) -> Iterator[tuple[str | float, ...]]:
    """Yield the mean number of problems by how much was at stake, with a jackknife over places."""
    rest = cells["stake_known"] - cells["stake_at_all"], cells["stake_known_y"] - cells["stake_at_all_y"]
    groups = [(say("nothing at stake"), *rest)]
    groups += [(words, cells[f"stake_{band}"], cells[f"stake_{band}_y"]) for band, words in _BANDS.items()]
    for words, n, y in groups:
        added = pd.DataFrame({"y": y, "n": n}).groupby(level="location").sum()
        added = added[added["n"] > 0]
        mean = location_jackknife(added.to_numpy(dtype=np.float64), lambda sums: sums[..., 0] / sums[..., 1])
        if math.isfinite(mean.estimate):
            yield words, mean.estimate, *mean.ci95, float(n.sum())
