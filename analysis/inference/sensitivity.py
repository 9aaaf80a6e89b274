"""How far self-selection could move the estimate: a range, not bounds."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from analysis.inference.cells import Paired
from analysis.inference.two_way_variance import two_way_of_pairs
from analysis.shapes.results import SensitivityRange


def sensitivity_range(
    paired: Paired, y: npt.NDArray[np.int64], raw: npt.NDArray[np.int64], *, scale: str, low95: float
) -> SensitivityRange:
    """Return the estimate with one problem taken from every complainant, and with implied problems left in.

    Whoever complains had at least one problem; a shopper may have met none. `minus_one` is the two-way estimate
    with max(y − 1, 0) for complainants only. It is a lower limit only if complaining depends on having at least
    one problem and the variance of y within a cell is at most mu + mu²; it overstates when people speak up in
    proportion to the number of problems (the right subtrahend is then `dispersion`), or over-report. `raw`
    leaves the implied and index problems in; it is too low if complainants forget.

    Parameters
    ----------
    paired : Paired
    y, raw : int arrays, one entry a row of the table that was paired
        Distinct problems without and with the implied ones.
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
    complainant_rows = paired.rows[paired.complainant]
    reduced = y.copy()
    reduced[complainant_rows] = np.maximum(y[complainant_rows] - 1, 0)
    return SensitivityRange(
        minus_one=two_way_of_pairs(paired, reduced, scale=scale),
        raw=two_way_of_pairs(paired, raw, scale=scale),
        dispersion=_dispersion(paired, y),
        break_even=low95,
    )


def _dispersion(paired: Paired, y: npt.NDArray[np.int64]) -> float:
    values = y[paired.rows][~paired.complainant].astype(np.float64)
    cells = paired.cell[~paired.complainant]
    n = np.bincount(cells)
    freedom = int((n - 1).clip(0).sum())
    if not freedom or not values.any():
        return math.nan
    squares = np.bincount(cells, weights=values**2) - np.bincount(cells, weights=values) ** 2 / n.clip(1)
    return float(squares.sum() / freedom / values.mean())
