"""How many different problems so many responses find: rarefied and extrapolated."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from analysis.discovery.frequencies import Floats, Frequencies, checked_sizes, share_of_subsets_without


def rarefaction(counts: npt.ArrayLike, units: int, sizes: npt.ArrayLike) -> Floats:
    """Return the number of different problems expected in each of `sizes` responses.

    Up to T responses exactly: S(m) = S_obs − sum_k C(T − x_k, m)/C(T, m). Beyond T by extrapolation:
    S(T + m*) = S_obs + Q0 (1 − (1 − Q1/(T Q0 + Q1))^m*). Between whole sizes below T, linear.

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
        NaN where there is no response at all. Warns where a size exceeds 2 T: no estimate reaches that far.

    Raises
    ------
    ValueError
        For counts above `units`, or sizes that are negative or not finite.

    Notes
    -----
    What the number means: if one asked only m of these people, so many different problems would come to light
    on average.

    Source: Colwell et al. 2012, J. Plant Ecology 5:3-21, eq. 17 and 18 (sample-based); equals vegan::specaccum
    "exact" and iNEXT q = 0.

    Examples
    --------
    Three responses, problem a seen in all, b in one: two responses find a, and b in two of three pairs.

    >>> rarefaction([3, 1], 3, [1, 2, 3]).round(4).tolist()
    [1.3333, 1.6667, 2.0]
    """
    sample = Frequencies.checked(counts, units)
    wanted = checked_sizes(sizes)
    if not sample.units:
        warnings.warn("There are no responses: nothing can be expected of more.", stacklevel=2)
        return np.full(len(wanted), np.nan)
    if (wanted > 2 * sample.units).any():
        warnings.warn(
            f"Sizes beyond {2 * sample.units} (twice the responses there are) are a guess.", stacklevel=2
        )
    return np.where(
        wanted <= sample.units, _rarefied(sample, wanted), _extrapolated(sample, wanted - sample.units)
    )


def _rarefied(sample: Frequencies, sizes: Floats) -> Floats:
    floor = np.minimum(np.floor(sizes), sample.units).astype(np.int64)
    ceiling = np.minimum(np.ceil(sizes), sample.units).astype(np.int64)
    whole, place = np.unique(np.concatenate([floor, ceiling]), return_inverse=True)
    missed = share_of_subsets_without(sample.counts, sample.units, whole).sum(axis=1)
    distinct = len(sample.counts) - missed[place]
    low, high = distinct[: len(sizes)], distinct[len(sizes) :]
    found: Floats = low + (high - low) * np.clip(sizes - floor, 0, 1)
    return found


def _extrapolated(sample: Frequencies, further: Floats) -> Floats:
    if not sample.once:
        return np.full(len(further), float(len(sample.counts)))
    found: Floats = len(sample.counts) + sample.unseen * (1 - sample.missed_again ** np.maximum(further, 0))
    return found
