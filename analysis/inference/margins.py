"""Whether a difference is too small to matter: two one-sided tests, and the same in chances."""

from __future__ import annotations

import math

from scipy import stats

from analysis.shapes.estimates import Equivalence
from analysis.shapes.intervals import t_interval


def equivalence(estimate: float, se: float, df: float, margin: float) -> Equivalence:
    """Test that a difference lies within ± a margin, and say how likely it lies below, inside and above.

    p_lower = P(t > (estimate + margin)/se), p_upper = P(t < (estimate − margin)/se); p is the larger. The chances
    take the estimate as t-distributed around the truth without knowledge from elsewhere:
    estimate + se · t(df).

    Parameters
    ----------
    estimate, se, df : float
        Of the primary estimate, whose variance allows for places and shoppers.
    margin : float
        The smallest difference worth having, above 0.

    Returns
    -------
    Equivalence
        NaN where the standard error is 0 or not known.

    Raises
    ------
    ValueError
        If the margin is not above 0.

    Notes
    -----
    What the number means: p is small where a difference as large as the margin, either way, would hardly leave
    such an estimate. p < .05 is the same as the 90 % interval inside the margins.

    Source: Schuirmann 1987, J. Pharmacokinet. Biopharm. 15:657-680.

    Examples
    --------
    >>> result = equivalence(0.0, 0.25, 20, 0.5)
    >>> round(result.p_value, 4), round(result.inside, 3)
    (0.0296, 0.941)
    """
    if not margin > 0:
        raise ValueError(f"margin is {margin}: give the smallest difference worth having, above 0.")
    if not (se > 0 and math.isfinite(se) and math.isfinite(estimate)):
        nan = math.nan
        sentence = "The standard error is 0 or not known: equivalence is not estimable."
        return Equivalence(nan, nan, nan, t_interval(estimate, math.nan, df, 0.90), nan, nan, nan, (sentence,))
    p_lower = float(stats.t.sf((estimate + margin) / se, df))
    p_upper = float(stats.t.cdf((estimate - margin) / se, df))
    return Equivalence(
        p_lower=p_lower,
        p_upper=p_upper,
        p_value=max(p_lower, p_upper),
        ci90=t_interval(estimate, se, df, 0.90),
        below=p_lower,
        inside=1 - p_lower - p_upper,
        above=p_upper,
    )
