"""H10: do places rank alike whichever source one asks, in level and in change?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.inference.sums import Layout
from analysis.shapes.hypotheses import RankAgreement
from analysis.shapes.results import NOT_ESTIMABLE, Interval
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: With fewer places nothing is said about ranks.
LEAST_PLACES = 5
#: Below this the means of a source say too little about the places themselves.
LEAST_RELIABILITY = 0.3
#: Resamples held in memory at a time; the stream of random numbers does not depend on it.
_BLOCK = 250


def rank_correlation(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    resamples: int = 9999,
    seed: int = 20260101,
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
    one, other = (np.asarray(values, dtype=np.float64) for values in (first, second))
    known = np.isfinite(one) & np.isfinite(other)
    one, other = one[known], other[known]
    groups: Ints = np.arange(len(one), dtype=np.int64)
    if cluster is not None:
        groups = np.unique(np.asarray(cluster)[known], return_inverse=True)[1].astype(np.int64)
    clusters = int(groups.max(initial=-1)) + 1
    if len(one) < LEAST_PLACES or clusters < LEAST_PLACES:
        return math.nan, NOT_ESTIMABLE
    ranks = _Ranks.of(one), _Ranks.of(other)
    estimate = float(_spearman(*ranks, np.ones((1, len(one))))[0])
    drawn = [
        _spearman(*ranks, weights[:, groups]) for weights in _resampled(clusters, resamples=resamples, seed=seed)
    ]
    return estimate, _percentiles(np.concatenate(drawn))


def rank_agreement(layout: Layout, *, resamples: int, seed: int) -> RankAgreement:
    """Return how alike both sources rank the places, by their mean number of problems.

    With r_s Spearman's correlation of the means, s2_a the variance within places and n_la the responses of arm a:

        rel_a  = 1 − mean_l(s2_a/n_la) / var_l(mean_la)
        rho    = 2 sin(pi r_s/6) / sqrt(rel_S rel_C), clipped to −1 … 1;   places = (6/pi) asin(rho/2)

    All of it is recomputed in each resample of places.

    Returns
    -------
    RankAgreement
        `places` is NaN with a reason if a reliability is below .3, or most places have one shopper only, or
        nobody knows who the shoppers are.
    """
    places = _Places.of(layout)
    if places.count < LEAST_PLACES:
        too_few = f"places with both sources: {places.count}, at least {LEAST_PLACES} are needed"
        return RankAgreement(locations=places.count, reason=too_few)
    whole = places.agreement(np.ones((1, places.count)))
    drawn = [places.agreement(weights) for weights in _resampled(places.count, resamples=resamples, seed=seed)]
    observed, corrected, shoppers, complainants = (float(values[0]) for values in whole)
    found = RankAgreement(
        observed=observed,
        observed_ci95=_percentiles(np.concatenate([values[0] for values in drawn])),
        reliability_shoppers=shoppers,
        reliability_complainants=complainants,
        locations=places.count,
    )
    if not math.isfinite(observed):
        return replace(found, reason="one source reports the same at all places")
    why = _why_not(places, shoppers, complainants)
    if why is not None:
        return replace(found, reason=why)
    interval = _percentiles(np.concatenate([values[1] for values in drawn]))
    return replace(found, places=corrected, places_ci95=interval)


def change_agreement(layout: Layout, *, resamples: int, seed: int) -> RankAgreement:
    """Return how alike both sources see places change from one period to the next, places resampled whole."""
    table = layout.paired().table
    added = table.groupby(["location", "period", "side"], sort=True)[["y", "n"]].sum()
    both = (
        (added["y"] / added["n"]).unstack("side").reindex(columns=[SHOPPERS, COMPLAINANTS]).dropna().reset_index()
    )
    same_place = both["location"].eq(both["location"].shift()).to_numpy(dtype=bool)
    means = both[[SHOPPERS, COMPLAINANTS]]
    changes = (means - means.shift())[same_place]
    cluster = both["location"][same_place].to_numpy()
    places = len(set(cluster))
    if places < LEAST_PLACES:
        too_few = f"places with both sources in two periods: {places}, at least {LEAST_PLACES} are needed"
        return RankAgreement(locations=places, reason=too_few)
    estimate, interval = rank_correlation(
        changes[SHOPPERS].to_numpy(),
        changes[COMPLAINANTS].to_numpy(),
        cluster=cluster,
        resamples=resamples,
        seed=seed,
    )
    why_not = None if math.isfinite(estimate) else "one source reports no change anywhere"
    return RankAgreement(observed=estimate, observed_ci95=interval, locations=places, reason=why_not)


def _why_not(places: _Places, shoppers: float, complainants: float) -> str | None:
    if not places.shoppers_known:
        return "no shopper ids are known: whether a place was seen by one shopper only cannot be told"
    if places.one_shopper > places.count / 2:
        return f"{places.one_shopper} of {places.count} places have one shopper only, more than half"
    worst = min(shoppers, complainants)
    if not worst >= LEAST_RELIABILITY:
        shown = "not known" if math.isnan(worst) else f"{worst:.2f}"
        return (
            f"the means of one source are too noisy: reliability {shown}, at least {LEAST_RELIABILITY} is needed"
        )
    return None


@dataclass(frozen=True, eq=False)
class _Arm:
    """What one source says of each place: mean, number of responses, squares within the place."""

    mean: Floats
    n: Floats
    squares: Floats
    ranks: _Ranks

    def reliability(self, weights: Floats) -> Floats:
        """Return 1 − mean(s2/n)/var(mean) for each row of weights."""
        places = weights.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            within = (weights @ self.squares) / (weights @ (self.n - 1))
            noise = within * (weights @ (1 / self.n)) / places
            centre = (weights @ self.mean) / places
            spread = (weights * (self.mean - centre[:, None]) ** 2).sum(axis=1) / (places - 1)
            reliability: Floats = 1 - noise / spread
        return reliability


@dataclass(frozen=True, eq=False)
class _Places:
    """Both sources at the places where they share a cell."""

    shoppers: _Arm
    complainants: _Arm
    count: int
    shoppers_known: bool
    one_shopper: int

    @classmethod
    def of(cls, layout: Layout) -> _Places:
        paired = layout.paired()
        _, place = np.unique(paired.location, return_inverse=True)
        count = int(place.max(initial=-1)) + 1
        arms = []
        for side in (~paired.complainant, paired.complainant):
            n, y, y_squared = (
                np.bincount(place[side], weights=paired.values(name)[side], minlength=count).astype(np.float64)
                for name in ("n", "y", "y_squared")
            )
            mean = y / n
            arms.append(_Arm(mean=mean, n=n, squares=(y_squared - y * mean).clip(0), ranks=_Ranks.of(mean)))
        visits = np.unique(np.stack([place, paired.shopper])[:, ~paired.complainant], axis=1)
        shoppers_at = np.bincount(visits[0], minlength=count)
        return cls(
            shoppers=arms[0],
            complainants=arms[1],
            count=count,
            shoppers_known=layout.shoppers_known,
            one_shopper=int((shoppers_at == 1).sum()),
        )

    def agreement(self, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the observed and the corrected correlation and both reliabilities for each row of weights."""
        observed = _spearman(self.shoppers.ranks, self.complainants.ranks, weights)
        shoppers, complainants = self.shoppers.reliability(weights), self.complainants.reliability(weights)
        product = (np.maximum(shoppers, 0) * np.maximum(complainants, 0)).clip(1e-12)
        rho = (2 * np.sin(math.pi * observed / 6) / np.sqrt(product)).clip(-1, 1)
        return observed, 6 / math.pi * np.arcsin(rho / 2), shoppers, complainants


@dataclass(frozen=True, eq=False)
class _Ranks:
    """The order of some values, so that ranks under any weights follow from sums."""

    order: Ints
    starts: Ints
    tied: Ints

    @classmethod
    def of(cls, values: Floats) -> _Ranks:
        order = np.argsort(values, kind="stable")
        new = np.append(True, np.diff(values[order]) > 0) if len(values) else np.array([], dtype=bool)
        tied = np.empty(len(values), dtype=np.int64)
        tied[order] = np.cumsum(new) - 1
        return cls(order=order, starts=np.flatnonzero(new), tied=tied)

    def under(self, weights: Floats) -> Floats:
        """Return the mid-rank of each value if it stood there as many times as its weight says."""
        counts = np.add.reduceat(weights[:, self.order], self.starts, axis=1)
        middle = np.cumsum(counts, axis=1) - (counts - 1) / 2
        ranks: Floats = middle[:, self.tied]
        return ranks


def _spearman(first: _Ranks, second: _Ranks, weights: Floats) -> Floats:
    centre = (weights.sum(axis=1, keepdims=True) + 1) / 2
    one, other = first.under(weights) - centre, second.under(weights) - centre
    with np.errstate(divide="ignore", invalid="ignore"):
        spreads = (weights * one**2).sum(axis=1) * (weights * other**2).sum(axis=1)
        correlation: Floats = (weights * one * other).sum(axis=1) / np.sqrt(spreads)
    return correlation.clip(-1, 1)


def _resampled(units: int, *, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield how often each unit was drawn, with replacement, in blocks of resamples."""
    random = np.random.Generator(np.random.PCG64(seed))
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        drawn = random.integers(0, units, size=(size, units)) + np.arange(size)[:, None] * units
        yield np.bincount(drawn.ravel(), minlength=size * units).reshape(size, units).astype(np.float64)


def _percentiles(drawn: Floats) -> Interval:
    """Return the middle 95 %; NaN where more than a tenth of the resamples gave no number."""
    known = drawn[np.isfinite(drawn)]
    if len(known) < 0.9 * len(drawn):
        return NOT_ESTIMABLE
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
