"""H2: do two complainants find more different problems than two shoppers, place by place?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.language import Number, Words, say, say_many
from analysis.shapes.arrays import as_frame
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.estimates import MatchedDifference
from analysis.shapes.intervals import t_interval, t_p_value
from analysis.shapes.tidy import refuse_empty, tidy_column, tidy_text
from analysis.shapes.vocabulary import COMPLAINANTS, RESPONSE_COLUMNS, SHOPPERS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: With fewer places counted no verdict word is given.
LEAST_LOCATIONS = 5
#: Numbers held in memory at a time; it changes no result.
_BLOCK = 4_000_000


def matched_difference(responses: pd.DataFrame, ticked: npt.ArrayLike) -> MatchedDifference:
    r"""Compare the different problems that two complainants and two shoppers find at the same place.

    For an ordered pair (c, c') of cells of a place, c = c' included, U_a(c, c') is the mean number of different
    problems in two responses of arm a, one from c and one from c', by two different people. D_l is the mean of
    U_C − U_S over the pairs of cells where both arms have such people; D the mean of D_l over the L places that
    have any. With 1 where a problem is not ticked, A_c its sum in cell c, A_cs the same for shopper s, n likewise:

        U_S(c, c') = sum_k [1 − (A_c A_c' − sum_s A_cs A_c's) / (n_c n_c' − sum_s n_cs n_c's)]
        V_loc      = var(D_l, ddof=1)/L
        V_shop     = (G − 1)/G · sum_g (D_(−g) − their mean)²,   leaving out one shopper g at a time
        V_int      = the same, leaving out one shopper at one place at a time
        V          = max(V_loc, V_loc + V_shop − V_int) · (1 + 1/min(L, S_eff))
        df         = max(1, min(L, S_eff) − 1),   S_eff = 1/sum_s W_s²

    W_s is the mean over the places of the shopper's share of the shopper responses. Each complainant response is
    its own person.

    Parameters
    ----------
    responses : DataFrame, one row a response
        With `arm`, `location`, and as present `cell` and `shopper`. Other arms than shopper and complainant are
        left out, and so are cells that hold one arm only.
    ticked : bool array, response × problem
        Who saw which problem, in the order of `responses`.

    Returns
    -------
    MatchedDifference
        What is not estimable is NaN, with a sentence in `warnings`.

    Raises
    ------
    ValueError
        If `ticked` has not one row a response, or holds something else than yes and no.
    DataProblem
        If a column or a location is missing, an arm is unknown, or some shopper responses name their shopper and
        others do not.

    Notes
    -----
    What the number means: put two complainants side by side, and two shoppers at the same place; the former find
    so many more (or fewer) different problems. The answer is about the places counted.

    Source: derived for this product; a U-statistic of two people (Hoeffding 1948) with a jackknife over shoppers
    and two-way clustering (Cameron, Gelbach & Miller 2011). Checked in docs/methods/matched_difference.md.

    Examples
    --------
    One place, one cell. Two complainants see a and b, together two problems; two shoppers both see a, together
    one.

    >>> table = pd.DataFrame({"arm": ["complainant"] * 2 + ["shopper"] * 2, "location": "L", "cell": "c",
    ...                       "shopper": ["", "", "s", "t"]})
    >>> matched_difference(table, [[1, 0], [0, 1], [1, 0], [1, 0]]).difference
    1.0
    """
    for column in ("arm", "location"):
        if column not in as_frame(responses):
            raise DataProblem("the column is missing", remedy="Add it.", file="responses", row=1, column=column)
    seen = _checked_ticks(ticked, len(responses))
    table = responses.set_axis(range(2, len(responses) + 2), axis="index")
    arm = tidy_column(table["arm"], kind=RESPONSE_COLUMNS["arm"], file="responses")
    refuse_empty(tidy_text(table["location"]), file="responses")
    notes: list[str] = []
    others = ~arm.isin((SHOPPERS, COMPLAINANTS)).to_numpy(dtype=bool)
    if others.any():
        notes.append(
            say_many(
                "{n} response of another arm was left out.",
                "{n} responses of other arms were left out.",
                int(others.sum()),
            )
        )
    if "cell" not in table:
        notes.append(say("There is no column `cell`: each place counts as one cell."))
    complainant = (arm == COMPLAINANTS).to_numpy(dtype=bool)[~others]
    shopper = _shopper_codes(table, complainant, ~others)
    location, names = pd.factorize(tidy_text(table["location"]).to_numpy()[~others], sort=True)
    cell = np.zeros(len(location), dtype=np.int64)
    if "cell" in table:
        cell, _ = pd.factorize(tidy_text(table["cell"]).to_numpy()[~others], sort=True)
    return matched_difference_of_codes(
        location=location.astype(np.int64),
        cell=location * (int(cell.max(initial=0)) + 1) + cell,
        shopper=shopper,
        complainant=complainant,
        ticked=seen[~others],
        location_names=tuple(str(name) for name in names),
        notes=tuple(notes),
    )


def _checked_ticks(ticked: npt.ArrayLike, rows: int) -> Bools:
    given = np.asarray(ticked)
    if given.size == 0 and given.ndim < 2:
        given = given.reshape(rows, 0)
    if given.ndim != 2 or given.shape[0] != rows:
        raise ValueError(f"ticked: give one row a response and one column a problem; {rows} rows are needed.")
    if given.dtype != bool and not np.isin(given, (0, 1)).all():
        raise ValueError("ticked: give True or False (1 or 0) for every response and problem.")
    return given.astype(np.bool_)


def _shopper_codes(table: pd.DataFrame, complainant: Bools, kept: Bools) -> Ints:
    """Number the shoppers from 0; −1 for complainants, and for everybody where no id is known."""
    codes = np.full(len(complainant), -1, dtype=np.int64)
    if "shopper" not in table:
        return codes
    ids = tidy_text(table["shopper"])[kept].where(~complainant, "")
    unnamed = (ids == "").to_numpy(dtype=bool) & ~complainant
    if unnamed.sum() == (~complainant).sum():
        return codes
    if unnamed.any():
        raise DataProblem(
            "this shopper response has no shopper, others have one",
            remedy="Fill it in, or leave the whole column empty.",
            file="responses",
            row=int(ids.index[unnamed][0]),
            column="shopper",
        )
    codes[~complainant] = pd.factorize(ids.to_numpy()[~complainant], sort=True)[0]
    return codes


def matched_difference_of_codes(
    *,
    location: Ints,
    cell: Ints,
    shopper: Ints,
    complainant: Bools,
    ticked: Bools,
    location_names: tuple[str, ...] | None = None,
    notes: tuple[str, ...] = (),
    block_size: int = _BLOCK,
) -> MatchedDifference:
    """Return the matched difference of responses given as whole numbers: what simulations call.

    Parameters
    ----------
    location, cell, shopper : int arrays, one entry a response
        From 0. A cell lies in one location. `shopper` is −1 for complainants, and for everybody where nobody
        knows who made the visits.
    complainant : bool array, one entry a response
    ticked : bool array, response × problem
    location_names : tuple of str, optional
        By number of the location; else the numbers.
    notes : tuple of str
        Warnings to hand on.
    block_size : int
        How many numbers are held in memory at a time; it changes no result.
    """
    missed = np.ones((len(ticked), ticked.shape[1] + 1))
    missed[:, :-1] = ~ticked
    return matched_difference_of_groups(
        location=location,
        cell=cell,
        shopper=shopper,
        complainant=complainant,
        missed=missed,
        location_names=location_names,
        notes=notes,
        block_size=block_size,
    )


def matched_difference_of_groups(
    *,
    location: Ints,
    cell: Ints,
    shopper: Ints,
    complainant: Bools,
    missed: Floats,
    location_names: tuple[str, ...] | None = None,
    notes: tuple[str, ...] = (),
    block_size: int = _BLOCK,
) -> MatchedDifference:
    """Return the matched difference from sums over responses of the same cell, arm and shopper.

    Parameters
    ----------
    location, cell, shopper : int arrays, one entry a group
        As for `matched_difference_of_codes`.
    complainant : bool array, one entry a group
    missed : float array, group × (problem + 1)
        In how many responses of the group each problem was not ticked; in the last column how many there are.
    location_names, notes, block_size
        As for `matched_difference_of_codes`.
    """
    both = _in_cells_with_both(cell, complainant)
    location, cell, shopper = location[both], cell[both], shopper[both]
    complainant = complainant[both]
    known = bool((shopper >= 0).any())
    if not len(location):
        return _nothing(notes)
    missed = missed[both]
    seen_by_anybody = missed[:, :-1].sum(axis=0) < missed[:, -1].sum()
    missed = missed[:, np.append(seen_by_anybody, True)]
    kept, place = np.unique(location, return_inverse=True)
    names = [str(number) if location_names is None else location_names[number] for number in kept]
    sums = _Sums.of(place, cell, shopper, complainant, missed)
    whole, without = np.full(len(kept), np.nan), np.full(len(sums.visit_place), np.nan)
    for block in sums.blocks(block_size):
        block.fill(whole, without)
    counted = np.isfinite(whole)
    units = _Shoppers.of(sums, whole, without, counted) if known else None
    return _result(whole, counted, units, names, notes)


def _in_cells_with_both(cell: Ints, complainant: Bools) -> Bools:
    size = int(cell.max(initial=-1)) + 1
    complainants = np.bincount(cell[complainant], minlength=size)
    shoppers = np.bincount(cell[~complainant], minlength=size)
    both: Bools = ((complainants > 0) & (shoppers > 0))[cell]
    return both


@dataclass(frozen=True, eq=False)
class _Sums:
    """How often each problem was not ticked, by cell, arm and shopper: all that the measure needs to know.

    Every array's last axis holds the K problems that anybody saw, then the number of responses. One entry a cell
    (sorted by place), one entry a visitor: a shopper at one place; `member_*` say how a visitor's responses lie
    over the cells.
    """

    cell_place: Ints
    complainants: Floats
    shoppers: Floats
    visit_place: Ints
    visit_shopper: Ints
    visit_responses: Floats
    member_visit: Ints
    member_cell: Ints
    members: Floats
    known: bool

    @classmethod
    def of(cls, place: Ints, cell: Ints, shopper: Ints, complainant: Bools, missed: Floats) -> _Sums:
        # Cells in the order of their places, numbered without gaps.
        width = int(cell.max()) + 1
        cells, cell = np.unique(place * width + cell, return_inverse=True)
        known = bool((shopper >= 0).any())
        acted = np.flatnonzero(~complainant)
        visitor = shopper[acted] if known else np.zeros(len(acted), dtype=np.int64)
        people = int(visitor.max()) + 1
        visits, visit = np.unique(place[acted] * people + visitor, return_inverse=True)
        members, member = np.unique(visit * len(cells) + cell[acted], return_inverse=True)
        member_sums = _grouped(missed[acted], member, len(members))
        member_cell = members % len(cells)
        return cls(
            cell_place=cells // width,
            complainants=_grouped(missed[complainant], cell[complainant], len(cells)),
            shoppers=_grouped(member_sums, member_cell, len(cells)),
            visit_place=visits // people,
            visit_shopper=visits % people,
            visit_responses=np.bincount(visit, weights=missed[acted, -1]).astype(np.float64),
            member_visit=members // len(cells),
            member_cell=member_cell,
            members=member_sums,
            known=known,
        )

    def blocks(self, block_size: int) -> Iterator[_Block]:
        """Yield places in blocks of as many cells each, so that all their pairs are one array."""
        cells_of = np.bincount(self.cell_place)
        first_cell = np.concatenate([[0], np.cumsum(cells_of)[:-1]])
        visits_of = np.bincount(self.visit_place, minlength=len(cells_of))
        first_visit = np.concatenate([[0], np.cumsum(visits_of)[:-1]])
        members_of = np.bincount(self.visit_place[self.member_visit], minlength=len(cells_of))
        first_member = np.concatenate([[0], np.cumsum(members_of)[:-1]])
        columns = self.members.shape[1]
        for cells in np.unique(cells_of):
            places = np.flatnonzero(cells_of == cells)
            size = np.cumsum((visits_of[places] + 2) * cells * (columns + 4 * cells))
            for chosen in np.split(places, np.flatnonzero(np.diff(size // block_size)) + 1):
                of_visit = _ranges(first_visit[chosen], visits_of[chosen])
                of_member = _ranges(first_member[chosen], members_of[chosen])
                rows = np.repeat(np.arange(len(chosen)), visits_of[chosen])
                new_visit = np.searchsorted(of_visit, self.member_visit[of_member])
                column = self.member_cell[of_member] - first_cell[chosen][rows[new_visit]]
                visits = np.zeros((len(of_visit), cells, columns))
                visits[new_visit, column] = self.members[of_member]
                cell = first_cell[chosen][:, None] + np.arange(cells)
                yield _Block(
                    places=chosen,
                    visits=of_visit,
                    row=rows,
                    complainants=self.complainants[cell],
                    shoppers=self.shoppers[cell],
                    visitors=visits,
                    known=self.known,
                )


def _grouped(values: Floats, group: Ints, groups: int) -> Floats:
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(groups))
    added: Floats = np.add.reduceat(values[order], starts, axis=0)
    return added


def _ranges(first: Ints, length: Ints) -> Ints:
    """Return first, first + 1, … (`length` of them) for each entry, one after the other."""
    offset = np.repeat(first - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
    positions: Ints = np.arange(int(length.sum()), dtype=np.int64) + offset
    return positions


@dataclass(frozen=True, eq=False)
class _Block:
    """Places with the same number C of cells: sums of shape (places, C, K + 1) and (visitors, C, K + 1)."""

    places: Ints
    visits: Ints
    row: Ints
    complainants: Floats
    shoppers: Floats
    visitors: Floats
    known: bool

    def fill(self, whole: Floats, without: Floats) -> None:
        """Write D_l of these places, and what it is without each of their visitors."""
        missed_c, pairs_c = _pairs(self.complainants, self.complainants)
        _take_diagonal(missed_c, pairs_c, self.complainants)
        missed_s, pairs_s = _pairs(self.shoppers, self.shoppers)
        with np.errstate(divide="ignore", invalid="ignore"):
            share_c = missed_c / pairs_c
            if not self.known:
                # Nobody knows who made which visit: each counts as its own person.
                _take_diagonal(missed_s, pairs_s, self.shoppers)
                whole[self.places] = _place_means(missed_s, pairs_s, share_c)
                return
            own = _pairs(self.visitors, self.visitors)
            starts = np.searchsorted(self.row, np.arange(len(self.places)))
            missed_s -= np.add.reduceat(own[0], starts)
            pairs_s -= np.add.reduceat(own[1], starts)
            whole[self.places] = _place_means(missed_s, pairs_s, share_c)
            left = []
            for all_pairs, own_pairs, shared in zip(
                (missed_s, pairs_s), own, _pairs(self.shoppers[self.row], self.visitors), strict=True
            ):
                left.append(all_pairs[self.row] - shared - shared.swapaxes(1, 2) + 2 * own_pairs)
            without[self.visits] = _place_means(left[0], left[1], share_c[self.row])


def _pairs(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Return for each two cells the pairs of responses that both missed a problem, added up, and all pairs."""
    missed = first[..., :-1] @ second[..., :-1].swapaxes(-1, -2)
    return missed, first[..., -1][..., :, None] * second[..., -1][..., None, :]


def _take_diagonal(missed: Floats, pairs: Floats, sums: Floats) -> None:
    """Take away the pairs of a response with itself."""
    cells = np.arange(sums.shape[1])
    missed[:, cells, cells] -= sums[..., :-1].sum(axis=-1)
    pairs[:, cells, cells] -= sums[..., -1]


def _place_means(missed_s: Floats, pairs_s: Floats, share_c: Floats) -> Floats:
    """Return the mean of U_C − U_S over the pairs of cells where both arms have two people; else NaN."""
    counted = (pairs_s > 0) & np.isfinite(share_c)
    gaps = np.where(counted, missed_s / pairs_s - share_c, 0.0)
    means: Floats = gaps.sum(axis=(1, 2)) / counted.sum(axis=(1, 2))
    return means


@dataclass(frozen=True)
class _Shoppers:
    """What the shoppers add to the variance, how many they are, and what is left without one of them."""

    variance: float
    intersection: float
    count: int
    effective: float
    fewest_left: int

    @classmethod
    def of(cls, sums: _Sums, whole: Floats, without: Floats, counted: Bools) -> _Shoppers | None:
        locations = int(counted.sum())
        here = counted[sums.visit_place]
        place, responses = sums.visit_place[here], sums.visit_responses[here]
        _, shopper = np.unique(sums.visit_shopper[here], return_inverse=True)
        if not len(place):
            return cls(variance=math.nan, intersection=math.nan, count=0, effective=math.nan, fewest_left=0)
        stays = np.isfinite(without[here])
        change = np.where(stays, without[here], 0.0) - whole[place]
        lost = (~stays).astype(np.int64)
        total = whole[counted].sum()
        share = responses / np.bincount(place, weights=responses)[place] / locations
        left = locations - np.bincount(shopper, weights=lost)
        weights = np.bincount(shopper, weights=share)
        return cls(
            variance=_jackknife(total + np.bincount(shopper, weights=change), left),
            intersection=_jackknife(total + change, locations - lost),
            count=int(shopper.max()) + 1,
            effective=float(1 / (weights**2).sum()),
            fewest_left=int(left.min()),
        )


def _jackknife(totals: Floats, places: Ints | Floats) -> float:
    """Return (G − 1)/G times the squared deviations of the means that are left; NaN where there is none."""
    left = places > 0
    groups = int(left.sum())
    if not groups:
        return math.nan
    means = totals[left] / places[left]
    return float((groups - 1) / groups * ((means - means.mean()) ** 2).sum())


def _result(
    whole: Floats, counted: Bools, units: _Shoppers | None, names: list[str], notes: tuple[str, ...]
) -> MatchedDifference:
    locations = int(counted.sum())
    differences = whole[counted]
    difference = float(differences.mean()) if locations else math.nan
    variance_location = _variance_of_mean(differences)
    variance, fewest = variance_location, float(locations)
    if units is not None:
        extra = units.variance - units.intersection
        variance = variance_location + max(0.0, extra) if math.isfinite(extra) else math.nan
        fewest = min(fewest, units.effective) if locations else math.nan
    se = math.sqrt(variance * (1 + 1 / fewest)) if locations else math.nan
    df = max(1.0, fewest - 1) if locations else math.nan
    return MatchedDifference(
        difference=difference,
        se=se,
        df=df,
        ci95=t_interval(difference, se, df, 0.95),
        p_value=t_p_value(difference, se, df),
        locations=locations,
        locations_of=len(whole),
        shoppers=math.nan if units is None else units.count,
        effective_shoppers=math.nan if units is None else units.effective,
        variance_location=variance_location,
        variance_shopper=math.nan if units is None else units.variance,
        variance_intersection=math.nan if units is None else units.intersection,
        location_differences=pd.Series(
            differences,
            index=pd.Index([name for name, count in zip(names, counted, strict=True) if count], name="location"),
        ),
        described=_why_described(locations, len(whole), units, se),
        warnings=(*notes, *_warnings(locations, len(whole), units, se)),
    )


def _variance_of_mean(differences: Floats) -> float:
    """Return var(D_l)/L; 0 where the places differ by no more than the last digits of a sum."""
    if len(differences) < 2:
        return math.nan
    if np.ptp(differences) <= 1e-12 * np.abs(differences).max():
        return 0.0
    return float(differences.var(ddof=1)) / len(differences)


def _why_described(locations: int, locations_of: int, units: _Shoppers | None, se: float) -> Words | None:
    """Say why no verdict word may be given, or None."""
    if locations < LEAST_LOCATIONS:
        return say(
            "places with two people of each source: {n}, at least {least} are needed",
            n=Number(locations),
            least=Number(LEAST_LOCATIONS),
        )
    if locations < locations_of / 2:
        return say(
            "only {n} of {all} places have two people of each source, fewer than half",
            n=Number(locations),
            all=Number(locations_of),
        )
    if units is None:
        return say("no shopper ids are known: whether two visits were made by two people cannot be told")
    if units.fewest_left < locations / 2:
        return say(
            "without one shopper only {n} of {all} places are left, fewer than half",
            n=Number(units.fewest_left),
            all=Number(locations),
        )
    if not se > 0:
        return say("the standard error is 0 or cannot be estimated")
    return None


def _warnings(locations: int, locations_of: int, units: _Shoppers | None, se: float) -> Iterator[Words]:
    if not locations:
        yield say("No place has two people of each source in its cells: nothing can be compared.")
        return
    if locations < locations_of:
        yield say(
            "The answer is about {n} of {all} places: those with two people of each source.",
            n=Number(locations),
            all=Number(locations_of),
        )
    if locations == 1:
        yield say("There is one location only: how far places differ is not estimable.")
    if units is None:
        yield say("No shopper ids are known: each visit counts as one by another person.")
    elif not math.isfinite(units.variance):
        yield say("No place is left without any one of the shoppers: how far shoppers differ is not estimable.")
    if se == 0:
        yield say("All places show exactly the same difference: the standard error is 0 and no test is made.")


def _nothing(notes: tuple[str, ...]) -> MatchedDifference:
    return _result(np.array([]), np.array([], dtype=bool), None, [], notes)
