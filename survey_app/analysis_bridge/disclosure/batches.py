"""Let batches, not single responses, change what managers see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from survey_app.analysis_bridge.disclosure.hierarchy import Hierarchy, Ints
from survey_app.analysis_bridge.disclosure.tables import NEEDED, SOURCES, Audited, CellCounts
from survey_app.analysis_bridge.disclosure.withholding import Counts, withhold
from survey_app.rules.breakdowns import WHOLE_STUDY


def keep_earlier_rows(
    hierarchy: Hierarchy,
    tables: list[dict[str, Any]],
    earlier: Sequence[Mapping[str, Any]],
    rows: Mapping[str, Sequence[CellCounts]],
    rows_then: Mapping[str, Sequence[Mapping[str, Any]]],
    audited: Mapping[str, Audited],
) -> None:
    """Leave a number as it was published before, unless enough responses are new since then.

    Parameters
    ----------
    hierarchy : Hierarchy
    tables : list
        What is about to be published; changed in place.
    earlier : sequence
        The tables of the current publication.
    rows, rows_then : mapping of source to rows
        The counts now, and those behind the current publication.
    audited : mapping
        What the audit of the counts now found.

    Notes
    -----
    What a reader of both publications sees is a system of its own: the numbers that are new, cell by cell. It is
    audited like any other, and where too few new responses could be worked out, the earlier number stays.
    """
    then = {(table["id"], row["place"], row["period"]): row for table in earlier for row in table["rows"]}
    again = {table["id"] for table in tables}
    group = {
        (cell.breakdown.id, cell.place, cell.period): cell.group
        for cell in hierarchy.published
        if cell.breakdown.id in again
    }
    for source in SOURCES:
        shown = {
            group[key]
            for key, row in then.items()
            if row[source] is not None and key in group and group[key] not in audited[source].why
        }
        kept = _too_little_new(hierarchy, source, shown, _new(hierarchy, rows[source], rows_then[source]))
        for table in tables:
            for row in table["rows"]:
                key = (table["id"], row["place"], row["period"])
                before = then.get(key, {}).get(source)
                if before is not None and row[source] is not None and group[key] in kept:
                    row[source] = before
    for table in tables:
        for row in table["rows"]:
            if row["complainants"] and row["shoppers"]:
                row["gap"] = round(row["complainants"]["mean"] - row["shoppers"]["mean"], 1)


def _new(hierarchy: Hierarchy, rows: Iterable[CellCounts], then: Iterable[Mapping[str, Any]]) -> Ints:
    """Return by smallest cell how many responses are new; fewer than none where some were erased."""
    new = np.zeros(hierarchy.size, dtype=np.int64)
    for row in rows:
        new[hierarchy.cell_of(row.location, row.month)] += row.people
    for before in then:
        if before["location"] in hierarchy.locations and before["month"] in hierarchy.months:
            new[hierarchy.cell_of(before["location"], before["month"])] -= before["people"]
    return new


def _too_little_new(hierarchy: Hierarchy, source: str, shown: set[int], new: Ints) -> set[int]:
    """Return which groups that were shown before must stay as they were."""
    groups = hierarchy.groups
    by_group = groups.astype(np.int64) @ new
    whole = next(cell.group for cell in hierarchy.cells if cell.breakdown == WHOLE_STUDY)
    if (new < 0).any() or by_group[whole] < NEEDED[source]:
        return shown
    chosen = np.zeros(len(groups), dtype=bool)
    chosen[sorted(shown)] = True
    counts = Counts(new, {}, by_group < NEEDED[source], NEEDED[source])
    return set(withhold(groups, chosen, whole, counts))
