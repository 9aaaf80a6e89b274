"""Cells: touchpoint × scenario × period, within which the two arms are comparable, and their sums."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.language import Sentence, noun, say
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.results import Dropped
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: Stands between the parts of a cell's name, and before every other character.
_BETWEEN_PARTS = "\x01"
#: What the two groups are called in a sentence.
WHO: Final = {COMPLAINANTS: noun("complainants"), SHOPPERS: noun("mystery shoppers")}


def periods(responses: pd.DataFrame, *, period: str) -> pd.Series | None:
    """Return the period of each response: the column `period`, else the month of `visited_on`, else None."""
    if period == "none":
        return None
    if "period" in responses:
        return responses["period"]
    if "visited_on" in responses:
        months: pd.Series = responses["visited_on"].dt.strftime("%Y-%m").fillna("").astype("str")
        return months
    return None


def cell_parts(responses: pd.DataFrame, *, period: str) -> dict[str, pd.Series]:
    """Return what makes up the cell of each response, beside its location.

    That is the column `cell` where it is present, else channel, scenario and period as far as present; an empty
    part is a value of its own. Answers to different lists (`list_hash`) never share a cell.
    """
    parts: dict[str, pd.Series] = {}
    if "cell" in responses:
        parts["cell"] = responses["cell"]
    else:
        parts |= {part: responses[part] for part in ("channel", "scenario") if part in responses}
        when = periods(responses, period=period)
        if when is not None:
            parts["period"] = when
    if "list_hash" in responses:
        parts["list_hash"] = responses["list_hash"]
    return parts


def cell_keys(responses: pd.DataFrame, *, period: str) -> pd.Series:
    """Number the cell of each response, in the order of its location and its parts."""
    parts = {"location": responses["location"], **cell_parts(responses, period=period)}
    return pd.DataFrame(parts).groupby(list(parts), sort=True, dropna=False).ngroup()


def cell_names(responses: pd.DataFrame, *, period: str) -> pd.Series:
    """Name the cell of each response by its parts, in an order that equals that of `cell_keys` in a location."""
    names = pd.Series("", index=responses.index, dtype="str")
    for place, part in enumerate(cell_parts(responses, period=period).values()):
        names = part if not place else names + _BETWEEN_PARTS + part
    return names


@dataclass(frozen=True, eq=False)
class Groups:
    """Cells, and the (cell, shopper) groups in them; `complainant_cell` and `member` say where a response is."""

    cell_location: Ints
    complainant_cell: Ints
    complainant_n: Ints
    member: Ints
    group_cell: Ints
    group_shopper: Ints
    group_n: Ints


@dataclass(frozen=True, eq=False)
class Paired:
    """Responses in cells that hold both arms, as integer codes, one entry a response.

    `location` and `cell` count from 0 without gaps; `shopper` is −1 for complainants, and for everybody where
    no shopper is known. `rows` are positions in the table it was made from.
    """

    rows: Ints
    location: Ints
    cell: Ints
    shopper: Ints
    complainant: Bools
    location_names: tuple[str, ...]
    shoppers_known: bool
    dropped: tuple[Dropped, ...] = ()

    @cached_property
    def groups(self) -> Groups:
        """Who belongs to which cell, and to which shopper in it: the same for every outcome."""
        cells = int(self.cell.max(initial=-1)) + 1
        cell_location = np.zeros(cells, dtype=np.int64)
        cell_location[self.cell] = self.location
        complainant_cell = self.cell[self.complainant]
        width = int(self.shopper.max(initial=-1)) + 2
        visits = self.cell[~self.complainant] * width + self.shopper[~self.complainant] + 1
        groups, member = np.unique(visits, return_inverse=True)
        return Groups(
            cell_location=cell_location,
            complainant_cell=complainant_cell,
            complainant_n=np.bincount(complainant_cell, minlength=cells),
            member=member,
            group_cell=groups // width,
            group_shopper=groups % width - 1,
            group_n=np.bincount(member, minlength=len(groups)),
        )

    def subset(self, keep: Bools) -> Paired:
        """Return the pairing of those responses that `keep` marks; what loses its other arm is left out."""
        return _paired(
            rows=self.rows[keep],
            location=self.location[keep],
            cell=self.cell[keep],
            shopper=self.shopper[keep],
            complainant=self.complainant[keep],
            location_names=self.location_names,
            shoppers_known=self.shoppers_known,
        )


def pair(responses: pd.DataFrame, *, period: str = "month") -> Paired:
    """Keep the responses whose cell holds both arms; drop and count the others with the reason.

    Parameters
    ----------
    responses : DataFrame
        With `arm` ("shopper" or "complainant" only), `location`, and as present `cell`, `channel`, `scenario`,
        `period`, `visited_on`, `list_hash`, `shopper`.
    period : {"month", "none"}
        As in the plan.

    Raises
    ------
    DataProblem
        Where some shopper responses name their shopper and others do not.
    """
    location, names = pd.factorize(responses["location"], sort=True)
    complainant = (responses["arm"] == COMPLAINANTS).to_numpy(dtype=bool)
    shopper = np.full(len(responses), -1, dtype=np.int64)
    known = False
    if "shopper" in responses:
        ids = responses["shopper"].where(~complainant, "")
        unnamed = (ids == "").to_numpy(dtype=bool) & ~complainant
        known = bool((ids != "").any())
        if known and unnamed.any():
            raise DataProblem(
                "this shopper response has no shopper, others have one",
                remedy="Fill it in, or leave the whole column empty.",
                file="responses",
                row=int(np.flatnonzero(unnamed)[0]) + 2,
                column="shopper",
            )
        if known:
            codes, _ = pd.factorize(ids.where(~complainant), sort=True)
            shopper = codes.astype(np.int64)
    return _paired(
        rows=np.arange(len(responses), dtype=np.int64),
        location=location.astype(np.int64),
        cell=cell_keys(responses, period=period).to_numpy(dtype=np.int64),
        shopper=shopper,
        complainant=complainant,
        location_names=tuple(str(name) for name in names),
        shoppers_known=known,
    )


def lone_arm(what: str, side: str) -> Sentence:
    """Say that a location or a cell holds responses of one side only."""
    if what == "locations":
        return say("the location has responses of {who} only", who=WHO[side])
    return say("the cell has responses of {who} only", who=WHO[side])


def _paired(
    *,
    rows: Ints,
    location: Ints,
    cell: Ints,
    shopper: Ints,
    complainant: Bools,
    location_names: tuple[str, ...],
    shoppers_known: bool,
) -> Paired:
    both_in_location = _holds_both(location, complainant)
    both_in_cell = _holds_both(cell, complainant)
    dropped = []
    for side, who in ((complainant, COMPLAINANTS), (~complainant, SHOPPERS)):
        lone_location = side & ~both_in_location
        if lone_location.any():
            reason = lone_arm("locations", who)
            dropped += [
                Dropped("locations", reason, len(np.unique(location[lone_location]))),
                Dropped("responses", reason, int(lone_location.sum())),
            ]
        lone_cell = side & both_in_location & ~both_in_cell
        if lone_cell.any():
            reason = lone_arm("cells", who)
            dropped += [
                Dropped("cells", reason, len(np.unique(cell[lone_cell]))),
                Dropped("responses", reason, int(lone_cell.sum())),
            ]
    kept_locations, new_location = np.unique(location[both_in_cell], return_inverse=True)
    return Paired(
        rows=rows[both_in_cell],
        location=new_location,
        cell=np.unique(cell[both_in_cell], return_inverse=True)[1],
        shopper=shopper[both_in_cell],
        complainant=complainant[both_in_cell],
        location_names=tuple(location_names[place] for place in kept_locations),
        shoppers_known=shoppers_known,
        dropped=tuple(dropped),
    )


def _holds_both(group: Ints, complainant: Bools) -> Bools:
    size = int(group.max(initial=-1)) + 1
    complainants = np.bincount(group[complainant], minlength=size)
    shoppers = np.bincount(group[~complainant], minlength=size)
    both: Bools = ((complainants > 0) & (shoppers > 0))[group]
    return both


@dataclass(frozen=True, eq=False)
class CellSums:
    """Additive sums of an outcome over paired cells: all that the two-way method needs to know.

    One entry a cell: `cell_location`, `complainant_n`, `complainant_total`. One entry a (cell, shopper) group:
    `group_cell`, `group_shopper` (−1 where nobody knows), `group_n`, `group_total`.
    """

    cell_location: Ints
    complainant_n: Ints
    complainant_total: Floats
    group_cell: Ints
    group_shopper: Ints
    group_n: Ints
    group_total: Floats
    location_names: tuple[str, ...]
    shoppers_known: bool

    def scaled(self, *, complainants: float, shoppers: float) -> CellSums:
        """Return the sums of y/`complainants` for complainants and y/`shoppers` for shoppers."""
        return replace(
            self,
            complainant_total=self.complainant_total / complainants,
            group_total=self.group_total / shoppers,
        )


def sum_cells(paired: Paired, outcome: npt.NDArray[np.generic]) -> CellSums:
    """Add up an outcome by cell for complainants, by cell and shopper for shoppers.

    Parameters
    ----------
    paired : Paired
    outcome : float array, one entry a paired response
        Sums of whole numbers are exact in any order. Others are added in the order of their size, so that not
        even the last digit depends on the order of rows.
    """
    values = np.asarray(outcome, dtype=np.float64)
    groups = paired.groups
    complainants, shoppers = values[paired.complainant], values[~paired.complainant]
    return CellSums(
        cell_location=groups.cell_location,
        complainant_n=groups.complainant_n,
        complainant_total=_totals(groups.complainant_cell, complainants, len(groups.cell_location)),
        group_cell=groups.group_cell,
        group_shopper=groups.group_shopper,
        group_n=groups.group_n,
        group_total=_totals(groups.member, shoppers, len(groups.group_cell)),
        location_names=paired.location_names,
        shoppers_known=paired.shoppers_known,
    )


def _totals(group: Ints, values: Floats, groups: int) -> Floats:
    if not np.equal(values, np.rint(values)).all():
        order = np.argsort(values, kind="stable")
        group, values = group[order], values[order]
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)
