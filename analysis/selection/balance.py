"""Weights that make two arms alike in what is known about them, and how alike they are."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.shapes.arrays import Floats, as_floats, as_frame

#: Beyond this a fitted log odds says that a group has one arm only.
_SEPARATED = 20.0
_RIDGE = 1e-4


def overlap_weights(
    table: pd.DataFrame, *, arm: str, treated: object, covariates: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Return weights under which both arms have the same mean of every covariate.

    e(x) is the chance of belonging to the treated arm by a logistic model with an intercept; the weight is
    1 − e(x) in the treated arm and e(x) in the other. Words are covariates by level, numbers as they are,
    and dates as days.

    Parameters
    ----------
    table : DataFrame, one row a response
    arm : str
        The column of the arm.
    treated : object
        Its value for the treated arm (complainants); all others are the other arm.
    covariates : sequence of str

    Returns
    -------
    float array, one entry a row
        Between 0 and 1. NaN, with a warning, in rows with a gap, and everywhere if an arm is empty. Where a
        covariate separates the arms, a little ridge keeps the fit finite, with a warning: the balance is then
        close, not exact.

    Raises
    ------
    ValueError
        If a column is missing.

    Notes
    -----
    What the weights mean: those count most who could as well have been in the other arm. The comparison is about
    them.

    Source: Li, Morgan & Zaslavsky 2018, J. Am. Stat. Assoc. 113:390-400; equal means by their theorem 3.

    Examples
    --------
    One shopper and three complainants at A, two of each at B: a weight is the share of the other arm there.

    >>> table = pd.DataFrame({"arm": ["s", "c", "c", "c", "s", "s", "c", "c"], "place": list("AAAABBBB")})
    >>> overlap_weights(table, arm="arm", treated="c", covariates=["place"]).round(3).tolist()
    [0.75, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 0.5]
    """
    is_treated, columns, _ = _design(table, arm=arm, treated=treated, covariates=covariates)
    weights = np.full(len(table), np.nan)
    whole = ~np.isnan(columns).any(axis=1) & table[arm].notna().to_numpy(dtype=bool)
    if not whole.all():
        warnings.warn(f"{int((~whole).sum())} rows with a gap have no weight.", stacklevel=2)
    side = is_treated[whole]
    if not len(side) or side.all() or not side.any():
        warnings.warn("One arm is empty: weights are not estimable.", stacklevel=2)
        return weights
    chance = _chance_of_treated(columns[whole], side)
    weights[whole] = np.where(side, 1 - chance, chance)
    return weights


def standardised_differences(
    table: pd.DataFrame,
    *,
    arm: str,
    treated: object,
    covariates: Sequence[str],
    weights: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Return how far apart the arms' means lie, in standard deviations, before and after weighting.

    (mean treated − mean other)/√((s²_treated + s²_other)/2), the standard deviations always without weights.

    Parameters
    ----------
    table : DataFrame, one row a response
    arm, treated, covariates
        As in `overlap_weights`; each level of a word is a row of the answer.
    weights : float array, optional
        One a row; rows without one are left out.

    Returns
    -------
    DataFrame
        `covariate`, `level` ("" for numbers), `before`, `after` (NaN without weights).

    Notes
    -----
    What the number means: within ±0.1 the arms are usually taken for balanced.

    Source: Austin 2009, Stat. Med. 28:3083-3107.

    Examples
    --------
    >>> table = pd.DataFrame({"arm": ["c", "c", "s", "s"], "age": [30, 50, 20, 40]})
    >>> standardised_differences(table, arm="arm", treated="c", covariates=["age"]).before.round(3).tolist()
    [0.707]
    """
    side, columns, names = _design(table, arm=arm, treated=treated, covariates=covariates, all_levels=True)
    given = np.full(len(table), np.nan) if weights is None else as_floats(weights, name="weights")
    if len(given) != len(table):
        raise ValueError(f"weights: give one a row, {len(table)} in all.")
    rows = []
    for (covariate, level), values in zip(names, columns.T, strict=True):
        known = ~np.isnan(values)
        weighed = known & ~np.isnan(given)
        scale = _pooled_sd(values[known & side], values[known & ~side])
        before = _mean(values[known & side]) - _mean(values[known & ~side])
        inside, outside = weighed & side, weighed & ~side
        after = _mean(values[inside], given[inside]) - _mean(values[outside], given[outside])
        rows.append((covariate, level, _in_units(before, scale), _in_units(after, scale)))
    return pd.DataFrame(rows, columns=["covariate", "level", "before", "after"])


def _mean(values: Floats, weights: Floats | None = None) -> float:
    if weights is None:
        weights = np.ones(len(values))
    total = float(weights.sum())
    return float((weights * values).sum()) / total if total > 0 else math.nan


def _pooled_sd(first: Floats, second: Floats) -> float:
    if len(first) < 2 or len(second) < 2:
        return math.nan
    return math.sqrt((float(first.var(ddof=1)) + float(second.var(ddof=1))) / 2)


def _in_units(difference: float, scale: float) -> float:
    if scale == 0 and not math.isnan(difference):
        return 0.0 if abs(difference) < 1e-12 else math.copysign(math.inf, difference)
    return difference / scale if scale else math.nan


def _design(
    table: pd.DataFrame, *, arm: str, treated: object, covariates: Sequence[str], all_levels: bool = False
) -> tuple[npt.NDArray[np.bool_], Floats, list[tuple[str, str]]]:
    """Return who is treated, the covariates as columns of numbers, and their names with levels."""
    covariates = [covariates] if isinstance(covariates, str) else list(covariates)
    as_frame(table, arm, *covariates)
    columns, names = [], []
    for name in covariates:
        values = table[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            values = (values - values.min()) / pd.Timedelta(days=1)
        if pd.api.types.is_numeric_dtype(values):
            columns.append(as_floats(values.reset_index(drop=True), name=name))
            names.append((name, ""))
            continue
        words = values.astype("object").where(values.notna(), None).map(str, na_action="ignore")
        unknown = words.isna().to_numpy(dtype=bool)
        levels = sorted({word for word in words if isinstance(word, str)})
        for level in levels if all_levels else levels[1:]:
            columns.append(np.where(unknown, np.nan, (words == level).to_numpy(dtype=np.float64)))
            names.append((name, level))
        if not all_levels and len(levels) < 2:
            columns.append(np.where(unknown, np.nan, 0.0))
            names.append((name, ""))
    matrix = np.column_stack(columns) if columns else np.empty((len(table), 0))
    return (table[arm] == treated).to_numpy(dtype=bool), matrix, names


def _chance_of_treated(columns: Floats, treated: npt.NDArray[np.bool_]) -> Floats:
    """Return the fitted chance of being treated: logistic regression by Newton's method."""
    spread = columns.std(axis=0)
    varying = columns[:, spread > 0]
    scaled = (varying - varying.mean(axis=0)) / spread[spread > 0]
    design = np.column_stack([np.ones(len(columns)), scaled])
    # An orthonormal basis of what the columns span: redundant ones drop out, the fit stays the same.
    basis, sizes, _ = np.linalg.svd(design, full_matrices=False)
    basis = basis[:, sizes > 1e-10 * sizes[0]] * math.sqrt(len(design))
    log_odds = _logistic(basis, treated, ridge=0.0)
    if log_odds is None or np.abs(log_odds).max() > _SEPARATED:
        warnings.warn(
            "A covariate separates the arms: a little ridge keeps the weights finite, the balance is not exact.",
            stacklevel=3,
        )
        log_odds = _logistic(basis, treated, ridge=_RIDGE * len(design))
    assert log_odds is not None  # noqa: S101 (with ridge there is one solution)
    chance: Floats = 1 / (1 + np.exp(-log_odds))
    return chance


def _logistic(basis: Floats, treated: npt.NDArray[np.bool_], *, ridge: float) -> Floats | None:
    """Return the fitted log odds; None where Newton's method does not settle."""
    weights = np.zeros(basis.shape[1])
    penalty = ridge * np.eye(len(weights))
    for _ in range(100):
        log_odds = basis @ weights
        if np.abs(log_odds).max() > 3 * _SEPARATED:
            return None
        chance = 1 / (1 + np.exp(-log_odds))
        gradient = basis.T @ (treated - chance) - ridge * weights
        curvature = basis.T @ (basis * (chance * (1 - chance))[:, None]) + penalty
        try:
            step = np.linalg.solve(curvature, gradient)
        except np.linalg.LinAlgError:
            return None
        weights = weights + step
        if np.abs(step).max() < 1e-11:
            fitted: Floats = basis @ weights
            return fitted
    return None
