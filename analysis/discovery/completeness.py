"""How complete a sample of responses is: the share of all sightings that belong to problems already seen."""

from __future__ import annotations

import math
import warnings

import numpy as np
import numpy.typing as npt

from analysis.discovery.frequencies import Floats, Frequencies, checked_sizes, share_of_subsets_without
from analysis.shapes.arrays import as_number


def coverage(counts: npt.ArrayLike, units: int, sizes: npt.ArrayLike) -> Floats:
    """Return the expected coverage of samples of each of `sizes` responses.

    Below T: C(m) = 1 − sum_k (x_k/U) C(T − x_k, m)/C(T − 1, m), U the number of sightings. From T on:
    C = 1 − (Q1/U) A^(m − T + 1). Between whole sizes below T, linear.

    Parameters
    ----------
    counts : int array, shape (K,)
        x_k, responses in which each problem was seen.
    units : int
        T, number of responses.
    sizes : array of float, shape (M,)
        m, numbers of responses, 0 or more.

    Returns
    -------
    float array, shape (M,)
        Between 0 and 1; NaN where nothing was seen.

    Raises
    ------
    ValueError
        For counts above `units`, or sizes that are negative or not finite.

    Notes
    -----
    What the number means: of all that such people would report from now on, this share is of kinds that m
    responses have brought up already.

    Source: Chao et al. 2014, Ecological Monographs 84:45-67, appendix (incidence data); equals iNEXT's SC.

    Examples
    --------
    Problem a seen in both of two responses, b in one: Q1 = Q2 = 1, U = 3, Q0 = 1/4, A = 1/3. One response covers
    1 − 1/3; both cover 1 − (1/3)(1/3).

    >>> coverage([2, 1], 2, [1, 2]).round(4).tolist()
    [0.6667, 0.8889]
    """
    sample = Frequencies.checked(counts, units)
    wanted = checked_sizes(sizes)
    if not len(sample.counts):
        warnings.warn("Nobody saw a problem: coverage is not estimable.", stacklevel=2)
        return np.full(len(wanted), np.nan)
    _warn_of_one_response(sample)
    return _coverage(sample, wanted)


def size_at_coverage(counts: npt.ArrayLike, units: int, target: float) -> float:
    """Return how many responses reach a coverage.

    Up to C(T) by bisection over whole sizes and linear between them; beyond,
    m = T + log(U (1 − C)/Q1)/log(A) − 1.

    Parameters
    ----------
    counts : int array, shape (K,)
        x_k, responses in which each problem was seen.
    units : int
        T, number of responses.
    target : float
        The coverage wanted, from 0 to 1.

    Returns
    -------
    float
        Number of responses, not rounded; inf where it is never reached; NaN where nothing was seen.

    Raises
    ------
    ValueError
        For counts above `units` or a target outside 0 to 1.

    Notes
    -----
    What the number means: ask so many people, and what the next ones say will mostly be known already.

    Source: Chao & Jost 2012, Ecology 93:2533-2547; inverts `coverage`, as iNEXT::estimateD does.

    Examples
    --------
    One response covers 2/3 (see `coverage`), so three quarters of one cover a half.

    >>> round(size_at_coverage([2, 1], 2, 0.5), 4)
    0.75
    """
    if not 0 <= as_number(target, name="target") <= 1:
        raise ValueError(f"target is {target}: a coverage lies between 0 and 1.")
    sample = Frequencies.checked(counts, units)
    if not len(sample.counts):
        warnings.warn("Nobody saw a problem: coverage is not estimable.", stacklevel=2)
        return math.nan
    _warn_of_one_response(sample)
    reached = float(_coverage(sample, np.array([float(sample.units)]))[0])
    if target > reached:
        if target == 1:
            return math.inf
        sightings = int(sample.counts.sum())
        return sample.units + math.log(sightings * (1 - target) / sample.once) / math.log(sample.missed_again) - 1
    low, high = 0, sample.units
    while high - low > 1:
        middle = (low + high) // 2
        if _coverage(sample, np.array([float(middle)]))[0] < target:
            low = middle
        else:
            high = middle
    at_low, at_high = _coverage(sample, np.array([float(low), float(high)]))
    return low + float((target - at_low) / (at_high - at_low))


def _warn_of_one_response(sample: Frequencies) -> None:
    if sample.units == 1:
        warnings.warn("There is one response only: its coverage of 1 means nothing.", stacklevel=3)


def _coverage(sample: Frequencies, sizes: Floats) -> Floats:
    units, sightings = sample.units, int(sample.counts.sum())
    beyond = 1 - sample.once / sightings * sample.missed_again ** (np.maximum(sizes - units, 0) + 1)
    floor = np.minimum(np.floor(sizes), units - 1).astype(np.int64)
    ceiling = np.minimum(np.ceil(sizes), units).astype(np.int64)
    whole, place = np.unique(np.concatenate([floor, np.minimum(ceiling, units - 1)]), return_inverse=True)
    missed = share_of_subsets_without(sample.counts - 1, units - 1, whole) @ sample.counts
    exact = 1 - missed[place] / sightings
    low, high = exact[: len(sizes)], exact[len(sizes) :]
    at_units = 1 - sample.once / sightings * sample.missed_again
    high = np.where(ceiling == units, at_units, high)
    within = low + (high - low) * np.clip(sizes - floor, 0, 1)
    return np.where(sizes >= units, beyond, within)
