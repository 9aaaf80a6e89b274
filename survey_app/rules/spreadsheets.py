"""Cells that no spreadsheet takes for a formula, and the way back.

A spreadsheet may open a file with another separator than it was written with (in Poland and Finland a double click
does), and then a cell ends where nobody meant it to. So the rule holds for each part of a text, from its start, or
from a comma, semicolon, tab, bar or line end on: if such a part, after spaces and quotes, begins like a formula,
an apostrophe is put in front of the part. The way back takes one off in exactly those places. `analysis` has the
same rule of its own (`analysis/importers/safe_cells.py`); a test holds the two together.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

#: A file is given away in pieces of about this many characters.
_PIECE = 65_536
#: What spreadsheets pass over before they look for a formula; and the apostrophe, so that the way back is exact.
_PASSED_OVER = "[ \\u00a0\\u1680\\u2000-\\u200f\\u202f\\u205f-\\u2064\\u3000\\ufeff\"']*"
_BEGINS_A_FORMULA = "[=+\\-@%＝＋－＠\\0]"
#: The start of a part that needs its apostrophe. At the start of all, a tab, a line end or a bar is enough.
_NEEDS_ONE = re.compile(
    f"\\A(?={_PASSED_OVER}(?:{_BEGINS_A_FORMULA}|[\\t\\r\\n|]))|(?<=[,;\\t\\r\\n|])(?={_PASSED_OVER}{_BEGINS_A_FORMULA})"
)
_HAS_ONE = re.compile(
    f"\\A'(?={_PASSED_OVER}(?:{_BEGINS_A_FORMULA}|[\\t\\r\\n|]))|(?<=[,;\\t\\r\\n|])'(?={_PASSED_OVER}{_BEGINS_A_FORMULA})"
)


def safe_cell(value: Any) -> Any:
    """Return a value for a CSV file; text that a spreadsheet might run gets an apostrophe in front.

    >>> safe_cell("=1+1"), safe_cell("turku"), safe_cell(-3), safe_cell("x;=1+1;y")
    ("'=1+1", 'turku', -3, "x;'=1+1;y")
    """
    return _NEEDS_ONE.sub("'", value) if isinstance(value, str) else value


def original_cell(value: Any) -> Any:
    """Return what a cell of such a file was before.

    >>> original_cell("'=1+1"), original_cell("'t is so"), original_cell("x;'=1+1;y")
    ('=1+1', "'t is so", 'x;=1+1;y')
    """
    return _HAS_ONE.sub("", value) if isinstance(value, str) else value


def csv_rows(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, delimiter: str = ",", bom: bool = False
) -> Iterator[str]:
    """Yield a CSV file piece by piece: text safe and in quotes, numbers bare, so that they stay what they are.

    Parameters
    ----------
    columns : their names, in order; the header
    rows : one mapping a row
    delimiter : comma, semicolon or tab
    bom : whether a byte order mark leads, by which Excel knows UTF-8
    """
    piece = io.StringIO(newline="")
    writer = csv.writer(piece, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    piece.write("\ufeff" if bom else "")
    writer.writerow([safe_cell(name) for name in columns])
    for row in rows:
        writer.writerow([safe_cell(row[name]) for name in columns])
        if piece.tell() > _PIECE:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()
