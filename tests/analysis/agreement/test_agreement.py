"""Agreement by hand, by laws, and where there is nothing to estimate."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.agreement import bland_altman, concordance, icc, kappa, krippendorff_alpha, krippendorff_interval
from analysis.shapes.resampling import percentiles, resampled

laws = settings(max_examples=60, deadline=None)
levels = st.integers(0, 3)
judgements = st.lists(st.tuples(levels, levels), min_size=2, max_size=20)
tables = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=2, max_size=8)
)


@laws
@given(judgements, st.sampled_from([None, "linear", "quadratic"]))
def test_kappa_is_symmetric_blind_to_order_and_at_most_one(drawn, weights):
    first, second = zip(*drawn, strict=True)
    plain = kappa(first, second, weights, levels=range(4))
    assert kappa(second, first, weights, levels=range(4)).estimate == pytest.approx(plain.estimate, nan_ok=True)
    mirrored = kappa(first[::-1], second[::-1], weights, levels=range(3, -1, -1))
    assert mirrored.estimate == pytest.approx(plain.estimate, nan_ok=True)
    assert math.isnan(plain.estimate) or plain.estimate <= 1 + 1e-12


@laws
@given(judgements)
def test_names_of_levels_do_not_matter_to_plain_kappa(drawn):
    first, second = zip(*drawn, strict=True)
    named = [[f"level {9 - value}" for value in row] for row in (first, second)]
    assert kappa(*named).estimate == pytest.approx(kappa(first, second).estimate, nan_ok=True)


def test_unused_levels_count_for_weights_only():
    first, second = [0, 1, 4, 4], [0, 4, 4, 1]
    assert kappa(first, second).estimate == kappa(first, second, levels=range(5)).estimate
    given_levels = kappa(first, second, "linear", levels=range(5))
    taken = kappa(first, second, "linear")
    assert given_levels.estimate != taken.estimate
    assert not given_levels.warnings
    assert "levels of the scale were not given" in taken.warnings[0]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [([], [], "no pair"), ([1, 1], [1, 1], "one and the same level"), ([None, 2], [1, np.nan], "no pair")],
)
def test_kappa_that_cannot_be_estimated_says_why(first, second, reason):
    result = kappa(first, second)
    assert math.isnan(result.estimate)
    assert reason in result.warnings[-1]


def test_kappa_takes_any_kind_of_value_and_leaves_gaps_out():
    first, second = [True, False, True, None, True], [True, False, False, True, True]
    plain = kappa([1, 0, 1, 1], [1, 0, 0, 1])
    for kind in (list, np.array, pd.Series):
        assert kappa(kind(first), kind(second)).estimate == plain.estimate
    assert "1 pairs with a gap" in kappa(first, second).warnings[0]


def test_kappa_refuses_what_is_not_on_the_scale():
    with pytest.raises(ValueError, match="7 is not one of the levels"):
        kappa([1, 7], [1, 2], levels=[1, 2])
    with pytest.raises(ValueError, match="named twice"):
        kappa([1, 2], [1, 2], levels=[1, 2, 2])
    with pytest.raises(ValueError, match="first has 2"):
        kappa([1, 2], [1])
    with pytest.raises(ValueError, match="weights"):
        kappa([1, 2], [1, 2], "cubic")


@laws
@given(tables, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]), st.randoms(use_true_random=False))
@pytest.mark.filterwarnings("ignore:All codings")
def test_alpha_of_coders_is_blind_to_order_and_to_units_coded_once(drawn, level, random):
    ratings = np.array(drawn, dtype=float).T
    plain = krippendorff_alpha(ratings, level)
    assert math.isnan(plain) or plain <= 1 + 1e-12
    shuffled = ratings[:, random.sample(range(ratings.shape[1]), ratings.shape[1])][::-1]
    assert krippendorff_alpha(shuffled, level) == pytest.approx(plain, nan_ok=True)
    lonely = np.full((len(ratings), 1), np.nan)
    lonely[0] = 4
    wider = np.hstack([ratings, lonely, np.full((len(ratings), 1), np.nan)])
    assert krippendorff_alpha(wider, level) == pytest.approx(plain, nan_ok=True)


def test_alpha_of_coders_takes_words_for_nominal_only():
    words = [["a", "b", "b", None], ["a", "b", "a", "b"]]
    assert krippendorff_alpha(words, "nominal") == krippendorff_alpha([[1, 2, 2, np.nan], [1, 2, 1, 2]], "nominal")
    with pytest.raises(ValueError, match="must be a number"):
        krippendorff_alpha(words, "ordinal")
    with pytest.raises(ValueError, match="level is 'nomimal'"):
        krippendorff_alpha([[1, 2], [1, 2]], "nomimal")
    with pytest.raises(ValueError, match="below 0"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")


@pytest.mark.parametrize(
    "ratings", [[], [[1, 2, 3]], [[2, 2], [2, 2]], [[1, None], [None, 1]], [[np.nan] * 2] * 2]
)
@pytest.mark.parametrize("level", ["nominal", "interval"])
def test_alpha_of_coders_that_cannot_be_estimated_is_nan_with_a_warning(ratings, level):
    with pytest.warns(UserWarning, match="not estimable"):
        assert math.isnan(krippendorff_alpha(ratings, level))


@laws
@given(tables, st.sampled_from(["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]))
def test_icc_keeps_its_bounds_and_lies_in_its_interval(drawn, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = icc(drawn, kind)
    if math.isfinite(result.estimate):
        assert result.estimate <= 1 + 1e-9
        assert math.isnan(result.ci95[0]) or result.ci95[0] <= result.estimate + 1e-9
    again = icc(np.array(drawn)[::-1, ::-1], kind)
    assert again.estimate == pytest.approx(result.estimate, nan_ok=True)
    shifted = icc(3 * np.array(drawn) + 7, kind)
    assert shifted.estimate == pytest.approx(result.estimate, nan_ok=True, abs=1e-9)


def test_icc_by_hand():
    """Means of squares: between 8, within 1/2 (one way); raters 3/2, residual 0."""
    scores = [[1, 2], [3, 4], [5, 6]]
    assert icc(scores, "ICC1").estimate == pytest.approx((8 - 0.5) / (8 + 0.5))
    assert icc(scores, "ICC2").estimate == pytest.approx(8 / (8 + 2 * 1.5 / 3))
    assert icc(scores, "ICC3").ci95 == (1.0, 1.0)
    assert icc(scores, "ICC1k").estimate == pytest.approx(1 - 0.5 / 8)


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2]], [[3, 3], [3, 3]], [[1, np.nan], [2, 3]]])
@pytest.mark.parametrize("kind", ["ICC1", "ICC2", "ICC3"])
def test_icc_that_cannot_be_estimated_says_why(table, kind):
    result = icc(table, kind)
    assert math.isnan(result.estimate)
    assert math.isnan(result.ci95[0])
    assert result.warnings


def test_icc_refuses_words_and_unknown_kinds():
    with pytest.raises(ValueError, match="must be a number"):
        icc([["a", "b"], ["c", "d"]], "ICC1")
    with pytest.raises(ValueError, match="kind is 'ICC4'"):
        icc([[1, 2], [3, 4]], "ICC4")


@laws
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=20))
def test_two_measurements_swap_with_their_sign(drawn):
    first, second = zip(*drawn, strict=True)
    plain, swapped = bland_altman(first, second), bland_altman(second, first)
    assert swapped.bias == pytest.approx(-plain.bias)
    assert swapped.limits == pytest.approx(tuple(-limit for limit in plain.limits[::-1]))
    there, back = concordance(first, second), concordance(second, first)
    assert back.estimate == pytest.approx(there.estimate, nan_ok=True)
    assert back.ci95 == pytest.approx(there.ci95, nan_ok=True)
    assert (
        math.isnan(there.estimate)
        or abs(there.estimate) <= abs(there.correlation) + 1e-9
        or math.isnan(there.correlation)
    )


def test_measurements_that_agree_wholly():
    assert concordance([1, 2, 3], [1, 2, 3]).ci95 == (1.0, 1.0)
    assert bland_altman([1, 2, 3], [1, 2, 3]).limits == (0.0, 0.0)


@pytest.mark.parametrize("rows", [([], []), ([1], [2]), ([1, None], [2, 3]), ([np.nan] * 3, [1, 2, 3])])
def test_too_few_measurements_are_not_estimable(rows):
    result, lin = bland_altman(*rows), concordance(*rows)
    assert math.isnan(result.sd)
    assert math.isnan(lin.estimate)
    assert result.warnings
    assert lin.warnings


def test_constant_measurements():
    assert math.isnan(concordance([2, 2, 2], [2, 2, 2]).estimate)
    half = concordance([2, 2, 2], [1, 2, 3])
    assert half.estimate == 0
    assert math.isnan(half.ci95[0])
    with pytest.raises(ValueError, match="first has 2"):
        bland_altman([1, 2], [1])
    with pytest.raises(ValueError, match="infinite"):
        bland_altman([1, math.inf], [1, 2])


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_the_interval_of_alpha_is_that_of_resampled_tables(level):
    """Weighted coincidences give the alpha that the library finds in the table with its units repeated."""
    random = np.random.default_rng(2)
    ratings = random.integers(1, 5, size=(3, 30)).astype(float)
    ratings[random.random(ratings.shape) < 0.2] = np.nan
    (weights,) = resampled(30, resamples=40, seed=3)
    drawn = [krippendorff_alpha(np.repeat(ratings, counts, axis=1), level) for counts in weights.astype(int)]
    assert krippendorff_interval(ratings, level, resamples=40, seed=3) == pytest.approx(
        percentiles(np.array(drawn))
    )


def test_places_drawn_whole_widen_the_interval_of_alpha():
    random = np.random.default_rng(4)
    first = random.integers(0, 2, size=60)
    second = np.where(random.random(60) < 0.8, first, 1 - first)
    again = np.repeat(np.arange(60), 4)
    ratings = [first[again], second[again]]
    alone, together = (
        krippendorff_interval(ratings, "nominal", cluster=cluster, resamples=499) for cluster in (None, again)
    )
    assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])
    assert np.isnan(krippendorff_interval([[1, 2], [1, 1]], "nominal")).all()
