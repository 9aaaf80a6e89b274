"""Withhold what too few stand behind, and as little more as keeps that from being worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from survey_app.analysis_bridge.disclosure.derivation import Leak, Limits, Published
from survey_app.analysis_bridge.disclosure.hierarchy import Bools, Ints
from survey_app.rules.privacy import LEAST_UNKNOWN_SUM


class Why(StrEnum):
    """Why a number is not shown."""

    FEW = "few"
    GIVES_AWAY = "gives_away"


@dataclass(frozen=True, eq=False)
class Counts:
    """What one source gives, cell by cell.

    Attributes
    ----------
    people : int array
        Responses in each of the smallest cells.
    sums : mapping of str to int array
        Further numbers of which sums are shown where the people are; none is below zero.
    few : bool array, one entry a group of cells
        Whether too few stand behind the group.
    needed : int
        By how many people a secret must stay unknown.
    """

    people: Ints
    sums: Mapping[str, Ints]
    few: Bools
    needed: int


def withhold(groups: Bools, chosen: Bools, whole: int, counts: Counts) -> dict[int, Why]:
    """Return which of the chosen groups must be withheld, and why; nothing that is withheld follows from the rest.

    Parameters
    ----------
    groups : bool array, one row a group of smallest cells
        All groups of the hierarchy, those that nobody chose included: too few are too few wherever they stand.
    chosen : bool array, one entry a group
        What is to be shown.
    whole : int
        The group of everything, which is always shown.
    counts : Counts
        Of one source: sources are never shown added together.

    Notes
    -----
    First, what too few stand behind is withheld. Then, again and again, a secret that can be worked out is looked
    for: exactly, as a sum of published sums and differences; or between limits closer together than the
    threshold, since no cell holds less than nothing. Of the published groups by which it can be worked out, one
    is withheld too: one that the fewest others would give away at once, and of these the one with the fewest
    people. It ends, because the whole alone gives no secret away.
    """
    shown = chosen & ~counts.few
    shown[whole] = True
    why = {int(number): Why.FEW for number in np.flatnonzero(chosen & counts.few) if number != whole}
    secrets = np.flatnonzero(counts.few & (np.arange(len(groups)) != whole))
    people = groups.astype(np.int64) @ counts.people
    searches = [Limits(groups, counts.people, needed=counts.needed)]
    searches += [Limits(groups, values, needed=LEAST_UNKNOWN_SUM) for values in counts.sums.values()]
    for place, limits in enumerate(searches):
        while found := _withhold_some(Published(groups, shown), secrets, limits, whole, people, first=not place):
            for number in found:
                shown[number] = False
                why[number] = Why.GIVES_AWAY
    return dict(sorted(why.items()))


def _withhold_some(
    published: Published, secrets: Ints, limits: Limits, whole: int, people: Ints, *, first: bool
) -> set[int]:
    """Return what must be withheld next: one group for each leak, as long as leaks have no part in common."""
    found: set[int] = set()
    touched: set[int] = set()
    for leak in _leaks(published, secrets, limits, whole, first=first):
        parts = set(published.part[published.groups[leak.group]].tolist())
        if parts & touched:
            continue
        touched |= parts
        found.add(min(leak.through - {whole}, key=lambda number: (published.tied[number], people[number], number)))
    return found


def _leaks(published: Published, secrets: Ints, limits: Limits, whole: int, *, first: bool) -> Iterator[Leak]:
    """Yield what can be worked out by more than the whole: if anything follows exactly, only that."""
    exact = [leak for leak in published.exact(secrets) if leak.through - {whole}] if first else []
    yield from exact or (leak for leak in limits.unsafe(published, secrets) if leak.through - {whole})
