"""The data of a study as one zip file: three tables in one format, what their columns mean, and two scripts.

One snapshot of the database, read a few rows at a time. An SPSS file alone is made in memory, so it has a limit.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import structlog

from survey_app.actions.exports import claim_export, expire_exports, fail_export, finish_export, keep_at_it
from survey_app.foundations import clock
from survey_app.foundations.files import export_path
from survey_app.foundations.spreadsheets import TooMuchForASheet, write_sheets
from survey_app.queries.comparing import StudyData, open_study_data
from survey_app.queries.exports import ExportToDo, export_to_do
from survey_app.queries.plans import choices_followed
from survey_app.queries.tidy import answer_rows, table_rows
from survey_app.rules.codebook import Column, codebook, columns_of, item_columns
from survey_app.rules.spreadsheets import csv_rows
from survey_app.rules.vocabulary import ExportFormat

log = structlog.get_logger()
_SCRIPTS = Path(__file__).parent / "scripts"
_ROWS_AT_A_TIME = 5_000
#: What fits into memory beside the rest, and what a text variable of SPSS can hold, in bytes.
_MOST_SPSS_ROWS = 200_000
_LONGEST_SPSS_TEXT = 32_767
_LONGEST_SPSS_NAME = 64


class ExportFailed(Exception):
    """Why the file cannot be made and what to do."""


@dataclass(frozen=True)
class Table:
    """A table to be written: what its columns mean, and its rows, anew each time."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Mapping[str, Any]]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def make_export(export_id: int) -> None:
    """Claim an export, make its file, store what it is or why there is none. Does nothing if it is not free."""
    attempt = claim_export(export_id, at=clock.now())
    if attempt is None:
        return
    wanted = export_to_do(export_id)
    path = export_path(wanted.public_id)
    began = path.with_suffix(f".{attempt}.part")
    try:
        _write(wanted, began, alive=lambda: keep_at_it(export_id, attempt, at=clock.now()))
        digest = _digest(began)
        size = began.stat().st_size
        began.replace(path)
        if not finish_export(export_id, attempt, size=size, sha256=digest, at=clock.now()):
            log.info("export given up", export=export_id, attempt=attempt)
    except (ExportFailed, TooMuchForASheet) as problem:
        fail_export(export_id, attempt, failure=str(problem), at=clock.now())
    except Exception as error:
        reference = secrets.token_hex(4)
        log.error("export failed", export=export_id, reference=reference, exc_info=error)
        failure = (
            f"Something went wrong ({reference}). Ask again, or as CSV; the log says more under this reference."
        )
        fail_export(export_id, attempt, failure=failure, at=clock.now())
    finally:
        began.unlink(missing_ok=True)


def remove_expired() -> None:
    """Remove the files that have been kept long enough."""
    for public_id in expire_exports(at=clock.now()):
        export_path(public_id).unlink(missing_ok=True)


def _write(wanted: ExportToDo, target: Path, *, alive: Callable[[], object]) -> None:
    choices = choices_followed(wanted.study_id)
    with open_study_data(wanted.study_id) as data, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        tables = tables_of(data, identifying=wanted.identifying, alive=alive)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            for path in write_tables(tables, wanted.format, Path(folder)):
                packed.write(path, path.name)
        book = codebook(
            {table.name: table.columns for table in tables},
            study=data.study_name,
            made_up=data.made_up,
            format=wanted.format,
            identifying=wanted.identifying,
            reason=wanted.reason,
            asked_at=wanted.requested_at.isoformat(),
            plan=choices,
        )
        packed.writestr("codebook.json", json.dumps(book, indent=2, ensure_ascii=False) + "\n")
        for script in ("read.py", "read.R"):
            packed.write(_SCRIPTS / script, script)
        packed.writestr("plan.R", plan_as_r(choices, kind=wanted.format))
        packed.writestr("README.txt", _readme(wanted, data))


def tables_of(data: StudyData, *, identifying: bool, alive: Callable[[], object] = lambda: None) -> list[Table]:
    """Return the tables of a study; columns that can point at a person only if they are asked for."""
    answers = item_columns(data.instruments.values())
    answers = tuple(column for column in answers if identifying or not column.column.identifying)
    tables = [
        Table(
            name,
            columns_of(
                name,
                table_rows(data, name)[0],
                problems=data.labels,
                themes=data.themes,
                scenarios=data.scenarios,
            ),
            lambda name=name: _breathing(table_rows(data, name)[1], alive),  # type: ignore[misc]
        )
        for name in ("responses", "sightings")
    ]
    key = Column("response_id", "Pseudonym of the response")
    tables.append(
        Table(
            "answers",
            (key, *(column.column for column in answers)),
            lambda: _breathing(answer_rows(data, answers), alive),
        )
    )
    kept = [tuple(column for column in table.columns if identifying or not column.identifying) for table in tables]
    return [replace(table, columns=columns) for table, columns in zip(tables, kept, strict=True)]


def _breathing(rows: Iterator[dict[str, Any]], alive: Callable[[], object]) -> Iterator[dict[str, Any]]:
    """Yield the rows, and say now and then that the work goes on."""
    for number, row in enumerate(rows):
        if number % _ROWS_AT_A_TIME == 0:
            alive()
        yield row


def write_tables(tables: Sequence[Table], kind: ExportFormat, folder: Path) -> list[Path]:
    """Write tables into a folder as files of one format; return the files."""
    if kind is ExportFormat.XLSX:
        path = folder / "tables.xlsx"
        write_sheets(path, {table.name: (table.names, table.rows()) for table in tables})
        return [path]
    write = {ExportFormat.CSV: _write_csv, ExportFormat.PARQUET: _write_parquet, ExportFormat.SAV: _write_sav}[
        kind
    ]
    paths = []
    for table in tables:
        paths.append(folder / f"{table.name}.{kind}")
        write(table, paths[-1])
    return paths


def _write_csv(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_rows(table.names, table.rows()))


def _write_parquet(table: Table, path: Path) -> None:
    kinds = {"text": pa.string(), "number": pa.float64(), "date": pa.date32()}
    schema = pa.schema(
        [pa.field(column.name, kinds[column.kind], metadata={"label": column.label}) for column in table.columns]
    )
    with pq.ParquetWriter(path, schema) as writer:
        for columns in _in_pieces(table, _ROWS_AT_A_TIME):
            writer.write_table(pa.table(columns, schema=schema))


def _write_sav(table: Table, path: Path) -> None:
    whole: dict[str, list[Any]] = next(_in_pieces(table, _MOST_SPSS_ROWS + 1), {name: [] for name in table.names})
    names = spss_names(table.names)
    if len(whole["response_id"]) > _MOST_SPSS_ROWS:
        raise ExportFailed(
            f"An SPSS file is made for at most {_MOST_SPSS_ROWS:,} rows, and {table.name} has more. Take Parquet "
            "or CSV; both open in R and pandas however long they are."
        )
    frame = pd.DataFrame(
        {names[column.name]: _spss_values(column, whole[column.name]) for column in table.columns}
    )
    labels: dict[str, dict[Any, str]] = {
        names[column.name]: {code: label[:120] for code, label in column.values.items()}
        for column in table.columns
        if column.values and column.kind == "text"
    }
    pyreadstat.write_sav(
        frame,
        path,
        file_label=table.name,
        column_labels=[column.label[:250] for column in table.columns],
        variable_value_labels=labels,
        variable_measure={
            names[column.name]: "scale" if column.kind == "number" else "nominal" for column in table.columns
        },
        row_compress=True,
    )


def _spss_values(column: Column, values: list[Any]) -> pd.Series[Any]:
    if column.kind == "number":
        return pd.Series(values, dtype="float64")
    if column.kind == "date":
        return pd.Series(values, dtype="object")
    for value in values:
        if value is not None and len(value.encode()) > _LONGEST_SPSS_TEXT:
            raise ExportFailed(
                f"Column {column.name}: an SPSS text holds {_LONGEST_SPSS_TEXT:,} bytes; one answer is longer. "
                "Take Parquet or CSV."
            )
    return pd.Series(["" if value is None else value for value in values], dtype="object")


def spss_names(names: Sequence[str]) -> dict[str, str]:
    """Return names that SPSS takes: letters, digits and underscores, begun by a letter, no two alike.

    >>> spss_names(["felt", "2 much", "Felt"])
    {'felt': 'felt', '2 much': 'v_2_much', 'Felt': 'Felt_2'}
    """
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
        plain = (plain if plain[:1].isalpha() else f"v_{plain}")[: _LONGEST_SPSS_NAME - 4].rstrip("_") or "v"
        number, unique = 1, plain
        while unique.lower() in taken:
            number += 1
            unique = f"{plain}_{number}"
        taken.add(unique.lower())
        given[name] = unique
    return given


def _in_pieces(table: Table, size: int) -> Iterator[dict[str, list[Any]]]:
    """Yield the columns of so many rows at a time, each value as its kind, None where there is nothing."""
    rows = iter(table.rows())
    while piece := list(islice(rows, size)):
        yield {column.name: [_typed(column, row[column.name]) for row in piece] for column in table.columns}


def _typed(column: Column, value: Any) -> Any:
    if value is None or value == "":
        return None
    if column.kind == "number":
        return float(value)
    return date.fromisoformat(value) if column.kind == "date" else str(value)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plan_as_r(choices: Mapping[str, Any], *, kind: ExportFormat) -> str:
    """Return what the R script needs of the plan, as R writes it. Text is escaped as in JSON, which R reads alike.

    >>> print(plan_as_r({"shoppers": ["shopper"], "window_days": 14}, kind=ExportFormat.CSV), end="")
    export_format <- "csv"
    plan <- list(
      shoppers = c("shopper"),
      window_days = 14
    )
    """
    needed = ("shoppers", "complainants", "routes", "exclude_flags", "scale", "window_days", "period")
    lines = ",\n".join(f"  {name} = {_as_r(choices[name])}" for name in needed if name in choices)
    return f"export_format <- {_as_r(str(kind))}\nplan <- list(\n{lines}\n)\n"


def _as_r(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"c({', '.join(map(_as_r, value))})"
    return json.dumps(value)


def _readme(wanted: ExportToDo, data: StudyData) -> str:
    made_up = "THIS STUDY IS MADE UP. It says nothing about any firm.\n\n" if data.made_up else ""
    people = (
        "Columns that can point at a person are in it: keep it as you keep letters, and delete it afterwards."
        if wanted.identifying
        else "Columns that can point at a person were left out. Ids are pseudonyms."
    )
    return (
        f"{data.study_name}\n\n{made_up}Taken out {wanted.requested_at:%Y-%m-%d %H:%M} UTC as export "
        f"{wanted.public_id}, for: {wanted.reason}\n\n{people}\n\n"
        "responses   one row a response that counts\n"
        "sightings   one row a problem seen in a response\n"
        "answers     one row a response: its answers by item; several ticks as 0 and 1, empty where not shown\n"
        "plan.R      the plan, for the script in R\n"
        "codebook.json   what each column and each code means, and the plan that the scripts follow\n"
        "read.py, read.R   read these files in pandas and in R, and work out the primary estimate again\n\n"
        "In CSV files a text that a spreadsheet might run begins with an apostrophe. In SPSS files spaces at the "
        "end of a text are lost.\n"
    )
