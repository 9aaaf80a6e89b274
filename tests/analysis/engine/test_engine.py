"""The same whole numbers, to the last bit, however the tables are cut and wherever they are added."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from distributed import LocalCluster

from analysis import DataProblem, Tables
from analysis.engine import Dask, Serial, add_tables, chunks_of
from analysis.shapes import Plan
from analysis.simulation import Behaviour, World, simulate_study

TABLES = simulate_study(
    World(locations=8, shoppers=5), Behaviour(silent=0.5, careless=0.1, over_reporters=0.2), seed=4
)
PLAN = Plan()


def written(sums):
    """Every bit of the sums that a comparison is made of."""
    return (
        sums.table.to_csv(index=False),
        sums.table.dtypes.astype(str).tolist(),
        sorted((row.table, row.reason, row.count) for row in sums.dropped),
        sums.context.problems,
        pickle.dumps(sorted(sums.context.themes.items())),
    )


WHOLE = written(add_tables(TABLES, PLAN, chunk=10**9))


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_the_size_of_chunks_changes_no_bit(chunk):
    assert written(add_tables(TABLES, PLAN, chunk=chunk)) == WHOLE


def test_the_order_of_rows_changes_no_bit():
    shuffled = Tables(*(table.sample(frac=1, random_state=3) for table in (TABLES.responses, TABLES.sightings)))
    assert written(add_tables(shuffled, PLAN, chunk=7)) == WHOLE


def test_sums_are_whole_numbers():
    table = add_tables(TABLES, PLAN, chunk=7).table
    assert {str(table[name].dtype) for name in ("n", "y", "cost", "minutes", "severity")} == {"int64"}
    assert table["cost"].sum() == round(TABLES.responses["cost"].sum() * 1_000_000)


def test_floats_added_in_the_order_of_chunks_are_caught():
    """The mutant: minutes as floats. Their sums depend on where the table was cut."""

    def broken(chunk):
        return sum(part.responses["minutes"].sum() for part in chunks_of(TABLES, size=chunk))

    def whole(chunk):
        return int(add_tables(TABLES, PLAN, chunk=chunk).table["minutes"].sum())

    assert len({broken(chunk) for chunk in (1, 7, 50, 1000)}) > 1
    assert len({whole(chunk) for chunk in (1, 7, 50, 1000)}) == 1


def test_every_row_is_in_one_chunk_with_its_own_sightings():
    chunks = list(chunks_of(TABLES, size=7))
    assert pd.concat([chunk.responses for chunk in chunks]).equals(
        TABLES.responses.set_axis(np.concatenate([chunk.responses.index for chunk in chunks]))
    )
    assert sum(len(chunk.sightings) for chunk in chunks) == len(TABLES.sightings)
    for chunk in chunks:
        assert set(chunk.sightings["response_id"]) <= set(chunk.responses["response_id"])


def test_empty_tables_add_up_to_nothing():
    empty = Tables(TABLES.responses[:0], TABLES.sightings[:0])
    assert len(add_tables(empty, PLAN).table) == 0


def test_a_chunk_holds_one_response_at_least():
    with pytest.raises(ValueError, match="at least one"):
        list(chunks_of(TABLES, size=0))


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_of_two_workers_gives_the_same_bits():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster,
        Dask(cluster.scheduler_address) as engine,
    ):
        assert written(add_tables(TABLES, PLAN, engine=engine, chunk=50)) == WHOLE


def test_the_plan_reaches_the_chunks():
    plan = replace(PLAN, routes=("invited",))
    assert written(add_tables(TABLES, plan, engine=Serial(), chunk=7)) != WHOLE
    assert written(add_tables(TABLES, plan, chunk=7)) == written(add_tables(TABLES, plan))


@pytest.mark.filterwarnings("ignore")
def test_no_scheduler_at_the_address_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr("analysis.engine.dask_engine._PATIENCE", 0.2)
    with pytest.raises(DataProblem, match="no Dask scheduler answers at tcp"):
        Dask("tcp://127.0.0.1:9")
