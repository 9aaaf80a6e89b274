"""Parquet gives the same tables as CSV: one file or a folder of files, however the columns are typed."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import DataProblem, compare, read
from analysis.simulation import World, simulate_study

TABLES = simulate_study(World(locations=6, shoppers=4), seed=3)


def write_csv(folder):
    for name in ("responses", "sightings"):
        getattr(TABLES, name).to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%d")
    return read(folder / "responses.csv", folder / "sightings.csv")


def write_parquet(folder):
    for name in ("responses", "sightings"):
        getattr(TABLES, name).to_parquet(folder / f"{name}.parquet", index=False)
    return folder / "responses.parquet", folder / "sightings.parquet"


def test_a_file_gives_the_same_fingerprint_as_csv(tmp_path):
    assert read(*write_parquet(tmp_path)).fingerprint() == write_csv(tmp_path).fingerprint()


@pytest.mark.parametrize("by", [["location"], ["arm", "scenario"]])
def test_a_partitioned_folder_gives_the_same_fingerprint(tmp_path, by):
    folder = tmp_path / "responses"
    TABLES.responses.to_parquet(folder, partition_cols=by, index=False)
    (folder / "_SUCCESS").write_text("")
    found = read(folder, write_parquet(tmp_path)[1])
    assert found.fingerprint() == write_csv(tmp_path).fingerprint()
    assert compare(found).to_dict() == compare(TABLES).to_dict()


def test_values_of_folders_stay_text(tmp_path):
    """A place called 007 is not 7."""
    folder = tmp_path / "responses" / "location=007"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"response_id": [1, 2], "arm": ["shopper", "complainant"]}), folder / "a.parquet")
    sightings = tmp_path / "s.parquet"
    pq.write_table(pa.table({"response_id": [2], "problem": ["rude"]}), sightings)
    assert set(read(tmp_path / "responses", sightings).responses["location"]) == {"007"}


def test_types_of_columns_do_not_matter(tmp_path):
    typed = pa.table(
        {
            "response_id": pa.array([2, 10], pa.int32()),
            "arm": pa.array(["shopper", "complainant"]).dictionary_encode(),
            "location": pa.array([7, 7], pa.int64()),
            "list_answered": pa.array([True, True]),
            "visited_on": pa.array([dt.date(2026, 3, 1)] * 2),
            "submitted_at": pa.array(
                [dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)] * 2, pa.timestamp("us", tz="UTC")
            ),
            "cost": pa.array([25, None], pa.int16()),
            "stake": pa.nulls(2),
        }
    )
    pq.write_table(typed, tmp_path / "r.parquet")
    pq.write_table(pa.table({"response_id": [10], "problem": ["rude"]}), tmp_path / "s.pq")
    rows = ["response_id,arm,location,list_answered,visited_on,submitted_at,cost,stake"]
    rows += ["2,shopper,7,true,2026-03-01,2026-03-02,25,", "10,complainant,7,true,2026-03-01,2026-03-02,,"]
    (tmp_path / "r.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "s.csv").write_text("response_id,problem\n10,rude\n")
    as_csv, as_parquet = (
        read(tmp_path / f"r.{kind}", tmp_path / f"s.{also}") for kind, also in (("csv", "csv"), ("parquet", "pq"))
    )
    assert as_parquet.fingerprint() == as_csv.fingerprint()
    pd.testing.assert_frame_equal(as_parquet.responses, as_csv.responses)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda _path: None, "cannot be opened"),
        (lambda path: path.write_text("response_id,arm\n"), "not a Parquet file"),
        (lambda path: path.mkdir(), "holds no Parquet files"),
        (lambda path: pq.write_table(pa.table({"response_id": [[1]]}), path), "the column holds list"),
        (lambda path: pq.write_table(pa.table({"arm": ["shopper"]}), path), "the column is missing"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, make, said):
    path = tmp_path / "r.parquet"
    make(path)
    with pytest.raises(DataProblem, match=said) as refused:
        read(path, write_parquet(tmp_path)[1])
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_bad_cell_is_named_by_its_row(tmp_path):
    wrong = TABLES.responses.assign(arm=["robot"] + ["shopper"] * (len(TABLES.responses) - 1))
    wrong.to_parquet(tmp_path / "r.parquet", index=False)
    with pytest.raises(DataProblem, match="row 1, column 'arm': unknown arm 'robot'"):
        read(tmp_path / "r.parquet", write_parquet(tmp_path)[1])
