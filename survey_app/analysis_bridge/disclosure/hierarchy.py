"""The declared hierarchy of a study as groups of its smallest cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from survey_app.rules.breakdowns import (
    PERIOD_LEVELS,
    PLACE_LEVELS,
    WHOLE_FIRM,
    WHOLE_STUDY,
    Breakdown,
    BreakdownProblem,
    PeriodLevel,
    PlaceLevel,
    period_of,
)

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
#: More cells than this cannot be audited together in reasonable time.
MOST_CELLS = 5_000


@dataclass(frozen=True)
class Cell:
    """One row of a table: a place in a period, and which of the distinct groups of cells it is."""

    breakdown: Breakdown
    place: str
    period: str
    group: int


@dataclass(frozen=True)
class Hierarchy:
    """The places and months of a study, and how they are taken together.

    Attributes
    ----------
    locations, months : tuple of str
        Codes, in the order in which they are shown.
    regions : mapping of str to frozenset of str
        Key of a region, however deep, to the locations that lie in it.
    chosen : tuple of Breakdown
        The tables that are to be published. The smallest cells are as fine as the finest of them in either
        direction: what lies within a cell that is nowhere divided is protected with it (`docs/methods`).
    """

    locations: tuple[str, ...]
    regions: Mapping[str, frozenset[str]]
    months: tuple[str, ...]
    chosen: tuple[Breakdown, ...]

    def __post_init__(self) -> None:
        if len(self._units) * len(self._times) > MOST_CELLS:
            raise BreakdownProblem(
                f"{len(self._units)} places in {len(self._times)} periods make more than {MOST_CELLS:,} cells, "
                "which cannot be checked together. Choose quarters in place of months, or regions in place of "
                "locations."
            )

    @cached_property
    def _finest(self) -> tuple[PlaceLevel, PeriodLevel]:
        places = [PLACE_LEVELS.index(breakdown.place) for breakdown in (WHOLE_STUDY, *self.chosen)]
        periods = [PERIOD_LEVELS.index(breakdown.period) for breakdown in (WHOLE_STUDY, *self.chosen)]
        return PLACE_LEVELS[min(places)], PERIOD_LEVELS[min(periods)]

    @cached_property
    def _units(self) -> dict[frozenset[str], int]:
        """Number the smallest groups of locations: those that lie in the same places of all levels in use."""
        held = dict.fromkeys(self._held(location) for location in self.locations)
        return {key: number for number, key in enumerate(held)}

    def _held(self, location: str) -> frozenset[str]:
        levels = PLACE_LEVELS[PLACE_LEVELS.index(self._finest[0]) :]
        return frozenset(f"{level}:{key}" for level in levels for key in self._above(location, level))

    def _above(self, location: str, level: PlaceLevel) -> tuple[str, ...]:
        if level is PlaceLevel.LOCATION:
            return (location,)
        if level is PlaceLevel.FIRM:
            return (WHOLE_FIRM,)
        return tuple(key for key, within in self.regions.items() if location in within)

    @cached_property
    def _times(self) -> dict[str, int]:
        periods = dict.fromkeys(period_of(month, self._finest[1]) for month in self.months)
        return {period: number for number, period in enumerate(periods)}

    @property
    def size(self) -> int:
        """The number of smallest cells."""
        return len(self._units) * len(self._times)

    def cell_of(self, location: str, month: str) -> int:
        """Return the smallest cell in which a response lies."""
        return self._unit_of[location] * len(self._times) + self._time_of[month]

    @cached_property
    def _unit_of(self) -> dict[str, int]:
        return {location: self._units[self._held(location)] for location in self.locations}

    @cached_property
    def _time_of(self) -> dict[str, int]:
        return {month: self._times[period_of(month, self._finest[1])] for month in self.months}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Return the rows of all tables at or above the smallest cells, chosen or not, the whole study first."""
        return tuple(cell for cell, _members in self._members)

    @cached_property
    def groups(self) -> Bools:
        """Return the distinct groups of smallest cells, one a row: rows of tables that are one group are one."""
        found: dict[int, Bools] = {}
        for cell, members in self._members:
            found.setdefault(cell.group, members)
        return np.array([found[number] for number in range(len(found))], dtype=bool)

    @cached_property
    def _members(self) -> tuple[tuple[Cell, Bools], ...]:
        numbers: dict[bytes, int] = {}
        rows = []
        place, period = self._finest
        for at in reversed(PLACE_LEVELS[PLACE_LEVELS.index(place) :]):
            for when in reversed(PERIOD_LEVELS[PERIOD_LEVELS.index(period) :]):
                for key, name, members in self._rows(at, when):
                    number = numbers.setdefault(members.tobytes(), len(numbers))
                    rows.append((Cell(Breakdown(at, when), key, name, number), members))
        return tuple(rows)

    def _rows(self, at: PlaceLevel, when: PeriodLevel) -> Iterable[tuple[str, str, Bools]]:
        places: dict[str, set[str]] = {}
        for location in self.locations:
            for key in self._above(location, at):
                places.setdefault(key, set()).add(location)
        periods: dict[str, list[str]] = {}
        for month in self.months:
            periods.setdefault(period_of(month, when), []).append(month)
        for key, within in places.items():
            for period, months in periods.items():
                yield key, period, self._mask(within, months)

    def _mask(self, locations: Iterable[str], months: Sequence[str]) -> Bools:
        members = np.zeros(self.size, dtype=bool)
        members[[self.cell_of(location, month) for location in locations for month in months]] = True
        return members

    @property
    def published(self) -> tuple[Cell, ...]:
        """Return the rows of the chosen tables and the whole study."""
        wanted = {WHOLE_STUDY, *self.chosen}
        return tuple(cell for cell in self.cells if cell.breakdown in wanted)
