"""H10: do places rank alike whichever source one asks, in level and in change?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.inference.ranks import Ranks, spearman
from analysis.inference.sums import Layout
from analysis.inference.witnesses import rank_correlation
from analysis.language import Number, Words, say
from analysis.shapes.hypotheses import RankAgreement
from analysis.shapes.reasons import too_few_places
from analysis.shapes.resampling import percentiles, resampled
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: With fewer places nothing is said about ranks.
LEAST_PLACES = 5
#: Below this the means of a source say too little about the places themselves.
LEAST_RELIABILITY = 0.3


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
        return RankAgreement(locations=places.count, reason=too_few_places(places.count, LEAST_PLACES))
    whole = places.agreement(np.ones((1, places.count)))
    drawn = [places.agreement(weights) for weights in resampled(places.count, resamples=resamples, seed=seed)]
    observed, corrected, shoppers, complainants = (float(values[0]) for values in whole)
    found = RankAgreement(
        observed=observed,
        observed_ci95=percentiles(np.concatenate([values[0] for values in drawn])),
        reliability_shoppers=shoppers,
        reliability_complainants=complainants,
        locations=places.count,
    )
    if not math.isfinite(observed):
        return replace(found, reason=say("one source reports the same at all places"))
    why = _why_not(places, shoppers, complainants)
    if why is not None:
        return replace(found, reason=why)
    interval = percentiles(np.concatenate([values[1] for values in drawn]))
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
        too_few = say(
            "places with both sources in two periods: {n}, at least {least} are needed",
            n=Number(places),
            least=Number(LEAST_PLACES),
        )
        return RankAgreement(locations=places, reason=too_few)
    estimate, interval = rank_correlation(
        changes[SHOPPERS].to_numpy(),
        changes[COMPLAINANTS].to_numpy(),
        cluster=cluster,
        resamples=resamples,
        seed=seed,
    )
    why_not = None if math.isfinite(estimate) else say("one source reports no change anywhere")
    return RankAgreement(observed=estimate, observed_ci95=interval, locations=places, reason=why_not)


def _why_not(places: _Places, shoppers: float, complainants: float) -> Words | None:
    if not places.shoppers_known:
        return say("no shopper ids are known: whether a place was seen by one shopper only cannot be told")
    if places.one_shopper > places.count / 2:
        return say(
            "{n} of {all} places have one shopper only, more than half",
            n=Number(places.one_shopper),
            all=Number(places.count),
        )
    worst = min(shoppers, complainants)
    if not worst >= LEAST_RELIABILITY:
        return say(
            "the means of one source are too noisy: reliability {shown}, at least {least} is needed",
            shown=say("not known") if math.isnan(worst) else Number(worst, 2),
            least=Number(LEAST_RELIABILITY, 1),
        )
    return None


@dataclass(frozen=True, eq=False)
class _Arm:
    """What one source says of each place: mean, number of responses, squares within the place."""

    mean: Floats
    n: Floats
    squares: Floats
    ranks: Ranks

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
            arms.append(_Arm(mean=mean, n=n, squares=(y_squared - y * mean).clip(0), ranks=Ranks.of(mean)))
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
        observed = spearman(self.shoppers.ranks, self.complainants.ranks, weights)
        shoppers, complainants = self.shoppers.reliability(weights), self.complainants.reliability(weights)
        product = (np.maximum(shoppers, 0) * np.maximum(complainants, 0)).clip(1e-12)
        rho = (2 * np.sin(math.pi * observed / 6) / np.sqrt(product)).clip(-1, 1)
        return observed, 6 / math.pi * np.arcsin(rho / 2), shoppers, complainants
