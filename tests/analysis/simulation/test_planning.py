"""How large a study must be: the formula and the simulation agree, and each line stands alone."""

import math
from dataclasses import replace

import numpy as np
import pytest

from analysis import DataProblem
from analysis.inference.cells import sum_cells
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.simulation import World, calibrate, formula_power, formula_variance, plan_sizes, simulate
from analysis.simulation.planning import locations_by_formula, smallest_enough
from benchmarks.calibration.reference_worlds import world_of
from tests.reference.r_answers import worlds


@pytest.mark.parametrize("world", worlds()["worlds"], ids=lambda world: world["id"])
def test_the_formula_gives_the_spread_of_the_estimates(world):
    """worlds.json states the sd of 20,000 estimates of an independent implementation: half a percent of error."""
    assert math.sqrt(formula_variance(world_of(world["parameters"]))) == pytest.approx(
        world["sd_of_estimate"], rel=0.02
    )


@pytest.mark.parametrize(
    "world",
    [
        World(locations=15, shoppers=8, assignment="two", sd_day=0.5, rate_ratio=1.5),
        World(locations=12, shoppers=7, assignment="star", sd_day=0.4, sd_complainants_day=0.4),
        World(locations=14, shoppers=5, assignment="rounds", cells=(2, 2), shopper_responses=(3, 3), sd_day=0.5),
    ],
    ids=lambda world: world.assignment,
)
def test_the_formula_knows_days_and_who_goes_where(world):
    random = np.random.default_rng(4)
    estimates = [two_way_of_sums(sum_cells(*simulate(world, random))).estimate for _ in range(1500)]
    # The sd of an sd from 1,500 draws is 2 %; estimates have somewhat heavy tails.
    assert np.std(estimates, ddof=1) == pytest.approx(math.sqrt(formula_variance(world)), rel=0.08)


def test_power_by_formula_is_near_the_simulated_one():
    world = World(locations=40, shoppers=20, rate_ratio=1.35)
    simulated = calibrate(world, replicates=600, seed=5).rates["supported"]
    assert formula_power(world) == pytest.approx(simulated, abs=0.07)


def test_too_few_to_say_a_word_have_no_power():
    assert formula_power(World(locations=4, shoppers=20, rate_ratio=9)) == 0
    assert formula_power(World(locations=40, shoppers=1, rate_ratio=9)) == 0


def test_more_of_anything_never_takes_power_away():
    world = World(locations=20, shoppers=10, rate_ratio=1.35)
    assert formula_power(world) < formula_power(replace(world, locations=30))
    assert formula_power(world) < formula_power(replace(world, shoppers=15))
    assert formula_power(world) < formula_power(replace(world, shopper_responses=(3, 5)))


def test_no_number_of_locations_makes_up_for_few_shoppers():
    world = World(locations=20, shoppers=5, rate_ratio=1.35)
    assert locations_by_formula(world, 0.8) is None
    needed = locations_by_formula(replace(world, shoppers=30), 0.8)
    for locations, reached in ((needed, True), (needed - 1, False)):
        assert (formula_power(replace(world, shoppers=30, locations=locations)) >= 0.8) is reached


def test_a_line_of_the_table_stays_the_same_whatever_else_is_tried():
    world = World(locations=6, shoppers=4, rate_ratio=2)
    alone = plan_sizes(world, locations=[8], shoppers=[4], cells=[2], simulations=30)
    among = plan_sizes(world, locations=[8, 6], shoppers=[6, 4], cells=[2, 1], simulations=30)
    assert alone[0] in among
    assert len(among) == 8
    assert alone != plan_sizes(world, locations=[8], shoppers=[4], cells=[2], simulations=30, seed=1)


def test_the_smallest_enough_has_the_fewest_visits():
    world = World(locations=6, shoppers=4, rate_ratio=2.5, sd_effect=0.1)
    sizes = plan_sizes(world, locations=[6, 20, 30], shoppers=[12], cells=[4], simulations=60)
    assert smallest_enough(sizes, 0.9).locations == min(size.locations for size in sizes if size.power >= 0.9)
    assert smallest_enough(sizes, 1.1) is None


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"locations": 0}, "locations"),
        ({"shoppers": 0}, "shoppers"),
        ({"mean": -1.0}, "mean"),
        ({"mean": math.nan}, "mean"),
        ({"rate_ratio": math.inf}, "rate_ratio"),
        ({"cells": (3, 2)}, "cells"),
        ({"shopper_responses": (0, 2)}, "shopper_responses"),
        ({"sd_shopper": -0.1}, "sd_shopper"),
        ({"sd_location": math.nan}, "sd_location"),
        ({"assignment": "nobody"}, "assignment"),
        ({"assignment": "home"}, "shoppers"),
        ({"assignment": "two", "shoppers": 1}, "shoppers"),
    ],
)
def test_what_describes_no_study_is_refused_by_name(wrong, column):
    with pytest.raises(DataProblem) as refused:
        World(**{"locations": 6, "shoppers": 4} | wrong)
    assert refused.value.column == column
