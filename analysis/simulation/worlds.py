"""Simulated studies whose truth is known: places differ, shoppers differ, and shoppers may cross places."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal, NoReturn, get_args

import numpy as np
import numpy.typing as npt

from analysis.inference.cells import Paired
from analysis.shapes.data_problem import DataProblem, listed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Assignment = Literal["random", "home", "rounds", "two", "star"]
ASSIGNMENTS: tuple[Assignment, ...] = get_args(Assignment)
#: With a larger log-sd the tails run away: one place in forty would be fifty times as bad as another.
LARGEST_SD = 1.5
MOST_GATHERED = 5


@dataclass(frozen=True, kw_only=True)
class World:
    """The parameters of a simulated study. Ranges are inclusive; all sds are of a logarithm.

    Attributes
    ----------
    locations, shoppers : int
    assignment : {"random", "home", "rounds", "two", "star"}
        Who visits where: any shopper anywhere; one own shopper a location; location l has shopper l mod S; two
        shoppers a location; one shopper makes half of all visits.
    mean : float
        Problems per shopper response.
    rate_ratio : float
        Complainants' mean over shoppers': the truth is mean · (rate_ratio − 1) problems per response.
    cells, shopper_responses, complainant_responses : (int, int)
        Cells a location; responses of each arm a cell.
    sd_location, sd_effect, sd_shopper, sd_response : float
        Of the place, of the place's effect on complainants, of a shopper, of a single response.
    sd_day, sd_complainants_day : float
        Of a bad day that both arms meet, and of one that only complainants meet, a cell.
    gather : float
        How strongly complaints gather at bad places: complainant responses a cell are multiplied by the place's
        multiplier to this power (rounded, at least one).

    Raises
    ------
    DataProblem
        For numbers that describe no study, naming the parameter.
    """

    locations: int
    shoppers: int
    assignment: Assignment = "random"
    mean: float = 2.5
    rate_ratio: float = 1.0
    cells: tuple[int, int] = (4, 4)
    shopper_responses: tuple[int, int] = (1, 3)
    complainant_responses: tuple[int, int] = (1, 5)
    sd_location: float = 0.3
    sd_effect: float = 0.3
    sd_shopper: float = 0.3
    sd_response: float = 0.4
    sd_day: float = 0.0
    sd_complainants_day: float = 0.0
    gather: float = 0.0

    @property
    def truth(self) -> float:
        """The true difference, in problems per response."""
        return self.mean * (self.rate_ratio - 1)

    def __post_init__(self) -> None:
        for name in ("locations", "shoppers"):
            if getattr(self, name) < 1:
                _refuse(name, "there must be at least one", remedy="Give a whole number from 1 upwards.")
        for name in ("mean", "rate_ratio"):
            if not 0 < getattr(self, name) < math.inf:
                _refuse(name, f"{getattr(self, name)} is not above 0", remedy="Give a number above 0.")
        for name in ("cells", "shopper_responses", "complainant_responses"):
            least, most = getattr(self, name)
            if not 1 <= least <= most:
                remedy = "Give the least and the most, from 1 upwards, such as 1-3."
                _refuse(name, f"{least} to {most} is not a range", remedy=remedy)
        for name in (field.name for field in fields(self) if field.name.startswith("sd_")):
            if not 0 <= getattr(self, name) <= LARGEST_SD:
                remedy = f"Give a standard deviation of a logarithm, 0 to {LARGEST_SD}."
                _refuse(name, f"{getattr(self, name)} is out of range", remedy=remedy)
        if not abs(self.gather) <= MOST_GATHERED:
            remedy = f"Give a power between −{MOST_GATHERED} and {MOST_GATHERED}."
            _refuse("gather", f"{self.gather} is out of range", remedy=remedy)
        self._check_assignment()

    def _check_assignment(self) -> None:
        if self.assignment not in ASSIGNMENTS:
            what = f"unknown assignment '{self.assignment}'"
            _refuse("assignment", what, remedy=f"Use {listed(ASSIGNMENTS)}.")
        if self.assignment == "home" and self.shoppers != self.locations:
            what = f"'home' gives each of {self.locations} locations its own shopper, not {self.shoppers} in all"
            _refuse("shoppers", what, remedy="Give as many shoppers as locations, or another assignment.")
        if self.assignment in ("two", "star") and self.shoppers < 2:
            _refuse("shoppers", f"'{self.assignment}' needs two at least", remedy="Give more shoppers.")


def _refuse(name: str, what: str, *, remedy: str) -> NoReturn:
    raise DataProblem(what, remedy=remedy, file="world", column=name)


def simulate(world: World, random: np.random.Generator) -> tuple[Paired, Ints]:
    """Draw one study.

    Every random effect is a log-normal multiplier exp(N(−sd²/2, sd)), whose mean is 1. Counts are Poisson:
    shoppers' mean is mean · place · day · shopper · response; complainants' mean is mean · rate_ratio · place ·
    effect · day · complainants' day · response.

    Parameters
    ----------
    world : World
    random : numpy Generator

    Returns
    -------
    (Paired, int array)
        The paired responses and the number of problems in each.
    """
    paired, means = draw_means(world, random)
    return paired, random.poisson(means * multiplier(random, world.sd_response, len(means)))


def draw_means(world: World, random: np.random.Generator) -> tuple[Paired, Floats]:
    """Draw who answers where, and how many problems each would see on average but for chance and mood."""
    cells_of = random.integers(*world.cells, size=world.locations, endpoint=True)
    cell_location = np.repeat(np.arange(world.locations), cells_of)
    cells = len(cell_location)
    shopper_n = random.integers(*world.shopper_responses, size=cells, endpoint=True)
    complainant_n = random.integers(*world.complainant_responses, size=cells, endpoint=True)
    place = multiplier(random, world.sd_location, world.locations)
    if world.gather:
        gathered = np.rint(complainant_n * place[cell_location] ** world.gather)
        complainant_n = np.maximum(gathered, 1).astype(np.int64)
    effect = multiplier(random, world.sd_effect, world.locations)
    day = multiplier(random, world.sd_day, cells)
    complainants_day = multiplier(random, world.sd_complainants_day, cells)
    person = multiplier(random, world.sd_shopper, world.shoppers)

    shopper_cell = np.repeat(np.arange(cells), shopper_n)
    shopper = _assign(world, cell_location[shopper_cell], random)
    shopper_mean = world.mean * place[cell_location[shopper_cell]] * day[shopper_cell] * person[shopper]
    complainant_cell = np.repeat(np.arange(cells), complainant_n)
    at = cell_location[complainant_cell]
    complainant_mean = (
        world.mean
        * world.rate_ratio
        * place[at]
        * effect[at]
        * day[complainant_cell]
        * complainants_day[complainant_cell]
    )
    cell = np.concatenate([shopper_cell, complainant_cell])
    paired = Paired(
        rows=np.arange(len(cell), dtype=np.int64),
        location=cell_location[cell],
        cell=cell,
        shopper=np.concatenate([shopper, np.full(len(complainant_cell), -1, dtype=np.int64)]),
        complainant=np.arange(len(cell)) >= len(shopper_cell),
        location_names=tuple(f"L{number + 1:03d}" for number in range(world.locations)),
        shoppers_known=True,
    )
    return paired, np.concatenate([shopper_mean, complainant_mean])


def multiplier(random: np.random.Generator, sd: float, size: int) -> Floats:
    """Draw log-normal multipliers whose mean is 1; the constant 1 for sd 0, without a draw."""
    return np.exp(random.normal(-(sd**2) / 2, sd, size)) if sd else np.ones(size)


def _assign(world: World, location: Ints, random: np.random.Generator) -> Ints:
    """Return who makes each visit."""
    match world.assignment:
        case "random":
            return random.integers(0, world.shoppers, size=len(location))
        case "home" | "rounds":
            return location % world.shoppers
        case "two":
            first = random.integers(0, world.shoppers, size=world.locations)
            second = (first + random.integers(1, world.shoppers, size=world.locations)) % world.shoppers
            return np.where(random.random(len(location)) < 0.5, first[location], second[location])
        case "star":
            own = 1 + location % (world.shoppers - 1)
            return np.where(random.random(len(location)) < 0.5, 0, own)
