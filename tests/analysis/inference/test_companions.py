"""Sign flips counted, equivalence, and single problems: by hand, by laws, and where nothing can be said."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference import mantel_haenszel, mcnemar, sign_flip
from analysis.inference.margins import equivalence
from analysis.inference.randomisation import _counted_p
from analysis.shapes.intervals import t_interval

laws = settings(max_examples=60, deadline=None)


@laws
@given(st.lists(st.integers(-6, 6), min_size=1, max_size=11))
def test_counting_whole_differences_equals_trying_all_signs(differences):
    assert _counted_p(np.array(differences)) == pytest.approx(sign_flip(differences).p_value, rel=1e-12)


def test_whole_differences_are_counted_others_are_drawn():
    random = np.random.default_rng(1)
    whole = random.integers(-3, 6, size=40)
    assert sign_flip(whole).exact
    assert sign_flip(whole.tolist()).p_value == sign_flip(whole[::-1].astype(float)).p_value
    drawn = sign_flip(whole + 1e-7, seed=5)
    assert not drawn.exact
    assert drawn.p_value == pytest.approx(sign_flip(whole).p_value, abs=0.01)
    assert drawn.p_value == sign_flip(whole + 1e-7, seed=5).p_value
    assert sign_flip([0] * 20).p_value == 1
    assert sign_flip([1] * 20).p_value == pytest.approx(2 / 2**20, rel=1e-12)
    assert not sign_flip([10**9 + number for number in range(17)]).exact


@laws
@given(st.floats(-3, 3), st.floats(0.01, 2), st.floats(1, 40), st.floats(0.05, 2))
def test_equivalence_is_the_ninety_percent_interval_inside_and_chances_add_up(estimate, se, df, margin):
    result = equivalence(estimate, se, df, margin)
    low, high = t_interval(estimate, se, df, 0.9)
    if abs(result.p_value - 0.05) > 1e-9:
        assert (result.p_value < 0.05) == (-margin < low and high < margin)
    assert result.below + result.inside + result.above == pytest.approx(1)
    assert equivalence(-estimate, se, df, margin).p_value == pytest.approx(result.p_value)


@pytest.mark.parametrize(("estimate", "se"), [(0, 0), (0, math.nan), (math.nan, 1), (0, math.inf)])
def test_equivalence_without_a_standard_error_is_not_estimable(estimate, se):
    result = equivalence(estimate, se, 5, 0.5)
    assert math.isnan(result.p_value)
    assert result.warnings
    with pytest.raises(ValueError, match="margin is 0"):
        equivalence(0, 1, 5, 0)


@laws
@given(st.integers(0, 30), st.integers(0, 30))
def test_pairs_of_one_problem_swap_and_stay_chances(b, c):
    result = mcnemar(b, c)
    assert mcnemar(c, b) == result
    assert 0 < result.p_mid <= result.p_exact <= 1


def test_no_pair_that_differs_has_p_one():
    assert (mcnemar(0, 0).p_exact, mcnemar(0, 0).p_mid) == (1, 1)
    assert mcnemar(0, 0).warnings
    for wrong in (-1, 1.5, math.nan):
        with pytest.raises(ValueError, match="shopper_only"):
            mcnemar(wrong, 2)


cells = st.lists(
    st.tuples(*[st.tuples(st.integers(0, 4), st.integers(0, 4))] * 2).map(lambda rows: [list(r) for r in rows]),
    min_size=1,
    max_size=5,
)


@laws
@given(cells)
def test_swapping_the_arms_inverts_the_odds_and_flips_the_difference(tables):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain, swapped = mantel_haenszel(tables), mantel_haenszel([cell[::-1] for cell in tables])
    assert swapped.risk_difference == pytest.approx(-plain.risk_difference, nan_ok=True)
    assert swapped.se == pytest.approx(plain.se, nan_ok=True, abs=1e-9)
    assert math.isnan(plain.risk_difference) or abs(plain.risk_difference) <= 1 + 1e-12
    if math.isfinite(plain.odds_ratio) and plain.odds_ratio > 0:
        assert swapped.odds_ratio == pytest.approx(1 / plain.odds_ratio)
        low, high = plain.odds_ratio_ci95
        assert low <= plain.odds_ratio <= high
    assert mantel_haenszel(tables[::-1]).odds_ratio == pytest.approx(plain.odds_ratio, nan_ok=True)


def test_a_cell_with_one_arm_changes_nothing_but_is_counted():
    tables = [[[3, 1], [1, 3]], [[2, 2], [1, 3]]]
    more = mantel_haenszel([*tables, [[4, 0], [0, 0]]])
    assert more.odds_ratio == mantel_haenszel(tables).odds_ratio
    assert more.cells == 2
    assert "1 cells without both arms" in more.warnings[0]


@pytest.mark.parametrize(
    ("tables", "ratio"),
    [([[[3, 1], [0, 4]]], math.inf), ([[[0, 4], [2, 2]]], 0), ([[[4, 0], [4, 0]]], math.nan)],
)
def test_what_one_side_never_or_always_saw_has_no_interval(tables, ratio):
    result = mantel_haenszel(tables)
    assert result.odds_ratio == pytest.approx(ratio, nan_ok=True)
    assert math.isnan(result.odds_ratio_ci95[0])
    assert "no interval" in result.warnings[-1]
    assert math.isfinite(result.risk_difference)


@pytest.mark.parametrize("tables", [[], [[[1, 2], [0, 0]]]])
def test_no_cell_with_both_arms_is_not_estimable(tables):
    result = mantel_haenszel(tables)
    assert math.isnan(result.odds_ratio)
    assert math.isnan(result.risk_difference)
    assert "nothing can be compared" in result.warnings[-1]


def test_bad_tables_say_what_is_wrong():
    with pytest.raises(ValueError, match="give a cell as"):
        mantel_haenszel([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="whole numbers"):
        mantel_haenszel([[[1, 2], [3, -4]]])
