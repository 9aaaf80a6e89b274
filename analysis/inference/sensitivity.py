"""How far self-selection could move the estimate: a range, not bounds."""

from __future__ import annotations

import math

import numpy as np

from analysis.inference.sums import Layout, cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.shapes.results import SensitivityRange


def sensitivity_range(layout: Layout, *, scale: str, low95: float) -> SensitivityRange:
    """Return the estimate with one problem taken from every complainant, and with implied problems left in.

    Whoever complains had at least one problem; a shopper may have met none. `minus_one` is the two-way estimate
    with max(y − 1, 0) for complainants only. It is a lower limit only if complaining depends on having at least
    one problem and the variance of y within a cell is at most mu + mu²; it overstates when people speak up in
    proportion to the number of problems (the right subtrahend is then `dispersion`), or over-report. `raw`
    leaves the implied and index problems in; it is too low if complainants forget.

    Parameters
    ----------
    layout : Layout
        The sums of what the plan compares.
    scale : {"difference", "ratio"}
        As in the plan.
    low95 : float
        Lower end of the 95 % interval of the primary difference: the break-even, in problems.

    Returns
    -------
    SensitivityRange
        `dispersion` is the pooled within-cell variance of shoppers' y over its mean,
        [sum_c sum_r (y − mean_c)²/sum_c (n_c − 1)]/mean(y); NaN where no cell has two shopper responses.

    Notes
    -----
    What the numbers mean: if the claim survives taking one problem from every complainant, the fact that people
    with a problem chose to speak does not explain it alone.
    """
    table = layout.table
    reduced = np.where(layout.complainant, table["less_one"], table["y"])
    return SensitivityRange(
        minus_one=two_way_on_scale(cell_sums(layout, reduced), scale=scale),
        raw=two_way_on_scale(cell_sums(layout, "raw"), scale=scale),
        dispersion=_dispersion(layout),
        break_even=low95,
    )


def _dispersion(layout: Layout) -> float:
    paired = layout.paired()
    visits = paired.where(~paired.complainant)
    added = visits.table.assign(cell_number=visits.cell).groupby("cell_number")[["n", "y", "y_squared"]].sum()
    n, y, y_squared = (added[name].to_numpy() for name in ("n", "y", "y_squared"))
    freedom = int((n - 1).sum())
    if not freedom or not y.any():
        return math.nan
    return float((y_squared - y**2 / n).sum() / freedom / (y.sum() / n.sum()))
