"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

from typing import Any

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """Return a value for a CSV file; text that a spreadsheet might run gets an apostrophe in front.

    >>> safe_cell("=1+1"), safe_cell("turku"), safe_cell(-3)
    ("'=1+1", 'turku', -3)
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_DANGEROUS):
        return f"'{value}"
    return value
