"""Sums of the outcome table by place, cell, arm and shopper: every estimate and every resampling starts here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from analysis.inference.cells import Bools, CellSums, Ints, lone_arm
from analysis.inference.outcome_table import KEYS, SEEN, Context, Outcomes
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.results import Dropped
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

Left = Literal["responses", "sightings", "locations", "cells"]
#: Columns whose sums could outgrow whole numbers of 64 bits.
_LARGE: Final = ("cost", "minutes", "severity", "displeased_told", "pleased_told", "felt_4")
_LARGEST_SUM: Final = 9e18


@dataclass(frozen=True, eq=False)
class Sums:
    """The outcome table added up: one row a group of equal `KEYS`, sorted by them.

    Sums of whole numbers: the same whatever the order of rows, and however the table was cut before adding.
    """

    table: pd.DataFrame
    context: Context
    dropped: tuple[Dropped, ...] = ()

    def where(self, keep: Bools | pd.Series) -> Sums:
        """Return the groups that `keep` marks."""
        return replace(self, table=self.table[np.asarray(keep, dtype=bool)].reset_index(drop=True))

    @property
    def compared(self) -> Sums:
        """The groups that the plan compares."""
        return self.where(self.table["side"] != "")


def add_up(outcomes: Outcomes) -> Sums:
    """Add up an outcome table by its keys.

    Examples
    --------
    >>> from analysis.inference.outcome_table import context_of, outcome_table
    >>> from analysis.shapes.plan import Plan
    >>> responses = pd.DataFrame({"response_id": ["1", "2"], "arm": "complainant", "location": "A"})
    >>> sightings = pd.DataFrame({"response_id": ["1", "2"], "problem": "rude"})
    >>> outcomes = outcome_table(responses, sightings, context_of(responses, sightings, Plan()))
    >>> add_up(outcomes).table[["n", "y", "seen:rude"]].to_numpy().tolist()
    [[2, 2, 2]]
    """
    return Sums(_added(outcomes.table, outcomes.context), outcomes.context, _counted(outcomes.dropped))


def join_sums(parts: Iterable[Sums]) -> Sums:
    """Return the sums of the whole from those of its parts, whatever their order and their number."""
    parts = list(parts)
    context = parts[0].context
    dropped = _counted(row for part in parts for row in part.dropped)
    if len(parts) == 1:
        return replace(parts[0], dropped=dropped)
    return Sums(_added(pd.concat([part.table for part in parts]), context), context, dropped)


def _counted(rows: Iterable[Dropped]) -> tuple[Dropped, ...]:
    counts: Counter[tuple[Left, str]] = Counter()
    for row in rows:
        counts[row.table, row.reason] += row.count
    return tuple(Dropped(*key, counts[key]) for key in sorted(counts))


def _added(table: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Add up whole numbers; marks (bytes of 0 and 1) are counted, and what nobody knows is 0 without adding."""
    columns = list(context.columns)
    for column in _LARGE:
        if table[column].astype(np.float64).abs().sum() > _LARGEST_SUM:
            raise DataProblem(
                "these numbers are too large to be added up exactly",
                remedy="Give them in a larger unit.",
                file="responses",
                column=column,
            )
    grouped = table.groupby(list(KEYS), sort=True, as_index=False)
    marks = [name for name in columns if table[name].dtype == np.int8]
    numbers = [name for name in columns if name not in marks and (name == "n" or table[name].any())]
    added = grouped[numbers].sum()
    found: dict[str, pd.Series | Ints] = {name: added[name] for name in (*KEYS, *numbers)}
    if marks:
        group = grouped.ngroup().to_numpy()
        found |= {name: np.bincount(group[table[name] != 0], minlength=len(added)) for name in marks}
    return pd.DataFrame({name: found.get(name, 0) for name in (*KEYS, *columns)}, index=added.index)


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each group of the sums stands: codes from 0, one entry a row of `table`.

    `shopper` is −1 for complainants, and for everybody where no shopper is known.
    """

    table: pd.DataFrame
    location: Ints
    cell: Ints
    shopper: Ints
    complainant: Bools
    location_names: tuple[str, ...]
    shoppers_known: bool

    def where(self, keep: Bools) -> Layout:
        """Return the groups that `keep` marks; the codes stay."""
        return replace(
            self,
            table=self.table[keep],
            location=self.location[keep],
            cell=self.cell[keep],
            shopper=self.shopper[keep],
            complainant=self.complainant[keep],
        )

    def values(self, column: str | Ints) -> Ints:
        """Return a column of the table; what is one already comes back as it is."""
        values: Ints = self.table[column].to_numpy() if isinstance(column, str) else column
        return values

    def paired(self, known: str | Ints = "n") -> Layout:
        """Return the groups in cells where both arms know an outcome."""
        n = self.values(known)
        return self.where((n > 0) & _both(self.cell, self.complainant, n))


def lay_out(sums: Sums) -> Layout:
    """Number places, cells and shoppers of the groups whose `side` is not empty: those that the plan compares.

    Raises
    ------
    DataProblem
        Where some shopper responses name their shopper and others do not.
    """
    table = sums.compared.table
    complainant = (table["side"] == COMPLAINANTS).to_numpy(dtype=bool)
    location, names = pd.factorize(table["location"], sort=True)
    cell = np.asarray(table.groupby(["location", "cell"], sort=True).ngroup(), dtype=np.int64)
    ids = table["shopper"].where(~complainant, "")
    known = bool((ids != "").any())
    if known and ((ids == "") & ~complainant).any():
        raise DataProblem(
            "some shopper responses have no shopper, others have one",
            remedy="Fill it in, or leave the whole column empty.",
            file="responses",
            column="shopper",
        )
    shopper = pd.factorize(ids.where(~complainant & (ids != "")), sort=True)[0]
    return Layout(
        table=table,
        location=location.astype(np.int64),
        cell=cell,
        shopper=shopper.astype(np.int64),
        complainant=complainant,
        location_names=tuple(str(name) for name in names),
        shoppers_known=known,
    )


def cell_sums(layout: Layout, outcome: str | Ints, *, known: str | Ints = "n", scale: int = 1) -> CellSums:
    """Return the sums of one outcome over the cells in which both arms know it.

    Parameters
    ----------
    layout : Layout
    outcome : str or int array, one entry a group
        What is added up.
    known : str or int array, one entry a group
        How many responses know it.
    scale : int
        How many parts of one the outcome is written in.
    """
    n, outcome = layout.values(known), layout.values(outcome)
    kept = (n > 0) & _both(layout.cell, layout.complainant, n)
    side = layout.complainant[kept]
    places, location = np.unique(layout.location[kept], return_inverse=True)
    cells, cell = np.unique(layout.cell[kept], return_inverse=True)
    cell_location = np.zeros(len(cells), dtype=np.int64)
    cell_location[cell] = location
    width = int(layout.shopper.max(initial=-1)) + 2
    groups, member = np.unique(cell[~side] * width + layout.shopper[kept][~side] + 1, return_inverse=True)
    n, total = n[kept], outcome[kept]
    return CellSums(
        cell_location=cell_location,
        complainant_n=_add(cell[side], n[side], len(cells)),
        complainant_total=_add(cell[side], total[side], len(cells)) / scale,
        group_cell=groups // width,
        group_shopper=groups % width - 1,
        group_n=_add(member, n[~side], len(groups)),
        group_total=_add(member, total[~side], len(groups)) / scale,
        location_names=tuple(layout.location_names[place] for place in places),
        shoppers_known=layout.shoppers_known,
    )


def one_armed(layout: Layout, *, known: str | Ints = "n") -> tuple[Dropped, ...]:
    """Count the places and cells that hold one arm only, and their responses."""
    n = layout.values(known)
    everywhere = n > 0
    in_place = _both(layout.location, layout.complainant, n)
    in_cell = _both(layout.cell, layout.complainant, n)
    dropped: list[Dropped] = []
    for side, who in ((layout.complainant, COMPLAINANTS), (~layout.complainant, SHOPPERS)):
        for what, codes, lone in (
            ("locations", layout.location, everywhere & side & ~in_place),
            ("cells", layout.cell, everywhere & side & in_place & ~in_cell),
        ):
            if lone.any():
                reason = lone_arm(what, who)
                dropped.append(Dropped(what, reason, len(np.unique(codes[lone]))))  # type: ignore[arg-type]
                dropped.append(Dropped("responses", reason, int(n[lone].sum())))
    return tuple(dropped)


def problem_counts(layout: Layout, context: Context) -> dict[str, tuple[Ints, int]]:
    """Return by arm in how many paired responses each problem was seen, and how many responses there are."""
    paired = layout.paired()
    arms = paired.table["arm"]
    seen = paired.table[[SEEN + code for code in context.compared]].to_numpy(dtype=np.int64)
    counts = {}
    for arm in sorted(set(arms)):
        of_arm = (arms == arm).to_numpy(dtype=bool)
        counts[str(arm)] = seen[of_arm].sum(axis=0), int(paired.table["n"][of_arm].sum())
    return counts


def _both(group: Ints, complainant: Bools, n: Ints) -> Bools:
    size = int(group.max(initial=-1)) + 1
    complainants, shoppers = (_add(group[side], n[side], size) for side in (complainant, ~complainant))
    both: Bools = ((complainants > 0) & (shoppers > 0))[group]
    return both


def _add(group: Ints, values: Ints, groups: int) -> Ints:
    """Add whole numbers by group, exactly."""
    added = np.zeros(groups, dtype=np.int64)
    np.add.at(added, group, values)
    return added
