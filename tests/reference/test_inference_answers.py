"""Companions of the primary method give R's answers: base R, exactRankTests."""

import math

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.inference import mantel_haenszel, mcnemar, sign_flip
from analysis.inference.margins import equivalence
from analysis.shapes.intervals import t_interval, t_p_value
from tests.reference.r_answers import DATA, SYNTH, assert_agrees, of, problems, reports


def pair_differences():
    pairs = pd.read_csv(SYNTH / "pairs.csv")
    return (pairs["n_additional_complainant"] - pairs["n_additional_shopper"]).to_numpy()


def location_differences():
    return pd.read_csv(SYNTH / "location_diffs.csv")["mean"].to_numpy()


def values_of(entry):
    return location_differences() if "location" in entry["id"] else pair_differences()


def mean_se_df(values):
    return values.mean(), values.std(ddof=1) / math.sqrt(len(values)), len(values) - 1


@of("signflip_exact_pairs")
def test_counted_sign_flip_equals_the_exact_lattice(entry):
    differences = pair_differences()
    result = sign_flip(differences)
    assert result.exact
    assert_agrees(result.p_value, entry, entry["value"]["p"])
    assert_agrees(differences[differences > 0].sum(), entry, entry["value"]["T"])


@of("paired_t")
def test_intervals_and_p_values_equal_t_test(entry):
    mean, se, df = mean_se_df(values_of(entry))
    want = entry["value"]
    assert_agrees([mean / se, df, mean], entry, [want["statistic"], want["parameter"], want["estimate"]])
    assert_agrees(t_p_value(mean, se, df), entry, want["p.value"])
    assert_agrees(t_interval(mean, se, df, 0.95), entry, want["conf.int"])


@of("tost")
def test_equivalence_equals_two_t_tests(entry):
    want = entry["value"]
    result = equivalence(*mean_se_df(values_of(entry)), want["delta"])
    assert_agrees([result.p_lower, result.p_upper], entry, [want["p_lower"], want["p_upper"]])
    if "ci90" in want:
        assert_agrees(result.ci90, entry, want["ci90"])


@of("mcnemar")
def test_pairs_of_one_problem_equal_base_r_and_holm_p_adjust(entry):
    rows = entry["value"]
    results = [mcnemar(row["b"], row["c"]) for row in rows]
    assert_agrees([result.p_exact for result in results], entry, [row["p_exact"] for row in rows])
    assert_agrees([result.p_mid for result in results], entry, [row["p_midp"] for row in rows])
    for name, method in {"holm": "holm", "bh": "fdr_bh", "by": "fdr_by"}.items():
        corrected = multipletests([result.p_exact for result in results], method=method)[1]
        assert_agrees(corrected, entry, [row[name] for row in rows])


def cell_tables(problem):
    """Who saw the problem beyond the implied ones, by cell and arm."""
    table = reports()
    seen = problems().query("problem == @problem and is_index == 0")["response_id"]
    table["seen"] = table["response_id"].isin(seen)
    both = table.groupby("cell")["arm"].transform("nunique") == 2
    counts = table[both].groupby(["cell", "arm"])["seen"].agg(["sum", "count"]).unstack()
    saw, asked = counts["sum"], counts["count"]
    arms = ["complainant", "shopper"]
    return np.stack([saw[arms], asked[arms] - saw[arms]], axis=-1)


def published_tables():
    table = pd.read_csv(DATA / "UCBAdmissions.csv")
    wide = table.pivot_table(index="Dept", columns=["Admit", "Gender"], values="Freq")
    return np.stack(
        [[wide[answer, side] for side in ("Male", "Female")] for answer in ("Admitted", "Rejected")]
    ).transpose(2, 0, 1)


@of("mantelhaenszel")
def test_odds_ratio_equals_mantelhaen_test(entry):
    tables = published_tables() if entry["id"].endswith("pkg") else cell_tables(entry["id"].rpartition("_")[2])
    result, want = mantel_haenszel(tables), entry["value"]
    assert_agrees([result.odds_ratio, *result.odds_ratio_ci95], entry, [want["OR"], *want["ci"]])
    assert_agrees(result.p_value, entry, want["p"])
    assert result.cells == want.get("n_strata", 6)


@of("mh_riskdiff")
def test_risk_difference_equals_base_r(entry):
    result = mantel_haenszel(cell_tables(entry["id"].rpartition("_")[2]))
    assert_agrees([result.risk_difference, result.se], entry, list(entry["value"].values()))
