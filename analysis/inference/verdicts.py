"""The verdict: which of four words an interval deserves."""

from __future__ import annotations

import math

from analysis.language import Number, Words, say
from analysis.shapes.arrays import as_number
from analysis.shapes.intervals import t_interval
from analysis.shapes.reasons import too_few_places
from analysis.shapes.results import Verdict

#: Fewer locations than this, or fewer shoppers, never get another word than "inconclusive".
LEAST_LOCATIONS = 5
LEAST_SHOPPERS = 2


def verdict(
    estimate: float,
    se: float,
    df: float,
    margin: float,
    *,
    locations: float | None = None,
    shoppers: float | None = None,
) -> Verdict:
    """Return the word that the interval deserves.

    1. the 90 % interval lies inside (−margin, margin): `equivalent`; 2. else the 95 % interval lies above 0:
    `supported`; 3. else below 0: `reversed`; 4. else `inconclusive`. Always `inconclusive` for a standard error
    of 0 or NaN, fewer than 5 locations, or fewer than 2 shoppers where shoppers are known.

    Parameters
    ----------
    estimate, se, df : float
        In the unit of the outcome; df of the t distribution.
    margin : float
        The smallest difference worth having, above 0, in the same unit.
    locations, shoppers : float, optional
        How many took part; None or NaN where that is not known.

    Raises
    ------
    ValueError
        If the margin is not above 0 and finite, or something is no number.

    Notes
    -----
    What the word means: `supported` says that complainants report more, not how much more; `equivalent` says
    that no difference worth having is left. Rates of error: docs/methods/calibration.md.

    Examples
    --------
    >>> verdict(1.0, 0.2, 10, 0.5), verdict(0.0, 0.2, 30, 0.5), verdict(0.3, 0.3, 10, 0.5)
    ('supported', 'equivalent', 'inconclusive')
    """
    for name, value in (("estimate", estimate), ("se", se), ("df", df), ("margin", margin)):
        as_number(value, name=name)
    if not 0 < margin < math.inf:
        raise ValueError(f"margin is {margin}: give the smallest difference worth having, above 0 and finite.")
    if forced_reason(se, locations=locations, shoppers=shoppers) or not math.isfinite(estimate):
        return "inconclusive"
    low90, high90 = t_interval(estimate, se, df, 0.90)
    if -margin < low90 and high90 < margin:
        return "equivalent"
    low95, high95 = t_interval(estimate, se, df, 0.95)
    if low95 > 0:
        return "supported"
    if high95 < 0:
        return "reversed"
    return "inconclusive"


def forced_reason(se: float, *, locations: float | None = None, shoppers: float | None = None) -> Words | None:
    """Return why no other word than `inconclusive` may be said, or None."""
    if locations is not None and not math.isnan(locations) and locations < LEAST_LOCATIONS:
        return too_few_places(locations, LEAST_LOCATIONS)
    if shoppers is not None and not math.isnan(shoppers) and shoppers < LEAST_SHOPPERS:
        return say("shoppers: {n}, at least {least} are needed", n=Number(shoppers), least=Number(LEAST_SHOPPERS))
    if not se > 0:
        return say("the standard error is 0 or cannot be estimated")
    return None
