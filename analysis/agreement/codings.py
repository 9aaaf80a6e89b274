"""Agreement of any number of coders, with gaps: Krippendorff's alpha."""

from __future__ import annotations

import math
import warnings
from typing import Literal

import krippendorff
import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.shapes.arrays import as_floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]


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
    table = _codes(ratings) if level == "nominal" else as_floats(ratings, name="ratings", dimensions=2)
    if level == "ratio" and (table < 0).any():
        raise ValueError("ratings: a ratio scale has no values below 0.")
    pairable = table[:, (~np.isnan(table)).sum(axis=0) >= 2] if table.size else table
    values = np.unique(pairable[~np.isnan(pairable)])
    if len(values) < 2:
        reason = "No unit was coded twice" if not len(values) else "All codings are the same"
        warnings.warn(f"{reason}: agreement beyond chance is not estimable.", stacklevel=2)
        return math.nan
    return float(krippendorff.alpha(reliability_data=pairable, level_of_measurement=level))


def _codes(ratings: npt.ArrayLike | pd.DataFrame) -> npt.NDArray[np.float64]:
    """Number the values from 0, whatever they are; NaN where there is none."""
    table = ratings if isinstance(ratings, pd.DataFrame) else pd.DataFrame(np.asarray(ratings, dtype=object))
    flat = pd.Series(list(table.to_numpy(dtype=object).ravel()), dtype=object)
    codes = pd.factorize(flat)[0].astype(np.float64)
    codes[codes < 0] = np.nan
    return codes.reshape(table.shape)
