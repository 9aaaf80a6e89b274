"""Bring a column to its one form, or say which row cannot be brought there."""

from __future__ import annotations

import pandas as pd

from analysis.shapes.data_problem import DataProblem, listed, quoted
from analysis.shapes.lookup import ascii_only
from analysis.shapes.vocabulary import CHOICES, LARGEST_ANSWERS, LARGEST_NUMBER, NO, YES, ColumnKind

#: Other years are slips of the pen.
_YEARS = (1900, 2199)


def tidy_column(values: pd.Series, *, kind: ColumnKind, file: str) -> pd.Series:
    """Return the column as text without margins, floats, dates, or yes/no/empty.

    Parameters
    ----------
    values : Series
        The column as it was read; its name is the column's, its index the rows of the file.
    kind : {"text", "number", "signed", "date", "yes_no", "choice"}
        What the column holds.
    file : str
        Named in the error.

    Raises
    ------
    DataProblem
        Where a value is not of the kind, with its row.
    """
    if kind in ("number", "signed"):
        return _numbers(values, file=file, signed=kind == "signed")
    text = tidy_text(values)
    if kind == "choice":
        _refuse_others(text, CHOICES[str(values.name)], file=file)
    elif kind == "yes_no":
        return _yes_no(text, file=file)
    elif kind == "date":
        return _dates(text, file=file)
    return text


def tidy_text(values: pd.Series) -> pd.Series:
    """Return text in NFC without blanks around it; missing becomes empty.

    Examples
    --------
    >>> tidy_text(pd.Series([" a ", None, 3])).tolist()
    ['a', '', '3']
    """
    text = values.astype("str").fillna("").str.strip()
    return text if ascii_only(text) else text.str.normalize("NFC").astype("str")


def refuse_empty(values: pd.Series, *, file: str) -> None:
    """Refuse a column of text in which a row has nothing.

    Raises
    ------
    DataProblem
        With the first such row.
    """
    empty = values == ""
    if empty.any():
        raise DataProblem(
            "the cell is empty",
            remedy="Every row needs one; fill it in or remove the row.",
            file=file,
            row=first_row(empty),
            column=str(values.name),
        )


def first_row(rows: pd.Series) -> int:
    """Return the row of the file of the first True in a column of yes and no."""
    return int(rows.index[rows.to_numpy(dtype=bool)].to_numpy()[0])


def _refuse_others(text: pd.Series, allowed: tuple[str, ...], *, file: str) -> None:
    column = str(text.name)
    others = ~text.isin(allowed if column == "arm" else (*allowed, ""))
    if others.any():
        row = first_row(others)
        value = text.loc[row]
        found = f"unknown {column} {quoted(value)}" if value else f"the {column} is empty"
        raise DataProblem(found, remedy=f"Use {listed(allowed)}.", file=file, row=row, column=column)


def _yes_no(text: pd.Series, *, file: str) -> pd.Series:
    lowered = text.str.lower()
    lowered = lowered.where(~lowered.isin(YES), "yes").where(~lowered.isin(NO), "no")
    others = ~lowered.isin(("yes", "no", ""))
    if others.any():
        row = first_row(others)
        raise DataProblem(
            f"{quoted(text.loc[row])} is neither yes nor no",
            remedy="Write yes or no, or leave the cell empty where it is not known.",
            file=file,
            row=row,
            column=str(text.name),
        )
    return lowered


def _numbers(values: pd.Series, *, file: str, signed: bool) -> pd.Series:
    column = str(values.name)
    text = values.astype("str").fillna("").str.strip()
    numbers = pd.to_numeric(text.where(text != ""), errors="coerce").astype("float64")
    largest = LARGEST_ANSWERS.get(column, LARGEST_NUMBER)
    wrong = (numbers.isna() & (text != "")) | (numbers.abs() > largest)
    if not signed:
        wrong |= numbers < 0
    if wrong.any():
        row = first_row(wrong)
        kind = "a number" if signed else "a number from 0 upwards"
        what = f"{quoted(text.loc[row])} is not {kind} that is finite and at most {largest:,}"
        remedy = "Write it with a point and without a unit, such as 4.5; leave the cell empty if not known."
        raise DataProblem(what, remedy=remedy, file=file, row=row, column=column)
    return numbers


def _dates(text: pd.Series, *, file: str) -> pd.Series:
    """Return the calendar day as it was written, wherever on Earth that was; the time of day is not used."""
    written = text.str.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")
    days = pd.to_datetime(text.where(written).str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    wrong = (days.isna() | ~days.dt.year.between(*_YEARS)) & (text != "")
    if wrong.any():
        row = first_row(wrong)
        first, last = _YEARS
        raise DataProblem(
            f"{quoted(text.loc[row])} is not a date of the years {first} to {last}",
            remedy="Write it as 2026-03-14 (or 2026-03-14T10:30), or leave the cell empty if it is not known.",
            file=file,
            row=row,
            column=str(text.name),
        )
    return days.astype("datetime64[s]")
