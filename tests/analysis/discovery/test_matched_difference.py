"""Two complainants beside two shoppers: by hand, against enumeration of all pairs of people, and by laws."""

import math
import time
from collections import defaultdict
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import DataProblem
from analysis.discovery import matched_difference
from analysis.discovery.matched import matched_difference_of_codes

laws = settings(max_examples=60, deadline=None)


def table_of(rows):
    return pd.DataFrame(rows, columns=["arm", "location", "cell", "shopper"])


# The same measure written the long way: every pair of responses, every deletion by taking people out.


def rows_of(table, ticked):
    sides = zip(table["arm"], table["location"], table["cell"], table["shopper"], strict=True)
    return [
        (arm, place, cell, who if arm == "shopper" else number, frozenset(np.flatnonzero(ticked[number])))
        for number, (arm, place, cell, who) in enumerate(sides)
    ]


def places_by_enumeration(rows):
    gaps = defaultdict(list)
    cells = sorted({(place, cell) for _, place, cell, _, _ in rows})
    for (place, first), (other_place, second) in product(cells, cells):
        if place == other_place:
            found = [pairs_found(rows, arm, place, first, second) for arm in ("complainant", "shopper")]
            if all(found):
                gaps[place].append(np.mean(found[0]) - np.mean(found[1]))
    return {place: np.mean(gap) for place, gap in gaps.items()}


def pairs_found(rows, arm, place, first, second):
    ones = [row for row in rows if row[:3] == (arm, place, first)]
    others = [row for row in rows if row[:3] == (arm, place, second)]
    return [len(one[4] | other[4]) for one in ones for other in others if one[3] != other[3]]


def by_enumeration(table, ticked):
    rows = rows_of(table, ticked)
    arms = defaultdict(set)
    for arm, place, cell, _, _ in rows:
        arms[place, cell].add(arm)
    rows = [row for row in rows if len(arms[row[1], row[2]]) == 2]
    places = places_by_enumeration(rows)
    count = len(places)
    visits = [(who, place) for arm, place, _, who, _ in rows if arm == "shopper" and place in places]
    weights = defaultdict(float)
    for who, place in visits:
        weights[who] += 1 / sum(where == place for _, where in visits) / count

    def jackknife(is_out, groups):
        left = [places_by_enumeration([row for row in rows if not is_out(row, group)]) for group in groups]
        means = np.array([np.mean(list(found.values())) for found in left if found])
        if not len(means):
            return math.nan
        return (len(means) - 1) / len(means) * ((means - means.mean()) ** 2).sum()

    effective = 1 / sum(weight**2 for weight in weights.values())
    v_shop = jackknife(lambda row, who: row[3] == who, weights)
    v_int = jackknife(lambda row, group: (row[3], row[1]) == group, set(visits))
    fewest = min(count, effective)
    differences = np.array(list(places.values()))
    v_loc = differences.var(ddof=1) / count if count > 1 else math.nan
    variance = (v_loc + max(0, v_shop - v_int)) * (1 + 1 / fewest) if not math.isnan(v_shop) else math.nan
    return differences.mean(), math.sqrt(variance), max(1, fewest - 1), count, v_shop, v_int


@st.composite
def drawn(draw):
    rows = []
    for place in range(draw(st.integers(1, 4))):
        for cell in range(draw(st.integers(1, 3))):
            cast = [("shopper", f"s{draw(st.integers(0, 3))}") for _ in range(draw(st.integers(0, 3)))]
            cast += [("complainant", "")] * draw(st.integers(0, 3))
            rows += [(arm, f"L{place}", f"c{cell}", who) for arm, who in cast]
    table = table_of(rows)
    ticked = draw(
        st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=len(rows), max_size=len(rows))
    )
    return table, np.array(ticked, dtype=bool).reshape(len(rows), 3)


@laws
@given(drawn())
def test_closed_form_equals_enumeration_of_all_pairs_of_people(study):
    table, ticked = study
    got = matched_difference(table, ticked)
    if not got.locations:
        assert math.isnan(got.difference)
        assert got.warnings
        return
    difference, se, df, count, v_shop, v_int = by_enumeration(table, ticked)
    assert got.locations == count
    assert got.difference == pytest.approx(difference, abs=1e-12)
    assert got.df == pytest.approx(df, abs=1e-12)
    assert got.variance_shopper == pytest.approx(v_shop, abs=1e-12, nan_ok=True)
    assert got.variance_intersection == pytest.approx(v_int, abs=1e-12, nan_ok=True)
    assert got.se == pytest.approx(se, abs=1e-8, nan_ok=True)


def test_by_hand_across_two_cells():
    """Each arm has one person a cell; so only the pair of the two cells counts, in both orders."""
    table = table_of(
        [
            ("complainant", "L", "c1", ""),
            ("complainant", "L", "c2", ""),
            ("shopper", "L", "c1", "s"),
            ("shopper", "L", "c2", "t"),
        ]
    )
    ticked = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=bool)
    assert matched_difference(table, ticked).difference == 3 - 1


def test_one_shopper_in_both_cells_is_not_two_people():
    table = table_of(
        [
            ("complainant", "L", "c1", ""),
            ("complainant", "L", "c2", ""),
            ("shopper", "L", "c1", "s"),
            ("shopper", "L", "c2", "s"),
        ]
    )
    result = matched_difference(table, np.ones((4, 2), dtype=bool))
    assert (result.locations, result.locations_of) == (0, 1)
    assert math.isnan(result.difference)
    assert "places with two people" in result.described


def many(*, places=8, shoppers=6, seed=3, per_cell=3, extra=0.2, cells=2, problems=7):
    random = np.random.default_rng(seed)
    rows = [
        (arm, f"L{place}", f"c{cell}", f"s{random.integers(shoppers)}" if arm == "shopper" else "")
        for place in range(places)
        for cell in range(cells)
        for arm in ("shopper", "complainant")
        for _ in range(per_cell)
    ]
    table = table_of(rows)
    chance = 0.3 + extra * (table["arm"] == "complainant").to_numpy()
    return table, random.random((len(rows), problems)) < chance[:, None]


@pytest.mark.parametrize("per_cell", [2, 3])
@pytest.mark.parametrize("cells", [1, 2])
def test_larger_study_equals_enumeration(per_cell, cells):
    table, ticked = many(per_cell=per_cell, cells=cells)
    got = matched_difference(table, ticked)
    difference, se, df, count, *_ = by_enumeration(table, ticked)
    assert (got.difference, got.se, got.df) == pytest.approx((difference, se, df), abs=1e-12)
    assert got.locations == count
    assert got.ci95[0] < got.difference < got.ci95[1]


@laws
@given(drawn(), st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_changes_no_digit(study, random):
    table, ticked = study
    order = random.sample(range(len(table)), len(table))
    plain = matched_difference(table, ticked)
    shuffled = matched_difference(table.iloc[order].assign(mood="bad"), ticked[order])
    fields = ["difference", "se", "df", "ci95", "p_value"]
    assert repr([getattr(plain, name) for name in fields]) == repr([getattr(shuffled, name) for name in fields])


@laws
@given(drawn())
def test_a_problem_nobody_saw_and_a_lone_place_change_nothing(study):
    table, ticked = study
    wider = np.hstack([ticked, np.zeros((len(table), 2), dtype=bool)])
    lone = table_of([("complainant", "Lonely", "c0", "")] * 2)
    longer = pd.concat([table, lone], ignore_index=True)
    plain = matched_difference(table, ticked)
    more = matched_difference(longer, np.vstack([wider, np.ones((2, 5), dtype=bool)]))
    for name in ("difference", "se", "df", "locations", "locations_of"):
        assert repr(getattr(plain, name)) == repr(getattr(more, name))


@laws
@given(drawn())
def test_swapping_the_arms_flips_the_sign_where_every_visit_is_by_another_shopper(study):
    table, ticked = study
    table["shopper"] = [f"s{n}" if arm == "shopper" else "" for n, arm in enumerate(table["arm"])]
    swapped = table.assign(arm=table["arm"].map({"shopper": "complainant", "complainant": "shopper"}))
    swapped["shopper"] = [f"s{n}" if arm == "shopper" else "" for n, arm in enumerate(swapped["arm"])]
    plain, other = matched_difference(table, ticked), matched_difference(swapped, ticked)
    assert other.difference == pytest.approx(-plain.difference, abs=1e-12, nan_ok=True)
    assert other.variance_location == pytest.approx(plain.variance_location, abs=1e-12, nan_ok=True)


@laws
@given(drawn())
def test_difference_keeps_the_bounds_of_the_list(study):
    result = matched_difference(*study)
    assert math.isnan(result.difference) or abs(result.difference) <= 3


def test_duplicating_every_place_leaves_the_estimate():
    table, ticked = many()
    twice = pd.concat([table, table.assign(location="twin-" + table["location"])])
    doubled = matched_difference(twice, np.vstack([ticked, ticked]))
    assert doubled.difference == pytest.approx(matched_difference(table, ticked).difference, abs=1e-12)


def test_without_shopper_ids_each_visit_is_another_person_and_no_word_is_given():
    table, ticked = many()
    nobody = matched_difference(table.drop(columns="shopper"), ticked)
    own = table.assign(shopper=[f"v{n}" if arm == "shopper" else "" for n, arm in enumerate(table["arm"])])
    assert nobody.difference == matched_difference(own, ticked).difference
    assert math.isnan(nobody.shoppers)
    assert nobody.df == nobody.locations - 1
    assert "no shopper ids" in nobody.described


def test_two_shoppers_everywhere_get_no_word():
    table, ticked = many(shoppers=2, per_cell=4)
    result = matched_difference(table, ticked)
    assert "without one shopper only 0 of 8 places are left" in result.described
    assert math.isnan(result.se)
    assert math.isfinite(result.difference)


def test_a_star_of_one_shopper_gets_no_word():
    """One shopper is half of every pair: without him hardly any place is left."""
    rows = []
    for place in range(8):
        rows += [("complainant", f"L{place}", "c", "")] * 2
        rows += [("shopper", f"L{place}", "c", "everywhere"), ("shopper", f"L{place}", "c", f"s{place}")]
    result = matched_difference(table_of(rows), np.random.default_rng(1).random((len(rows), 5)) < 0.4)
    assert "without one shopper" in result.described


def test_thin_and_equal_studies_say_why_there_is_no_word():
    table, ticked = many(places=4)
    assert "4, at least 5" in matched_difference(table, ticked).described
    table, ticked = many()
    assert "standard error is 0" in matched_difference(table, np.ones_like(ticked)).described
    assert matched_difference(table, ticked).described is None


def test_fewer_than_half_of_the_places_get_no_word():
    table, ticked = many(places=12)
    lonely = (table["arm"] == "shopper") & table["location"].isin([f"L{n}" for n in range(5, 12)])
    table.loc[lonely, "shopper"] = "s0"
    result = matched_difference(table, ticked)
    assert (result.locations, result.locations_of) == (5, 12)
    assert "5 of 12 places" in result.described


@pytest.mark.parametrize("ticked", [np.zeros((0, 4)), np.zeros((0, 0)), []])
def test_an_empty_study_is_not_estimable(ticked):
    result = matched_difference(table_of([]), ticked)
    assert math.isnan(result.difference)
    assert result.locations == result.locations_of == 0
    assert result.warnings


def test_other_arms_are_left_out_with_a_warning():
    table, ticked = many()
    more = pd.concat([table, table_of([("customer", "L0", "c0", "")] * 3)])
    result = matched_difference(more, np.vstack([ticked, np.ones((3, ticked.shape[1]), dtype=bool)]))
    assert result.difference == matched_difference(table, ticked).difference
    assert "3 responses of other arms" in result.warnings[0]


def test_bad_input_says_what_and_where():
    table, ticked = many()
    with pytest.raises(ValueError, match="96 rows are needed"):
        matched_difference(table, ticked[:-1])
    with pytest.raises(ValueError, match="True or False"):
        matched_difference(table, ticked * 2)
    with pytest.raises(ValueError, match="True or False"):
        matched_difference(table, np.where(ticked, np.nan, 0.0))
    with pytest.raises(DataProblem, match="location"):
        matched_difference(table.drop(columns="location"), ticked)
    table.loc[0, "shopper"] = ""
    with pytest.raises(DataProblem, match="no shopper, others have one"):
        matched_difference(table, ticked)


@pytest.mark.parametrize("dtype", [int, float, object])
def test_ticks_may_be_numbers(dtype):
    table, ticked = many()
    plain = matched_difference(table, ticked)
    assert matched_difference(table, ticked.astype(dtype)).difference == plain.difference
    assert matched_difference(table, ticked.tolist()).difference == plain.difference


def codes(*, seed=5):
    """40 places × 4 cells × 5 responses × 31 problems."""
    random = np.random.default_rng(seed)
    complainant = np.tile([True, True, True, False, False], 160)
    return {
        "location": np.repeat(np.arange(40), 4 * 5),
        "cell": np.repeat(np.arange(160), 5),
        "shopper": np.where(complainant, -1, random.integers(0, 20, size=800)),
        "complainant": complainant,
        "ticked": random.random((800, 31)) < 0.2,
    }


def test_memory_is_cut_into_blocks_without_changing_a_digit():
    whole, small = (matched_difference_of_codes(**codes(), block_size=size) for size in (10**7, 50))
    assert (whole.difference, whole.se) == (small.difference, small.se)


def test_a_study_of_ordinary_size_takes_milliseconds():
    """The bound is generous for a busy machine."""
    study, seconds = codes(), []
    for _ in range(5):
        start = time.process_time()
        matched_difference_of_codes(**study)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.1
