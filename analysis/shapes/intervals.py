"""Intervals and p values from an estimate, its standard error and its degrees of freedom."""

from __future__ import annotations

import math

from scipy import stats

from analysis.shapes.results import NOT_ESTIMABLE, Interval


def t_interval(estimate: float, se: float, df: float, level: float) -> Interval:
    """Return estimate ± t(df, (1 + level)/2) · se; NaN where the standard error is not estimable."""
    if not math.isfinite(se):
        return NOT_ESTIMABLE
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    return estimate - half, estimate + half


def t_p_value(estimate: float, se: float, df: float) -> float:
    """Return the two-sided p of the t test against zero; NaN where the standard error is 0 or not estimable."""
    if not se > 0:
        return math.nan
    return float(2 * stats.t.sf(abs(estimate) / se, df))
