"""A table as somebody brings it, as text: from a CSV file, or copied out of a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.rules.text import clean_line, clean_text

#: What fits through the page where a table is looked over.
MOST_BYTES = 400_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
_SEPARATORS = (";", "\t", ",")


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a table: a code of the reason, row and column where there are such, what stands there."""

    reason: str
    row: int = 0
    column: str = ""
    found: str = ""


class TableRefused(ValueError):
    """A table that cannot be read at all."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.reason)
        self.mistake = mistake


@dataclass(frozen=True)
class BroughtTable:
    """Columns in their order, and rows: the number that a spreadsheet shows, and the cells by column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def decode(content: bytes) -> str:
    """Return the text of a file.

    Raises
    ------
    TableRefused
        If it is too large, or its letters are not written as UTF-8 (or UTF-16 with its mark).
    """
    if len(content) > MOST_BYTES:
        raise TableRefused(Mistake("too_large"))
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeError:
        raise TableRefused(Mistake("not_utf8")) from None


def read_table(text: str) -> BroughtTable:
    """Return a table whose first row names the columns; the separator is the one that the first row has most of.

    >>> read_table("e-mail;place\\nanna@example.com;turku").rows
    ((2, {'e-mail': 'anna@example.com', 'place': 'turku'}),)

    Raises
    ------
    TableRefused
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise TableRefused(Mistake("too_large"))
    head = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(clean_text(text), newline=""), delimiter=separator, strict=True)
    columns: list[str] = []
    rows: list[tuple[int, Mapping[str, str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            values = [clean_text(cell).strip() for cell in cells]
            if not columns:
                columns = _named([clean_line(value) for value in values])
            elif any(values):
                if len(values) > len(columns):
                    raise TableRefused(Mistake("too_many_cells", number))
                if len(rows) >= MOST_ROWS:
                    raise TableRefused(Mistake("too_many_rows", number))
                rows.append((number, dict(zip(columns, values + [""] * len(columns), strict=False))))
    except csv.Error:
        raise TableRefused(Mistake("quotes", reader.line_num)) from None
    if not rows:
        raise TableRefused(Mistake("empty"))
    return BroughtTable(tuple(columns), tuple(rows))


def _named(columns: list[str]) -> list[str]:
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > MOST_COLUMNS:
        raise TableRefused(Mistake("too_many_columns", 1))
    for place, name in enumerate(columns):
        if not name:
            raise TableRefused(Mistake("column_without_name", 1, str(place + 1)))
        if name in columns[:place]:
            raise TableRefused(Mistake("column_twice", 1, name))
    return columns


def write_table(rows: Sequence[tuple[int, Mapping[str, str]]]) -> str:
    """Return rows as the text of a CSV file in which each keeps its number.

    >>> write_table([(2, {"a": "x"}), (4, {"a": "y"})])
    'a\\nx\\n\\ny\\n'
    """
    columns = list(dict.fromkeys(name for _number, cells in rows for name in cells))
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    writer.writerow(columns)
    line = 2
    for number, cells in rows:
        target.write("\n" * max(0, number - line))
        writer.writerow([cells.get(name, "") for name in columns])
        line = number + 1
    return target.getvalue()


def likely_column(columns: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Return the column that bears one of some names, or nothing.

    >>> likely_column(("Adres e-mail", "Miejsce"), ("e-mail", "place", "miejsce"))
    'Miejsce'
    """
    return next((column for name in names for column in columns if column.casefold() == name.casefold()), "")
