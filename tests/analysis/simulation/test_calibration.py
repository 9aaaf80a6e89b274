"""The verdict is right as often as it says: six worlds with known truth, and a broken method that is caught."""

import math
from dataclasses import replace

import pytest

from analysis.inference.two_way_variance import two_way_of_sums
from analysis.shapes.intervals import t_interval
from analysis.simulation import World, calibrate, simulate
from benchmarks.calibration.reference_worlds import accepted, world_of
from tests.reference.r_answers import worlds

WORLDS = {world["id"]: world for world in worlds()["worlds"]}
REPLICATES = 2000


def by_location_only(sums):
    """The mutant: places differ, shoppers do not."""
    result = two_way_of_sums(sums)
    se, df = math.sqrt(result.variance_location), result.locations - 1.0
    intervals = {f"ci{level}": t_interval(result.estimate, se, df, level / 100) for level in (90, 95)}
    return replace(result, se=se, df=df, **intervals)


@pytest.mark.parametrize("name", WORLDS)
def test_world_is_within_its_acceptance(name):
    world = WORLDS[name]
    got = calibrate(world_of(world["parameters"]), replicates=REPLICATES, seed=world["seed"] + 7)
    assert accepted(got, world["expected"]) == []


@pytest.mark.parametrize("name", ["W01", "W02", "W04", "W05", "W06"])
def test_clustering_by_location_only_is_caught_where_shoppers_cross(name):
    world = WORLDS[name]
    got = calibrate(
        world_of(world["parameters"]), replicates=REPLICATES, seed=world["seed"] + 7, method=by_location_only
    )
    assert accepted(got, world["expected"]) != []


def test_the_same_seed_gives_the_same_rates():
    world = World(locations=6, shoppers=4)
    runs = [calibrate(world, replicates=20, seed=3) for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("assignment", ["random", "home", "rounds", "two", "star"])
def test_shoppers_are_assigned_as_the_world_says(assignment, random):
    world = World(locations=6, shoppers={"home": 6, "star": 7}.get(assignment, 3), assignment=assignment)
    paired, _ = simulate(world, random)
    visits = {}
    for shopper, location in zip(paired.shopper, paired.location, strict=True):
        if shopper >= 0:
            visits.setdefault(int(location), set()).add(int(shopper))
    most = {"home": 1, "rounds": 1, "two": 2, "star": 2, "random": 3}[assignment]
    assert max(len(people) for people in visits.values()) <= most
    if assignment == "home":
        assert len(set.union(*visits.values())) == 6
    if assignment == "star":
        assert 0 in set.union(*visits.values())
