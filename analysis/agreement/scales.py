"""Agreement on a scale with few levels: Cohen's kappa."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.shapes.arrays import as_labels
from analysis.shapes.estimates import Kappa

Weights = Literal["linear", "quadratic"] | None


def kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    weights: Weights = None,
    *,
    levels: Sequence[Any] | None = None,
) -> Kappa:
    """Return how far two people agree beyond what chance alone would give.

    kappa = (p_o − p_e)/(1 − p_e), p_o the share of pairs that agree, p_e the share expected if both kept their
    shares of levels and judged independently. With weights, near misses count in part: 1 − |i − j|/(J − 1)
    (linear) or 1 − (i − j)²/(J − 1)² (quadratic) for levels i and j of J.

    Parameters
    ----------
    first, second : array-like, shape (n,)
        Judgements of the same n cases. Pairs with a gap are left out.
    weights : {None, "linear", "quadratic"}
    levels : sequence, optional
        The levels of the scale in their order, unused ones included; else those that occur, sorted. It matters
        for weights only.

    Returns
    -------
    Kappa
        1: always the same; 0: as chance. NaN where both used one and the same level only, or there is no pair.

    Raises
    ------
    ValueError
        For rows of different length, a judgement outside `levels`, a level named twice, or unknown weights.

    Notes
    -----
    What the number means: of the agreement that chance leaves to be had, this share was had.

    Source: Cohen 1960, Educ. Psychol. Meas. 20:37-46, and 1968; standard error after Fleiss, Cohen & Everitt 1969,
    Psychol. Bull. 72:323-327; equals vcd::Kappa.

    Examples
    --------
    Four cases, three alike: p_o = 3/4, p_e = 1/2.

    >>> kappa(["yes", "yes", "no", "no"], ["yes", "yes", "no", "yes"]).estimate
    0.5
    """
    if weights not in (None, "linear", "quadratic"):
        raise ValueError(f"weights is {weights!r}: use None, 'linear' or 'quadratic'.")
    one, other = as_labels(first, name="first"), as_labels(second, name="second")
    if len(one) != len(other):
        raise ValueError(f"first has {len(one)} judgements and second {len(other)}: give one of each a case.")
    whole = ~(one.isna() | other.isna())
    notes = [] if whole.all() else [f"{int((~whole).sum())} pairs with a gap were left out."]
    one, other = one[whole], other[whole]
    scale = _levels(pd.concat([one, other]), levels)
    table = np.zeros((len(scale), len(scale)))
    places = {level: place for place, level in enumerate(scale)}
    np.add.at(table, (one.map(places).to_numpy(dtype=int), other.map(places).to_numpy(dtype=int)), 1)
    pairs = len(one)
    if weights is not None and levels is None:
        notes.append("The levels of the scale were not given: those that occur were taken, one step apart.")
    used = table.sum(axis=0) + table.sum(axis=1)
    if pairs == 0 or np.count_nonzero(used) < 2:
        reason = "There is no pair of judgements." if not pairs else "Both used one and the same level only."
        observed = math.nan if not pairs else 1.0
        notes.append(f"{reason} Agreement beyond chance is not estimable.")
        return Kappa(math.nan, math.nan, observed, pairs, tuple(scale), tuple(notes))
    with np.errstate(divide="ignore", invalid="ignore"):  # its z under no agreement may have no spread
        result = cohens_kappa(table, wt=weights)
    return Kappa(
        estimate=float(result.kappa),
        se=math.sqrt(max(float(result.var_kappa), 0.0)),
        observed=float(np.trace(table) / pairs),
        pairs=pairs,
        levels=tuple(scale),
        warnings=tuple(notes),
    )


def _levels(found: pd.Series, levels: Sequence[Any] | None) -> list[Any]:
    occurring = list(dict.fromkeys(found))
    if levels is None:
        try:
            return sorted(occurring)
        except TypeError:
            return sorted(occurring, key=str)
    scale = list(levels)
    if len(set(scale)) != len(scale):
        raise ValueError("levels: a level is named twice.")
    outside = [value for value in occurring if value not in scale]
    if outside:
        raise ValueError(f"{outside[0]!r} is not one of the levels {scale}. Add it, or correct the judgement.")
    return scale
