"""R's answers and their input data, as the tests read them."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent
DATA = HERE / "data"
SYNTH = DATA / "synth"


@cache
def entries():
    return {entry["id"]: entry for entry in json.loads((HERE / "reference.json").read_text())["reference"]}


@cache
def worlds():
    return json.loads((HERE / "worlds.json").read_text())


#: Ids of the entries that some test asked for.
TESTED = set()


def of(*starts, exactly=False):
    """Parametrise over the entries that begin so (or are called so), showing the R call."""
    chosen = [
        entry for name, entry in entries().items() if (name in starts if exactly else name.startswith(starts))
    ]
    assert chosen, starts
    TESTED.update(entry["id"] for entry in chosen)
    return pytest.mark.parametrize("entry", chosen, ids=[f"{e['id']}: {e['r_call'][:60]}" for e in chosen])


def assert_agrees(got, entry, want):
    """Hold a number, or an array of them, to the tolerance of its entry."""
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    allowed = entry["tol_abs"] + entry["tol_rel"] * np.abs(want)
    assert got.shape == want.shape
    assert (np.abs(got - want) <= allowed).all(), f"{entry['r_call']}: got {got}, R says {want}"


def reports():
    """The synthetic paired survey as a table of responses."""
    names = {"report_id": "response_id", "index_code": "index_problem", "date": "visited_on"}
    return pd.read_csv(SYNTH / "reports.csv").rename(columns=names)


def problems():
    """Its sightings."""
    return pd.read_csv(SYNTH / "problems.csv").rename(columns={"report_id": "response_id", "code": "problem"})


def synth_counts(arm):
    """In how many responses of an arm each problem was seen, and how many responses there are."""
    incidence = pd.read_csv(SYNTH / f"incidence_additional_{arm}.csv", index_col=0)
    return incidence.sum(axis=1).to_numpy(), incidence.shape[1]


def ant_counts(name):
    """iNEXT's ants: the number of samples, then the frequencies."""
    units, *counts = json.loads((DATA / "iNEXT_ant_incfreq.json").read_text())[name]
    return np.array(counts), units


def tree_counts():
    """vegan's trees of Barro Colorado Island: species by plot."""
    incidence = pd.read_csv(DATA / "vegan_BCI_incidence.csv", index_col=0)
    return incidence.sum(axis=1).to_numpy(), incidence.shape[1]
