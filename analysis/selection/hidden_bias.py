"""How strong something unseen would have to be to make the finding: Rosenbaum's bounds and the E-value."""

from __future__ import annotations

import math
import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from analysis.shapes.arrays import Floats, as_floats, as_number
from analysis.shapes.estimates import EValue


def rosenbaum_bounds(differences: npt.ArrayLike, gammas: npt.ArrayLike) -> pd.DataFrame:
    """Return between which p values the signed-rank test lies if something unseen tilts the odds by Gamma.

    W = sum of the ranks of |d| over d > 0 (average ranks, zeros dropped). If within a pair the odds of having been
    the complainant may differ by a factor Gamma, W is at most (least) as if each pair counted with probability
    P = Gamma/(1 + Gamma) (1/(1 + Gamma)):

        mean = P sum r,   variance = P (1 − P) sum r²,   p = upper tail of (W − mean)/√variance

    Parameters
    ----------
    differences : array-like of float, shape (n,)
        Complainant minus shopper in each pair; gaps are left out.
    gammas : array-like of float
        1 or more; 1 is no hidden bias.

    Returns
    -------
    DataFrame
        `gamma`, `p_upper`, `p_lower`: one-sided for "complainants report more"; NaN, with a warning, where no pair
        differs.

    Raises
    ------
    ValueError
        For a gamma below 1.

    Notes
    -----
    What the numbers mean: as long as `p_upper` is small, a hidden reason that makes one of two alike people
    Gamma times as likely to be the complainant does not explain the finding. It takes pairs for independent:
    descriptive where shoppers cross locations.

    Source: Rosenbaum 2002, Observational Studies, section 4.3.3.

    Examples
    --------
    Three pairs, all in favour: W = 6; without bias mean 3 and variance 14/4.

    >>> rosenbaum_bounds([1, 2, 3], [1]).round(4).to_numpy().tolist()
    [[1.0, 0.0544, 0.0544]]
    """
    wanted = np.atleast_1d(as_floats(np.atleast_1d(np.asarray(gammas, dtype=object)), name="gammas"))
    if not (wanted >= 1).all():
        raise ValueError("gammas: give numbers from 1 (no hidden bias) upwards.")
    ranks = _signed_ranks(differences)
    upper = [_upper_p(ranks, gamma) for gamma in wanted]
    lower = [_upper_p(ranks, 1 / gamma) for gamma in wanted]
    return pd.DataFrame({"gamma": wanted, "p_upper": upper, "p_lower": lower}, dtype=np.float64)


def rosenbaum_gamma(differences: npt.ArrayLike, alpha: float = 0.05) -> float:
    """Return the hidden bias Gamma at which the upper p value of `rosenbaum_bounds` reaches alpha.

    Parameters
    ----------
    differences : array-like of float, shape (n,)
        Complainant minus shopper in each pair; gaps are left out.
    alpha : float
        One-sided level, below one half.

    Returns
    -------
    float
        1, with a warning, where p exceeds alpha even without hidden bias; NaN where no pair differs.

    Raises
    ------
    ValueError
        If alpha does not lie between 0 and one half.

    Notes
    -----
    What the number means: a hidden reason would have to make one of two alike people so many times as likely to be
    the complainant before the finding could be chance.

    Source: Rosenbaum 2002, Observational Studies, section 4.3.

    Examples
    --------
    All eight pairs in favour: z = 36/√(204 Gamma) falls to 1.645 at 2.35.

    >>> round(rosenbaum_gamma([1, 2, 3, 4, 5, 6, 7, 8]), 2)
    2.35
    """
    if not 0 < as_number(alpha, name="alpha") < 0.5:
        raise ValueError(f"alpha is {alpha}: give a level between 0 and 0.5, such as 0.05.")
    ranks = _signed_ranks(differences)
    if not len(ranks):
        return math.nan
    if _upper_p(ranks, 1.0) >= alpha:
        warnings.warn("Not below alpha even without hidden bias: nothing is left to be explained.", stacklevel=2)
        return 1.0
    # On the scale of z, which falls steadily, so that the tail never underflows.
    wanted = float(stats.norm.isf(alpha))
    high = 2.0
    while _z(ranks, high) > wanted:
        high *= 2
    return float(brentq(lambda gamma: _z(ranks, gamma) - wanted, 1.0, high, xtol=1e-12, rtol=1e-14))


def _signed_ranks(differences: npt.ArrayLike) -> Floats:
    """Return the ranks of |d| with the sign of d; zeros and gaps dropped."""
    values = as_floats(differences, name="differences")
    values = values[~np.isnan(values) & (values != 0)]
    if not len(values):
        warnings.warn("No pair differs: hidden bias has nothing to explain.", stacklevel=3)
    ranks: Floats = stats.rankdata(np.abs(values)) * np.sign(values)
    return ranks


def _z(ranks: Floats, gamma: float) -> float:
    favourable, all_ranks = ranks[ranks > 0].sum(), np.abs(ranks).sum()
    share = gamma / (1 + gamma)
    return float((favourable - share * all_ranks) / math.sqrt(share * (1 - share) * (ranks**2).sum()))


def _upper_p(ranks: Floats, gamma: float) -> float:
    return float(stats.norm.sf(_z(ranks, gamma))) if len(ranks) else math.nan


def e_value(rr: float | None, limit: float | None = None) -> EValue:
    """Return how strongly something unseen would have to go with arm and outcome to explain a ratio away.

    E = RR + √(RR (RR − 1)) for RR ≥ 1; below 1 its inverse is taken. For the limit of the interval nearest 1 the
    same, and 1 where the interval reaches 1.

    Parameters
    ----------
    rr : float
        The ratio of the arms' means, above 0.
    limit : float, optional
        The limit of its interval that is nearest to 1.

    Returns
    -------
    EValue
        NaN where the ratio or the limit is not known.

    Raises
    ------
    ValueError
        For a ratio or limit that is not above 0, or infinite.

    Notes
    -----
    What the number means: a hidden trait that is so many times as common among complainants, and raises the number
    of problems so many times, could make the whole ratio; a weaker one could not.

    Source: VanderWeele & Ding 2017, Ann. Intern. Med. 167:268-274.

    Examples
    --------
    >>> round(e_value(2.0, 1.2).estimate, 3), round(e_value(2.0, 1.2).limit, 3)
    (3.414, 1.69)
    """
    notes = []
    rr = math.nan if rr is None else as_number(rr, name="rr")
    limit = None if limit is None else as_number(limit, name="limit")
    for name, value in (("rr", rr), ("limit", limit)):
        if value is None:
            continue
        if math.isnan(value):
            notes.append(f"The {'ratio' if name == 'rr' else 'limit'} is not known.")
        elif not 0 < value < math.inf:
            raise ValueError(f"{name} is {value}: a ratio is a number above 0.")
    if math.isnan(rr):
        return EValue(math.nan, math.nan, tuple(notes))
    if limit is not None and _farther(limit, rr):
        notes.append("The limit lies farther from 1 than the ratio: give the limit that is nearest 1.")
    at_limit = math.nan
    if limit is not None and not math.isnan(limit):
        crosses = (rr >= 1) != (limit >= 1) or limit == 1 or rr == 1
        at_limit = 1.0 if crosses else _strength(limit)
    return EValue(_strength(rr), at_limit, tuple(notes))


def _farther(limit: float, ratio: float) -> bool:
    return limit > ratio >= 1 or limit < ratio <= 1 if (limit >= 1) == (ratio >= 1) else False


def _strength(ratio: float) -> float:
    above = max(ratio, 1 / ratio)
    return above + math.sqrt(above) * math.sqrt(above - 1)
