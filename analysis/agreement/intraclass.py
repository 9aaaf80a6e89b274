"""Agreement of measurements by several raters: intraclass correlations."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.shapes.arrays import Floats, whole_rows
from analysis.shapes.estimates import IntraclassCorrelation
from analysis.shapes.results import NOT_ESTIMABLE, Interval

Kind = Literal["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
_KINDS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")


def icc(table: npt.ArrayLike | pd.DataFrame, kind: Kind) -> IntraclassCorrelation:
    """Return how much of what raters say is about the target, and not about the rater or chance.

    From the mean squares between n targets (B), within them (W), between k raters (J) and the residual (E):

        ICC1 = (B − W)/(B + (k − 1) W)                        every target has other raters
        ICC2 = (B − E)/(B + (k − 1) E + k (J − E)/n)          the same raters, drawn from many: absolute agreement
        ICC3 = (B − E)/(B + (k − 1) E)                        these raters only: consistency

    The letter k stands for the mean of the k raters: k r/(1 + (k − 1) r).

    Parameters
    ----------
    table : array-like, targets × raters
        Rows with a gap are left out.
    kind : {"ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"}

    Returns
    -------
    IntraclassCorrelation
        NaN with fewer than two targets or raters, or where all values are the same.

    Raises
    ------
    ValueError
        For an unknown kind, or values that are no numbers.

    Notes
    -----
    What the number means: ICC2 answers whether a shopper can stand in for a customer: 1 if both would have given
    the same number about every place, 0 if theirs have no more to do with each other than two places' have.

    Source: Shrout & Fleiss 1979, Psychol. Bull. 86:420-428; interval of ICC2 after McGraw & Wong 1996, Psychol.
    Methods 1:30-46; equals psych::ICC.

    Examples
    --------
    Two raters, the second always one higher: consistent, not in absolute agreement.

    >>> scores = [[1, 2], [3, 4], [5, 6]]
    >>> icc(scores, "ICC3").estimate, round(icc(scores, "ICC2").estimate, 3)
    (1.0, 0.889)
    """
    if kind not in _KINDS:
        raise ValueError(f"kind is {kind!r}: use one of {', '.join(_KINDS)}.")
    scores, gaps = whole_rows(table, name="table")
    notes = [f"{gaps} targets with a gap were left out."] if gaps else []
    n, k = scores.shape
    if n < 2 or k < 2:
        notes.append(f"{n} targets and {k} raters: at least 2 of each are needed.")
        return IntraclassCorrelation(math.nan, NOT_ESTIMABLE, n, k, tuple(notes))
    squares = _MeanSquares.of(scores)
    if not (squares.between > 0 or squares.within > 0):
        notes.append("All values are the same: nothing tells the targets apart.")
        return IntraclassCorrelation(math.nan, NOT_ESTIMABLE, n, k, tuple(notes))
    single = {"ICC1": squares.one_way, "ICC2": squares.two_way_random, "ICC3": squares.two_way_fixed}[kind[:4]]
    estimate, interval = single()
    if math.isnan(interval[0]):
        notes.append("Targets, or raters, do not differ at all: the interval is not estimable.")
    if kind.endswith("k"):
        estimate, interval = _of_mean(estimate, k), (_of_mean(interval[0], k), _of_mean(interval[1], k))
    return IntraclassCorrelation(estimate, interval, n, k, tuple(notes))


class _MeanSquares:
    """The mean squares of a table of targets × raters, and the correlations made from them."""

    def __init__(
        self, *, between: float, within: float, raters: float, residual: float, shape: tuple[int, int]
    ) -> None:
        self.between = between
        self.within = within
        self.raters = raters
        self.residual = residual
        self.n, self.k = shape

    @classmethod
    def of(cls, scores: Floats) -> _MeanSquares:
        n, k = scores.shape
        # Correlations do not depend on the unit: in a power of two of it, the largest numbers have squares too.
        scores = np.ldexp(scores, -int(np.frexp(np.abs(scores).max())[1]))
        scores = scores - scores.mean()
        targets, raters = scores.mean(axis=1), scores.mean(axis=0)
        rest = scores - targets[:, None] - raters[None, :]
        rest[np.abs(rest) <= 1e-14 * np.abs(scores).max()] = 0.0
        within = scores - targets[:, None]
        return cls(
            between=float(k * (targets**2).sum() / (n - 1)),
            within=float((within**2).sum() / (n * (k - 1))),
            raters=float(n * (raters**2).sum() / (k - 1)),
            residual=float((rest**2).sum() / ((n - 1) * (k - 1))),
            shape=(n, k),
        )

    def one_way(self) -> tuple[float, Interval]:
        n, k = self.n, self.k
        estimate = _ratio(self.between, self.within, k)
        return estimate, self._interval(self.within, n * (k - 1))

    def two_way_fixed(self) -> tuple[float, Interval]:
        estimate = _ratio(self.between, self.residual, self.k)
        return estimate, self._interval(self.residual, (self.n - 1) * (self.k - 1))

    def two_way_random(self) -> tuple[float, Interval]:
        n, k = self.n, self.k
        b, j, e = self.between, self.raters, self.residual
        below = b + (k - 1) * e + k * (j - e) / n
        if not below > 0:
            return math.nan, NOT_ESTIMABLE
        r = (b - e) / below
        other = (n * (1 + (k - 1) * r) - k * r) * e
        above = (k - 1) * (n - 1) * (k * r * j + other) ** 2
        df_below = (n - 1) * k**2 * r**2 * j**2 + other**2
        if not df_below > 0:
            return r, (r, r) if r == 1 else NOT_ESTIMABLE
        df = above / df_below
        if not df > 0:
            return r, NOT_ESTIMABLE
        low_f, high_f = float(stats.f.ppf(0.975, n - 1, df)), float(stats.f.ppf(0.975, df, n - 1))
        rest = k * j + (k * n - k - n) * e
        low = n * (b - low_f * e) / (low_f * rest + n * b)
        high = n * (high_f * b - e) / (rest + n * high_f * b)
        return r, (low, high)

    def _interval(self, error: float, df_error: int) -> Interval:
        """Return the interval of (F − 1)/(F + k − 1), F = between/error."""
        df = self.n - 1
        low = self.between / float(stats.f.ppf(0.975, df, df_error))
        high = self.between * float(stats.f.ppf(0.975, df_error, df))
        return _ratio(low, error, self.k), _ratio(high, error, self.k)


def _ratio(between: float, error: float, k: int) -> float:
    below = between + (k - 1) * error
    return (between - error) / below if below > 0 else math.nan


def _of_mean(single: float, k: int) -> float:
    """Return what the mean of k raters reaches (Spearman-Brown)."""
    below = 1 + (k - 1) * single
    return k * single / below if below > 0 else -math.inf
