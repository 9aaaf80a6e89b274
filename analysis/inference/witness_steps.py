"""The way from acting to complaining, step by step: N − P, R − N, L − R. Described, never judged."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.inference.sums import Layout, Sums, cell_sums, lay_out
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.language import Words, say
from analysis.shapes.hypotheses import Contrast
from analysis.shapes.intervals import t_interval
from analysis.shapes.reasons import no_column
from analysis.shapes.results import NOT_ESTIMABLE, TwoWay
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Witness:
    """A kind of witness: its arm, and its routes where these matter."""

    letter: str
    arm: str
    routes: tuple[str, ...] = ()


_PLAYED = _Witness("P", "shopper")
_HIRED = _Witness("N", "hired_real_need")
_INVITED = _Witness("R", "complainant", ("invited",))
_LOUD = _Witness("L", "complainant", ("open",))
_STEPS = ((_HIRED, _PLAYED), (_INVITED, _HIRED), (_LOUD, _INVITED))


def witness_steps(sums: Sums) -> tuple[Contrast, ...]:
    """Return what each step adds to the number of problems per response, or why it cannot be told.

    N − P: hired people with a need of their own minus shoppers, who play it: pretence alone. R − N: invited
    complainants minus these: pay, training, expecting to evaluate. L − R: complainants who came by themselves
    (an open link) minus invited ones: self-selection.

    Notes
    -----
    R − N is the two-way method. L − R takes V_loc with L − 1 degrees of freedom, since nobody is hired on either
    side. N − P deletes a shopper's responses on both sides:
    V = max(V_loc, V_loc + V_shop − V_int)(1 + 1/min(L, S_eff)), as for `matched_difference`.
    """
    return tuple(_step(sums, upper, lower) for upper, lower in _STEPS)


def _step(sums: Sums, upper: _Witness, lower: _Witness) -> Contrast:
    step = f"{upper.letter}−{lower.letter}"
    gap = next(iter(_gaps(sums, upper, lower)), None)
    if gap is not None:
        return Contrast(step, reason=gap)
    layout = _between(sums, upper, lower)
    result = two_way_of_sums(cell_sums(layout, "y"))
    if upper is _HIRED and result.locations:
        return _both_hired(step, layout.paired(), result)
    return _contrast(step, result)


def _gaps(sums: Sums, *witnesses: _Witness) -> Iterator[Words]:
    for witness in witnesses:
        if witness.routes and "route" not in sums.context.response_columns:
            yield no_column("route")
        elif not _rows(sums, witness).any():
            yield _NOBODY[witness.letter]


_NOBODY = {
    "P": say("nobody took part as a shopper"),
    "N": say("nobody took part as a hired person with a real need"),
    "R": say("nobody took part as an invited complainant"),
    "L": say("nobody took part as a complainant through an open link"),
}


def _rows(sums: Sums, witness: _Witness) -> Bools:
    table = sums.table
    rows = (table["arm"] == witness.arm) & (table["listed"] == 1)
    if witness.routes:
        rows &= table["route"].isin(witness.routes)
    return rows.to_numpy(dtype=bool)


def _between(sums: Sums, upper: _Witness, lower: _Witness) -> Layout:
    """Lay out two kinds of witness as complainants and shoppers."""
    above, below = _rows(sums, upper), _rows(sums, lower)
    side = np.where(above, COMPLAINANTS, np.where(below, SHOPPERS, ""))
    layout = lay_out(replace(sums, table=sums.table.assign(side=side)))
    if upper is not _HIRED:
        return layout
    ids = layout.table["shopper"]
    known = bool((ids != "").all())
    people = np.unique(ids, return_inverse=True)[1].astype(np.int64)
    return replace(layout, shopper=people if known else np.full(len(ids), -1), shoppers_known=known)


def _contrast(step: str, result: TwoWay) -> Contrast:
    reason = None
    if not result.locations:
        reason = say("the two share no cell")
    elif math.isnan(result.ci95[0]):
        reason = say("there is one place only")
    return Contrast(
        step,
        estimate=result.estimate,
        ci95=result.ci95,
        responses=result.responses,
        locations=result.locations,
        reason=reason,
    )


def _both_hired(step: str, layout: Layout, result: TwoWay) -> Contrast:
    """Give N − P the interval of a jackknife that deletes a person on both sides."""
    plain = _contrast(step, result)
    places = result.locations
    if not layout.shoppers_known or places < 2:
        return plain
    everybody = np.ones(len(layout.shopper), dtype=bool)
    whole = _place_differences(layout, everybody)
    by_person = [_place_differences(layout, layout.shopper != person) for person in np.unique(layout.shopper)]
    means = np.array([np.nanmean(found) for found in by_person if np.isfinite(found).any()])
    n = layout.table["n"].to_numpy(dtype=np.float64)
    _, place = np.unique(layout.location, return_inverse=True)
    share = n / np.bincount(place, weights=n)[place] / places
    effective = float(1 / (np.bincount(layout.shopper, weights=share) ** 2).sum())
    at_place = []
    for person, found in zip(np.unique(layout.shopper), by_person, strict=True):
        for spot in np.unique(place[layout.shopper == person]):
            without = whole.copy()
            without[spot] = found[spot]
            at_place.append(np.nanmean(without) if np.isfinite(without).any() else math.nan)
    extra = _jackknife(means) - _jackknife(np.array([mean for mean in at_place if math.isfinite(mean)]))
    fewest = min(places, effective)
    variance = (result.variance_location + max(0.0, extra)) * (1 + 1 / fewest)
    interval = NOT_ESTIMABLE
    if variance > 0:
        interval = t_interval(result.estimate, math.sqrt(variance), max(1.0, fewest - 1), 0.95)
    return replace(plain, ci95=interval)


def _place_differences(layout: Layout, keep: Bools) -> Floats:
    """Return D_l of each place from the groups kept; NaN where no cell is left with both sides."""
    cells = int(layout.cell.max()) + 1
    n, y = layout.table["n"].to_numpy(dtype=np.float64), layout.table["y"].to_numpy(dtype=np.float64)
    totals = []
    for side in (layout.complainant & keep, ~layout.complainant & keep):
        count = np.bincount(layout.cell[side], weights=n[side], minlength=cells)
        total = np.bincount(layout.cell[side], weights=y[side], minlength=cells)
        totals.append(np.divide(total, count, out=np.full(cells, np.nan), where=count > 0))
    difference = totals[0] - totals[1]
    _, place = np.unique(layout.location, return_inverse=True)
    place_of_cell = np.zeros(cells, dtype=np.int64)
    place_of_cell[layout.cell] = place
    known = np.isfinite(difference)
    places = int(place.max()) + 1
    counted = np.bincount(place_of_cell[known], minlength=places)
    added = np.bincount(place_of_cell[known], weights=difference[known], minlength=places)
    means: Floats = np.divide(added, counted, out=np.full(places, np.nan), where=counted > 0)
    return means


def _jackknife(means: Floats) -> float:
    groups = len(means)
    return float((groups - 1) / groups * ((means - means.mean()) ** 2).sum()) if groups else 0.0
