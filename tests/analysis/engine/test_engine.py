"""The same whole numbers, to the last bit, however the tables are cut and wherever they are added."""

import json
import pickle
import socket
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from distributed import LocalCluster

from analysis import DataProblem, Tables, compare
from analysis.__main__ import main
from analysis.engine import Dask, Serial, add_tables, chosen_engine, chunks_of
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


@pytest.fixture(scope="module")
def scheduler():
    """Start a cluster of two workers, each a process of its own."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        yield cluster.scheduler_address


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_of_two_workers_gives_the_same_bits(scheduler):
    with Dask(scheduler) as engine:
        assert written(add_tables(TABLES, PLAN, engine=engine, chunk=50)) == WHOLE


def bytes_of(tables, **how):
    return json.dumps(compare(tables, PLAN, **how).to_dict(), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.filterwarnings("ignore")
def test_the_comparison_has_the_same_bytes_however_it_was_made(scheduler, tmp_path, monkeypatch):
    """From Parquet in parts and from CSV, in any order, in chunks of any size, here and on two workers."""
    shuffled = Tables(*(table.sample(frac=1, random_state=8) for table in (TABLES.responses, TABLES.sightings)))
    shuffled.responses.to_parquet(tmp_path / "responses", partition_cols=["location"], index=False)
    TABLES.sightings.to_parquet(tmp_path / "sightings.parquet", index=False)
    for name in ("responses", "sightings"):
        getattr(TABLES, name)[::-1].to_csv(tmp_path / f"{name}.csv", index=False, date_format="%Y-%m-%d")

    def command(engine, responses, sightings):
        files = ["--responses", str(tmp_path / responses), "--sightings", str(tmp_path / sightings)]
        out = tmp_path / "out"
        result = CliRunner().invoke(main, ["compare", *files, "--out", str(out), *engine])
        assert result.exit_code == 0, result.output
        return (out / "comparison.json").read_text(encoding="utf-8")

    expected = bytes_of(TABLES)
    assert bytes_of(shuffled, chunk=7) == expected
    assert command(["--engine", "serial"], "responses.csv", "sightings.csv") == expected
    monkeypatch.setenv("DASK_SCHEDULER", scheduler)
    assert command(["--engine", "dask"], "responses", "sightings.parquet") == expected
    with chosen_engine(scheduler=scheduler) as engine:
        assert isinstance(engine, Dask)
        assert bytes_of(shuffled, engine=engine, chunk=50) == expected


def test_the_plan_reaches_the_chunks():
    plan = replace(PLAN, routes=("invited",))
    assert written(add_tables(TABLES, plan, engine=Serial(), chunk=7)) != WHOLE
    assert written(add_tables(TABLES, plan, chunk=7)) == written(add_tables(TABLES, plan))


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("analysis.engine.dask_engine._PATIENCE", 0.2)


def said_by_the_command(tmp_path):
    TABLES.responses.to_parquet(tmp_path / "r.parquet", index=False)
    TABLES.sightings.to_parquet(tmp_path / "s.parquet", index=False)
    files = ["--responses", str(tmp_path / "r.parquet"), "--sightings", str(tmp_path / "s.parquet")]
    result = CliRunner().invoke(main, ["compare", *files, "--out", str(tmp_path), "--engine", "dask"])
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()[-1]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense", "carrier-pigeon://coop"])
def test_no_scheduler_at_the_address_is_said_in_a_sentence(tmp_path, monkeypatch, impatient, address):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = address.format(port=nobody.getsockname()[1])
        monkeypatch.setenv("DASK_SCHEDULER", address)
        assert said_by_the_command(tmp_path).startswith(f"engine: no Dask scheduler answers at {address}. Start")


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_without_workers_is_said_in_a_sentence(impatient):
    with LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1") as cluster:  # noqa: SIM117
        with pytest.raises(DataProblem, match=r"has no workers\. Start some with `dask worker"):
            Dask(cluster.scheduler_address)


def test_dask_that_is_not_installed_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert said_by_the_command(tmp_path) == (
        "engine: Dask is not installed. "
        "Install two-witnesses[dask], or leave out --engine dask and DASK_SCHEDULER."
    )
