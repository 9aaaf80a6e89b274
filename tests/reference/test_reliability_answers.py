"""Reliability gives R's answers: psych, lme4, aov, and Cliff's variance in base R."""

import numpy as np
import pandas as pd

from analysis.reliability import alpha, cliffs_delta, g_study, omega
from tests.reference.r_answers import DATA, SYNTH, assert_agrees, of, reports


def battery(entry):
    if entry["id"].endswith("synth"):
        return reports()[[f"q{number}" for number in range(1, 6)]]
    items = pd.read_csv(DATA / "psych_bfi_items.csv")[[f"A{number}" for number in range(1, 6)]]
    return items.assign(A1=7 - items["A1"])


@of("cronbach")
def test_alpha_equals_psych(entry):
    items = battery(entry)
    assert_agrees(alpha(items), entry, entry["value"]["raw"])
    assert_agrees(alpha(items, standardised=True), entry, entry["value"]["std"])


@of("omega")
def test_omega_equals_psych(entry):
    assert_agrees(omega(battery(entry)), entry, entry["value"]["omega_total_ml"])


@of("gstudy_location_shopper")
def test_unbalanced_g_study_equals_lme4(entry):
    visits = reports().query("arm == 'shopper'")
    study, want = g_study(visits, score="n_additional", location="location", shopper="shopper"), entry["value"]
    assert study.method == "REML"
    assert_agrees([study.location, study.shopper, study.residual], entry, list(want["varcomp"].values()))
    assert_agrees(study.phi(want["n_visits"]), entry, want["G_rel_diff_shoppers"])


@of("gstudy_crossed_anova")
def test_crossed_g_study_equals_aov(entry):
    table, want = pd.read_csv(DATA / "gstudy_crossed.csv"), entry["value"]
    study = g_study(table, score="y", location="location", shopper="shopper")
    assert study.method == "ANOVA"
    assert_agrees([study.location, study.shopper, study.residual], entry, [want[f"s2{part}"] for part in "pse"])
    assert_agrees(study.rho2(want["n"]), entry, want["Erho2"])
    assert_agrees(study.phi(want["n"]), entry, want["Phi"])


@of("cliff")
def test_cliffs_delta_equals_base_r(entry):
    column = "nps" if entry["id"].endswith("nps") else "maxsev"
    table = reports() if column == "nps" else pd.read_csv(SYNTH / "pair_severity.csv")
    sides = (table.loc[table["arm"] == arm, column] for arm in ("complainant", "shopper"))
    result, want = cliffs_delta(*sides), entry["value"]
    assert_agrees([result.estimate, result.variance, result.superiority], entry, list(want.values()))
    assert np.isclose(result.se**2, result.variance)
