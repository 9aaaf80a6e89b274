"""Richness, shared richness, thoroughness and the pooled difference give R's answers: vegan, iNEXT, SpadeR."""

import pandas as pd
import pytest

from analysis.discovery import rarefied_difference, richness, shared_richness, thoroughness
from tests.reference.r_answers import (
    DATA,
    SYNTH,
    ant_counts,
    assert_agrees,
    of,
    reports,
    synth_counts,
    tree_counts,
)


def incidence(arm):
    return pd.read_csv(SYNTH / f"incidence_additional_{arm}.csv", index_col=0)


@of("chaorichness")
def test_chao2_equals_inext(entry):
    for row in entry["value"]:
        assert_agrees(richness(*ant_counts(row["_row"]), "chao2"), entry, row["Estimator"])


@of("specpool")
def test_richness_equals_vegan(entry):
    arm = entry["id"].rpartition("_")[2]
    counts, units = tree_counts() if arm == "pkg" else synth_counts(arm)
    names = {"chao": "chao2", "jack1": "jack1", "jack2": "jack2", "boot": "bootstrap"}
    got = [richness(counts, units, method) for method in names.values()]
    assert_agrees(got, entry, [entry["value"][name] for name in names])


@of("chaospecies")
@pytest.mark.parametrize("given", [False, True])
def test_richness_equals_spader(entry, given):
    """ICE without the number of responses that saw an infrequent problem is SpadeR's; with it, it is close."""
    arm = entry["id"].rpartition("_")[2]
    name = "vegan_BCI_incidence.csv" if arm == "pkg" else f"synth_first30_{arm}.csv"
    table = pd.read_csv(DATA / name, index_col=0)
    counts, units = table.sum(axis=1).to_numpy(), table.shape[1]
    methods = {
        "Chao2 (Chao, 1987)": "chao2",
        "Chao2-bc": "chao2_bc",
        "iChao2 (Chiu et al. 2014)": "ichao2",
        "ICE (Lee & Chao, 1994)": "ice",
        "1st order jackknife": "jack1",
        "2nd order jackknife": "jack2",
    }
    wanted = {row["estimator"]: row["Estimate"] for row in entry["value"]}
    with_one = int((table[counts <= 10] > 0).any().sum()) if given else None
    for label, method in methods.items():
        if not (given and method == "ice"):
            assert_agrees(richness(counts, units, method, with_one), entry, wanted[label])
        else:
            assert richness(counts, units, method, with_one) == pytest.approx(wanted[label], rel=0.02)


@of("chaoshared")
def test_shared_richness_equals_spader(entry):
    if entry["id"].endswith("pkg"):
        table = pd.read_csv(DATA / "SpadeR_ChaoSharedDataInci_raw.csv").to_numpy()
        sides = table[:, :16], table[:, 16:]
    else:
        sides = tuple(incidence(arm).iloc[:, :30].to_numpy() for arm in ("shopper", "complainant"))
    want = next(row["Estimate"] for row in entry["value"] if row["estimator"] == "Chao2-shared")
    assert_agrees(shared_richness(*sides), entry, want)
    assert_agrees(shared_richness(*sides[::-1]), entry, want)


@of("hartson")
def test_thoroughness_equals_its_closed_form(entry):
    shopper, complainant = (incidence(arm).to_numpy() for arm in ("shopper", "complainant"))
    real = shopper.sum(axis=1) + complainant.sum(axis=1) >= 2
    result = thoroughness(shopper[:, :6].any(axis=1), real)
    got = [result.thoroughness, result.validity, result.effectiveness, result.f]
    assert_agrees(got, entry, list(entry["value"].values()))


@of("rarefied_diff")
def test_pooled_difference_equals_vegan_with_a_jackknife(entry):
    where = reports().set_index(reports()["response_id"].astype(str))["location"]
    sides = [incidence(arm) for arm in ("complainant", "shopper")]
    arguments = [part for side in sides for part in (side.to_numpy(), where.loc[side.columns])]
    result, want = rarefied_difference(*arguments), entry["value"]
    assert result.size == want["m"]
    got = [result.shoppers, result.complainants, result.difference, result.se, result.df, *result.ci95]
    names = ["S_shopper", "S_complainant", "diff", "se_jack", "df"]
    assert_agrees(got, entry, [*(want[name] for name in names), *want["ci95"]])
