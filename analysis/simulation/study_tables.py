"""A simulated study as tidy tables, so that it can take the way that collected data take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.shapes.tables import Tables
from analysis.simulation.worlds import Ints, World, simulate


def simulate_tables(
    world: World,
    random: np.random.Generator,
    *,
    problems: Mapping[str, str],
    scenarios: Sequence[str],
    months: Sequence[str],
    cost: float,
) -> Tables:
    """Draw one study as responses and sightings.

    The number of problems in a response comes from `simulate`; which ones is drawn without replacement, all
    equally likely, so a response can see no more than there are on the list. Each cell of a place is one scenario
    in one month.

    Parameters
    ----------
    world : World
    random : numpy Generator
    problems : mapping
        Code → theme.
    scenarios, months : sequences of str
        Months are written as 2026-03; cells take both in turn, so there must be at least as many pairs as cells a
        place.
    cost : float
        Of one visit of a shopper.

    Examples
    --------
    >>> world = World(locations=2, shoppers=2, cells=(1, 1))
    >>> tables = simulate_tables(
    ...     world,
    ...     np.random.default_rng(1),
    ...     problems={"rude": "attitude"},
    ...     scenarios=["other"],
    ...     months=["2026-03"],
    ...     cost=20.0,
    ... )
    >>> sorted(tables.responses["location"].unique())
    ['L001', 'L002']
    """
    paired, seen = simulate(world, random)
    shopper = ~paired.complainant
    order_in_place = _rank_in_place(paired.cell, paired.location)
    months_of = np.asarray(months)[order_in_place % len(months)]
    days = random.integers(1, 28, size=len(seen), endpoint=True)
    ids = np.array([f"R{number + 1:05d}" for number in range(len(seen))])
    responses = pd.DataFrame(
        {
            "response_id": ids,
            "arm": np.where(shopper, "shopper", "complainant"),
            "location": np.asarray(paired.location_names)[paired.location],
            "route": np.where(shopper, "assigned", "open"),
            "channel": "in_person",
            "scenario": np.asarray(scenarios)[order_in_place % len(scenarios)],
            "shopper": [f"S{number + 1:02d}" if number >= 0 else "" for number in paired.shopper],
            "visited_on": [f"{month}-{day:02d}" for month, day in zip(months_of, days, strict=True)],
            "list_answered": "yes",
            "cost": np.where(shopper, cost, 0.0),
        }
    )
    codes = np.array(list(problems))
    rows = [
        (ids[row], code)
        for row, count in enumerate(np.minimum(seen, len(codes)))
        for code in sorted(random.choice(codes, size=count, replace=False))
    ]
    sightings = pd.DataFrame(rows, columns=["response_id", "problem"])
    sightings["theme"] = sightings["problem"].map(dict(problems))
    sightings["severity"] = random.integers(1, 4, size=len(sightings), endpoint=True)
    return Tables(responses, sightings)


def _rank_in_place(cell: Ints, location: Ints) -> Ints:
    """Return for each response which cell of its place it is in, from 0."""
    pairs = pd.DataFrame({"cell": cell, "location": location})
    return pairs.groupby("location")["cell"].rank(method="dense").to_numpy(dtype=np.int64) - 1
