"""A simulated study as the lists that people fill in: with habits, carelessness and silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.inference.cells import Paired
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.tables import Tables
from analysis.simulation.behaviour import Behaviour, Floats, focus_shares, lognormal
from analysis.simulation.worlds import Ints, World, draw_means, multiplier

Bools = npt.NDArray[np.bool_]

#: Themes in the order in which items are given to them; the first three are those the claim is about.
THEMES = ("noise", "misunderstanding", "no_logic", "reach", "attitude")
FOCUS_THEMES = 3
CONTROLS = 2
BOGUS = 3
SCENARIOS = ("faulty_product", "late_or_missing_delivery", "wrong_bill", "return_or_refund")
#: Responses whose lists are drawn at a time. Fixed: the stream of random numbers depends on it.
_BLOCK = 50_000
#: A list may be too short for so small a share of the problems that people meet.
_MAY_BE_CUT = 0.001


def simulate_study(
    world: World, behaviour: Behaviour | None = None, *, seed: int, items: int = 25, fee: float = 25.0
) -> Tables:
    """Draw one study with known truth as tidy tables.

    How many problems a person meets comes from the world, so its mean is exact; which ones is drawn without
    replacement, some problems being more frequent than others and every shopper having an eye of their own. Then
    people behave: some stay silent, tick at random, or tick too much.

    Parameters
    ----------
    world : World
        Places, shoppers, their differences, who goes where, and how much more complainants see.
    behaviour : Behaviour, optional
        By default everybody ticks what they saw.
    seed : int
        The same seed gives the same study.
    items : int
        Handling problems on the list, spread over five themes; two controls and three bogus items come on top.
    fee : float
        What a shopper's visit costs; a complainant's response costs a tenth of it.

    Returns
    -------
    Tables
        Every cell of a place is one scenario in one month.

    Raises
    ------
    DataProblem
        If the list is too short for the number of problems that people meet.

    Notes
    -----
    What is true is given by `truth_of(world, behaviour, items=items)`.

    Examples
    --------
    >>> tables = simulate_study(World(locations=6, shoppers=4), seed=1)
    >>> sorted(tables.responses["arm"].unique()), len(tables.responses["location"].unique())
    (['complainant', 'shopper'], 6)
    """
    how = behaviour or Behaviour()
    themes = np.array([THEMES[number % len(THEMES)] for number in range(items)])
    focus = np.isin(themes, THEMES[:FOCUS_THEMES])
    _check_length(world, how, focus)
    random = np.random.Generator(np.random.PCG64(seed))
    paired, means = draw_means(world, random)
    seen = _counts(world, how, paired, means, random)
    people = _People.draw(how, paired, items=items, shoppers=world.shoppers, random=random)
    names, columns = _list(themes)
    parts = []
    for rows in _blocks(len(seen)):
        ticks = people.fill_in(rows, seen[rows], focus, random)
        response, item = np.nonzero(ticks)
        parts.append(np.stack([rows[response], item]))
    response, item = np.concatenate(parts, axis=1) if parts else np.zeros((2, 0), dtype=np.int64)
    responses = _responses(world, paired, items=items, fee=fee, random=random)
    sightings = pd.DataFrame(
        {
            "response_id": responses["response_id"].to_numpy()[response],
            "problem": names[item],
            "theme": columns[item],
            "severity": random.integers(1, 4, size=len(item), endpoint=True),
        }
    )
    return Tables(responses, sightings)


def _check_length(world: World, behaviour: Behaviour, focus: Bools) -> None:
    """Refuse a list that cuts off more than one problem in a thousand."""
    total = world.mean * max(1.0, world.rate_ratio)
    spread = (world.sd_location, world.sd_response, world.sd_day, world.sd_complainants_day)
    wide = float(np.hypot.reduce([*spread, max(world.sd_effect, world.sd_shopper)]))
    share = float(focus.mean()) if len(focus) else 0.0
    for_them = max(focus_shares(share, behaviour.focus_ratio)) if share else 0.0
    others = 1 - min(focus_shares(share, behaviour.focus_ratio)) if share else 1.0
    cut = sum(
        _beyond(total * part, wide, length)
        for part, length in ((for_them, int(focus.sum())), (others, int((~focus).sum())))
    )
    if cut > _MAY_BE_CUT * total:
        what = f"a list of {len(focus)} problems is too short for people who meet {total:.3g} on average"
        raise DataProblem(what, remedy="Give more items, or a smaller mean.", file="world", column="items")


def _beyond(mean: float, sd: float, length: int) -> float:
    """Return how many problems a mixed Poisson count has beyond the length of the list, on average."""
    weights, means = lognormal(mean, sd)
    inside = sum(stats.poisson.sf(place, means) for place in range(length))
    return float(weights @ (means - inside))


def _counts(
    world: World, behaviour: Behaviour, paired: Paired, means: Floats, random: np.random.Generator
) -> Ints:
    """Draw how many problems each person meets; who met none and stays silent makes room for another."""
    seen = random.poisson(means * multiplier(random, world.sd_response, len(means)))
    again = np.flatnonzero(paired.complainant)
    while behaviour.silent and len(again):
        again = again[(seen[again] == 0) & (random.random(len(again)) < behaviour.silent)]
        seen[again] = random.poisson(means[again] * multiplier(random, world.sd_response, len(again)))
    return seen


@dataclass(frozen=True, eq=False)
class _People:
    """Who fills in the lists, and how: one entry a response, weights by person and item."""

    behaviour: Behaviour
    complainant: Bools
    shopper: Ints
    careless: Bools
    over: Bools
    weights: Floats

    @classmethod
    def draw(
        cls, behaviour: Behaviour, paired: Paired, *, items: int, shoppers: int, random: np.random.Generator
    ) -> _People:
        common = random.normal(0, behaviour.sd_item, items)
        habits = random.normal(0, behaviour.sd_habit, (shoppers, items))
        return cls(
            behaviour=behaviour,
            complainant=paired.complainant,
            shopper=paired.shopper,
            careless=random.random(len(paired.rows)) < behaviour.careless,
            over=paired.complainant & (random.random(len(paired.rows)) < behaviour.over_reporters),
            weights=np.exp(np.vstack([common + habits, common])),
        )

    def fill_in(self, rows: Ints, seen: Ints, focus: Bools, random: np.random.Generator) -> Bools:
        """Return who of these ticks what: the handling problems, then the controls, then the bogus items."""
        how = self.behaviour
        # An exponential race: the items with the smallest waiting times are those that a person meets.
        waiting = random.exponential(size=(len(rows), len(focus))) / self.weights[self.shopper[rows]]
        shares = np.array(focus_shares(float(focus.mean()), how.focus_ratio)) if len(focus) else np.zeros(2)
        of_focus = random.binomial(seen, shares[self.complainant[rows].astype(np.int64)])
        met = np.zeros((len(rows), len(focus)), dtype=bool)
        for group, count in ((focus, of_focus), (~focus, seen - of_focus)):
            met[:, group] = waiting[:, group].argsort(axis=1).argsort(axis=1) < count[:, None]
        controls = random.random((len(rows), CONTROLS)) < how.control_rate
        ticks = np.hstack([met, controls, np.zeros((len(rows), BOGUS), dtype=bool)])
        chance = random.random(ticks.shape)
        too_many = self.over[rows, None] & (chance < how.over_ticks)
        at_random = chance < how.careless_ticks
        filled: Bools = np.where(self.careless[rows, None], at_random, ticks | too_many)
        return filled


def _list(themes: npt.NDArray[np.str_]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return the code and the theme of each item in the order of the ticks."""
    codes = [f"{theme}_{1 + number // len(THEMES):02d}" for number, theme in enumerate(themes)]
    codes += [f"control_{number + 1}" for number in range(CONTROLS)]
    codes += [f"bogus_{number + 1}" for number in range(BOGUS)]
    of = [*themes, *["control"] * CONTROLS, *["bogus"] * BOGUS]
    return np.array(codes, dtype=object), np.array(of, dtype=object)


def _blocks(length: int) -> Iterator[Ints]:
    for start in range(0, length, _BLOCK):
        yield np.arange(start, min(start + _BLOCK, length), dtype=np.int64)


def _responses(
    world: World, paired: Paired, *, items: int, fee: float, random: np.random.Generator
) -> pd.DataFrame:
    size = len(paired.rows)
    shopper = ~paired.complainant
    first_cell = np.full(world.locations, np.iinfo(np.int64).max)
    np.minimum.at(first_cell, paired.location, paired.cell)
    in_place = paired.cell - first_cell[paired.location]
    month = in_place // len(SCENARIOS)
    visited = (
        (np.datetime64("2026-01") + month).astype("datetime64[D]") + random.integers(0, 28, size=size)
    ).astype("datetime64[s]")
    later = np.where(shopper, 0, random.integers(0, 10, size=size)).astype("timedelta64[D]")
    people = np.array([f"S{number + 1:03d}" for number in range(world.shoppers)] + [""], dtype=object)
    digits = len(str(size))
    return pd.DataFrame(
        {
            "response_id": [f"R{number:0{digits}d}" for number in range(1, size + 1)],
            "arm": np.where(shopper, "shopper", "complainant"),
            "location": np.array(paired.location_names, dtype=object)[paired.location],
            "route": np.where(shopper, "assigned", "open"),
            "channel": "in_person",
            "scenario": np.array(SCENARIOS, dtype=object)[in_place % len(SCENARIOS)],
            "shopper": people[paired.shopper],
            "visited_on": visited,
            "submitted_at": visited + later,
            "minutes": np.round(np.where(shopper, 12.0, 4.0) * multiplier(random, 0.4, size), 1),
            "cost": np.where(shopper, fee, fee / 10),
            "list_answered": "yes",
            "items_shown": float(items),
            "controls_shown": float(CONTROLS),
            "bogus_shown": float(BOGUS),
        }
    )
