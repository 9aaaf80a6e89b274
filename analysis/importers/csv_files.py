"""Read tidy tables from CSV files as text, strictly: every row whole, every letter known."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from os import PathLike
from pathlib import Path

import pandas as pd

from analysis.importers.parquet_files import is_parquet, read_parquet_table
from analysis.importers.safe_cells import original_cell
from analysis.shapes.data_problem import DataProblem, quoted
from analysis.shapes.tables import ROW, Tables

SEPARATORS = (",", ";", "\t")
#: Rows turned into a table at a time, so that a long file needs no list of all its texts.
_ROWS_AT_A_TIME = 50_000


def read(responses: str | PathLike[str], sightings: str | PathLike[str]) -> Tables:
    """Read the two tidy tables from CSV or Parquet and check them.

    Parquet is what ends in .parquet or .pq, or a folder of such files, partitioned or not. CSV is UTF-8 (with or
    without a byte order mark), one header row; the separator may be a comma, a semicolon or a tab. Rows without
    any text are passed over. An apostrophe that an export put in front of what looks like a formula, so that no
    spreadsheet runs it, is taken off.

    Parameters
    ----------
    responses, sightings : path
        Columns as in `analysis.shapes.vocabulary`.

    Raises
    ------
    DataProblem
        Naming file, row and column, with what to do.
    """
    for name, path in (("responses", responses), ("sightings", sightings)):
        if not isinstance(path, str | PathLike):
            what = f"a table cannot be read from {type(path).__name__}"
            raise DataProblem(what, remedy="Give the path of a file, or make Tables of two DataFrames.", file=name)
    return Tables(
        _read_table(responses),
        _read_table(sightings),
        responses_file=str(responses),
        sightings_file=str(sightings),
    )


def _read_table(path: str | PathLike[str]) -> pd.DataFrame:
    if is_parquet(Path(path)):
        return read_parquet_table(Path(path))
    return read_text_table(path, original_cell)


def read_text_table(path: str | PathLike[str], cell: Callable[[str], str] | None = None) -> pd.DataFrame:
    """Return a CSV file as a table of text; its index counts rows as a spreadsheet does (1 is the header).

    Parameters
    ----------
    path : path
    cell : function of a cell's text, optional
        What each cell becomes; without it, cells stay as they are written.

    Raises
    ------
    DataProblem
        If the file is missing, empty, not UTF-8, or a row does not fit the header.
    """
    file = str(path)
    text = _text(path)
    first_line = text.partition("\n")[0]
    if not text.strip():
        raise DataProblem(
            "the file is empty",
            remedy="It needs at least one row with the names of the columns.",
            file=file,
            row=1,
        )
    separator = max(SEPARATORS, key=first_line.count)
    rows = _rows(text, separator=separator, file=file)
    _, header = next(rows)
    names = [name.strip() for name in header]
    if "" in names:
        raise DataProblem(
            f"column {names.index('') + 1} has no name",
            remedy="Name it, or remove it and the separator at the end of each line.",
            file=file,
            row=1,
        )
    whole = (_whole_row(number, row, names, file=file) for number, row in rows if any(row))
    if cell is not None:
        whole = ((number, [cell(text) for text in row]) for number, row in whole)
    parts = []
    while batch := list(islice(whole, _ROWS_AT_A_TIME)):
        index = pd.Index([number for number, _ in batch], name=ROW)
        parts.append(pd.DataFrame([row for _, row in batch], columns=names, index=index, dtype="str"))
    empty = pd.DataFrame(columns=names, index=pd.Index([], name=ROW, dtype="int64"), dtype="str")
    return pd.concat(parts) if parts else empty


def _text(path: str | PathLike[str]) -> str:
    file = str(path)
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        what = f"the file cannot be opened ({error.strerror})"
        raise DataProblem(what, remedy="Check the path.", file=file) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        raise DataProblem(
            "a letter here is not UTF-8, so the text cannot be read with certainty",
            remedy='Save the file as "CSV UTF-8" and try again.',
            file=file,
            row=before.count(b"\n") + 1,
            column=_column_at(content, before),
        ) from error
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise DataProblem(
            "there is a NUL character, so this is not a text file",
            remedy='Save the file as "CSV UTF-8" and try again.',
            file=file,
            row=row,
        )
    return text


def _column_at(content: bytes, before: bytes) -> str | None:
    """Return the name of the column that the last byte of `before` stands in, if the header can be read."""
    header = content.partition(b"\n")[0].decode("latin-1").lstrip("\xef\xbb\xbf").strip()
    separator = max(SEPARATORS, key=header.count)
    started = before.rpartition(b"\n")[2].decode("latin-1")
    try:
        names = next(csv.reader([header], delimiter=separator))
        place = len(next(csv.reader([started + "x"], delimiter=separator))) - 1
    except (csv.Error, StopIteration):
        return None
    return names[place].strip() if place < len(names) else None


def _rows(text: str, *, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its number; a quoted line break does not begin a new row."""
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator, strict=True), start=1):
            yield number, row
    except csv.Error as error:
        raise DataProblem(
            f"the row cannot be read ({error})",
            remedy='Put a text that holds quotes or line breaks in "quotes", and double each quote inside it.',
            file=file,
            row=number + 1,
        ) from error


def _whole_row(number: int, row: list[str], names: list[str], *, file: str) -> tuple[int, list[str]]:
    if len(row) != len(names):
        last = names[min(len(row), len(names)) - 1]
        raise DataProblem(
            f"the row has {len(row)} fields, the header {len(names)}",
            remedy=f'Look near {quoted(last)}: put a text that holds the separator in "quotes".',
            file=file,
            row=number,
            column=last,
        )
    return number, row
