"""Work out how often a study of the planned size would say what: by simulation, judged as a real study is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from analysis.shapes.data_problem import DataProblem
from analysis.simulation import World
from analysis.simulation.planning import plan_sizes
from survey_app.actions.plans import store_power
from survey_app.queries.plans import PowerToWorkOut, power_to_work_out

#: Studies drawn, once with the expected difference and once with none: power to within .05. Very large studies
#: take their time, so that fewer are drawn of them; their power is near 0 or 1 anyway.
_SIMULATIONS, _FEWEST = 400, 40
_RESPONSES_DRAWN = 8_000_000


def work_out_power(study_id: int) -> None:
    """Work out the power of a study's draft, unless it is known. Done twice, it gives the same numbers."""
    wanted = power_to_work_out(study_id)
    if wanted is not None:
        store_power(study_id, revision=wanted.revision, power=_power(wanted))


def _power(wanted: PowerToWorkOut) -> dict[str, Any]:
    choices = wanted.content["choices"]
    try:
        world = planned_world(wanted.content["design"], places=wanted.places)
        [size] = plan_sizes(
            world,
            locations=[world.locations],
            shoppers=[world.shoppers],
            cells=[world.cells[0]],
            margin=margin_as_difference(choices, mean=world.mean),
            simulations=simulations_of(world),
            seed=choices["seed"],
        )
    except DataProblem as problem:
        return {"places": wanted.places, "problem": str(problem)}
    return {
        "places": size.locations,
        "shoppers": size.shoppers,
        "visits": size.shopper_responses,
        "complaints": size.complainant_responses,
        "power": size.power,
        "error": size.power_error,
        "no_difference": size.no_difference,
        "half_width": size.half_width,
    }


def planned_world(design: Mapping[str, Any], *, places: int) -> World:
    """Return the world that a study's fieldwork expects: so many more problems seen by complainants.

    >>> world = planned_world({"shoppers": 8, "cells": 4, "visits": 2, "complaints": 3, "mean": 2, "expected": 1},
    ...                       places=20)
    >>> world.truth, world.rate_ratio
    (1.0, 1.5)
    """
    return World(
        locations=places,
        shoppers=design["shoppers"],
        mean=float(design["mean"]),
        rate_ratio=1 + design["expected"] / design["mean"],
        cells=(design["cells"], design["cells"]),
        shopper_responses=(design["visits"], design["visits"]),
        complainant_responses=(design["complaints"], design["complaints"]),
    )


def simulations_of(world: World) -> int:
    """Return how many studies are drawn of a world.

    >>> simulations_of(World(locations=20, shoppers=10)), simulations_of(World(locations=2000, shoppers=10))
    (400, 200)
    """
    responses = world.locations * world.cells[0] * (world.shopper_responses[0] + world.complainant_responses[0])
    return min(_SIMULATIONS, max(_FEWEST, _RESPONSES_DRAWN // (2 * responses)))


def margin_as_difference(choices: Mapping[str, Any], *, mean: float) -> float:
    """Return the margin in problems per response, also where the ratio is judged.

    >>> margin_as_difference({"scale": "ratio", "margin": 0.5}, mean=2)
    1.2974425414002564
    """
    margin = float(choices["margin"])
    return mean * math.expm1(margin) if choices["scale"] == "ratio" else margin
