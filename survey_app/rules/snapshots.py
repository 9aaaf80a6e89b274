"""What of a frozen snapshot a manager sees: their own places, and the same choices for figure, table and file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

from survey_app.rules.breakdowns import WHOLE_FIRM, PeriodLevel, PlaceLevel
from survey_app.rules.privacy import band_begins

#: Places that are not a manager's own are drawn without a name, and only if there are at least so many.
FEWEST_OTHERS = 5
#: How far chance carries a place: 95 of 100 lie within so many standard errors.
_WITHIN = 1.96
#: All that a snapshot may hold, level by level: what is on no list never reaches a manager. `*` is any name.
KEYS: Mapping[str, frozenset[str]] = {
    "": frozenset(
        [
            "schema",
            "verdict",
            "sentence",
            "document",
            "numbers",
            "themes",
            "problems",
            "quotations",
            "versions",
            "months",
            "places",
            "tables",
            "before",
            "method",
            "too_few",
        ]
    ),
    "numbers": frozenset(["estimate", "ci95", "margin", "n", "scale", "themes", "cost", "spread"]),
    "problems[]": frozenset(
        ["problem", "theme", "names", "complainants", "shoppers", "gap", "ci95", "reports", "clear"]
    ),
    "quotations[]": frozenset(["key", "problem", "source"]),
    "places[]": frozenset(["key", "level", "name", "above"]),
    "tables[]": frozenset(["id", "place", "period", "rows"]),
    "tables[].rows[]": frozenset(["place", "period", "complainants", "shoppers", "gap"]),
    "tables[].rows[].complainants": frozenset(["n", "mean", "themes"]),
    "tables[].rows[].shoppers": frozenset(["n", "mean", "themes"]),
    "versions[]": frozenset(["version", "month"]),
    "before": frozenset(["day", "verdict", "estimate", "gaps"]),
    "method": frozenset(["plan_hash", "data_fingerprint"]),
    "too_few[]": frozenset(["what", "needed"]),
}


class UnknownKey(ValueError):
    """A snapshot holds something that is on no list."""


def check_keys(content: Mapping[str, Any]) -> None:
    """Refuse a snapshot with a key that is on no list.

    Raises
    ------
    UnknownKey

    >>> check_keys({"schema": 2, "responses": []})
    Traceback (most recent call last):
    survey_app.rules.snapshots.UnknownKey: responses
    """
    for path, value in _walked("", content):
        if path in KEYS and isinstance(value, Mapping) and (unknown := sorted(set(value) - KEYS[path])):
            raise UnknownKey(f"{path}.{unknown[0]}".lstrip("."))


def _walked(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walked(f"{path}.{key}".lstrip("."), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walked(f"{path}[]", inner)


def quoted(content: Mapping[str, Any], problem: str) -> list[Mapping[str, Any]]:
    """Return which quotations of a snapshot are about a problem, in their order."""
    return [each for each in content.get("quotations", []) if each["problem"] == problem]


@dataclass(frozen=True)
class Sight:
    """A snapshot as one manager sees it.

    Attributes
    ----------
    content : mapping
        The frozen snapshot.
    reached : set of str
        Keys of the locations of the study that lie within the manager's charge.
    """

    content: Mapping[str, Any]
    reached: frozenset[str]

    @cached_property
    def _by_key(self) -> dict[str, Mapping[str, Any]]:
        return {place["key"]: place for place in self.content.get("places", [])}

    @cached_property
    def places(self) -> dict[str, Mapping[str, Any]]:
        """Return the places that may be asked for: their own, those above them, and the whole."""
        own = [place for key, place in self._by_key.items() if key in self.reached]
        above = {key for place in own for key in place["above"]} | {WHOLE_FIRM}
        return {key: place for key, place in self._by_key.items() if key in self.reached or key in above}

    def problem(self, code: str) -> Mapping[str, Any] | None:
        """Return what was published of one problem, over all places together; None if nothing was."""
        return next((row for row in self.content.get("problems", []) if row["problem"] == code), None)

    @property
    def own(self) -> tuple[str, ...]:
        """Return the keys of their own locations, in the order of their names."""
        return tuple(key for key, place in self._by_key.items() if key in self.reached and place["above"])

    def table(self, place: str, period: str) -> list[Mapping[str, Any]] | None:
        """Return the rows of a published table; None if there is no such table, or it has no rows."""
        for table in self.content.get("tables", []):
            if (table["place"], table["period"]) == (place, period) and table["rows"]:
                rows: list[Mapping[str, Any]] = table["rows"]
                return rows
        return None

    def periods_of(self, place: str) -> list[str]:
        """Return by which periods a place can be followed over time."""
        level = self.places[place]["level"]
        return [by for by in (PeriodLevel.QUARTER, PeriodLevel.MONTH) if self.table(level, by)]

    def over_time(self, place: str, by: str) -> list[Mapping[str, Any]]:
        """Return the rows of one place, period by period."""
        rows = self.table(self.places[place]["level"], by) or []
        return [row for row in rows if row["place"] == place]

    @property
    def groups(self) -> list[str]:
        """Return the places within which locations can be looked at: the whole, and regions."""
        return [key for key, place in self.places.items() if place["level"] != PlaceLevel.LOCATION]

    def side_by_side(self, within: str) -> list[Mapping[str, Any]]:
        """Return the rows of their own locations within a place."""
        rows = self.table(PlaceLevel.LOCATION, PeriodLevel.WHOLE) or []
        return [row for row in rows if row["place"] in self.reached and self._lies(row["place"], within)]

    def regions(self, within: str) -> list[Mapping[str, Any]]:
        """Return the rows of the regions above their own locations, as far as they lie within a place."""
        rows = self.table(PlaceLevel.REGION, PeriodLevel.WHOLE) or []
        return [
            row for row in rows if row["place"] in self.places and (row["place"] == within or within == WHOLE_FIRM)
        ]

    def others(self, within: str) -> list[Mapping[str, Any]]:
        """Return rows of other locations that may be drawn without a name, in no order that tells their name."""
        rows = self.table(PlaceLevel.LOCATION, PeriodLevel.WHOLE) or []
        others = [
            {**row, "place": ""}
            for row in rows
            if row["place"] not in self.reached and row["gap"] is not None and self._lies(row["place"], within)
        ]
        if len(others) < FEWEST_OTHERS:
            return []
        return sorted(others, key=lambda row: (row["gap"], row["complainants"]["n"], row["shoppers"]["n"]))

    def _lies(self, place: str, within: str) -> bool:
        return within in self._by_key[place]["above"]

    def reach_of_chance(self, row: Mapping[str, Any]) -> float | None:
        """Return how far from the gap of all a place of this size may lie by chance alone."""
        spread = self.content["numbers"].get("spread")
        if not spread or row["gap"] is None:
            return None
        return _WITHIN * sqrt(
            sum(
                spread[source]["variance"] / band_begins(row[source]["n"])
                for source in ("complainants", "shoppers")
            )
        )

    @property
    def gap_of_all(self) -> float | None:
        """Return the gap of all responses together, which places are held against."""
        spread = self.content["numbers"].get("spread")
        return float(spread["complainants"]["mean"] - spread["shoppers"]["mean"]) if spread else None

    def unlike_the_rest(self, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the rows that lie further from the gap of all than chance would carry them."""
        middle = self.gap_of_all
        found = []
        for row in rows:
            chance = self.reach_of_chance(row)
            if middle is not None and chance is not None and abs(row["gap"] - middle) > chance:
                found.append(row)
        return found

    def changed(self, place: str) -> float | None:
        """Return by how much the gap of a place changed since the publication before; None if nobody can say."""
        before = self.content.get("before")
        row = next((row for row in self.side_by_side(WHOLE_FIRM) if row["place"] == place), None)
        if not before or row is None or row["gap"] is None or place not in before["gaps"]:
            return None
        return float(round(row["gap"] - before["gaps"][place], 1))
