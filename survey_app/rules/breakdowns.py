"""The tables that may be published of a study: one fixed hierarchy of places, one of periods, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class PlaceLevel(StrEnum):
    """How places are taken together, from fine to coarse."""

    LOCATION = "location"
    REGION = "region"
    FIRM = "firm"


class PeriodLevel(StrEnum):
    """How months are taken together, from fine to coarse."""

    MONTH = "month"
    QUARTER = "quarter"
    WHOLE = "whole"


PLACE_LEVELS = tuple(PlaceLevel)
PERIOD_LEVELS = tuple(PeriodLevel)
#: The one period of a table that has no periods.
WHOLE_TIME = "whole"
#: The one place of a table that has no places.
WHOLE_FIRM = "all"
#: The month of a response of which nobody knows when it was.
UNDATED = ""


class BreakdownProblem(ValueError):
    """Why a table cannot be published, and what to do."""


@dataclass(frozen=True)
class Breakdown:
    """One table: a row for each place of a level in each period of a level."""

    place: PlaceLevel
    period: PeriodLevel

    @property
    def id(self) -> str:
        """Return its name in addresses and in what is stored.

        >>> Breakdown(PlaceLevel.REGION, PeriodLevel.QUARTER).id
        'region-quarter'
        """
        return f"{self.place}-{self.period}"


#: Everything together: managers always see it.
WHOLE_STUDY = Breakdown(PlaceLevel.FIRM, PeriodLevel.WHOLE)
#: What a researcher can choose from, from coarse to fine.
BREAKDOWNS = tuple(
    breakdown
    for place in reversed(PLACE_LEVELS)
    for period in reversed(PERIOD_LEVELS)
    if (breakdown := Breakdown(place, period)) != WHOLE_STUDY
)
#: What is ticked beforehand.
USUAL_BREAKDOWNS = ("firm-quarter", "firm-month", "region-whole", "location-whole")
_BY_ID = {breakdown.id: breakdown for breakdown in BREAKDOWNS}


def read_breakdowns(ids: Iterable[str]) -> tuple[Breakdown, ...]:
    """Return the tables of these names, each once, from coarse to fine.

    Raises
    ------
    BreakdownProblem
        For a name that is on no list.

    >>> [breakdown.id for breakdown in read_breakdowns(["location-month", "firm-month"])]
    ['firm-month', 'location-month']
    """
    chosen = set(ids)
    if unknown := sorted(chosen - set(_BY_ID)):
        raise BreakdownProblem(
            f"There is no table {unknown[0]!r}. Choose from: {', '.join(_BY_ID)}.",
        )
    return tuple(breakdown for breakdown in BREAKDOWNS if breakdown.id in chosen)


def quarter_of(month: str) -> str:
    """Return the quarter that a month lies in; of what is not dated there is none.

    >>> quarter_of("2026-03"), quarter_of("2026-11"), quarter_of("")
    ('2026-Q1', '2026-Q4', '')
    """
    if month == UNDATED:
        return UNDATED
    year, number = month.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}"


def period_of(month: str, level: PeriodLevel) -> str:
    """Return the period of a level that a month lies in.

    >>> [period_of("2026-05", level) for level in PERIOD_LEVELS]
    ['2026-05', '2026-Q2', 'whole']
    """
    if level is PeriodLevel.WHOLE:
        return WHOLE_TIME
    return quarter_of(month) if level is PeriodLevel.QUARTER else month
