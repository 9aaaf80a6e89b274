"""All there is, what both share, and who found what: by hand, by laws, against the long way."""

import math
import warnings
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.discovery import (
    confirmed_thoroughness,
    overlap,
    rarefied_difference,
    richness,
    shared_richness,
    thoroughness,
)

laws = settings(max_examples=60, deadline=None)
METHODS = ("chao2", "chao2_bc", "ichao2", "ice", "jack1", "jack2", "bootstrap")


def incidences(*, problems=3, most=4, least=1):
    def of_size(units):
        row = st.lists(st.booleans(), min_size=units, max_size=units)
        return st.lists(row, min_size=problems, max_size=problems).map(lambda rows: np.array(rows, dtype=bool))

    return st.integers(least, most).flatmap(of_size)


counts_and_units = st.integers(1, 30).flatmap(
    lambda units: st.tuples(st.lists(st.integers(0, units), min_size=1, max_size=12), st.just(units))
)


@laws
@given(counts_and_units, st.sampled_from(METHODS))
def test_richness_is_at_least_what_was_seen_and_blind_to_order_and_to_the_unseen(drawn, method):
    counts, units = drawn
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = richness(counts, units, method)
        more = richness([0, *counts[::-1], 0], units, method)
    assert more == pytest.approx(plain)
    assert math.isfinite(plain)
    if method != "jack2":
        assert plain >= np.count_nonzero(counts) - 1e-9


def test_richness_by_hand():
    """Four responses; Q1 = 3, Q2 = 1, Q3 = 1, Q4 = 0, S = 5."""
    counts = [1, 1, 1, 2, 3]
    assert richness(counts, 4) == pytest.approx(5 + 3 / 4 * 9 / 2)
    assert richness(counts, 4, "chao2_bc") == pytest.approx(5 + 3 / 4 * 3 * 2 / 4)
    assert richness(counts, 4, "ichao2") == pytest.approx(5 + 3 / 4 * 9 / 2 + 1 / 16 * (3 - 1 / 6))
    assert richness(counts, 4, "jack1") == pytest.approx(5 + 3 * 3 / 4)
    assert richness(counts, 4, "jack2") == pytest.approx(5 + 3 * 5 / 4 - 4 / 12)
    assert richness(counts, 4, "bootstrap") == pytest.approx(5 + 3 * (3 / 4) ** 4 + (1 / 2) ** 4 + (1 / 4) ** 4)
    covered = 1 - 3 / 8 * (1 - 2 / (3 * 3 + 2))
    spread = max(5 / covered * 4 / 3 * 8 / (8 * 7) - 1, 0)
    assert richness(counts, 4, "ice", 4) == pytest.approx(5 / covered + 3 / covered * spread)


@pytest.mark.parametrize("method", METHODS)
def test_richness_of_next_to_nothing(method):
    with pytest.warns(UserWarning, match="no responses"):
        assert math.isnan(richness([], 0, method))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert richness([0, 0], 5, method) == 0
        assert richness([], 5, method) == 0
        assert richness([1, 1], 1, method) == 2
        assert richness([7, 7], 7, method) == 2
        assert richness([20, 30], 40, method) == pytest.approx(2, abs=1e-6)


def test_richness_says_what_is_wrong_or_guessed():
    with pytest.warns(UserWarning, match="ICE is what was seen"):
        assert richness([30, 1], 40, "ice") == 2
    with pytest.warns(UserWarning, match="iChao2 is Chao2"):
        richness([1, 2], 3, "ichao2")
    with pytest.raises(ValueError, match="method is 'chao3'"):
        richness([1], 2, "chao3")
    for counts in (["many"], [None, 1], [1.5], [[1]]):
        with pytest.raises(ValueError, match="one whole number a problem"):
            richness(counts, 2)
    for units in (None, math.nan, 2.5, -1):
        with pytest.raises(ValueError, match="number of responses"):
            richness([1], units)
    with pytest.raises(ValueError, match="between 0 and the 2 responses"):
        richness([1], 2, "ice", 3)
    with pytest.raises(ValueError, match="one problem alone has 2"):
        richness([1, 2], 3, "ice", 1)


@laws
@given(incidences(), incidences())
def test_shared_richness_is_symmetric_and_at_least_what_both_saw(first, second):
    plain = shared_richness(first, second)
    assert shared_richness(second, first) == pytest.approx(plain)
    assert plain >= (first.any(axis=1) & second.any(axis=1)).sum()
    unseen = [np.vstack([side, np.zeros((1, side.shape[1]), dtype=bool)]) for side in (first, second)]
    assert shared_richness(*unseen) == plain


def test_shared_richness_without_responses_and_with_wrong_tables():
    with pytest.warns(UserWarning, match="no responses"):
        assert math.isnan(shared_richness(np.zeros((2, 0)), [[1, 0], [0, 1]]))
    with pytest.raises(ValueError, match="first has 1 problems and second 2"):
        shared_richness([[1]], [[1], [0]])
    with pytest.raises(ValueError, match="second: give True or False"):
        shared_richness([[1]], [[3]])


@laws
@given(incidences(), incidences())
def test_overlap_counts_every_problem_once(complainants, shoppers):
    result = overlap(complainants, shoppers)
    assert result.both + result.only_complainants + result.only_shoppers + result.nobody == 3
    swapped = overlap(shoppers, complainants)
    assert swapped.jaccard == pytest.approx(result.jaccard, nan_ok=True)
    assert swapped.only_shoppers == result.only_complainants
    assert math.isnan(result.jaccard) or 0 <= result.jaccard <= 1


def test_overlap_names_the_problems_and_warns():
    result = overlap([[1, 1], [0, 1], [0, 0]], [[1], [0], [0]], problems=["rude", "late", "lost"])
    assert result.both_problems == ("rude",)
    assert result.only_complainants_problems == ("late",)
    assert "more responses find more" in result.warnings[0]
    nothing = overlap([[0]], [[0]])
    assert math.isnan(nothing.jaccard)
    assert "not estimable" in nothing.warnings[0]
    with pytest.raises(ValueError, match="1 names for 3"):
        overlap([[1], [0], [0]], [[1], [0], [0]], problems=["rude"])


def test_thoroughness_of_nothing():
    assert math.isnan(thoroughness([1, 0], [0, 0]).thoroughness)
    assert math.isnan(thoroughness([0, 0], [1, 0]).validity)
    assert thoroughness([0, 0], [1, 0]).thoroughness == 0
    assert thoroughness([1, 0], [0, 1]).f == 0
    assert thoroughness([], []).warnings
    with pytest.raises(ValueError, match="found has 1"):
        thoroughness([1], [1, 0])


@settings(max_examples=25, deadline=None)
@given(incidences(most=5, least=2), incidences(most=5, least=2), st.integers(1, 2), st.integers(1, 3))
def test_confirmed_thoroughness_equals_all_choices_of_responses(complainants, shoppers, size, least):
    result = confirmed_thoroughness(complainants, shoppers, size=size, least=least)
    total = complainants.sum(axis=1) + shoppers.sum(axis=1)
    for name, side in (("complainant", complainants), ("shopper", shoppers)):
        both, real, found = [], [], []
        for chosen in combinations(range(side.shape[1]), size):
            seen = side[:, chosen]
            is_real, is_found = total - seen.sum(axis=1) >= least, seen.any(axis=1)
            both.append((is_real & is_found).sum())
            real.append(is_real.sum())
            found.append(is_found.sum())
        want = np.mean(both) / np.mean(real) if np.mean(real) else math.nan
        assert result[name].thoroughness == pytest.approx(want, nan_ok=True, abs=1e-9)
        want = np.mean(both) / np.mean(found) if np.mean(found) else math.nan
        assert result[name].validity == pytest.approx(want, nan_ok=True, abs=1e-9)


def test_confirmed_thoroughness_of_too_few():
    result = confirmed_thoroughness([[1, 1, 1]], [[1]], size=2)
    assert math.isnan(result["shopper"].thoroughness)
    assert "fewer than 2" in result["shopper"].warnings[0]
    with pytest.raises(ValueError, match="whole numbers from 1"):
        confirmed_thoroughness([[1]], [[1]], size=0)


def sides(*, seed=1, places=6, each=4):
    random = np.random.default_rng(seed)
    where = np.repeat([f"L{n}" for n in range(places)], each)
    return [random.random((9, places * each)) < 0.3, where, random.random((9, places * each)) < 0.2, where]


def test_pooled_difference_swaps_with_its_sign_and_does_not_see_order():
    high, where, low, _ = sides()
    plain, swapped = rarefied_difference(high, where, low, where), rarefied_difference(low, where, high, where)
    assert swapped.difference == pytest.approx(-plain.difference)
    assert swapped.se == pytest.approx(plain.se)
    assert plain.size == 12
    assert plain.locations == 6
    order = np.random.default_rng(2).permutation(24)
    shuffled = rarefied_difference(high[:, order], where[order], low, where)
    assert shuffled.se == pytest.approx(plain.se)


def test_pooled_difference_says_when_its_interval_is_too_short_or_missing():
    high, where, low, _ = sides()
    assert "too short" in rarefied_difference(high, where, low, where, size=13).warnings[0]
    near = rarefied_difference(high, where, low, where, size=21)
    assert math.isfinite(near.difference)
    assert math.isnan(near.se)
    beyond = rarefied_difference(high, where, low, where, size=25)
    assert math.isnan(beyond.difference)
    assert "24 responses" in beyond.warnings[0]
    lopsided = np.array(["L0"] * 20 + ["L1"] * 4)
    assert math.isnan(rarefied_difference(high, lopsided, low, lopsided).se)
    one_place = np.array(["L0"] * 24)
    assert math.isnan(rarefied_difference(high, one_place, low, one_place).se)


def test_an_exhausted_list_is_said_to_be_so():
    everything = np.ones((5, 8), dtype=bool)
    where = list("AABBCCDD")
    result = rarefied_difference(everything, where, everything[:, :8], where)
    assert result.exhausted
    assert "exhausted" in result.warnings[-1]
    nothing = rarefied_difference(~everything, where, ~everything, where)
    assert (nothing.difference, nothing.exhausted) == (0, False)


@pytest.mark.parametrize("count", [0, 1])
def test_pooled_difference_of_too_few_is_not_estimable(count):
    few = np.ones((3, count), dtype=bool)
    result = rarefied_difference(few, ["A"] * count, few, ["A"] * count)
    assert math.isnan(result.difference)
    assert result.warnings


def test_bad_tables_say_what_is_wrong():
    high, where, low, _ = sides()
    with pytest.raises(ValueError, match="complainants: 24 responses, 23 locations"):
        rarefied_difference(high, where[1:], low, where)
    with pytest.raises(ValueError, match="give the same"):
        rarefied_difference(high[1:], where, low, where)
    with pytest.raises(ValueError, match="size is 0"):
        rarefied_difference(high, where, low, where, size=0)
