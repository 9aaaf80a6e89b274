"""Excel files in which text is text: no formula, no link, whatever it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]

#: What one sheet, and one cell, can hold.
_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767


class TooMuchForASheet(ValueError):
    """What does not fit into an Excel file, and what to take instead."""


def write_xlsx(
    target: str | PathLike[str] | IO[bytes], columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Write rows as an Excel file, one row in memory at a time. Numbers stay numbers; None is an empty cell.

    Raises
    ------
    TooMuchForASheet
        If there are more rows, or a longer text, than a sheet can hold. Nothing is cut.
    """
    write_sheets(target, {"": (columns, rows)})


def write_sheets(
    target: str | PathLike[str] | IO[bytes],
    sheets: Mapping[str, tuple[Sequence[str], Iterable[Mapping[str, Any]]]],
) -> None:
    """Write several sheets, each with a name, columns and rows, as one Excel file."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        # So that a text stays text even after somebody edits the cell.
        as_text = book.add_format({"num_format": "@", "quote_prefix": True})
        for name, (columns, rows) in sheets.items():
            sheet = book.add_worksheet(name or None)
            _write_row(sheet, as_text, 0, columns, columns)
            for number, row in enumerate(rows, start=1):
                _write_row(sheet, as_text, number, columns, [row[name] for name in columns])


def _write_row(sheet: Any, as_text: Any, number: int, columns: Sequence[str], values: Sequence[Any]) -> None:
    if number >= _MOST_ROWS:
        raise TooMuchForASheet(f"An Excel sheet holds {_MOST_ROWS:,} rows. Take the CSV file instead.")
    for place, value in enumerate(values):
        if value is None or value == "":
            continue
        if isinstance(value, int | float):
            sheet.write_number(number, place, value)
        elif sheet.write_string(number, place, str(value), as_text) != 0:
            raise TooMuchForASheet(
                f"Row {number + 1}, column {columns[place]}: an Excel cell holds {_MOST_CHARACTERS:,} characters. "
                "Take the CSV file instead."
            )
