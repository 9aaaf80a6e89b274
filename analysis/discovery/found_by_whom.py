"""Which problems which source found, and how much of what is real."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.discovery.frequencies import checked_incidence
from analysis.shapes.estimates import Overlap, Thoroughness


def overlap(
    complainants: npt.ArrayLike, shoppers: npt.ArrayLike, *, problems: Sequence[str] | None = None
) -> Overlap:
    """Return which problems both sources found, and which only one of them.

    Jaccard = both/(both + only complainants + only shoppers).

    Parameters
    ----------
    complainants, shoppers : bool array, problem × response
        Who saw which problem, with the same problems in the same rows.
    problems : sequence of str, optional
        Their names; else their numbers from 0.

    Returns
    -------
    Overlap
        `jaccard` is NaN where nobody found any.

    Raises
    ------
    ValueError
        If the tables or the names do not fit one another.

    Notes
    -----
    What the number means: of all problems that came to light, this share came to light on both sides. More
    responses find more: with unequal numbers the larger side finds more that the other does not.

    Source: Jaccard 1901, Bull. Soc. Vaudoise Sci. Nat. 37:547-579.

    Examples
    --------
    >>> result = overlap([[1, 1], [1, 0], [0, 0]], [[1], [0], [1]], problems=["rude", "late", "lost"])
    >>> result.only_shoppers_problems, round(result.jaccard, 3)
    (('lost',), 0.333)
    """
    one, other = _sides(complainants, shoppers)
    names = [str(number) for number in range(len(one))] if problems is None else [str(name) for name in problems]
    if len(names) != len(one):
        raise ValueError(f"problems: {len(names)} names for {len(one)} problems; give one a row.")
    seen_c, seen_s = one.sum(axis=1) > 0, other.sum(axis=1) > 0
    both, either = int((seen_c & seen_s).sum()), int((seen_c | seen_s).sum())
    notes = []
    if one.shape[1] != other.shape[1]:
        notes.append(
            f"{one.shape[1]} responses of complainants and {other.shape[1]} of shoppers: more responses find more."
        )
    if not either:
        notes.append("Nobody found a problem: the overlap is not estimable.")
    return Overlap(
        jaccard=both / either if either else math.nan,
        both=both,
        only_complainants=int((seen_c & ~seen_s).sum()),
        only_shoppers=int((seen_s & ~seen_c).sum()),
        nobody=len(one) - either,
        both_problems=_named(names, seen_c & seen_s),
        only_complainants_problems=_named(names, seen_c & ~seen_s),
        only_shoppers_problems=_named(names, seen_s & ~seen_c),
        warnings=tuple(notes),
    )


def _sides(
    complainants: npt.ArrayLike, shoppers: npt.ArrayLike
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    one = checked_incidence(complainants, name="complainants")
    other = checked_incidence(shoppers, name="shoppers")
    if len(one) != len(other):
        raise ValueError(f"complainants has {len(one)} problems and shoppers {len(other)}: give the same ones.")
    return one, other


def _named(names: list[str], chosen: npt.NDArray[np.generic]) -> tuple[str, ...]:
    return tuple(names[place] for place in np.flatnonzero(chosen))


def thoroughness(found: npt.ArrayLike, real: npt.ArrayLike) -> Thoroughness:
    """Return how much of what is real was found, and how much of what was found is real.

    thoroughness = |found and real|/|real|; validity = |found and real|/|found|; effectiveness is their product, F
    their harmonic mean.

    Parameters
    ----------
    found, real : bool array, shape (K,)
        By problem. What is real must be known from elsewhere (verified by staff, or seen by others), else a source
        confirms itself.

    Returns
    -------
    Thoroughness
        NaN where nothing is real, or nothing was found.

    Raises
    ------
    ValueError
        If the two differ in length, or hold something else than yes and no.

    Notes
    -----
    What the numbers mean: a source that finds half of what is real, and nothing else, has thoroughness .5 and
    validity 1.

    Source: Hartson, Andre & Williges 2001, Int. J. Hum.-Comput. Interact. 13:373-410.

    Examples
    --------
    >>> result = thoroughness([1, 1, 1, 0], [1, 0, 0, 1])
    >>> result.thoroughness, round(result.validity, 3), round(result.f, 3)
    (0.5, 0.333, 0.4)
    """
    one = checked_incidence(np.atleast_2d(np.asarray(found)), name="found")[0]
    other = checked_incidence(np.atleast_2d(np.asarray(real)), name="real")[0]
    if len(one) != len(other):
        raise ValueError(f"found has {len(one)} problems and real {len(other)}: give the same ones.")
    return _thoroughness(float((one & other).sum()), real=float(other.sum()), found=float(one.sum()), size=0)


def confirmed_thoroughness(
    complainants: npt.ArrayLike, shoppers: npt.ArrayLike, *, size: int, least: int = 2
) -> dict[str, Thoroughness]:
    """Return how much of what others confirm is found by `size` responses of each arm.

    A problem is real, for some responses, if at least `least` other responses of either arm saw it. With X_k
    sightings in all, x_k of T in the arm, and J hypergeometric (`size` of T, x_k seen), expected over all choices
    of `size` responses:

        found and real = sum_k P(1 ≤ J ≤ X_k − least);  real = sum_k P(J ≤ X_k − least);  found = sum_k P(J ≥ 1)

    Parameters
    ----------
    complainants, shoppers : bool array, problem × response
        Who saw which problem, with the same problems in the same rows.
    size : int
        Responses of each arm, so that both have the same chance.
    least : int
        How many others must have seen a problem.

    Returns
    -------
    dict of str to Thoroughness
        By arm, "complainant" and "shopper"; ratios of the expected numbers. NaN for an arm with fewer responses.

    Raises
    ------
    ValueError
        If the tables do not fit one another, or a number is below 1.

    Notes
    -----
    What the numbers mean: ask so many people of one kind; of what others confirm they bring up this share, and of
    what they bring up others confirm that share.

    Source: derived from Hartson, Andre & Williges 2001 with the sampling of Colwell et al. 2012; leaving the
    responses judged out of what confirms them keeps an arm from confirming itself.

    Examples
    --------
    Two problems; both complainants see the first, one shopper of two sees it, nobody sees the second.

    >>> result = confirmed_thoroughness([[1, 1], [0, 0]], [[1, 0], [0, 0]], size=1)
    >>> result["complainant"].thoroughness, result["shopper"].thoroughness
    (1.0, 0.5)
    """
    if size < 1 or least < 1:
        raise ValueError(f"size is {size} and least {least}: give whole numbers from 1.")
    one, other = _sides(complainants, shoppers)
    total = one.sum(axis=1) + other.sum(axis=1)
    return {
        name: _expected(side.sum(axis=1), side.shape[1], total, size=size, least=least)
        for name, side in (("complainant", one), ("shopper", other))
    }


def _expected(
    counts: npt.NDArray[np.int64], units: int, total: npt.NDArray[np.int64], *, size: int, least: int
) -> Thoroughness:
    if units < size:
        sentence = f"There are {units} responses, fewer than {size}."
        nan = math.nan
        return Thoroughness(nan, nan, nan, nan, nan, nan, size, (sentence,))
    drawn = stats.hypergeom(units, counts, size)
    none = np.asarray(drawn.pmf(0), dtype=np.float64)
    real = np.where(total >= least, drawn.cdf(total - least), 0.0)
    both = np.where(total >= least, real - none, 0.0)
    return _thoroughness(
        float(np.clip(both, 0.0, 1.0).sum()), real=float(real.sum()), found=float((1 - none).sum()), size=size
    )


def _thoroughness(both: float, *, real: float, found: float, size: int) -> Thoroughness:
    thorough = both / real if real > 0 else math.nan
    valid = both / found if found > 0 else math.nan
    notes = []
    if math.isnan(thorough):
        notes.append("Nothing is known to be real: thoroughness is not estimable.")
    if math.isnan(valid):
        notes.append("Nothing was found: validity is not estimable.")
    together = thorough + valid
    return Thoroughness(
        thoroughness=thorough,
        validity=valid,
        effectiveness=thorough * valid,
        f=2 * thorough * valid / together if together > 0 else (0.0 if together == 0 else math.nan),
        real=real,
        found=found,
        size=size,
        warnings=tuple(notes),
    )
