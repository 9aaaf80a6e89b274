"""Pairs of a complainant and a shopper that are alike and close in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment

from analysis.shapes.arrays import as_frame, as_number
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

_COLUMNS = ("complainant", "shopper", "days")


def match(
    table: pd.DataFrame,
    *,
    arm: str = "arm",
    exact: Sequence[str] = ("location", "channel", "scenario"),
    date: str | None = "visited_on",
    caliper_days: float = 30,
) -> pd.DataFrame:
    """Pair complainants with shoppers that agree in all columns `exact` and lie within a caliper of days.

    As many pairs as possible are made; among all ways to do so, one with the fewest days in total.

    Parameters
    ----------
    table : DataFrame, one row a response
    arm : str
        The column that says "complainant" or "shopper"; other arms are left out.
    exact : sequence of str
        Columns that must agree; an empty value agrees with an empty one.
    date : str or None
        The column of the day; a response without one finds no pair. None: days do not matter.
    caliper_days : float
        The most days between the two.

    Returns
    -------
    DataFrame
        `complainant`, `shopper` (labels of the table's index) and `days`, in the order of the complainants' rows.

    Raises
    ------
    ValueError
        If a column is missing, a date cannot be read, the index repeats, or the caliper is below 0.

    Notes
    -----
    What a pair is: two responses about the same kind of case at nearly the same time. Ties may be broken either
    way; the number of pairs and the days in total are not affected.

    Source: optimal bipartite matching (Kuhn 1955; scipy.optimize.linear_sum_assignment), block by block.

    Examples
    --------
    >>> table = pd.DataFrame({"arm": ["complainant", "shopper", "shopper"], "location": "A",
    ...                       "day": ["2026-03-01", "2026-03-09", "2026-03-03"]}, index=["c", "s", "t"])
    >>> match(table, exact=["location"], date="day").to_dict("records")
    [{'complainant': 'c', 'shopper': 't', 'days': 2.0}]
    """
    exact = [exact] if isinstance(exact, str) else list(exact)
    as_frame(table, arm, *exact, *([date] if date is not None else []))
    if not table.index.is_unique:
        raise ValueError("The labels of the table's index repeat: pairs could not be told apart.")
    if not as_number(caliper_days, name="caliper_days") >= 0:
        raise ValueError(f"caliper_days is {caliper_days}: give a number of days from 0 upwards.")
    days = np.zeros(len(table)) if date is None else _days(table[date])
    sides = table[arm].astype("str").to_numpy()
    usable = np.isfinite(days) & np.isin(sides, (COMPLAINANTS, SHOPPERS))
    block = _blocks(table, exact)
    pairs: list[tuple[int, int, float]] = []
    for number in np.unique(block[usable]):
        here = np.flatnonzero(usable & (block == number))
        complainants, shoppers = here[sides[here] == COMPLAINANTS], here[sides[here] == SHOPPERS]
        pairs += _pair(complainants, shoppers, days, caliper_days)
    pairs.sort()
    labels = table.index
    return pd.DataFrame(
        {
            "complainant": labels[[pair[0] for pair in pairs]],
            "shopper": labels[[pair[1] for pair in pairs]],
            "days": np.array([pair[2] for pair in pairs], dtype=np.float64),
        },
        columns=list(_COLUMNS),
    )


def _days(dates: pd.Series) -> npt.NDArray[np.float64]:
    """Return whole days since 1970 of the calendar day as it was written; NaN where there is none."""
    written = dates.astype("str").where(dates.notna(), "").str.slice(0, 10)
    known = (written != "").to_numpy(dtype=bool)
    try:
        stamps = pd.to_datetime(written[known], format="%Y-%m-%d")
    except ValueError as error:
        raise ValueError(f"Column '{dates.name}': a date cannot be read. Write it as 2026-03-14.") from error
    days = np.full(len(dates), np.nan)
    days[known] = (stamps - pd.Timestamp("1970-01-01")).dt.days.to_numpy(dtype=np.float64)
    return days


def _blocks(table: pd.DataFrame, exact: Sequence[str]) -> npt.NDArray[np.int64]:
    if not len(exact):
        return np.zeros(len(table), dtype=np.int64)
    groups = table.groupby(list(exact), dropna=False, sort=True, observed=True).ngroup()
    return np.asarray(groups.to_numpy(), dtype=np.int64)


def _pair(
    complainants: npt.NDArray[np.int64],
    shoppers: npt.NDArray[np.int64],
    days: npt.NDArray[np.float64],
    caliper: float,
) -> list[tuple[int, int, float]]:
    if not len(complainants) or not len(shoppers):
        return []
    apart = np.abs(days[complainants][:, None] - days[shoppers][None, :])
    allowed = apart <= caliper
    if not allowed.any():
        return []
    # One pair more is worth any number of days: a forbidden pair costs more than all allowed ones together.
    forbidden = float(apart[allowed].max()) * min(apart.shape) + 1
    first, second = linear_sum_assignment(np.where(allowed, apart, forbidden))
    return [
        (int(complainants[one]), int(shoppers[other]), float(apart[one, other]))
        for one, other in zip(first, second, strict=True)
        if allowed[one, other]
    ]
