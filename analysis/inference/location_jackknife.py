"""The jackknife over places: leave one place out at a time, and see how much a number moves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.shapes.intervals import t_interval
from analysis.shapes.results import NOT_ESTIMABLE, Interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Jackknifed:
    """A number with its standard error over places."""

    estimate: float
    se: float
    df: float
    ci95: Interval
    locations: int


def location_jackknife(totals: Floats, statistic: Callable[[Floats], Floats]) -> Jackknifed:
    """Return a statistic of sums over places with its jackknife interval.

    With T the statistic of all places and T_(−l) without place l, se² = (L − 1)/L · sum_l (T_(−l) − their mean)²,
    and the interval is T ± t(L − 1) · se.

    Parameters
    ----------
    totals : float array, place × sum
        What each place adds.
    statistic : callable
        From sums (…, sum) to numbers (…); NaN where it can't be computed.

    Returns
    -------
    Jackknifed
        `se` is NaN with fewer than two places, or where leaving one out leaves no number.

    Examples
    --------
    The mean of 1, 2 and 3 with its usual standard error:

    >>> found = location_jackknife(np.array([[1.0, 1], [2, 1], [3, 1]]), lambda sums: sums[..., 0] / sums[..., 1])
    >>> round(found.estimate, 12), round(found.se, 6)
    (2.0, 0.57735)
    """
    places = len(totals)
    if not places:
        return Jackknifed(math.nan, math.nan, math.nan, NOT_ESTIMABLE, 0)
    whole = totals.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = float(statistic(whole))
        left = statistic(whole - totals) if places > 1 else np.array([math.nan])
    if not math.isfinite(estimate):
        return Jackknifed(math.nan, math.nan, math.nan, NOT_ESTIMABLE, places)
    df = max(1.0, places - 1.0)
    se = math.sqrt((places - 1) / places * float(((left - left.mean()) ** 2).sum()))
    if not np.isfinite(left).all():
        se = math.nan
    return Jackknifed(estimate, se, df, t_interval(estimate, se, df, 0.95), places)
