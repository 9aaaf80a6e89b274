"""The project's own callables give R's answers; each test is named after its entry and shows the R call."""

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.discovery import coverage, rarefaction, size_at_coverage
from analysis.inference import sign_flip, two_way, verdict
from tests.reference.r_answers import (
    ant_counts,
    assert_agrees,
    entries,
    of,
    problems,
    reports,
    synth_counts,
    tree_counts,
    worlds,
)

ENTRIES = entries()


@of("primary_twoway")
def test_two_way_equals_base_r(entry):
    table = reports()
    shift = {"primary_twoway_shift_down": 3.70050925925926, "primary_twoway_shift_eq": 1.70050925925926}
    table["n_additional"] -= shift.get(entry["id"], 0.0) * (table["arm"] == "complainant")
    result, want = two_way(table, "n_additional"), entry["value"]
    got = {
        "L": result.locations,
        "S": result.shoppers,
        "S_eff": result.effective_shoppers,
        "n_reports": result.responses,
        "n_cells": result.cells,
        "est": result.estimate,
        "V_loc": result.variance_location,
        "V_shop": result.variance_shopper,
        "V_int": result.variance_intersection,
        "se": result.se,
        "df": result.df,
        "t": result.estimate / result.se,
        "p": result.p_value,
    }
    for name, value in got.items():
        assert_agrees(value, entry, want[name])
    assert_agrees(result.ci95, entry, want["ci95"])
    assert_agrees(result.ci90, entry, want["ci90"])
    assert verdict(result.estimate, result.se, result.df, want["delta"]) == want["verdict"]


def test_compare_on_tidy_tables_gives_the_same_primary():
    """From sightings to the estimate: the implied problems are found, the cells built, R's number comes out."""
    comparison = analysis.compare(analysis.Tables(reports(), problems()))
    entry = ENTRIES["primary_twoway"]
    assert_agrees(comparison.difference.estimate, entry, entry["value"]["est"])
    assert_agrees(comparison.difference.se, entry, entry["value"]["se"])
    assert comparison.verdict == "supported"


def test_two_way_equals_the_recomputed_reference():
    want = worlds()["reference_data_recomputed"]["expected"]
    result = two_way(reports(), "n_additional")
    for field, value in want.items():
        assert getattr(result, field) == pytest.approx(value, rel=1e-12)


def test_two_way_equals_the_fixture_worked_by_hand():
    fixture = worlds()["fixture"]
    result = two_way(pd.DataFrame(fixture["rows"]), "y")
    for field, value in fixture["expected"].items():
        assert getattr(result, field) == pytest.approx(value, rel=1e-12)


@of("signflip_exact_location")
def test_sign_flip_equals_enumeration_in_r(entry):
    differences = two_way(reports(), "n_additional").location_differences
    result = sign_flip(differences)
    assert result.exact
    assert_agrees(result.statistic, entry, entry["value"]["obs"])
    assert_agrees(result.p_value, entry, entry["value"]["p_two"])


@of("rarefaction")
def test_rarefaction_equals_vegan(entry):
    arm = entry["id"].rpartition("_")[2]
    counts, units = tree_counts() if arm == "pkg" else synth_counts(arm)
    assert_agrees(rarefaction(counts, units, entry["value"]["sites"]), entry, entry["value"]["richness"])


@of("inext_size")
@pytest.mark.filterwarnings("ignore:Sizes beyond")
def test_curves_equal_inext(entry):
    name = entry["id"].rpartition("_")[2]
    counts, units = synth_counts(name) if "synth" in entry["id"] else ant_counts(name)
    sizes = [row["t"] for row in entry["value"]]
    assert_agrees(rarefaction(counts, units, sizes), entry, [row["qD"] for row in entry["value"]])
    assert_agrees(coverage(counts, units, sizes), entry, [row["SC"] for row in entry["value"]])


@of("estimateD")
@pytest.mark.filterwarnings("ignore:Sizes beyond")
def test_standardisation_equals_inext(entry):
    for row in entry["value"]:
        name = row["Assemblage"]
        counts, units = synth_counts(name) if "synth" in entry["id"] else ant_counts(name)
        size = row["t"] if "size" in entry["id"] else size_at_coverage(counts, units, row["SC"])
        assert_agrees(size, entry, row["t"])
        assert_agrees(rarefaction(counts, units, [size])[0], entry, row["qD"])
        assert_agrees(coverage(counts, units, [size])[0], entry, row["SC"])


@of("datainfo")
def test_coverage_of_the_sample_equals_inext(entry):
    for row in entry["value"]:
        counts, units = ant_counts(row["Assemblage"])
        assert (units, counts.sum(), (counts > 0).sum()) == (row["T"], row["U"], row["S.obs"])
        assert_agrees(coverage(counts, units, [units])[0], entry, row["SC"])


def test_default_coverage_is_the_smallest_at_twice_the_responses():
    """estimateD without a level: the least over the assemblages of C(2T)."""
    rows = ENTRIES["estimateD_coverage_pkg_auto"]["value"]
    least = min(
        coverage(counts, units, [2 * units])[0]
        for counts, units in map(ant_counts, (r["Assemblage"] for r in rows))
    )
    assert np.allclose([row["SC"] for row in rows], least, atol=1e-8)


@of("cost_per_distinct")
def test_cost_of_a_different_problem_follows_from_the_curve(entry):
    for arm, want in entry["value"].items():
        counts, units = synth_counts(arm)
        cost = reports().query("arm == @arm")["cost"].mean()
        found = rarefaction(counts, units, want["m"])
        assert_agrees(cost, entry, want["mean_cost"])
        assert_agrees(found, entry, want["distinct"])
        assert_agrees(np.array(want["m"]) * cost / found, entry, want["cost_per_distinct"])
        curve = rarefaction(counts, units, range(1, units + 1))
        assert_agrees(1 + np.argmax(curve >= 0.8 * curve[-1]), entry, want["m_for_80pct_observed"])
