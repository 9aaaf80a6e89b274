"""Reliability by hand, by laws, against the long way, and where there is nothing to estimate."""

import math
import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.reliability import alpha, cliffs_delta, g_study, omega

laws = settings(max_examples=40, deadline=None)
few = settings(laws, max_examples=12)
batteries = st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=6, max_size=20)
values = st.lists(st.integers(0, 5), min_size=2, max_size=8)


def quiet(function, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **options)


@few
@given(batteries, st.randoms(use_true_random=False))
def test_order_of_people_and_items_does_not_matter(rows, random):
    items = np.array(rows, dtype=float)
    shuffled = items[random.sample(range(len(items)), len(items))][:, random.sample(range(4), 4)]
    for measure in (alpha, omega):
        plain = quiet(measure, items)
        assert quiet(measure, shuffled) == pytest.approx(plain, rel=1e-4, abs=1e-4, nan_ok=True)
        assert quiet(measure, 2 * items - 3) == pytest.approx(plain, rel=1e-6, abs=1e-6, nan_ok=True)
        assert math.isnan(plain) or plain <= 1 + 1e-12


@few
@given(batteries)
def test_omega_is_a_share_and_standardised_alpha_the_same_where_items_are_alike(rows):
    result = quiet(omega, rows)
    assert math.isnan(result) or 0 <= result <= 1


def test_items_that_measure_alike_have_one_reliability():
    """With equal correlations omega and standardised alpha are one number."""
    rows = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]])
    rows = np.vstack([rows, -rows])
    assert alpha(rows, standardised=True) == pytest.approx(6 / 7)
    assert omega(rows) == pytest.approx(6 / 7, abs=1e-6)


def test_rows_with_gaps_are_left_out_with_a_warning():
    whole = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1], [-1, -1, -1]]
    with pytest.warns(UserWarning, match="1 responses with a gap"):
        assert alpha([*whole, [1, None, 2]]) == alpha(whole)
    with pytest.warns(UserWarning, match="1 responses with a gap"):
        assert omega([*whole, [1, np.nan, 2]]) == omega(pd.DataFrame(whole))


@pytest.mark.parametrize("measure", [alpha, omega])
@pytest.mark.parametrize("items", [[], [[1, 2, 3]], [[1], [2], [3]], [[2, 2, 2]] * 5, [[None, 1, 2]] * 4])
@pytest.mark.filterwarnings("ignore:.*with a gap")
def test_a_battery_that_tells_nothing_is_nan_with_a_warning(measure, items):
    with pytest.warns(UserWarning, match="needed|not estimable"):
        assert math.isnan(measure(items))


def test_an_item_that_is_the_same_for_all():
    items = np.array([[1, 2, 3, 1], [2, 3, 3, 1], [4, 4, 5, 1], [5, 5, 4, 1], [3, 2, 2, 1], [1, 1, 2, 1]])
    with pytest.warns(UserWarning, match="counts, and lowers alpha"):
        assert alpha(items) < alpha(items[:, :3])
    with pytest.warns(UserWarning, match="Leave it out"):
        assert math.isnan(omega(items))
    with pytest.warns(UserWarning, match="Leave it out"):
        assert math.isnan(alpha(items, standardised=True))


def test_a_doubled_item_has_no_omega_and_a_perfect_one_warns():
    random = np.random.default_rng(2)
    items = random.normal(size=(50, 1)) + random.normal(size=(50, 4))
    items[:, 1] = items[:, 0]
    with pytest.warns(UserWarning, match="determine one another"):
        assert math.isnan(omega(items))
    with pytest.warns(UserWarning, match="Heywood"):
        assert 0 < omega([[1, 2, 2], [2, 3, 3], [4, 4, 5], [5, 5, 4], [3, 3, 2]]) < 1


def test_words_are_refused():
    with pytest.raises(ValueError, match="items: every value must be a number"):
        alpha([["often", "never"], ["never", "often"]])


@laws
@given(values, values)
def test_cliffs_delta_equals_the_mean_of_all_signs(complainants, shoppers):
    signs = np.sign(np.subtract.outer(np.array(complainants), np.array(shoppers))).astype(float)
    n, m = signs.shape
    delta = signs.mean()
    spread = (
        m**2 * ((signs.mean(axis=1) - delta) ** 2).sum()
        + n**2 * ((signs.mean(axis=0) - delta) ** 2).sum()
        - ((signs - delta) ** 2).sum()
    ) / (n * m * (n - 1) * (m - 1))
    result = cliffs_delta(complainants, shoppers)
    assert result.estimate == pytest.approx(delta, abs=1e-12)
    assert result.variance == pytest.approx(spread, abs=1e-12)
    assert cliffs_delta(shoppers, complainants).estimate == pytest.approx(-delta, abs=1e-12)
    assert -1 <= result.estimate <= 1


def test_cliffs_delta_with_locations_leaves_out_one_at_a_time():
    where = ["A", "A", "B", "B", "C"], ["A", "B", "B", "C", "C"]
    high, low = [3, 4, 2, 5, 4], [1, 2, 3, 4, 2]
    result = cliffs_delta(high, low, complainant_locations=where[0], shopper_locations=where[1])
    left = [
        cliffs_delta(
            [value for value, place in zip(high, where[0], strict=True) if place != out],
            [value for value, place in zip(low, where[1], strict=True) if place != out],
        ).estimate
        for out in "ABC"
    ]
    assert result.se == pytest.approx(math.sqrt(2 / 3 * ((np.array(left) - np.mean(left)) ** 2).sum()))
    assert result.df == 2
    assert result.estimate == cliffs_delta(high, low).estimate


@pytest.mark.parametrize("sides", [([], [1]), ([1], []), ([None], [2]), ([np.nan], [np.nan])])
def test_cliffs_delta_of_nobody_is_not_estimable(sides):
    result = cliffs_delta(*sides)
    assert math.isnan(result.estimate)
    assert "nothing can be compared" in result.warnings[-1]


def test_cliffs_delta_of_one_each_has_no_variance():
    result = cliffs_delta([2], [1])
    assert result.estimate == 1
    assert math.isnan(result.variance)
    assert math.isnan(result.ci95[0])
    with pytest.raises(ValueError, match="both sides"):
        cliffs_delta([2], [1], shopper_locations=["A"])
    with pytest.raises(ValueError, match="one location a value, 1 in all"):
        cliffs_delta([2], [1], shopper_locations=["A"], complainant_locations=["A", "B"])


def visits(rows):
    return pd.DataFrame(rows, columns=["place", "who", "y"])


def study_of(table, shopper="who"):
    return g_study(table, score="y", location="place", shopper=shopper)


def drawn_visits(*, seed, places=8, people=5, share=1.0, repeats=1):
    random = np.random.default_rng(seed)
    place, person = random.normal(size=places) * 1.5, random.normal(size=people)
    rows = [
        (f"P{p}", f"s{s}", place[p] + person[s] + random.normal())
        for p, s, _ in product(range(places), range(people), range(repeats))
        if random.random() < share
    ]
    return visits(rows)


def reml_by_matrices(table):
    """The same likelihood with the whole covariance matrix, searched from scratch."""
    y = table["y"].to_numpy()
    names = (table[column].to_numpy() for column in ("place", "who"))
    same = [np.equal.outer(name, name).astype(float) for name in names]
    ones = np.ones((len(y), 1))

    def deviance(logs):
        first, second, rest = np.exp(logs)
        v = first * same[0] + second * same[1] + rest * np.eye(len(y))
        inverse = np.linalg.inv(v)
        information = ones.T @ inverse @ ones
        residual = y - (ones.T @ inverse @ y / information).item()
        return np.linalg.slogdet(v)[1] + math.log(information.item()) + residual @ inverse @ residual

    fit = minimize(deviance, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    return np.exp(fit.x)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_unbalanced_variances_equal_those_of_the_whole_matrix(seed):
    table = drawn_visits(seed=seed, share=0.6)
    study = study_of(table)
    assert study.method == "REML"
    assert [study.location, study.shopper, study.residual] == pytest.approx(reml_by_matrices(table), rel=1e-4)


@pytest.mark.parametrize("repeats", [1, 2])
def test_balanced_variances_equal_restricted_maximum_likelihood(repeats):
    table = drawn_visits(seed=4, places=6, people=4, repeats=repeats)
    study = study_of(table)
    assert study.method == "ANOVA"
    assert [study.location, study.shopper, study.residual] == pytest.approx(reml_by_matrices(table), rel=1e-4)


def test_order_and_names_do_not_matter():
    table = drawn_visits(seed=5, share=0.7)
    named = table.assign(place=table["place"].map(lambda name: f"zz{9 - int(name[1:])}"), mood=1)
    plain, other = study_of(table), study_of(named.sample(frac=1, random_state=1))
    assert other.location == pytest.approx(plain.location, rel=1e-5)
    assert other.shopper == pytest.approx(plain.shopper, rel=1e-5)
    assert study_of(table.sample(frac=1, random_state=1)).location == plain.location


def test_dependability_never_falls_and_its_inverse_is_its_inverse():
    study = study_of(drawn_visits(seed=6))
    sizes = np.arange(1, 50)
    phi, rho2 = study.phi(sizes), study.rho2(sizes)
    assert (np.diff(phi) > 0).all()
    assert (rho2 >= phi).all()
    assert ((phi > 0) & (phi < 1)).all()
    n = study.visits_for(0.8)
    assert study.phi(n) >= 0.8
    assert n == 1 or study.phi(n - 1) < 0.8
    assert study.phi_for(100, cost=30) == study.phi(3)
    assert math.isnan(study.phi_for(20, cost=30))


def test_scores_without_a_location_effect():
    table = visits([("A", "s", 1), ("A", "t", 2), ("B", "s", 2), ("B", "t", 1)])
    study = study_of(table)
    assert (study.location, study.shopper) == (0, 0)
    assert "below 0" in study.warnings[0]
    assert study.visits_for(0.8) == math.inf
    assert study.phi(3) == 0


def test_all_scores_equal_have_no_reliability():
    study = study_of(visits([(place, who, 3) for place in "AB" for who in "st"]))
    assert study.location == study.residual == 0
    assert math.isnan(study.phi(2))
    unbalanced = study_of(visits([("A", "s", 3), ("A", "t", 3), ("B", "s", 3)]))
    assert math.isnan(unbalanced.phi(2)) or unbalanced.location == 0


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "Locations: 0"),
        ([("A", "s", 1), ("A", "t", 2)], "Locations: 1"),
        ([("A", "s", 1), ("B", "t", 2)], "visited twice"),
        ([("A", "s", 1), ("A", "s", 2), ("B", "t", 2), ("B", "t", 4)], "one shopper"),
    ],
)
def test_what_cannot_be_told_apart_is_not_estimable(rows, reason):
    study = study_of(visits(rows))
    assert math.isnan(study.location)
    assert math.isnan(study.phi(2))
    assert math.isnan(study.visits_for(0.8))
    assert reason in study.warnings[-1]


def test_shoppers_who_came_once_stand_in_the_residual():
    table = drawn_visits(seed=7)
    once = table.assign(who=[f"v{n}" for n in range(len(table))])
    study, nobody = study_of(once), study_of(table, shopper=None)
    assert math.isnan(study.shopper)
    assert study.location == nobody.location
    assert study.phi(4) == study.rho2(4) == pytest.approx(study.location / (study.location + study.residual / 4))
    means = table.groupby("place")["y"].agg(["mean", "var"])
    assert study.residual == pytest.approx(means["var"].mean(), rel=1e-4)
    assert study.location == pytest.approx(means["mean"].var() - means["var"].mean() / 5, rel=1e-4)


def test_one_shopper_everywhere():
    table = drawn_visits(seed=8, people=1, repeats=3)
    study = study_of(table)
    assert math.isnan(study.shopper)
    assert study.location > 0
    assert math.isnan(study.phi(2))
    assert 0 < study.rho2(2) < 1


def test_scores_without_any_rest_in_a_design_with_gaps_are_not_estimable():
    """The likelihood then has no top."""
    study = study_of(visits([("A", "s", 1), ("A", "t", 2), ("B", "s", 3), ("B", "t", 4), ("C", "s", 5)]))
    assert math.isnan(study.location)
    assert math.isnan(study.phi(2))
    assert "explain every score" in study.warnings[0]


def test_gaps_and_bad_columns():
    table = drawn_visits(seed=9)
    longer = pd.concat([table, visits([("P1", "s1", None), (None, "s1", 3.0)])], ignore_index=True)
    study = study_of(longer)
    assert study.location == study_of(table).location
    assert "2 responses with a gap" in study.warnings[0]
    with pytest.raises(ValueError, match="no column 'score'"):
        g_study(table, score="score", location="place", shopper="who")
    with pytest.raises(ValueError, match="must be a number"):
        study_of(table.assign(y="good"))
    with pytest.raises(ValueError, match="between 0 and 1"):
        study.visits_for(1)
