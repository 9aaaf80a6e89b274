"""Cells of a CSV file as they were before apostrophes kept spreadsheets from running them."""

from __future__ import annotations

import re

_PASSED_OVER = "[ \\u00a0\\u1680\\u2000-\\u200f\\u202f\\u205f-\\u2064\\u3000\\ufeff\"']*"
_BEGINS_A_FORMULA = "[=+\\-@%＝＋－＠\\0]"
_HAS_ONE = re.compile(
    f"\\A'(?={_PASSED_OVER}(?:{_BEGINS_A_FORMULA}|[\\t\\r\\n|]))|(?<=[,;\\t\\r\\n|])'(?={_PASSED_OVER}{_BEGINS_A_FORMULA})"
)


def original_cell(cell: str) -> str:
    """Return a cell without the apostrophes that a safe export put in front of what looks like a formula.

    One is taken off at the start of the cell, or after a comma, semicolon, tab, bar or line end within it, if what
    follows, after spaces and quotes, begins like a formula.

    >>> original_cell("'=1+1"), original_cell("'t is so"), original_cell("x;'=1+1")
    ('=1+1', "'t is so", 'x;=1+1')
    """
    return _HAS_ONE.sub("", cell) if "'" in cell else cell
