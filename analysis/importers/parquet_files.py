"""Read tables from Parquet: one file, or a folder of files whose sub-folders may be named column=value."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.shapes.data_problem import DataProblem
from analysis.shapes.tables import ROW
from analysis.shapes.vocabulary import RESPONSE_COLUMNS, SIGHTING_COLUMNS

ENDINGS = (".parquet", ".pq")
#: How Hive and Spark name the folder of rows that have no value.
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_NUMBERS = {name for name, kind in (RESPONSE_COLUMNS | SIGHTING_COLUMNS).items() if kind == "number"}


def is_parquet(path: Path) -> bool:
    """Say whether a path is a Parquet file by its name, or a folder."""
    return path.suffix.lower() in ENDINGS or path.is_dir()


def read_parquet_table(path: Path) -> pd.DataFrame:
    """Return a Parquet file, or a folder of them, as a table; its index counts the rows from 1.

    The files of a folder are taken in the order of their paths; hidden ones and those that begin with an
    underscore are left out. A sub-folder named column=value gives all its rows that value.

    Parameters
    ----------
    path : Path

    Raises
    ------
    DataProblem
        If a file is missing or cannot be read, files of a folder do not fit together, or a column holds lists or
        records.
    """
    files = _files(path)
    parts = [
        _with_folders(_read(file), file.relative_to(path).parts[:-1] if path.is_dir() else ()) for file in files
    ]
    try:
        table = pa.concat_tables(parts, promote_options="permissive")
    except pa.ArrowInvalid as error:
        raise DataProblem(
            f"its files do not fit together ({_one_line(error)})",
            remedy="Write each column with one type in all files.",
            file=str(path),
        ) from error
    columns = {
        name: _plain(table.column(name), name, file=str(path)) for name in dict.fromkeys(table.column_names)
    }
    frame = pd.DataFrame(columns)
    return frame.set_index(pd.RangeIndex(1, len(frame) + 1, name=ROW))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in ENDINGS
        and not any(part.startswith(("_", ".")) for part in file.relative_to(path).parts)
    )
    if not found:
        what = "the folder holds no Parquet files"
        raise DataProblem(
            what, remedy=f"Give a folder of files that end in {ENDINGS[0]}, or a file.", file=str(path)
        )
    return found


def _read(file: Path) -> pa.Table:
    try:
        table = pq.ParquetFile(file).read()
    except OSError as error:
        what = f"the file cannot be opened ({error.strerror or 'it is not whole'})"
        raise DataProblem(what, remedy="Check the path.", file=str(file)) from error
    except pa.ArrowInvalid as error:
        what = f"this is not a Parquet file ({_one_line(error)})"
        raise DataProblem(what, remedy="Write it as Parquet again, or give a CSV file.", file=str(file)) from error
    names = table.column_names
    for name in names:
        if names.count(name) > 1:
            what = "the column appears twice"
            raise DataProblem(what, remedy="Rename or remove one of the two.", file=str(file), column=name)
    return table


def _with_folders(table: pa.Table, folders: tuple[str, ...]) -> pa.Table:
    for folder in folders:
        name, equals, value = folder.partition("=")
        if equals:
            text = "" if value == _NO_VALUE else unquote(value)
            column = pa.array([text] * len(table), pa.string())
            if name in table.column_names:
                table = table.drop_columns([name])
            table = table.append_column(name, column)
    return table


def _plain(column: pa.ChunkedArray, name: str, *, file: str) -> pd.Series:
    """Return a column as pandas has it; whole numbers that are codes become text, so that 7 stays 7."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        what = f"the column holds {kind}, not text, numbers or dates"
        raise DataProblem(what, remedy="Write one plain value a row.", file=file, column=name)
    if (
        pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or (pa.types.is_integer(kind) and name not in _NUMBERS)
    ):
        column = column.cast(pa.string())
    elif pa.types.is_null(kind):
        column = pa.chunked_array([pa.array([""] * len(column), pa.string())])
    elif pa.types.is_date(kind):
        column = column.cast(pa.date32()).cast(pa.string())
    series: pd.Series = column.to_pandas()
    return series


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
