"""Selection by hand, by laws, against the long way, and where there is nothing to say."""

import math
import warnings
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.selection import (
    e_value,
    match,
    overlap_weights,
    rosenbaum_bounds,
    rosenbaum_gamma,
    standardised_differences,
    worst_case_bounds,
)

laws = settings(max_examples=50, deadline=None)
some_differences = st.lists(st.integers(-6, 6), min_size=1, max_size=15).filter(any)


@laws
@given(some_differences)
def test_bounds_open_with_gamma_and_swapping_the_arms_swaps_them(differences):
    gammas = [1, 1.5, 2, 4]
    plain, swapped = rosenbaum_bounds(differences, gammas), rosenbaum_bounds([-d for d in differences], gammas)
    assert (np.diff(plain["p_upper"]) >= -1e-12).all()
    assert (np.diff(plain["p_lower"]) <= 1e-12).all()
    assert (1 - swapped["p_lower"]).to_numpy() == pytest.approx(plain["p_upper"].to_numpy(), abs=1e-12)
    again = rosenbaum_bounds([*differences[::-1], 0, 0, None], gammas)
    assert again.equals(plain)


@laws
@given(some_differences)
def test_gamma_is_where_the_upper_p_reaches_alpha(differences):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gamma = rosenbaum_gamma(differences)
    p = rosenbaum_bounds(differences, [gamma])["p_upper"][0]
    assert p == pytest.approx(0.05) if gamma > 1 else p >= 0.05


def test_bounds_by_hand_without_bias():
    z = (6 - 3) / math.sqrt(14 / 4)
    table = rosenbaum_bounds([1, 2, 3], 1)
    assert table["p_upper"][0] == pytest.approx(stats.norm.sf(z))
    assert table.columns.tolist() == ["gamma", "p_upper", "p_lower"]


def test_gamma_of_strong_and_of_weak_findings():
    assert rosenbaum_gamma(np.arange(1, 2001)) > 100
    with pytest.warns(UserWarning, match="even without hidden bias"):
        assert rosenbaum_gamma([1, -1, 2]) == 1


@pytest.mark.parametrize("differences", [[], [0, 0], [None, np.nan], [0, None]])
def test_pairs_that_do_not_differ_are_not_estimable(differences):
    with pytest.warns(UserWarning, match="No pair differs"):
        assert math.isnan(rosenbaum_gamma(differences))
    with pytest.warns(UserWarning, match="No pair differs"):
        assert rosenbaum_bounds(differences, [1, 2])[["p_upper", "p_lower"]].isna().all(axis=None)


def test_bad_bounds_say_what_is_wrong():
    with pytest.raises(ValueError, match="from 1"):
        rosenbaum_bounds([1, 2], [0.5])
    with pytest.raises(ValueError, match="alpha is"):
        rosenbaum_gamma([1, 2], 0.7)


@laws
@given(st.floats(0.01, 50))
def test_e_value_of_a_ratio_and_of_its_inverse_is_one(ratio):
    assert e_value(ratio).estimate == pytest.approx(e_value(1 / ratio).estimate)
    assert e_value(ratio).estimate >= 1
    assert math.isnan(e_value(ratio).limit)


@pytest.mark.parametrize(
    ("ratio", "limit", "want"),
    [(1.8, 1.2, 1.6898979), (1.3, 0.9, 1), (0.5, 0.8, 1.809017), (0.5, 1.1, 1), (1, 1, 1), (2, 1, 1)],
)
def test_e_value_of_the_limit_is_one_where_the_interval_reaches_one(ratio, limit, want):
    assert e_value(ratio, limit).limit == pytest.approx(want, abs=1e-6)


def test_e_value_of_what_is_not_known():
    assert math.isnan(e_value(math.nan).estimate)
    assert math.isnan(e_value(None).estimate)
    assert e_value(math.nan).warnings
    assert math.isnan(e_value(2, math.nan).limit)
    for ratio in (0, -1, math.inf):
        with pytest.raises(ValueError, match="above 0"):
            e_value(ratio)


def cases(days, *, arms, places=None):
    return pd.DataFrame(
        {
            "arm": ["complainant" if arm == "c" else "shopper" for arm in arms],
            "location": places or ["A"] * len(arms),
            "visited_on": pd.to_datetime("2026-01-01") + pd.to_timedelta(days, unit="D"),
        },
        index=[f"r{n}" for n in range(len(arms))],
    )


def by_trying_all(table, caliper):
    """The most pairs, and the fewest days in total, over all ways to pair."""
    complainants, shoppers = (table[table["arm"] == arm] for arm in ("complainant", "shopper"))
    best = (0, 0.0)
    for size in range(1, min(len(complainants), len(shoppers)) + 1):
        for chosen in combinations(complainants.index, size):
            for others in permutations(shoppers.index, size):
                apart = [
                    abs((table.loc[one, "visited_on"] - table.loc[other, "visited_on"]).days)
                    for one, other in zip(chosen, others, strict=True)
                    if table.loc[one, "location"] == table.loc[other, "location"]
                ]
                if len(apart) == size and max(apart) <= caliper:
                    best = min(best, (-size, sum(apart)))
    return -best[0], best[1]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("cs"), st.integers(0, 60), st.sampled_from("AB")), max_size=7))
def test_matching_equals_trying_all_ways(drawn):
    arms, days, places = ([row[n] for row in drawn] for n in range(3))
    table = cases(days, arms=arms, places=places)
    pairs = match(table, exact=["location"], caliper_days=20)
    assert (len(pairs), pairs["days"].sum()) == by_trying_all(table, 20)
    assert pairs["complainant"].is_unique
    assert pairs["shopper"].is_unique


def test_more_pairs_are_worth_more_days():
    table = cases([0, 10, 10, 29], arms="cscs")
    assert match(table, exact=["location"])["days"].tolist() == [10, 19]


def test_matching_takes_dates_as_text_and_leaves_out_those_without():
    table = cases([0, 1, 2], arms="css").assign(arm=["complainant", "shopper", "customer"])
    text = table.assign(visited_on=table["visited_on"].dt.strftime("%Y-%m-%d"))
    assert match(text, exact=["location"]).equals(match(table, exact=["location"]))
    for gap in ("", None, pd.NaT):
        unknown = table.assign(visited_on=["2026-01-01", gap, "2026-01-01"])
        assert match(unknown, exact=["location"]).empty
    assert len(match(table, exact=["location"], date=None)) == 1
    assert len(match(table, exact=[])) == len(match(table, exact="location")) == 1
    assert match(table.iloc[:0], exact=["location"]).columns.tolist() == ["complainant", "shopper", "days"]


def test_an_empty_value_agrees_with_an_empty_one():
    table = cases([0, 1], arms="cs").assign(location=[None, None])
    assert len(match(table, exact=["location"])) == 1


def test_bad_matching_says_what_is_wrong():
    table = cases([0, 1], arms="cs")
    with pytest.raises(ValueError, match="no column 'channel'"):
        match(table, exact=["channel"])
    with pytest.raises(ValueError, match="a date cannot be read"):
        match(table.assign(visited_on="soon"), exact=["location"])
    with pytest.raises(ValueError, match="caliper_days is -1"):
        match(table, exact=["location"], caliper_days=-1)
    with pytest.raises(ValueError, match="labels"):
        match(table.set_axis(["r", "r"]), exact=["location"])


def sample(*, n=60, seed=1):
    random = np.random.default_rng(seed)
    age, place = random.normal(50, 10, n).round(), random.choice(list("ABC"), n)
    chance = 1 / (1 + np.exp(-(age - 50) / 10 - (place == "A")))
    return pd.DataFrame({"arm": np.where(random.random(n) < chance, "c", "s"), "age": age, "place": place})


HOW = {"arm": "arm", "treated": "c", "covariates": ["age", "place"]}


@pytest.mark.parametrize("seed", range(5))
def test_weights_balance_every_mean_exactly(seed):
    table = sample(seed=seed)
    weights = overlap_weights(table, **HOW)
    assert ((weights > 0) & (weights < 1)).all()
    balance = standardised_differences(table, **HOW, weights=weights)
    assert balance["level"].tolist() == ["", "A", "B", "C"]
    assert balance["after"].abs().max() < 1e-9
    swapped = overlap_weights(table, **{**HOW, "treated": "s"})
    assert swapped == pytest.approx(weights, abs=1e-9)


def test_weights_are_blind_to_order_units_and_redundant_columns():
    table = sample()
    weights = overlap_weights(table, **HOW)
    order = np.random.default_rng(2).permutation(len(table))
    assert overlap_weights(table.iloc[order], **HOW) == pytest.approx(weights[order], abs=1e-9)
    more = table.assign(months=12 * table["age"] + 5, same="x", flag=table["place"] == "A")
    how = {**HOW, "covariates": ["age", "place", "months", "same", "flag"]}
    assert overlap_weights(more, **how) == pytest.approx(weights, abs=1e-9)


def test_a_covariate_that_separates_the_arms_gets_a_ridge_and_a_warning():
    table = sample().assign(badge=lambda rows: np.where(rows["arm"] == "c", "none", "yes"))
    with pytest.warns(UserWarning, match="separates the arms"):
        weights = overlap_weights(table, arm="arm", treated="c", covariates=["badge"])
    assert (weights < 0.05).all()
    lonely = sample()
    lonely.loc[lonely["place"] == "C", "arm"] = "c"
    with pytest.warns(UserWarning, match="separates the arms"):
        weights = overlap_weights(lonely, **HOW)
    assert np.isfinite(weights).all()
    assert weights[lonely["place"] == "C"].max() < 0.05
    assert standardised_differences(lonely, **HOW, weights=weights)["after"].abs().max() < 0.02


def test_gaps_and_empty_arms_have_no_weight():
    table = sample().astype({"place": object})
    table.loc[3, "age"] = np.nan
    table.loc[4, "place"] = None
    with pytest.warns(UserWarning, match="2 rows with a gap"):
        weights = overlap_weights(table, **HOW)
    assert np.isnan(weights).sum() == 2
    rest = overlap_weights(table.drop(index=[3, 4]), **HOW)
    assert weights[~np.isnan(weights)] == pytest.approx(rest)
    for lone in (sample().assign(arm="c"), sample().iloc[:0]):
        with pytest.warns(UserWarning, match="One arm is empty"):
            assert np.isnan(overlap_weights(lone, **HOW)).all()
    with pytest.raises(ValueError, match="no column 'height'"):
        overlap_weights(sample(), **{**HOW, "covariates": ["height"]})


def test_differences_in_standard_deviations_by_hand():
    table = pd.DataFrame({"arm": ["c", "c", "s", "s"], "age": [30, 50, 20, 40], "same": 1, "side": [1, 1, 0, 0]})
    result = standardised_differences(table, arm="arm", treated="c", covariates=["age", "same", "side"])
    assert result["before"].tolist() == pytest.approx([10 / math.sqrt(200), 0, math.inf])
    assert result["after"].isna().all()
    with pytest.raises(ValueError, match="4 in all"):
        standardised_differences(table, arm="arm", treated="c", covariates=["age"], weights=[1.0])


@laws
@given(
    st.lists(st.integers(0, 5), max_size=6), st.lists(st.integers(0, 5), max_size=6), st.integers(0, 4), st.data()
)
def test_worst_case_holds_whatever_the_silent_say(complainants, shoppers, silent, data):
    asked = len(complainants) + silent, len(shoppers) + silent
    result = worst_case_bounds(
        complainants, shoppers, complainants_asked=asked[0], shoppers_asked=asked[1], lowest=0, highest=5
    )
    if not all(asked):
        assert math.isnan(result.difference[0])
        assert result.warnings
        return
    rest = [data.draw(st.lists(st.integers(0, 5), min_size=silent, max_size=silent)) for _ in range(2)]
    truth = np.mean([*complainants, *rest[0]]) - np.mean([*shoppers, *rest[1]])
    assert result.difference[0] - 1e-9 <= truth <= result.difference[1] + 1e-9
    if not silent:
        assert result.difference[0] == pytest.approx(result.difference[1])


def test_bad_worst_cases_say_what_is_wrong():
    how = {"complainants_asked": 2, "shoppers_asked": 2, "lowest": 0, "highest": 5}
    with pytest.raises(ValueError, match="3 complainants answered"):
        worst_case_bounds([1, 2, 3], [1], **how)
    with pytest.raises(ValueError, match="lies outside"):
        worst_case_bounds([9], [1], **how)
    with pytest.raises(ValueError, match="smaller number first"):
        worst_case_bounds([1], [1], **{**how, "lowest": 6})
