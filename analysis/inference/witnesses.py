"""Which witness ranks units as somebody else does: rank agreement, who agrees better, and who finds the worst."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.inference.ranks import Ranks, spearman
from analysis.shapes.resampling import percentiles, resampled
from analysis.shapes.results import NOT_ESTIMABLE, Interval

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: With fewer units, or fewer clusters of them, nothing is said about ranks.
LEAST_UNITS = 5
RESAMPLES = 9999
SEED = 20260101


def rank_correlation(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, Interval]:
    """Return Spearman's correlation of two measures of the same units, with a cluster-bootstrap interval.

    Parameters
    ----------
    first, second : float arrays
        One entry a unit; units that lack one are left out.
    cluster : array, optional
        Which units were drawn together (places of one firm); each unit by itself where it is not given.
    resamples, seed : int

    Returns
    -------
    tuple of float and interval
        Ties get their mean rank. The interval goes from the 2.5th to the 97.5th percentile over resampled
        clusters; NaN with fewer than 5 units or clusters, or where one measure is the same everywhere.

    Notes
    -----
    What the number means: 1 if both put the units in the same order, −1 if in the opposite one, 0 if knowing one
    order says nothing about the other.

    Examples
    --------
    >>> rank_correlation([1, 2, 3, 4, 5], [10, 20, 30, 50, 40], resamples=99)[0]
    0.9
    """
    units = _Units.of((first, second), cluster)

    def alike(weights: Floats) -> Floats:
        one, other = units.ranks
        return spearman(one, other, weights)

    return units.bootstrap(alike, resamples=resamples, seed=seed)


def rank_advantage(
    judge: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, Interval]:
    """Return how much better the first witness ranks units as the judge does than the second does.

    The difference of two Spearman correlations with the judge, on the units that all three know, both taken again
    in each resample, so that what they have in common does not widen the interval.

    Parameters
    ----------
    judge, first, second : float arrays
        One entry a unit.
    cluster, resamples, seed
        As in `rank_correlation`.

    Examples
    --------
    >>> round(rank_advantage([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 5, 4], resamples=99)[0], 12)
    0.1
    """
    units = _Units.of((judge, first, second), cluster)

    def advantage(weights: Floats) -> Floats:
        one, other, another = units.ranks
        better: Floats = spearman(one, other, weights) - spearman(one, another, weights)
        return better

    return units.bootstrap(advantage, resamples=resamples, seed=seed)


def worst_found(
    judge: npt.ArrayLike,
    witness: npt.ArrayLike,
    *,
    worst: float = 0.1,
    flagged: float = 0.25,
    cluster: npt.ArrayLike | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, Interval]:
    """Return which share of the units that the judge finds worst lie among those that the witness flags.

    Parameters
    ----------
    judge, witness : float arrays
        One entry a unit; low is bad. Units that lack one are left out.
    worst, flagged : float
        Which shares of all units are worst by the judge, and flagged by the witness.
    cluster, resamples, seed
        As in `rank_correlation`.

    Returns
    -------
    tuple of float and interval
        Of units that tie at the edge of a share, each counts with the same part.

    Notes
    -----
    What the number means: a witness who knows nothing finds as large a share of the worst as it flags of all.

    Examples
    --------
    Ten places; the worst one is the second worst in the eyes of the witness, who may flag two.

    >>> worst_found(range(10), [1, 0, 2, 3, 4, 5, 6, 7, 8, 9], flagged=0.2, resamples=99)[0]
    1.0
    """
    for name, share in (("worst", worst), ("flagged", flagged)):
        if not 0 < share < 1:
            raise ValueError(f"{name} is {share}: give a share between 0 and 1.")
    units = _Units.of((judge, witness), cluster)

    def found(weights: Floats) -> Floats:
        one, other = units.ranks
        bad = weights * one.lowest(weights, worst)
        caught: Floats = (bad * other.lowest(weights, flagged)).sum(axis=1) / bad.sum(axis=1)
        return caught

    return units.bootstrap(found, resamples=resamples, seed=seed)


@dataclass(frozen=True, eq=False)
class _Units:
    """The units that every measure knows, each measure's ranks, and which units were drawn together."""

    ranks: tuple[Ranks, ...]
    cluster: Ints
    clusters: int

    @classmethod
    def of(cls, measures: tuple[npt.ArrayLike, ...], cluster: npt.ArrayLike | None) -> _Units:
        table = np.stack([np.asarray(values, dtype=np.float64) for values in measures])
        known = np.isfinite(table).all(axis=0)
        groups: Ints = np.arange(int(known.sum()), dtype=np.int64)
        if cluster is not None:
            groups = np.unique(np.asarray(cluster)[known], return_inverse=True)[1].astype(np.int64)
        ranks = tuple(Ranks.of(values[known]) for values in table)
        return cls(ranks=ranks, cluster=groups, clusters=int(groups.max(initial=-1)) + 1)

    def bootstrap(
        self, statistic: Callable[[Floats], Floats], *, resamples: int, seed: int
    ) -> tuple[float, Interval]:
        """Return a statistic of how often each unit counts, and its interval over resampled clusters."""
        if self.clusters < LEAST_UNITS:
            return math.nan, NOT_ESTIMABLE
        estimate = float(statistic(np.ones((1, len(self.cluster))))[0])
        drawn = [
            statistic(weights[:, self.cluster])
            for weights in resampled(self.clusters, resamples=resamples, seed=seed)
        ]
        return estimate, percentiles(np.concatenate(drawn))
