"""What must hold of every hypothesis, H1 to H10, in any study."""

import numpy as np
import pandas as pd
import pytest

from analysis import Tables, compare
from analysis.simulation import Behaviour, World, simulate_study

PLAN = {"resamples": 99}
JUDGED = ("H1", "H2", "H3", "H4", "H8")
GENUINE = ("H6", "H7", "H9")


def study(seed=1, **world):
    """A study with every column that a hypothesis needs; each shopper's visit has a shopper of its own."""
    drawn = simulate_study(
        World(**{"locations": 7, "shoppers": 5, "cells": (2, 2), "rate_ratio": 1.4} | world),
        Behaviour(focus_ratio=1.3),
        seed=seed,
    )
    random = np.random.default_rng(seed)
    responses, sightings = drawn.responses, drawn.sightings
    n = len(responses)
    beyond = responses["response_id"][random.random(n) < 0.4]
    moments = pd.DataFrame({"response_id": beyond, "problem": "small_deed", "theme": "beyond", "severity": np.nan})
    responses = responses.assign(
        felt=random.integers(-3, 4, n),
        told_people=random.integers(0, 12, n),
        apologised=random.choice(["yes", "no"], n),
        trace=random.integers(0, 11, n),
        beyond_answered=random.choice(["yes", "yes", "no"], n),
        stake=random.integers(0, 10, n),
    )
    return responses, pd.concat([sightings, moments], ignore_index=True)


def found(responses, sightings):
    result = compare(Tables(responses, sightings), PLAN)
    return {hypothesis.id: hypothesis for hypothesis in result.hypotheses}


def estimates(hypotheses, *names):
    return [hypotheses[name].estimate for name in names]


def unlike(responses):
    """Every response by a person of its own, whichever side it is on: so the sides may change places."""
    shopper = responses["arm"] == "shopper"
    return responses.assign(shopper=responses["response_id"].where(shopper, "")).drop(columns="route")


@pytest.mark.parametrize("seed", range(1, 6))
def test_swapping_the_arms_flips_every_judged_difference(seed):
    responses, sightings = study(seed)
    plain = unlike(responses)
    other = {"shopper": "complainant", "complainant": "shopper"}
    swapped = unlike(
        responses.assign(arm=responses["arm"].map(other)).drop(columns=["hired", "need"], errors="ignore")
    )
    before, after = found(plain, sightings), found(swapped, sightings)
    assert np.isfinite(estimates(before, *JUDGED)).all()
    assert estimates(after, *JUDGED) == pytest.approx([-value for value in estimates(before, *JUDGED)])
    assert after["H10"].estimate == pytest.approx(before["H10"].estimate)


def test_turning_every_feeling_round_turns_what_hangs_on_it():
    """H6 becomes its inverse, H7 changes its sign, and the U of H9 stays."""
    responses, sightings = study()
    before = found(responses, sightings)
    after = found(responses.assign(felt=-responses["felt"]), sightings)
    assert after["H6"].estimate == pytest.approx(1 / before["H6"].estimate)
    assert after["H7"].estimate == pytest.approx(-before["H7"].estimate)
    assert after["H9"].estimate == pytest.approx(before["H9"].estimate)
    assert estimates(after, *JUDGED, "H10") == estimates(before, *JUDGED, "H10")


def test_a_problem_that_no_answered_list_names_changes_nothing():
    responses, sightings = study()
    silent = responses.iloc[:1].assign(response_id="unanswered", list_answered="no")
    with_one = pd.concat([responses.assign(list_answered="yes"), silent], ignore_index=True)
    unseen = pd.DataFrame(
        {"response_id": ["unanswered"], "problem": "unheard_of", "theme": "noise", "severity": 4}
    )
    before = found(with_one, sightings)
    after = found(with_one, pd.concat([sightings, unseen], ignore_index=True))
    for name, hypothesis in before.items():
        assert after[name].estimate == pytest.approx(hypothesis.estimate, nan_ok=True), name
        assert after[name].ci95 == pytest.approx(hypothesis.ci95, nan_ok=True), name
        assert after[name].verdict == hypothesis.verdict


def test_doubling_every_place_leaves_every_estimate():
    responses, sightings = study()
    twice = pd.concat(
        [
            responses,
            responses.assign(
                response_id=responses["response_id"] + "'",
                location=responses["location"] + "'",
                shopper=(responses["shopper"] + "'").where(responses["shopper"] != "", ""),
            ),
        ],
        ignore_index=True,
    )
    ticks = pd.concat([sightings, sightings.assign(response_id=sightings["response_id"] + "'")], ignore_index=True)
    names = (*JUDGED, *GENUINE, "H10")
    before, after = found(responses, sightings), found(twice, ticks)
    assert np.isfinite(estimates(before, *names)).all()
    assert estimates(after, *names) == pytest.approx(estimates(before, *names))


@pytest.mark.parametrize("seed", range(1, 6))
def test_estimates_respect_their_bounds(seed):
    before = found(*study(seed))
    assert -1 <= before["H10"].estimate <= 1
    assert before["H6"].estimate >= 0
    assert abs(before["H7"].estimate) <= 6
    assert abs(before["H3"].estimate) <= 4
    for hypothesis in before.values():
        low, high = hypothesis.ci95
        if np.isfinite([low, high]).all():
            assert low <= hypothesis.estimate <= high
