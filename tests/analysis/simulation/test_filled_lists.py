"""A simulated study holds the truth that it states, whatever its people do to the lists."""

import numpy as np
import pytest

from analysis import DataProblem, compare
from analysis.simulation import Behaviour, World, simulate_study, truth_of

#: Many places and people, so that an estimate comes close to the truth.
LARGE = World(locations=900, shoppers=300, rate_ratio=1.2, cells=(2, 2))
FOCUS = ("noise", "misunderstanding", "no_logic")


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(),
        Behaviour(silent=1.0),
        Behaviour(careless=0.3),
        Behaviour(over_reporters=0.4, over_ticks=0.2),
        Behaviour(silent=0.5, careless=0.1, over_reporters=0.3, sd_habit=0.5, focus_ratio=1.5),
    ],
    ids=["honest", "silent", "careless", "over-reporting", "all"],
)
def test_the_lists_hold_the_truth_that_is_stated(behaviour):
    truth = truth_of(LARGE, behaviour, items=25)
    result = compare(simulate_study(LARGE, behaviour, seed=5)).difference
    assert truth.seen == pytest.approx(0.5)
    assert abs(result.estimate - truth.reported) < 3.5 * result.se
    if behaviour != Behaviour():
        assert abs(result.estimate - truth.seen) > 3.5 * result.se or behaviour.careless


def test_carelessness_that_is_left_out_of_the_truth_would_be_seen():
    """The mutant: a truth that forgets who ticks at random."""
    behaviour = Behaviour(careless=0.5)
    world = World(locations=900, shoppers=300, rate_ratio=1.5, cells=(2, 2))
    result = compare(simulate_study(world, behaviour, seed=5)).difference
    assert abs(result.estimate - truth_of(world, Behaviour(), items=25).reported) > 3.5 * result.se


def test_the_focus_themes_have_the_ratio_of_ratios_that_is_stated():
    tables = simulate_study(LARGE, Behaviour(focus_ratio=2.0), seed=2)
    sightings = tables.sightings.merge(tables.responses[["response_id", "arm"]], on="response_id")
    sightings = sightings[~sightings["theme"].isin(["control", "bogus"])]
    counts = sightings.groupby(["arm", sightings["theme"].isin(FOCUS)]).size()
    odds = {arm: counts[arm, True] / counts[arm, False] for arm in ("complainant", "shopper")}
    assert np.log(odds["complainant"] / odds["shopper"]) == pytest.approx(np.log(2.0), abs=0.08)


def test_nobody_who_is_silent_without_a_problem_answers():
    tables = simulate_study(World(locations=50, shoppers=10), Behaviour(silent=1.0, control_rate=0.0), seed=1)
    complainants = tables.responses.loc[tables.responses["arm"] == "complainant", "response_id"]
    assert set(complainants) <= set(tables.sightings["response_id"])


def test_only_over_reporters_and_the_careless_tick_what_cannot_be():
    def bogus(behaviour):
        tables = simulate_study(World(locations=50, shoppers=10), behaviour, seed=1)
        ids = tables.sightings.loc[tables.sightings["theme"] == "bogus", "response_id"]
        return set(tables.responses.set_index("response_id").loc[ids, "arm"])

    assert bogus(Behaviour()) == set()
    assert bogus(Behaviour(over_reporters=0.5, over_ticks=0.3)) == {"complainant"}
    assert bogus(Behaviour(careless=0.5)) == {"complainant", "shopper"}


def test_habits_make_shoppers_differ_in_what_they_see():
    def spread(behaviour):
        world = World(locations=100, shoppers=5, sd_shopper=0.0, sd_location=0.0)
        tables = simulate_study(world, behaviour, seed=3)
        seen = tables.sightings.merge(tables.responses[["response_id", "shopper"]], on="response_id")
        shares = seen[seen["shopper"] != ""].groupby("shopper")["problem"].value_counts(normalize=True)
        return shares.unstack(fill_value=0).std().mean()

    assert spread(Behaviour(sd_habit=1.0)) > 2 * spread(Behaviour(sd_habit=0.0))


def test_a_seed_is_a_study():
    world = World(locations=6, shoppers=4)
    first, again, other = (simulate_study(world, seed=seed).fingerprint() for seed in (1, 1, 2))
    assert first == again != other


def test_cells_are_scenarios_in_months():
    tables = simulate_study(World(locations=6, shoppers=4, cells=(6, 6)), seed=1)
    months = tables.responses["visited_on"].dt.strftime("%Y-%m")
    cells = tables.responses.groupby("location")[["scenario"]].apply(
        lambda rows: len(set(zip(rows["scenario"], months[rows.index], strict=True)))
    )
    assert (cells == 6).all()


def test_a_list_too_short_for_what_people_meet_is_refused():
    with pytest.raises(DataProblem, match="a list of 6 problems is too short"):
        simulate_study(World(locations=6, shoppers=4, mean=5.0), seed=1, items=6)


@pytest.mark.parametrize(
    "wrong", [{"silent": 1.1}, {"careless": -0.1}, {"over_ticks": 2.0}, {"focus_ratio": 0.0}, {"sd_habit": 9.0}]
)
def test_what_describes_no_behaviour_is_refused_by_name(wrong):
    with pytest.raises(DataProblem) as refused:
        Behaviour(**wrong)
    assert refused.value.column == next(iter(wrong))
