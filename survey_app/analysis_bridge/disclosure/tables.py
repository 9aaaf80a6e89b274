"""The published tables of a study: what its compared responses say, place by place and period by period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from survey_app.analysis_bridge.disclosure.hierarchy import Bools, Cell, Hierarchy, Ints
from survey_app.analysis_bridge.disclosure.withholding import Counts, Why, withhold
from survey_app.rules.breakdowns import WHOLE_STUDY, Breakdown
from survey_app.rules.privacy import (
    FEWEST_COMPLAINANT_RESPONSES,
    FEWEST_VISITS,
    band,
    customers_may_show,
    rounded_mean,
    rounded_share,
    visits_may_show,
)

SOURCES: Final = ("complainants", "shoppers")
#: By how many people a withheld number stays unknown, by source.
NEEDED: Final = {"complainants": FEWEST_COMPLAINANT_RESPONSES, "shoppers": FEWEST_VISITS}
PROBLEMS: Final = "problems"
SEEN: Final = "seen:"
UNSEEN: Final = "unseen:"


@dataclass(frozen=True)
class CellCounts:
    """What the compared responses of one source at one location in one month add up to.

    `problems` is the number of different problems, added over responses; `themes` says of how many responses saw
    any problem of a theme. An empty month is not known. Shoppers who are not known are not listed.
    """

    location: str
    month: str
    people: int
    problems: int
    shoppers: tuple[str, ...] = ()
    themes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Audited:
    """What the audit of one source found: sums by group, and why a group is not shown."""

    people: Ints
    sums: Mapping[str, Ints]
    why: Mapping[int, Why]


def audit(hierarchy: Hierarchy, rows: Mapping[str, Sequence[CellCounts]]) -> dict[str, Audited]:
    """Return by source what may be shown of the chosen tables."""
    groups = hierarchy.groups
    chosen = np.zeros(len(groups), dtype=bool)
    chosen[[cell.group for cell in hierarchy.published]] = True
    whole = next(cell.group for cell in hierarchy.cells if cell.breakdown == WHOLE_STUDY)
    found = {}
    for source in SOURCES:
        counts = _counts(hierarchy, source, rows[source])
        why = withhold(groups, chosen, whole, counts)
        members = groups.astype(np.int64)
        sums = {name: members @ values for name, values in counts.sums.items()}
        found[source] = Audited(members @ counts.people, sums, why)
    return found


def _counts(hierarchy: Hierarchy, source: str, rows: Sequence[CellCounts]) -> Counts:
    cells = np.array([hierarchy.cell_of(row.location, row.month) for row in rows], dtype=np.int64)

    def added(values: Iterable[int]) -> Ints:
        total = np.zeros(hierarchy.size, dtype=np.int64)
        np.add.at(total, cells, np.fromiter(values, dtype=np.int64))
        return total

    people = added(row.people for row in rows)
    sums = {PROBLEMS: added(row.problems for row in rows)}
    for theme in sorted({theme for row in rows for theme in row.themes}):
        sums[SEEN + theme] = added(row.themes.get(theme, 0) for row in rows)
        sums[UNSEEN + theme] = people - sums[SEEN + theme]
    return Counts(people, sums, _few(hierarchy, source, people, cells, rows), NEEDED[source])


def _few(hierarchy: Hierarchy, source: str, people: Ints, cells: Ints, rows: Sequence[CellCounts]) -> Bools:
    """Return for each group whether too few stand behind it."""
    counts = hierarchy.groups.astype(np.int64) @ people
    if source == "complainants":
        return np.array([not customers_may_show(int(count)) for count in counts], dtype=bool)
    visited: dict[int, set[str]] = {}
    for cell, row in zip(cells.tolist(), rows, strict=True):
        visited.setdefault(cell, set()).update(row.shoppers)
    nobody: set[str] = set()
    shoppers = [
        len(nobody.union(*(visited.get(cell, nobody) for cell in np.flatnonzero(members).tolist())))
        for members in hierarchy.groups
    ]
    return np.array([not visits_may_show(int(n), k) for n, k in zip(counts, shoppers, strict=True)], dtype=bool)


def shown_tables(hierarchy: Hierarchy, audited: Mapping[str, Audited]) -> list[dict[str, Any]]:
    """Return the chosen tables as managers may see them: bands, tenths and whole per cent, and nothing beneath."""
    rows: dict[Breakdown, list[dict[str, Any]]] = {breakdown: [] for breakdown in hierarchy.chosen}
    for cell in hierarchy.published:
        if cell.breakdown in rows:
            rows[cell.breakdown].append(_row(cell, audited))
    return [
        {"id": breakdown.id, "place": breakdown.place, "period": breakdown.period, "rows": of}
        for breakdown, of in rows.items()
    ]


def _row(cell: Cell, audited: Mapping[str, Audited]) -> dict[str, Any]:
    row: dict[str, Any] = {"place": cell.place, "period": cell.period}
    for source in SOURCES:
        row[source] = None if cell.group in audited[source].why else _shown(cell.group, audited[source])
    row["gap"] = None
    if row["complainants"] and row["shoppers"]:
        row["gap"] = round(row["complainants"]["mean"] - row["shoppers"]["mean"], 1)
    return row


def _shown(group: int, source: Audited) -> dict[str, Any]:
    people = int(source.people[group])
    shown: dict[str, Any] = {"n": band(people), "mean": rounded_mean(int(source.sums[PROBLEMS][group]), people)}
    themes = {
        name.removeprefix(SEEN): rounded_share(int(values[group]), people)
        for name, values in source.sums.items()
        if name.startswith(SEEN)
    }
    return shown | ({"themes": themes} if themes else {})


def lost(hierarchy: Hierarchy, audited: Mapping[str, Audited]) -> list[dict[str, Any]]:
    """Return for each chosen table and source how many rows there are, and how many are withheld and why."""
    counted = []
    for breakdown in hierarchy.chosen:
        cells = [cell for cell in hierarchy.published if cell.breakdown == breakdown]
        for source in SOURCES:
            whys = [audited[source].why.get(cell.group) for cell in cells]
            counted.append(
                {
                    "id": breakdown.id,
                    "source": source,
                    "rows": len(cells),
                    "shown": whys.count(None),
                    **{why.value: whys.count(why) for why in Why},
                }
            )
    return counted
