"""Agreement gives R's answers: vcd, psych, epiR, and Krippendorff's own example."""

import pandas as pd
import pytest

from analysis.agreement import bland_altman, concordance, icc, kappa, krippendorff_alpha
from tests.reference.r_answers import DATA, SYNTH, assert_agrees, of


def pairs():
    return pd.read_csv(SYNTH / "pairs.csv")


def severities():
    table = pd.read_csv(SYNTH / "pair_severity.csv")
    return table.pivot_table(index="pair_id", columns="arm", values="maxsev")


@of("kappa")
@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_equals_vcd(entry, weights):
    severity = severities()
    result = kappa(severity["shopper"], severity["complainant"], weights, levels=range(5))
    assert_agrees([result.estimate, result.se], entry, entry["value"][weights or "unweighted"])


@of("krippendorff")
def test_krippendorff_alpha_equals_the_published_example(entry):
    ratings = pd.read_csv(DATA / "kripp_ratings.csv")
    for level, want in entry["value"].items():
        assert_agrees(krippendorff_alpha(ratings, level), entry, want)


@of("icc")
def test_icc_equals_psych(entry):
    table = pd.read_csv(DATA / "shrout_fleiss_1979.csv")
    if entry["id"] == "icc_pairs_nps":
        table = pairs()[["nps_complainant", "nps_shopper"]]
    for row in entry["value"]:
        result = icc(table, row["type"])
        assert_agrees(result.estimate, entry, row["ICC"])
        assert_agrees(result.ci95, entry, [row["lb"], row["ub"]])


@of("bland_altman")
def test_limits_of_agreement_equal_base_r_and_concordance_epir(entry):
    want, table = entry["value"], pairs()
    result = bland_altman(table["nps_complainant"], table["nps_shopper"])
    got = [result.bias, result.sd, *result.limits, result.se_bias, result.se_limits]
    names = ["bias", "sd", "se_bias", "se_loa_exactform"]
    assert_agrees(got, entry, [*(want[name] for name in names[:2]), *want["loa"], *(want[n] for n in names[2:])])
    lin = concordance(table["nps_complainant"], table["nps_shopper"])
    assert_agrees([lin.estimate, *lin.ci95], entry, list(want["ccc"].values()))
    assert_agrees(lin.bias_correction, entry, want["C.b"])
