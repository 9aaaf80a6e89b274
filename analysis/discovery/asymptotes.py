"""How many different problems there are in all, seen or not: richness of one sample, and what two share."""

from __future__ import annotations

import math
import warnings
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.discovery.frequencies import Frequencies, checked_incidence

Method = Literal["chao2", "chao2_bc", "ichao2", "ice", "jack1", "jack2", "bootstrap"]
_METHODS = ("chao2", "chao2_bc", "ichao2", "ice", "jack1", "jack2", "bootstrap")
#: A problem seen in at most so many responses is infrequent (ICE).
_INFREQUENT = 10


def richness(
    counts: npt.ArrayLike, units: int, method: Method = "chao2", infrequent_units: int | None = None
) -> float:
    r"""Estimate how many different problems there are, those nobody saw included.

    S problems were seen in T responses, Q_j of them in exactly j:

        chao2      S + (T−1)/T · Q1²/(2 Q2), or (T−1)/T · Q1 (Q1−1)/2 where Q2 = 0
        chao2_bc   S + (T−1)/T · Q1 (Q1−1)/(2 (Q2+1))
        ichao2     chao2 + (T−3)/(4 T) · Q3/Q4 · max(Q1 − (T−3)/(2 (T−1)) · Q2 Q3/Q4, 0), Q4 = 0 taken as 1
        ice        S_frequent + S_inf/C + (Q1/C) g over problems seen in up to 10 responses (see Notes)
        jack1      S + Q1 (T−1)/T
        jack2      S + Q1 (2T−3)/T − Q2 (T−2)²/(T (T−1))
        bootstrap  S + sum (1 − x/T)^T

    Parameters
    ----------
    counts : int array, shape (K,)
        x_k, responses in which each problem was seen.
    units : int
        T, number of responses.
    method : str
        One of the above.
    infrequent_units : int, optional
        For ICE: how many responses saw at least one infrequent problem. Where it is not known,
        T (1 − prod over infrequent problems of (1 − x/T)) is taken.

    Returns
    -------
    float
        Never below S but for jack2, and never capped at the length of a list. NaN, with a warning, where there is
        no response.

    Raises
    ------
    ValueError
        For counts above `units`, an unknown method, or more infrequent units than units.

    Notes
    -----
    What the number means: a lower limit (Chao) or a rough estimate (the others) of what endless asking would bring
    to light. It is a guess wherever much is unseen; coverage is the safer question.

    ICE: infrequent problems have 0 < x ≤ 10; n_inf is the sum of their x, S_inf their number, T_inf the responses
    with one. F = 2 Q2/((T_inf−1) Q1 + 2 Q2), or 2/((T_inf−1)(Q1−1) + 2) where Q2 = 0; C = 1 − (Q1/n_inf)(1−F);
    g = max(S_inf/C · T_inf/(T_inf−1) · sum x(x−1)/n_inf² − 1, 0), with n_inf (n_inf−1) in place of n_inf².

    Source: Chao 1987, Biometrics 43:783-791; Chiu et al. 2014, Biometrics 70:671-682; Lee & Chao 1994, Biometrics
    50:88-97; Burnham & Overton 1978, Biometrika 65:625-633; Smith & van Belle 1984, Biometrics 40:119-129. Equals
    SpadeR::ChaoSpecies and vegan::specpool.

    Examples
    --------
    Three responses; a seen in all, b and c in one, d in two: 4 + (2/3) · 4/2.

    >>> round(richness([3, 1, 1, 2], 3), 4)
    5.3333
    """
    if method not in _METHODS:
        raise ValueError(f"method is {method!r}: use one of {', '.join(_METHODS)}.")
    sample = Frequencies.checked(counts, units)
    if infrequent_units is not None and not 0 <= infrequent_units <= sample.units:
        raise ValueError(f"infrequent_units is {infrequent_units}: it lies between 0 and the {units} responses.")
    if not sample.units:
        warnings.warn("There are no responses: nothing can be estimated of more.", stacklevel=2)
        return math.nan
    if method == "ice":
        return _ice(sample, infrequent_units)
    return float(len(sample.counts)) + _unseen(sample, method)


def _unseen(sample: Frequencies, method: str) -> float:
    """Return how many problems the method adds to those seen."""
    t, once, twice = sample.units, sample.once, sample.twice
    if method == "chao2":
        return sample.unseen
    if method == "chao2_bc":
        return (t - 1) / t * once * (once - 1) / (2 * (twice + 1))
    if method == "ichao2":
        return sample.unseen + _of_three_and_four(sample)
    if method == "jack1":
        return once * (t - 1) / t
    if method == "jack2":
        second = twice * (t - 2) ** 2 / (t * (t - 1)) if t > 1 else 0.0
        return once * (2 * t - 3) / t - second if t > 1 else 0.0
    return float(((1 - sample.counts / t) ** t).sum())


def _of_three_and_four(sample: Frequencies) -> float:
    t = sample.units
    if t < 4:
        warnings.warn("There are fewer than four responses: iChao2 is Chao2.", stacklevel=4)
        return 0.0
    thrice, four = int((sample.counts == 3).sum()), max(int((sample.counts == 4).sum()), 1)
    rest = sample.once - (t - 3) / (2 * (t - 1)) * sample.twice * thrice / four
    return (t - 3) / (4 * t) * thrice / four * max(rest, 0.0)


def _ice(sample: Frequencies, infrequent_units: int | None) -> float:
    t, once, twice = sample.units, sample.once, sample.twice
    infrequent = sample.counts[sample.counts <= _INFREQUENT]
    sightings = int(infrequent.sum())
    if sightings <= 1:
        warnings.warn("At most one sighting is of an infrequent problem: ICE is what was seen.", stacklevel=3)
        return float(len(sample.counts))
    if infrequent_units is None:
        with_one = t * (1 - float(np.prod(1 - infrequent / t)))
    elif infrequent_units < infrequent.max():
        raise ValueError(f"infrequent_units is {infrequent_units}, but one problem alone has {infrequent.max()}.")
    else:
        with_one = float(infrequent_units)
    covered = 1.0
    if once:
        below = (with_one - 1) * once + 2 * twice if twice else (with_one - 1) * (once - 1) + 2
        above = 2 * twice if twice else 2
        share = above / below if below > 0 else 1.0
        covered = 1 - once / sightings * (1 - share)
    spread = 0.0
    if with_one > 1:
        pairs = float((infrequent * (infrequent - 1)).sum()) / (sightings * (sightings - 1))
        spread = max(len(infrequent) / covered * with_one / (with_one - 1) * pairs - 1, 0.0)
    frequent = len(sample.counts) - len(infrequent)
    return frequent + len(infrequent) / covered + once / covered * spread


def shared_richness(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Estimate how many different problems both sources would see in the end (Chao2-shared).

    D12 problems were seen by both; c = (T − 1)/T by source; Q1+ (Q+1) were seen by both and in exactly one
    response of the first (second), Q11 in one of each, Q2+, Q+2 and Q22 likewise in two:

        S12 = D12 + c1 Q1+²/(2 Q2+) + c2 Q+1²/(2 Q+2) + c1 c2 Q11²/(4 Q22)

    and where a denominator is 0, in all three terms: Q (Q − 1)/(2 (Q' + 1)), the last over 4.

    Parameters
    ----------
    first, second : bool array, problem × response
        Who saw which problem, with the same problems in the same rows.

    Returns
    -------
    float
        At least D12; NaN, with a warning, where a source has no responses.

    Raises
    ------
    ValueError
        If the two have different numbers of problems, or hold something else than yes and no.

    Notes
    -----
    What the number means: a lower limit of the problems that complainants and shoppers have in common, seen so far
    or not.

    Source: Pan, Chao & Foissner 2009, J. Agric. Biol. Environ. Stat. 14:452-468; equals SpadeR::ChaoShared.

    Examples
    --------
    Two responses a side; problem a seen by all, b by one of each: 2 + 1/4 + 1/4 + 1/16.

    >>> shared_richness([[1, 1], [1, 0]], [[1, 1], [0, 1]])
    2.5625
    """
    one, other = (checked_incidence(table, name=name) for table, name in ((first, "first"), (second, "second")))
    if len(one) != len(other):
        raise ValueError(f"first has {len(one)} problems and second {len(other)}: give the same ones, row by row.")
    if not one.shape[1] or not other.shape[1]:
        warnings.warn("A source has no responses: what both share is not estimable.", stacklevel=2)
        return math.nan
    factors = [(table.shape[1] - 1) / table.shape[1] for table in (one, other)]
    counts = np.stack([one.sum(axis=1), other.sum(axis=1)])
    counts = counts[:, (counts > 0).all(axis=0)]
    in_one = [(counts[side] == 1).sum() for side in (0, 1)] + [(counts == 1).all(axis=0).sum()]
    in_two = [(counts[side] == 2).sum() for side in (0, 1)] + [(counts == 2).all(axis=0).sum()]
    weights = [factors[0] / 2, factors[1] / 2, factors[0] * factors[1] / 4]
    corrected = not all(in_two)
    total = float(counts.shape[1])
    for weight, ones, twos in zip(weights, in_one, in_two, strict=True):
        total += weight * float(ones * (ones - 1) / (twos + 1) if corrected else ones**2 / twos)
    return total
