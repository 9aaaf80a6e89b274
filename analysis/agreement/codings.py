"""Agreement of any number of coders, with gaps: Krippendorff's alpha, and its interval over places."""

from __future__ import annotations

import math
import warnings
from typing import Literal

import krippendorff
import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.shapes.arrays import as_floats, as_rows
from analysis.shapes.resampling import percentiles, resampled
from analysis.shapes.results import NOT_ESTIMABLE, Interval

Floats = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
#: With fewer places nothing can be said about how much they vary.
_LEAST_CLUSTERS = 5


def krippendorff_alpha(ratings: npt.ArrayLike | pd.DataFrame, level: Level) -> float:
    """Return how far coders agree beyond chance, whatever their number and however many codings are missing.

    alpha = 1 − D_o/D_e: the disagreement observed within units over the one expected among all values, both
    weighed by the distance that suits the level of measurement.

    Parameters
    ----------
    ratings : array-like, coders × units
        NaN or None where a coder did not code a unit. Words are allowed for "nominal".
    level : {"nominal", "ordinal", "interval", "ratio"}

    Returns
    -------
    float
        1: always the same; 0: as chance. NaN, with a warning, where no unit was coded twice, or all codings are
        the same.

    Raises
    ------
    ValueError
        For an unknown level, words on a level that needs numbers, or negative values on "ratio".

    Notes
    -----
    What the number means: the share of the possible disagreement that the coders avoided. From .8 on it is
    commonly relied upon, below .667 not.

    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability.

    Examples
    --------
    Two coders agree on two of three units.

    >>> round(krippendorff_alpha([[1, 2, 2], [1, 2, 1]], "nominal"), 3)
    0.444
    """
    if level not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError(f"level is {level!r}: use 'nominal', 'ordinal', 'interval' or 'ratio'.")
    table = _table(ratings, level)
    pairable = table[:, (~np.isnan(table)).sum(axis=0) >= 2] if table.size else table
    values = np.unique(pairable[~np.isnan(pairable)])
    if len(values) < 2:
        reason = "No unit was coded twice" if not len(values) else "All codings are the same"
        warnings.warn(f"{reason}: agreement beyond chance is not estimable.", stacklevel=2)
        return math.nan
    return float(krippendorff.alpha(reliability_data=pairable, level_of_measurement=level))


def krippendorff_interval(
    ratings: npt.ArrayLike | pd.DataFrame,
    level: Level,
    *,
    cluster: npt.ArrayLike | None = None,
    resamples: int = 9999,
    seed: int = 20260101,
) -> Interval:
    """Return the 95 % interval of Krippendorff's alpha, with places (or units) drawn again and again.

    Parameters
    ----------
    ratings, level
        As in `krippendorff_alpha`.
    cluster : array, one entry a unit, optional
        Which units were drawn together, such as those of one place; each by itself where it is not given.
    resamples, seed : int

    Returns
    -------
    (float, float)
        From the 2.5th to the 97.5th percentile of alpha over resampled clusters; NaN with fewer than 5 clusters,
        or where alpha is not estimable in more than a tenth of them.

    Notes
    -----
    Every unit adds its pairs of codings to the table of coincidences, so a resample is a weighted sum of tables.

    Examples
    --------
    >>> low, high = krippendorff_interval([[1, 2, 2, 1, 2, 1], [1, 2, 1, 1, 2, 2]], "nominal", resamples=199)
    >>> low < krippendorff_alpha([[1, 2, 2, 1, 2, 1], [1, 2, 1, 1, 2, 2]], "nominal") < high
    True
    """
    table = _table(ratings, level)
    values, coded = np.unique(table, return_inverse=True)
    values = values[~np.isnan(values)]
    coded = coded.reshape(table.shape)
    groups = np.arange(table.shape[1])
    if cluster is not None:
        groups = np.unique(np.asarray(cluster), return_inverse=True)[1]
    clusters = int(groups.max(initial=-1)) + 1
    if clusters < _LEAST_CLUSTERS:
        return NOT_ESTIMABLE
    coincidences = np.zeros((clusters, len(values), len(values)))
    for unit, group in enumerate(groups):
        counts = np.bincount(coded[:, unit], minlength=len(values) + 1)[: len(values)].astype(np.float64)
        if counts.sum() >= 2:
            coincidences[group] += (np.outer(counts, counts) - np.diag(counts)) / (counts.sum() - 1)
    drawn = np.concatenate(
        [
            _alphas(weights @ coincidences.reshape(clusters, -1), values, level)
            for weights in resampled(clusters, resamples=resamples, seed=seed)
        ]
    )
    return percentiles(drawn)


def _alphas(flat: npt.NDArray[np.float64], values: npt.NDArray[np.float64], level: Level) -> Floats:
    """Return alpha for each table of coincidences: 1 − (n − 1) · sum o·d / sum n_c·n_k·d."""
    observed = flat.reshape(len(flat), len(values), len(values))
    margins = observed.sum(axis=2)
    if level == "ordinal":
        middle = np.cumsum(margins, axis=1) - margins / 2
        distance = (middle[:, :, None] - middle[:, None, :]) ** 2
    else:
        apart = values[:, None] - values
        if level == "nominal":
            apart = (apart != 0).astype(np.float64)
        elif level == "ratio":
            both = values[:, None] + values
            apart = np.divide(apart, both, out=np.zeros_like(apart), where=both > 0)
        distance = (apart**2)[None]
    found = (observed * distance).sum(axis=(1, 2))
    expected = (margins[:, :, None] * margins[:, None, :] * distance).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas: Floats = 1 - (margins.sum(axis=1) - 1) * found / expected
    return alphas


def _table(ratings: npt.ArrayLike | pd.DataFrame, level: Level) -> Floats:
    table = _codes(ratings) if level == "nominal" else as_floats(ratings, name="ratings", dimensions=2)
    if level == "ratio" and (table < 0).any():
        raise ValueError("ratings: a ratio scale has no values below 0.")
    return table


def _codes(ratings: npt.ArrayLike | pd.DataFrame) -> Floats:
    """Number the values from 0, whatever they are; NaN where there is none."""
    rows = (
        ratings.to_numpy(dtype=object) if isinstance(ratings, pd.DataFrame) else as_rows(ratings, name="ratings")
    )
    flat = pd.Series(list(rows.ravel()), dtype=object)
    codes = pd.factorize(flat)[0].astype(np.float64)
    codes[codes < 0] = np.nan
    return codes.reshape(rows.shape)
