"""The companion randomisation test: flip the signs of the location differences."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.inference.sums import Layout
from analysis.language import say
from analysis.shapes.arrays import as_floats
from analysis.shapes.results import SignFlip

#: Up to so many locations all sign vectors are tried.
EXACT_UP_TO = 16
DRAWS = 99_999
#: Whole numbers are counted up to so many additions.
_MOST_STEPS = 100_000_000
#: Sign vectors held in memory at a time. Fixed: the stream of random numbers depends on it.
_BLOCK = 512


def sign_flip(differences: npt.ArrayLike, *, seed: int = 0) -> SignFlip:
    """Test that location differences are symmetric about zero, by flipping their signs.

    T = |mean(s · D)| over all 2^L sign vectors s if L ≤ 16, or if the differences are whole numbers (then they
    are counted, not tried one by one); else over 99,999 random ones with
    p = (1 + number at least as large)/(99,999 + 1). Ties count, with a slack of 1e-12 · max|D|.

    Parameters
    ----------
    differences : array-like of float, shape (L,)
        D_l, complainants minus shoppers.
    seed : int
        For the random sign vectors, from 0.

    Returns
    -------
    SignFlip
        `statistic` is the signed mean; `p_value` is two-sided; both NaN without any difference.

    Notes
    -----
    What the number means: how often chance alone would push the mean of the places as far from zero, if each
    place's difference could as well have had the other sign. Exact only under that symmetry, and only where no
    shopper works at two locations.

    Source: Fisher 1935, The Design of Experiments, section 21.

    Examples
    --------
    Three places, all positive: of the 8 sign vectors only +++ and −−− give a mean as far from zero.

    >>> sign_flip([1.0, 2.0, 3.0]).p_value
    0.25
    """
    values = as_floats(differences, name="differences")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed is {seed!r}: give a whole number from 0, so that the answer can be had again.")
    if np.isnan(values).any():
        raise ValueError("differences: give one finite number a location.")
    if not len(values):
        return SignFlip(math.nan, math.nan, exact=False, warnings=(say("There are no differences to test."),))
    # The largest numbers are divided by a power of two, which is exact, so that their sums stay finite.
    shift = max(0, int(np.frexp(np.abs(values).max())[1]) - 512)
    values = np.sort(np.ldexp(values, -shift))
    mean = float(np.ldexp(values.mean(), shift))
    if len(values) > EXACT_UP_TO and _countable(values):
        return SignFlip(mean, _counted_p(values.astype(np.int64)), exact=True)
    exact = len(values) <= EXACT_UP_TO
    threshold = abs(values.sum()) - 1e-12 * np.abs(values).max() * len(values)
    vectors = _all_signs(len(values)) if exact else _random_signs(len(values), seed=seed)
    as_large = sum(int((np.abs(signs @ values) >= threshold).sum()) for signs in vectors)
    p_value = as_large / 2 ** len(values) if exact else (1 + as_large) / (DRAWS + 1)
    return SignFlip(mean, p_value, exact=exact)


def _countable(values: npt.NDArray[np.float64]) -> bool:
    """Say whether all sums of signed differences are few enough whole numbers to be counted."""
    whole = bool(np.equal(values, np.rint(values)).all())
    return whole and len(values) * np.abs(values).sum() <= _MOST_STEPS


def _counted_p(values: npt.NDArray[np.int64]) -> float:
    """Return the exact two-sided p: how many sign vectors lead to which sum, difference by difference.

    `chance[k]` is the share of sign vectors whose positive part adds up to k; one more difference d adds d with
    chance one half.
    """
    sizes = np.abs(values)
    chance = np.zeros(int(sizes.sum()) + 1)
    chance[0] = 1.0
    reached = 0
    for size in sizes:
        moved = chance[: reached + 1] / 2
        chance[: reached + 1] = moved
        reached += int(size)
        chance[size : reached + 1] += moved
    sums = 2 * np.arange(len(chance)) - len(chance) + 1
    return float(chance[np.abs(sums) >= abs(int(values.sum()))].sum())


def _all_signs(length: int) -> Iterator[npt.NDArray[np.float64]]:
    bits = np.arange(2**length)[:, None] >> np.arange(length)
    yield (1 - 2 * (bits & 1)).astype(np.float64)


def _random_signs(length: int, *, seed: int) -> Iterator[npt.NDArray[np.float64]]:
    random = np.random.Generator(np.random.PCG64(seed))
    for start in range(0, DRAWS, _BLOCK):
        size = (min(_BLOCK, DRAWS - start), length)
        yield (1 - 2 * random.integers(0, 2, size=size, dtype=np.int8)).astype(np.float64)


def shoppers_cross(layout: Layout) -> bool:
    """Say whether any shopper has compared responses in two locations; True where nobody knows."""
    if not layout.shoppers_known:
        return True
    paired = layout.paired()
    visits = np.unique(
        np.stack([paired.shopper[~paired.complainant], paired.location[~paired.complainant]]), axis=1
    )
    return bool(len(np.unique(visits[0])) < visits.shape[1])
