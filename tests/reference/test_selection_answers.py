"""Selection gives R's answers: clue, base R after Rosenbaum, and the closed forms."""

import numpy as np
import pandas as pd

from analysis.selection import (
    e_value,
    match,
    overlap_weights,
    rosenbaum_bounds,
    rosenbaum_gamma,
    standardised_differences,
    zero_truncated_mean,
)
from tests.reference.r_answers import SYNTH, assert_agrees, of, reports


def differences():
    pairs = pd.read_csv(SYNTH / "pairs.csv")
    return pairs["n_additional_complainant"] - pairs["n_additional_shopper"]


@of("optimal_match")
def test_matching_equals_clue(entry):
    pairs, want = match(reports(), exact=["location", "channel"], caliper_days=30), entry["value"]
    assert_agrees([len(pairs), pairs["days"].sum()], entry, [want["n_matched"], want["total_days"]])


@of("rosenbaum")
def test_rosenbaum_bounds_equal_base_r(entry):
    want = np.array(entry["value"])
    assert_agrees(rosenbaum_bounds(differences(), want[:, 0]).to_numpy(), entry, want)
    gamma = rosenbaum_gamma(differences())
    assert np.isclose(rosenbaum_bounds(differences(), [gamma])["p_upper"][0], 0.05, atol=1e-12)


@of("wilcoxon_pairs_asym", exactly=True)
def test_without_hidden_bias_the_bound_is_the_signed_rank_test(entry):
    assert_agrees(2 * rosenbaum_bounds(differences(), [1])["p_upper"][0], entry, entry["value"]["p"])


@of("evalue")
def test_e_value_equals_its_closed_form(entry):
    want = entry["value"]
    assert_agrees([e_value(ratio).estimate for ratio in want["rr"]], entry, want["evalue"])
    case, cross = want["ci_case"], want["ci_cross"]
    result = e_value(case["rr"], case["lo"])
    assert_agrees([result.estimate, result.limit], entry, [case["E"], case["E_ci"]])
    assert e_value(cross["rr"], cross["lo"]).limit == cross["E_ci"]


@of("overlap_weights")
def test_overlap_weights_equal_glm_and_balance_exactly(entry):
    table = reports()
    how = {"arm": "arm", "treated": "complainant", "covariates": ["channel", "scenario", "location"]}
    weights = overlap_weights(table, **how)
    sides = [table["arm"] == "complainant", table["arm"] != "complainant"]
    means = [np.average(table.loc[side, "n_additional"], weights=weights[side]) for side in sides]
    assert_agrees(means[0] - means[1], entry, entry["value"]["ato"])
    balance = standardised_differences(table, **how, weights=weights)
    assert balance["after"].abs().max() < 1e-6 < balance["before"].abs().max()


@of("ztpoisson_mean")
def test_the_zero_truncated_mean_equals_base_r(entry):
    assert_agrees(zero_truncated_mean([1.2, 1.7, 2.5, 4]), entry, entry["value"])
