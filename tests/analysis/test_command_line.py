"""One command from two files to a verdict, as a newcomer runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.studies import study

ROOT = Path(__file__).parents[2]
KEYS = {
    "verdict",
    "sentence",
    "primary",
    "range",
    "flags",
    "hypotheses",
    "themes",
    "problems",
    "discovery",
    "agreement",
    "cost",
    "checks",
    "dropped",
    "warnings",
    "provenance",
}


def compare(folder, responses, sightings, *, name="out"):
    responses.to_csv(folder / "responses.csv", index=False)
    sightings.to_csv(folder / "sightings.csv", index=False)
    command = [sys.executable, "-m", "analysis", "compare"]
    command += ["--responses", folder / "responses.csv", "--sightings", folder / "sightings.csv"]
    return subprocess.run([*command, "--out", folder / name], capture_output=True, text=True, cwd=ROOT)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    result = compare(folder, *study(places=12, shoppers=8, extra=2))
    return result, json.loads((folder / "out" / "comparison.json").read_text()), folder


def test_it_prints_the_verdict_in_one_sentence(written):
    result, comparison, _ = written
    assert result.returncode == 0
    assert result.stdout.strip() == comparison["sentence"]
    assert result.stdout.startswith("Supported: Complainants reported")


def test_it_shows_progress_and_where_the_results_are(written):
    steps = written[0].stderr.splitlines()
    assert steps[0] == "2 of 9: which responses count"
    assert steps[-2] == "9 of 9: writing"
    assert "comparison.html" in steps[-1]


def test_the_file_has_the_keys_of_the_contract(written):
    comparison = written[1]
    assert set(comparison) == KEYS
    assert set(comparison["primary"]) == {
        *("estimate", "se", "df", "ci95", "ci90", "p_value", "ratio", "margin", "sign_flip_p", "variance", "n")
    }
    assert set(comparison["primary"]["variance"]) == {"location", "shopper", "intersection"}
    assert set(comparison["primary"]["n"]) == {
        *("responses", "cells", "locations", "shoppers", "effective_shoppers")
    }
    assert set(comparison["range"]) == {"minus_one", "raw", "dispersion", "break_even"}
    assert set(comparison["range"]["raw"]) == {"estimate", "ci95"}
    assert set(comparison["problems"][0]) == {
        *("problem", "theme", "estimate", "se", "df", "ci95", "p_value", "p_holm", "tested")
    }
    assert set(comparison["discovery"]) == {"shopper", "complainant"}
    assert set(comparison["discovery"]["shopper"]) == {"sizes", "distinct", "coverage"}
    assert list(comparison["hypotheses"]) == [f"H{number}" for number in range(1, 11)]
    for found in comparison["hypotheses"].values():
        assert set(found) == {"estimate", "ci95", "p_value", "margin", "verdict", "tested", "sentence"}
    assert all(set(check) == {"id", "status", "sentence"} for check in comparison["checks"])
    assert set(comparison["provenance"]) == {"plan_hash", "data_fingerprint", "seed", "versions"}
    assert comparison["flags"]["negative_control_ok"] is None


def test_shuffled_rows_give_the_same_bytes(written):
    _, _, folder = written
    responses, sightings = (
        table.sample(frac=1, random_state=5) for table in study(places=12, shoppers=8, extra=2)
    )
    again = compare(folder, responses, sightings, name="shuffled")
    assert again.returncode == 0
    first, second = (folder / name / "comparison.json" for name in ("out", "shuffled"))
    assert first.read_bytes() == second.read_bytes()


def test_the_document_fetches_nothing_and_holds_the_numbers(written):
    _, comparison, folder = written
    page = (folder / "out" / "comparison.html").read_text()
    assert comparison["sentence"] in page
    assert comparison["provenance"]["plan_hash"] in page
    assert "default-src 'none'" in page
    head = page.partition("<script>")[0]
    assert "src=" not in head
    assert "href=" not in head


def test_numbers_are_not_rounded(written):
    primary = written[1]["primary"]
    assert primary["ci95"][0] == pytest.approx(primary["estimate"] - (primary["ci95"][1] - primary["estimate"]))
    assert len(repr(primary["se"])) > 12
