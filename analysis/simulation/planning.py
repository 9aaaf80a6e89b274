"""How large a study must be: the chance of each verdict, by formula and by simulation."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from analysis.simulation.calibration import calibrate
from analysis.simulation.worlds import World

#: More locations than this are not looked for.
MOST_LOCATIONS = 2000


@dataclass(frozen=True, kw_only=True)
class PlannedSize:
    """One size of study, and how often it would say what.

    Attributes
    ----------
    locations, shoppers, cells : int
        Cells (scenario × period) a location.
    shopper_responses, complainant_responses : float
        Expected in the whole study.
    power : float
        Share of simulated studies that say `supported` where complainants really see so much more.
    power_error : float
        Monte-Carlo standard error of `power`.
    formula : float
        The same chance by `formula_power`.
    no_difference : float
        Share of simulated studies that say `equivalent` where nothing is true.
    half_width : float
        Median half width of the 95 % interval, in problems per response.
    """

    locations: int
    shoppers: int
    cells: int
    shopper_responses: float
    complainant_responses: float
    power: float
    power_error: float
    formula: float
    no_difference: float
    half_width: float


def plan_sizes(
    world: World,
    *,
    locations: Sequence[int],
    shoppers: Sequence[int],
    cells: Sequence[int],
    margin: float = 0.5,
    simulations: int = 1000,
    seed: int = 20260101,
    progress: Callable[[], None] = lambda: None,
) -> tuple[PlannedSize, ...]:
    """Try every combination of locations, shoppers and cells a location.

    Each combination is simulated with its own seed, so that its line stays the same whatever else is tried.

    Parameters
    ----------
    world : World
        Everything else: means, ratio, responses a cell, who goes where, how much places and people differ.
    locations, shoppers, cells : sequences of int
        Where every shopper stays at home there are as many shoppers as locations, and `shoppers` is ignored.
    margin : float
        The smallest difference worth having, in problems per response.
    simulations : int
        Studies drawn for each combination, once with the world's ratio and once with ratio 1.
    seed : int
    progress : callable
        Called after each simulated study.

    Notes
    -----
    What the numbers mean: of 100 such studies, so many would end with the word `supported` (or `equivalent`).
    """
    return tuple(
        _planned(design, margin=margin, simulations=simulations, seed=seed, progress=progress)
        for design in designs(world, locations=locations, shoppers=shoppers, cells=cells)
    )


def designs(
    world: World, *, locations: Sequence[int], shoppers: Sequence[int], cells: Sequence[int]
) -> Iterator[World]:
    """Yield the world in every size, smallest first."""
    for places in sorted(set(locations)):
        for people in [places] if world.assignment == "home" else sorted(set(shoppers)):
            for each in sorted(set(cells)):
                yield replace(world, locations=places, shoppers=people, cells=(each, each))


def _planned(
    world: World, *, margin: float, simulations: int, seed: int, progress: Callable[[], None]
) -> PlannedSize:
    own = [seed, world.locations, world.shoppers, world.cells[0]]
    found, nothing = (
        calibrate(
            drawn,
            replicates=simulations,
            seed=np.random.SeedSequence([*own, which]),
            margin=margin,
            progress=progress,
        )
        for which, drawn in enumerate((world, replace(world, rate_ratio=1.0)))
    )
    power = found.rates["supported"]
    cells = world.locations * world.cells[0]
    return PlannedSize(
        locations=world.locations,
        shoppers=world.shoppers,
        cells=world.cells[0],
        shopper_responses=cells * sum(world.shopper_responses) / 2,
        complainant_responses=cells * sum(world.complainant_responses) / 2,
        power=power,
        power_error=math.sqrt(power * (1 - power) / simulations),
        formula=formula_power(world, margin=margin),
        no_difference=nothing.rates["equivalent"],
        half_width=found.median_half_width95,
    )


def smallest_enough(sizes: Sequence[PlannedSize], power: float) -> PlannedSize | None:
    """Return the size that reaches the wanted power with the fewest visits of shoppers, or None."""
    enough = [size for size in sizes if size.power >= power]
    return min(enough, key=lambda size: (size.shopper_responses, size.shoppers, size.locations), default=None)


def formula_power(world: World, *, margin: float = 0.5) -> float:
    """Return the chance of `supported` by formula: a noncentral t with the variance of `formula_variance`.

    df = max(1, min(L, S_eff) − 1), S_eff the effective number of shoppers to expect; the chance is that of a t
    with noncentrality Delta/sqrt(V) above the 97.5 % point of t, less the chance that the 90 % interval lies
    inside the margin, where the word is `equivalent`. It is 0 where the rules forbid any word: fewer than 5
    locations, or 2 shoppers.

    Examples
    --------
    >>> round(formula_power(World(locations=40, shoppers=20, rate_ratio=1.35)), 2)
    0.77
    """
    if world.locations < 5 or world.shoppers < 2:
        return 0.0
    error = math.sqrt(formula_variance(world))
    df = max(1.0, min(world.locations, 1 / _same_shopper(world)) - 1)
    supported = float(stats.nct.sf(stats.t.ppf(0.975, df), df, world.truth / error))
    inside = (margin - world.truth) / error - stats.t.ppf(0.95, df)
    above = stats.t.ppf(0.975, df) - world.truth / error
    return max(0.0, supported - max(0.0, float(stats.norm.cdf(inside) - stats.norm.cdf(above))))


def locations_by_formula(world: World, power: float, *, margin: float = 0.5) -> int | None:
    """Return the fewest locations that reach a power by `formula_power`, or None if 2,000 do not.

    With few shoppers no number of locations is enough: what they have in common does not average out.

    Examples
    --------
    >>> locations_by_formula(World(locations=40, shoppers=20, rate_ratio=1.35), 0.8)
    45
    """

    def reached(locations: int) -> bool:
        people = locations if world.assignment == "home" else world.shoppers
        return formula_power(replace(world, locations=locations, shoppers=people), margin=margin) >= power

    tried = bisect_left(range(MOST_LOCATIONS + 1), x=True, lo=1, key=reached)
    return tried if tried <= MOST_LOCATIONS else None


def formula_variance(world: World) -> float:
    """Return the variance of the estimate in a world, in closed form.

    V = places/L + shoppers · P + visits/(L·C·n_S) + complaints/(L·C·n_C) + days/(L·C), where with m the mean of
    shoppers, r the ratio and q(s) = exp(s²) the mean square of a multiplier:

        places     = m² [q_loc (r² q_eff − 2r + 1) − (r − 1)²]
        shoppers   = m² (q_shop − 1), P the mean of U_l U_l' over pairs of visits by one shopper
        visits     = m + m² q_loc q_day q_shop (q_resp − 1), 1/n_S its mean over cells
        complaints = r m + r² m² q_loc q_eff q_day q_cday (q_resp − 1)
        days       = m² q_loc [(r² q_eff q_cday − 2r + 1) q_day − (r² q_eff − 2r + 1)]

    Its first two parts are the short form of METHODS, V = sd_D²/L + sd_shopper²/S. Complaints that gather at bad
    places are not in it.

    Examples
    --------
    The world W06 of the calibration: the estimates of 20,000 simulated studies had the standard deviation 0.307.

    >>> round(math.sqrt(formula_variance(World(locations=40, shoppers=20, rate_ratio=1.35))), 3)
    0.306
    """
    mean, ratio = world.mean, world.rate_ratio
    place, effect, shopper, response, day, their_day = (
        math.exp(sd**2)
        for sd in (
            world.sd_location,
            world.sd_effect,
            world.sd_shopper,
            world.sd_response,
            world.sd_day,
            world.sd_complainants_day,
        )
    )
    cells = world.locations * sum(world.cells) / 2
    contrast = ratio**2 * effect - 2 * ratio + 1
    places = mean**2 * (place * contrast - (ratio - 1) ** 2)
    shoppers = mean**2 * (shopper - 1) * _same_shopper(world, in_cell=place * day, in_place=place)
    visits = mean + mean**2 * place * day * shopper * (response - 1)
    complaints = ratio * mean + (ratio * mean) ** 2 * place * effect * day * their_day * (response - 1)
    days = mean**2 * place * ((ratio**2 * effect * their_day - 2 * ratio + 1) * day - contrast)
    return (
        places / world.locations
        + shoppers
        + visits * _mean_inverse(world.shopper_responses) / cells
        + complaints * _mean_inverse(world.complainant_responses) / cells
        + days / cells
    )


def _mean_inverse(between: tuple[int, int]) -> float:
    """Return the mean of 1/n over a range of whole numbers."""
    return float(np.mean(1 / np.arange(between[0], between[1] + 1)))


def _same_shopper(world: World, *, in_cell: float = 1.0, in_place: float = 1.0) -> float:
    """Return the chance that two visits drawn by weight are one shopper's, pairs in a cell or place weighing more.

    With weights of 1 it is the expected sum of squared shares, the inverse of the effective number of shoppers.
    """
    cell = 1 / (world.locations * sum(world.cells) / 2)
    own = _mean_inverse(world.shopper_responses) * cell
    here = (cell - own) * in_cell + (1 / world.locations - cell) * in_place
    elsewhere = 1 - 1 / world.locations
    people = world.shoppers
    match world.assignment:
        case "random":
            same_here, same_elsewhere = 1 / people, 1 / people
        case "home":
            same_here, same_elsewhere = 1.0, 0.0
        case "rounds":
            same_here, same_elsewhere = 1.0, _same_remainder(world.locations, people)
        case "two":
            same_here, same_elsewhere = 0.5, 1 / people
        case "star":
            same_here = 0.5
            same_elsewhere = 0.25 + 0.25 * _same_remainder(world.locations, people - 1)
    return own * in_cell + here * same_here + elsewhere * same_elsewhere


def _same_remainder(locations: int, people: int) -> float:
    """Return the share of pairs of different locations that fall to the same person when people take turns."""
    if locations < 2:
        return 0.0
    each = np.bincount(np.arange(locations) % people)
    return float((each * (each - 1)).sum() / (locations * (locations - 1)))
