"""Numbers as people hand them in: lists, columns, whole numbers, yes and no, with gaps."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def as_floats(values: object, *, name: str, dimensions: int = 1) -> Floats:
    """Return an array of floats; what is missing (None, NaN, NA) is NaN.

    Parameters
    ----------
    values : array-like, Series or DataFrame
    name : str
        What the caller calls it, for the error.
    dimensions : int
        1 for a row of numbers, 2 for a table.

    Raises
    ------
    ValueError
        If a value is no number, is infinite, or the shape is not as wanted.

    Examples
    --------
    >>> as_floats([1, None, True], name="scores").tolist()
    [1.0, nan, 1.0]
    """
    if dimensions == 2:
        table = values if isinstance(values, pd.DataFrame) else pd.DataFrame(as_rows(values, name=name))
        columns = [_column(table.iloc[:, place], name=name) for place in range(table.shape[1])]
        return np.column_stack(columns) if columns else np.empty((len(table), 0))
    given = values if isinstance(values, pd.Series) else np.asarray(values, dtype=_object_if_ragged(values))
    if given.ndim != 1:
        raise ValueError(f"{name}: give one row of numbers, not {given.ndim} dimensions.")
    return _column(pd.Series(given), name=name)


def as_number(value: object, *, name: str) -> float:
    """Return one number, which may be NaN or infinite.

    Raises
    ------
    ValueError
        If it is no number.

    Examples
    --------
    >>> as_number(3, name="df")
    3.0
    """
    if not isinstance(value, int | float | np.number | np.bool_) or isinstance(value, np.complexfloating):
        raise ValueError(f"{name} is {value!r}: give a number.")
    return float(value)


def as_frame(table: object, *columns: object) -> pd.DataFrame:
    """Return the table if it is one and has the columns, each once.

    Raises
    ------
    ValueError
        If it is no DataFrame, or a column is missing or stands there twice.
    """
    if not isinstance(table, pd.DataFrame):
        raise ValueError(f"Give a pandas DataFrame, not {type(table).__name__}.")
    for column in columns:
        if not isinstance(column, Hashable) or column not in table.columns:
            raise ValueError(f"There is no column '{column}' in the table.")
        if (table.columns == column).sum() > 1:
            raise ValueError(f"The column '{column}' appears twice in the table. Rename or remove one of the two.")
    return table


def as_labels(values: object, *, name: str) -> pd.Series:
    """Return one row of labels, whatever they are; what is missing is None or NaN.

    Raises
    ------
    ValueError
        If they do not stand in one row.
    """
    given = np.asarray(values, dtype=object)
    if given.ndim != 1:
        raise ValueError(f"{name}: give one row of values, not {given.ndim} dimensions.")
    return pd.Series(list(given), dtype=object)


def as_rows(values: object, *, name: str) -> npt.NDArray[np.generic]:
    """Return a table of rows and columns as an array, whatever stands in it.

    Raises
    ------
    ValueError
        If rows are of different length, or the shape is another one.
    """
    given = np.asarray(values, dtype=_object_if_ragged(values))
    if given.size == 0 and given.ndim < 2:
        return np.empty((0, 0))
    if given.ndim != 2:
        raise ValueError(f"{name}: give a table of rows and columns, not {given.ndim} dimensions.")
    return given


def _object_if_ragged(values: object) -> type | None:
    return None if isinstance(values, np.ndarray | pd.Series | pd.DataFrame) else object


def _column(values: pd.Series, *, name: str) -> Floats:
    try:
        numbers = pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: every value must be a number; found something else ({error}).") from error
    if np.isinf(numbers).any():
        raise ValueError(f"{name}: a value is infinite. Leave it empty if it is not known.")
    return numbers


def pairs_of_floats(first: object, second: object, *, names: tuple[str, str]) -> tuple[Floats, Floats, int]:
    """Return two rows of numbers without the pairs that have a gap, and how many those were.

    Raises
    ------
    ValueError
        If the two are of different length, or hold something else than numbers.
    """
    one, other = as_floats(first, name=names[0]), as_floats(second, name=names[1])
    if len(one) != len(other):
        raise ValueError(
            f"{names[0]} has {len(one)} values and {names[1]} has {len(other)}: give one of each a pair."
        )
    whole = ~(np.isnan(one) | np.isnan(other))
    return one[whole], other[whole], int((~whole).sum())


def whole_rows(values: object, *, name: str) -> tuple[Floats, int]:
    """Return a table of numbers without the rows that have a gap, and how many those were."""
    table = as_floats(values, name=name, dimensions=2)
    whole = ~np.isnan(table).any(axis=1)
    return table[whole], int((~whole).sum())
