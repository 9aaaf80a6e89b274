"""The one error for input that cannot be used: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable


class DataProblem(ValueError):
    """Input that cannot be read or is invalid.

    Parameters
    ----------
    what : str
        What is wrong, in words, without a final full stop.
    remedy : str
        What the person should do, one sentence.
    file : str
        The file, or the name of the table where there is no file.
    row : int, optional
        The row as a spreadsheet counts it: 1 is the header.
    column : str, optional
        The column, or the key of a plan.

    Examples
    --------
    >>> print(DataProblem("unknown arm 'shoper'", remedy="Use shopper.", file="r.csv", row=14, column="arm"))
    r.csv, row 14, column 'arm': unknown arm 'shoper'. Use shopper.
    """

    def __init__(
        self, what: str, *, remedy: str, file: str, row: int | None = None, column: str | None = None
    ) -> None:
        self.what = what
        self.remedy = remedy
        self.file = file
        self.row = row
        self.column = column
        place = [file]
        if row is not None:
            place.append(f"row {row}")
        if column is not None:
            place.append(f"column {quoted(column)}")
        super().__init__(f"{', '.join(place)}: {what}. {remedy}")


def quoted(value: object, *, longest: int = 60) -> str:
    """Quote a value from a file so that it stays on one line and stays short.

    Examples
    --------
    >>> quoted("two" + chr(10) + "lines")
    "'two\\\\nlines'"
    """
    shown = str(value)
    if len(shown) > longest:
        shown = shown[: longest - 1] + "…"
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown) + "'"


def listed(words: Iterable[str]) -> str:
    """Join words for a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    *first, last = list(words)
    return f"{', '.join(first)} or {last}" if first else last
