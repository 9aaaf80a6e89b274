"""Whose ratings are the higher ones, for scales whose steps need not be equal: Cliff's delta."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.shapes.arrays import Floats, as_floats
from analysis.shapes.estimates import CliffsDelta
from analysis.shapes.intervals import t_interval
from analysis.shapes.results import NOT_ESTIMABLE


def cliffs_delta(
    complainants: npt.ArrayLike,
    shoppers: npt.ArrayLike,
    *,
    complainant_locations: npt.ArrayLike | None = None,
    shopper_locations: npt.ArrayLike | None = None,
) -> CliffsDelta:
    """Return how much more often a complainant's value is above a shopper's than below.

    d_ij = sign(x_i − y_j), delta their mean over all n m pairs, d_i. and d_.j row and column means:

        variance = [m² sum (d_i. − delta)² + n² sum (d_.j − delta)² − sum sum (d_ij − delta)²]/(n m (n − 1)(m − 1))

    Parameters
    ----------
    complainants : array-like of float, shape (n,)
        x; gaps are left out.
    shoppers : array-like of float, shape (m,)
        y; gaps are left out.
    complainant_locations, shopper_locations : array-like, optional
        Where each value comes from: then the interval is that of a jackknife leaving out one location at a time.

    Returns
    -------
    CliffsDelta
        1: every complainant above every shopper. Descriptive: shoppers who cross locations are not covered.

    Raises
    ------
    ValueError
        If locations are given for one side only, or not one a value.

    Notes
    -----
    What the number means: draw one of each; how much likelier is it that the complainant gave more than that the
    shopper did.

    Source: Cliff 1996, Ordinal Methods for Behavioral Data Analysis, eq. 5.7 and 5.9.

    Examples
    --------
    Of four pairs, three go to the complainant and one is a tie.

    >>> cliffs_delta([2, 3], [1, 2]).estimate
    0.75
    """
    x, y = as_floats(complainants, name="complainants"), as_floats(shoppers, name="shoppers")
    if (complainant_locations is None) != (shopper_locations is None):
        raise ValueError("Give the locations of both sides, or of none.")
    gaps = int(np.isnan(x).sum() + np.isnan(y).sum())
    notes = [f"{gaps} gaps were left out."] if gaps else []
    places = None
    if complainant_locations is not None:
        places = (
            _places(complainant_locations, x, name="complainant_locations"),
            _places(shopper_locations, y, name="shopper_locations"),
        )
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    if not len(x) or not len(y):
        notes.append("One side has no values: nothing can be compared.")
        nan = math.nan
        return CliffsDelta(nan, nan, nan, nan, NOT_ESTIMABLE, nan, tuple(notes))
    estimate, variance = _delta(x, y)
    if places is None:
        se = math.sqrt(variance) if variance >= 0 else math.nan
        df = math.inf
        half = float(stats.norm.ppf(0.975)) * se
        interval = (max(-1.0, estimate - half), min(1.0, estimate + half)) if half >= 0 else NOT_ESTIMABLE
        notes.append("The interval takes all responses for independent.")
    else:
        se, df = _jackknife(x, y, *places)
        interval = t_interval(estimate, se, df, 0.95)
        if math.isnan(se):
            notes.append("Without one of the places a side is empty: the interval is not estimable.")
    return CliffsDelta(estimate, variance, se, df, interval, (estimate + 1) / 2, tuple(notes))


def _places(locations: npt.ArrayLike | None, values: Floats, *, name: str) -> npt.NDArray[np.str_]:
    given = np.asarray([str(place) for place in np.asarray(locations, dtype=object).ravel()], dtype=np.str_)
    if len(given) != len(values):
        raise ValueError(f"{name}: give one location a value, {len(values)} in all.")
    return given[~np.isnan(values)]


def _delta(x: Floats, y: Floats) -> tuple[float, float]:
    n, m = len(x), len(y)
    above, below = _counts(x, y)
    rows = (above - below) / m
    columns = np.subtract(*_counts(y, x)) / n
    estimate = float(rows.mean())
    if n < 2 or m < 2:
        return estimate, math.nan
    pairs = float((above + below).sum()) - n * m * estimate**2
    total = m**2 * ((rows - estimate) ** 2).sum() + n**2 * ((-columns - estimate) ** 2).sum() - pairs
    return estimate, float(total / (n * m * (n - 1) * (m - 1)))


def _counts(values: Floats, others: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how many of the others each value is above, and how many below."""
    order = np.sort(others)
    above = np.searchsorted(order, values, side="left")
    below = len(others) - np.searchsorted(order, values, side="right")
    return above.astype(np.int64), below.astype(np.int64)


def _jackknife(
    x: Floats, y: Floats, x_places: npt.NDArray[np.str_], y_places: npt.NDArray[np.str_]
) -> tuple[float, float]:
    places = np.union1d(x_places, y_places)
    left = []
    for place in places:
        without_x, without_y = x[x_places != place], y[y_places != place]
        if not len(without_x) or not len(without_y):
            return math.nan, float(len(places) - 1)
        above, below = _counts(without_x, without_y)
        left.append((above - below).sum() / (len(without_x) * len(without_y)))
    values = np.array(left)
    variance = (len(values) - 1) / len(values) * ((values - values.mean()) ** 2).sum()
    return math.sqrt(variance), float(len(places) - 1)
