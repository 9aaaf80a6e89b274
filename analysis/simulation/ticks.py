"""Simulated ticks, problem by problem: who ticks what in a world where each problem has a rate of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from analysis.inference.cells import Paired
from analysis.simulation.behaviour import lognormal
from analysis.simulation.worlds import Floats, World, draw_means, multiplier

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class ProblemWorld:
    """A world with a list of problems, each ticked or not, independently given the person, place and day.

    Attributes
    ----------
    world : World
        Its `mean` is the expected number of sightings if a problem could be seen more than once.
    items : int
        Problems on the list.
    sd_item, sd_habit : float
        Log-sds: of how often problems are met, and of each person's own eye for each problem, a shopper keeping
        theirs over all visits.
    ratios : tuple of float, optional
        Complainants' rate over shoppers' for the first problems, on top of the world's ratio; 1 for the others.
    """

    world: World
    items: int = 31
    sd_item: float = 0.7
    sd_habit: float = 0.0
    ratios: tuple[float, ...] = field(default=())

    @property
    def rates(self) -> Floats:
        """How often a shopper meets each problem: the quantiles of a log-normal, adding up to the mean."""
        shares = np.exp(self.sd_item * stats.norm.ppf((np.arange(self.items) + 0.5) / self.items))
        rates: Floats = self.world.mean * shares / shares.sum()
        return rates


def simulate_ticks(of: ProblemWorld, random: np.random.Generator) -> tuple[Paired, Bools]:
    """Draw who ticks what: problem k with probability 1 − exp(−rate_k · multipliers · habit).

    Where `sd_effect` equals `sd_shopper` and no ratio differs from 1, both sources tick each problem equally
    often.

    Returns
    -------
    (Paired, bool array)
        The paired responses, and response × problem.

    Examples
    --------
    >>> of = ProblemWorld(world=World(locations=5, shoppers=3), items=8)
    >>> paired, seen = simulate_ticks(of, np.random.default_rng(1))
    >>> seen.shape == (len(paired.rows), 8)
    True
    """
    paired, means = draw_means(of.world, random)
    means = means / of.world.mean * multiplier(random, of.world.sd_response, len(means))
    rates = np.outer(means, of.rates)
    if of.sd_habit:
        acted = ~paired.complainant
        people = of.world.shoppers + int(paired.complainant.sum())
        habits = multiplier(random, of.sd_habit, people * of.items).reshape(people, of.items)
        rates[acted] *= habits[paired.shopper[acted]]
        rates[~acted] *= habits[of.world.shoppers :]
    if of.ratios:
        ratios = np.ones(of.items)
        ratios[: len(of.ratios)] = of.ratios
        rates[paired.complainant] *= ratios
    seen: Bools = random.random(rates.shape) < -np.expm1(-rates)
    return paired, seen


def true_matched_difference(of: ProblemWorld) -> float:
    """Return how many more different problems two complainants find than two shoppers at the same place.

    With r the rate of a problem and U, H, V, E, F the multipliers of place, effect, shopper, response and habit:
    the sum over problems of the mean over places of (mean exp(−r U V E F))² − mean over H of
    (mean exp(−r ratio U H E F))². Days are left out, because they differ between cells.
    """
    world = of.world
    place_share, places = lognormal(1.0, world.sd_location)
    effect_share, effects = lognormal(world.rate_ratio, world.sd_effect)
    own = math.hypot(world.sd_response, of.sd_habit)
    missed_acted = _missed(np.outer(of.rates, places), math.hypot(own, world.sd_shopper)) ** 2
    ratios = np.ones(of.items)
    ratios[: len(of.ratios)] = of.ratios
    rates = (of.rates * ratios)[:, None, None] * places[:, None] * effects
    missed_real = _missed(rates, own) ** 2 @ effect_share
    return float(((missed_acted - missed_real) @ place_share).sum())


def _missed(rates: Floats, sd: float) -> Floats:
    """Return the chance that a problem is not ticked, on average over a person's multipliers."""
    shares, moods = lognormal(1.0, sd)
    missed: Floats = np.exp(-rates[..., None] * moods) @ shares
    return missed


def without_matched_difference(of: ProblemWorld) -> ProblemWorld:
    """Return the world with the ratio at which two complainants find as many different problems as two shoppers.

    Where complainants of one place have more in common than shoppers, they overlap more, and equal means would
    leave a difference.
    """

    def left(ratio: float) -> float:
        return true_matched_difference(replace(of, world=replace(of.world, rate_ratio=ratio)))

    ratio = float(optimize.brentq(left, 0.5, 2.0, xtol=1e-10))
    return replace(of, world=replace(of.world, rate_ratio=ratio))
