"""Called by a stranger: what cannot be used is refused in a sentence, and no gap becomes a number in silence."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest

from analysis import Tables, compare, read
from analysis.agreement import icc, kappa, krippendorff_alpha
from analysis.discovery import (
    coverage,
    matched_difference,
    rarefaction,
    rarefied_difference,
    shared_richness,
    size_at_coverage,
)
from analysis.inference import sign_flip, two_way, verdict
from analysis.reliability import g_study
from analysis.selection import e_value, match, overlap_weights, rosenbaum_gamma

TABLE = pd.DataFrame(
    {
        "arm": ["shopper", "complainant"] * 4,
        "location": list("AABBAABB"),
        "shopper": ["s", "", "t", "", "t", "", "s", ""],
        "y": [1, 2, 1, 4, 0, 3, 2, 2],
    }
)
PLACES = TABLE["location"]
RESPONSES = TABLE.drop(columns="y").assign(response_id=list("abcdefgh"))
SIGHTINGS = pd.DataFrame({"response_id": ["b", "c"], "problem": "rude"})
TABLES = Tables(RESPONSES, SIGHTINGS)
TICKS = np.eye(8, 3, dtype=bool)
WITHOUT_PLACE = TABLE.assign(location=PLACES.where(TABLE.index != 5))
UNKNOWN_ARM = TABLE.assign(arm=TABLE["arm"].where(TABLE.index != 2, "martian"))
INFINITE = TABLE.assign(y=[math.inf, *TABLE["y"][1:]])
TWICE = pd.concat([TABLE, TABLE[["y"]]], axis=1)
OTHER_DATES = TABLE.assign(day="14.3.2026")


def _pooled(places, size=None):
    return rarefied_difference(TICKS.T, places, TICKS.T, PLACES, size=size)


# what is handed in -> (the call, what the sentence must name)
REFUSED = {
    "sizes that are words": (lambda: rarefaction([1], 3, ["x"]), "sizes"),
    "sizes of coverage that are words": (lambda: coverage([1], 3, ["x"]), "sizes"),
    "a target that is a word": (lambda: size_at_coverage([1], 3, "x"), "target is 'x'"),
    "no target": (lambda: size_at_coverage([1], 3, None), "target is None"),
    "ragged ticks": (lambda: shared_richness([[1, 0], [1]], [[1], [0]]), "first"),
    "ticks that are words": (lambda: shared_richness([["a"]], [["b"]]), "first"),
    "an infinite size": (lambda: _pooled(PLACES, size=math.inf), "size is inf"),
    "a response from nowhere": (lambda: _pooled(WITHOUT_PLACE["location"]), "location is missing"),
    "two people from nowhere": (lambda: matched_difference(WITHOUT_PLACE, TICKS), "row 7, column 'location'"),
    "two people of an unknown arm": (lambda: matched_difference(UNKNOWN_ARM, TICKS), "row 4, column 'arm'"),
    "no table of people": (lambda: matched_difference(None, TICKS), "DataFrame"),
    "ticks of people that are words": (lambda: matched_difference(TABLE, TICKS.astype(str)), "ticked"),
    "an outcome from nowhere": (lambda: two_way(WITHOUT_PLACE, "y"), "row 7, column 'location'"),
    "an outcome of an unknown arm": (lambda: two_way(UNKNOWN_ARM, "y"), "row 4, column 'arm'"),
    "an infinite outcome": (lambda: two_way(INFINITE, "y"), "y: a value is infinite"),
    "an outcome of words": (lambda: two_way(TABLE, "arm"), "arm: every value must be a number"),
    "no such outcome": (lambda: two_way(TABLE, "z"), "no column 'z'"),
    "several outcomes": (lambda: two_way(TABLE, ["y"]), "no column"),
    "an outcome that stands there twice": (lambda: two_way(TWICE, "y"), "appears twice"),
    "no DataFrame": (lambda: two_way(TABLE.to_dict("list"), "y"), "not dict"),
    "no estimate": (lambda: verdict(None, 0.2, 10, 0.5), "estimate is None"),
    "a margin without end": (lambda: verdict(0, 0.2, 10, math.inf), "margin is inf"),
    "differences that are words": (lambda: sign_flip(["a"]), "differences"),
    "no seed": (lambda: sign_flip(range(20), seed=None), "seed is None"),
    "judgements in a table": (lambda: kappa([[1, 2]], [[1, 2]]), "first"),
    "coders of different length": (lambda: krippendorff_alpha([[1, 2], [1]], "nominal"), "ratings"),
    "one coder in a row": (lambda: krippendorff_alpha([1, 2], "nominal"), "ratings"),
    "scores without a table": (lambda: g_study(None, score="y", location="l", shopper="s"), "DataFrame"),
    "visits that are words": (
        lambda: g_study(TABLE, score="y", location="location", shopper=None).phi("a"),
        "visits",
    ),
    "no level": (lambda: rosenbaum_gamma([1, 2, 3], None), "alpha is None"),
    "a ratio that is a list": (lambda: e_value([2]), "rr is"),
    "nothing to match": (lambda: match(None), "DataFrame"),
    "a date in another form": (lambda: match(OTHER_DATES, exact=["location"], date="day"), "2026-03-14"),
    "no tables": (lambda: Tables(None, None), "no pandas DataFrame"),
    "a pair of frames": (lambda: compare((RESPONSES, SIGHTINGS)), "make Tables"),
    "frames in place of paths": (lambda: read(RESPONSES, SIGHTINGS), "Give the path"),
    "a plan that is a list": (lambda: compare(TABLES, []), "a mapping or a Plan"),
    "resamples without end": (lambda: compare(TABLES, {"resamples": 10**9}), "from 1 to 1,000,000"),
    "a year that is a slip": (
        lambda: Tables(RESPONSES.assign(visited_on="2999-01-01"), SIGHTINGS),
        "row 2, column 'visited_on'",
    ),
    "a year before all": (
        lambda: Tables(RESPONSES.assign(submitted_at="0001-01-01"), SIGHTINGS),
        "row 2, column 'submitted_at'",
    ),
    "a caliper that is a word": (
        lambda: match(TABLE, exact=["location"], date=None, caliper_days="a"),
        "caliper_days is 'a'",
    ),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_cannot_be_used_is_refused_in_one_line(wrong):
    call, named = REFUSED[wrong]
    with pytest.raises(ValueError, match=r".") as refused:
        call()
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_response_whose_arm_is_missing_has_no_weight():
    table = pd.DataFrame({"arm": ["c", "s", None, "c", "s"], "age": [20, 30, 40, 35, 25]})
    with pytest.warns(UserWarning, match="1 rows with a gap"):
        weights = overlap_weights(table, arm="arm", treated="c", covariates=["age"])
    assert np.isnan(weights).tolist() == [False, False, True, False, False]


def test_dates_balance_as_days():
    table = pd.DataFrame({"arm": list("cscscsss"), "day": [3, 1, 7, 6, 2, 8, 4, 5]})
    dated = table.assign(day=pd.Timestamp("2026-03-01") + pd.to_timedelta(table["day"], unit="D"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [overlap_weights(each, arm="arm", treated="c", covariates=["day"]) for each in (table, dated)]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)


def test_one_response_reaches_a_coverage_with_a_warning():
    with pytest.warns(UserWarning, match="one response only"):
        size_at_coverage([1], 1, 0.9)


def test_a_limit_beyond_the_ratio_is_said_to_be_the_wrong_one():
    assert "nearest 1" in " ".join(e_value(2.0, 2.5).warnings)
    assert "nearest 1" in " ".join(e_value(0.5, 0.2).warnings)
    assert not e_value(2.0, 0.8).warnings


@pytest.mark.parametrize("unit", [1e-200, 1e307])
def test_the_unit_of_measurement_does_not_matter(unit):
    scores = np.array([[1.0, 2], [3, 3], [0, 1]])
    for kind in ("ICC1", "ICC2", "ICC3"):
        plain, scaled = icc(scores, kind), icc(scores * unit, kind)
        assert scaled.estimate == pytest.approx(plain.estimate)
        assert scaled.ci95 == pytest.approx(plain.ci95)
    differences = np.array([1.0, 2, 3])
    assert sign_flip(differences * unit).p_value == sign_flip(differences).p_value
    assert sign_flip(differences * unit).statistic == pytest.approx(2 * unit)


def test_the_strength_of_a_very_large_ratio_is_finite():
    assert e_value(1e300).estimate == pytest.approx(2e300)
