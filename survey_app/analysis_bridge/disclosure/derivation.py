"""What can be worked out from published sums: exactly, by adding and subtracting; and within which limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from survey_app.analysis_bridge.disclosure.hierarchy import Bools, Ints

Floats = npt.NDArray[np.float64]
_ALMOST_ZERO = 1e-7
#: So many points are tried in directions of chance before each secret is looked at by itself.
_DIRECTIONS = 12


class LimitsUnknown(RuntimeError):
    """The limits of a withheld number could not be computed, so that nothing may be published."""


@dataclass(frozen=True)
class Leak:
    """A group of cells whose number is known too closely: between which limits, and by which published groups."""

    group: int
    low: float
    high: float
    through: frozenset[int]


@dataclass(frozen=True, eq=False)
class Published:
    """The groups of cells whose sums are published, made simple without changing what follows from them.

    Attributes
    ----------
    groups : bool array, one row a group of cells
    shown : bool array, one entry a group
        Whether its sum is published.

    Notes
    -----
    From every published group all smaller published ones that lie in it side by side are taken away: the
    differences follow from the sums and the sums from the differences. What is left falls into parts that have
    no cell in common, and can be looked at one by one.
    """

    groups: Bools
    shown: Bools

    @cached_property
    def _differences(self) -> list[tuple[int, frozenset[int]]]:
        """Return each difference as bits, with the published groups that it is made of; it may be nothing."""
        bits = {int(number): _bits(self.groups[number]) for number in np.flatnonzero(self.shown)}
        by_size = sorted(bits, key=lambda number: (bits[number].bit_count(), number))
        rests = []
        for place, number in enumerate(by_size):
            rest, of = bits[number], {number}
            for smaller in reversed(by_size[:place]):
                if bits[smaller] & ~rest == 0:
                    rest &= ~bits[smaller]
                    of.add(smaller)
            rests.append((rest, frozenset(of)))
        return rests

    @cached_property
    def _rests(self) -> list[tuple[int, frozenset[int]]]:
        """Return the differences that are not nothing."""
        return [(rest, of) for rest, of in self._differences if rest]

    @cached_property
    def tied(self) -> Counter[int]:
        """Count for each published group the larger ones that are no more than the sum of it and others.

        Each of them would give the group away at once if it alone were withheld.
        """
        return Counter(number for rest, of in self._differences if not rest for number in of)

    @cached_property
    def rows(self) -> Bools:
        """Return the differences, one a row: the same space as the published sums."""
        size = self.groups.shape[1]
        return np.array([_from_bits(rest, size) for rest, _of in self._rests], dtype=bool).reshape(-1, size)

    @cached_property
    def made_of(self) -> tuple[frozenset[int], ...]:
        """Return of which published groups each difference is made."""
        return tuple(of for _rest, of in self._rests)

    @cached_property
    def part(self) -> Ints:
        """Return in which part each cell lies."""
        rows, cells = np.nonzero(self.rows)
        count, size = self.rows.shape
        links = csr_array((np.ones(len(rows)), (rows, count + cells)), shape=(count + size, count + size))
        _count, numbers = connected_components(links, directed=False)
        parts: Ints = numbers[count:].astype(np.int64)
        return parts

    @cached_property
    def _part_of_row(self) -> Ints:
        parts: Ints = self.part[self.rows.argmax(axis=1)]
        return parts

    def around(self, group: int) -> tuple[Ints, Ints]:
        """Return the rows and the cells of all parts that a group of cells touches."""
        touched = np.unique(self.part[self.groups[group]])
        return (
            np.flatnonzero(np.isin(self._part_of_row, touched)),
            np.flatnonzero(np.isin(self.part, touched)),
        )

    def exact(self, secrets: Ints) -> Iterator[Leak]:
        """Yield the secrets that are a sum of published sums and differences: those in the row space."""
        for group in secrets.tolist():
            rows, cells = self.around(group)
            matrix = self.rows[np.ix_(rows, cells)].astype(np.float64)
            wanted = self.groups[group][cells].astype(np.float64)
            weights = np.linalg.lstsq(matrix.T, wanted, rcond=None)[0]
            if np.abs(matrix.T @ weights - wanted).max() < _ALMOST_ZERO:
                yield Leak(group, np.nan, np.nan, self.through(rows[np.abs(weights) > _ALMOST_ZERO]))

    def through(self, rows: Ints) -> frozenset[int]:
        """Return the published groups that some rows are made of."""
        nothing: frozenset[int] = frozenset()
        return nothing.union(*(self.made_of[row] for row in rows))


class Limits:
    """Between which limits withheld sums must lie, given that no cell holds less than nothing.

    Each solution of a linear programme is a way in which the cells could be filled, and shows for every group at
    once what it could be. It stays one when more is withheld, so that nothing is solved twice.

    Parameters
    ----------
    groups : bool array, one row a group of cells
    values : int array, one entry a cell
        What the cells hold.
    needed : float
        How far apart the limits must lie.
    """

    def __init__(self, groups: Bools, values: Ints, *, needed: float) -> None:
        self._groups = csr_array(groups.astype(np.float64))
        self._values = values.astype(np.float64)
        self._needed = needed
        self._low = self._high = _sums(self._groups, self._values)
        self._looked_round = False

    def unsafe(self, published: Published, secrets: Ints) -> Iterator[Leak]:
        """Yield the secrets whose limits lie closer together than is needed.

        What lies within a published group whose sum is less than that is no secret any more: the group says so of
        each of its parts.
        """
        self._look_round(published, secrets)
        uniform = published.groups[published.shown & (_sums(self._groups, self._values) < self._needed)]
        for group in secrets.tolist():
            if bool(uniform[:, published.groups[group]].all(axis=1).any()):
                continue
            leak = None if self._wide(group) else self._look_at(published, group)
            if leak is not None:
                yield leak

    def _wide(self, group: int) -> bool:
        """Return whether the ways to fill the cells that are known by now differ enough about a group."""
        return bool(self._high[group] - self._low[group] >= self._needed - _ALMOST_ZERO)

    def _look_round(self, published: Published, secrets: Ints) -> None:
        """Look once, in a few directions of chance, for ways to fill the cells that settle many secrets."""
        if self._looked_round or len(secrets) < 2 * _DIRECTIONS:
            return
        self._looked_round = True
        rows, cells = (np.arange(length) for length in published.rows.shape)
        for direction in np.random.default_rng(len(cells)).standard_normal((_DIRECTIONS, len(cells))):
            self._solve(published, rows, cells, direction)

    def _look_at(self, published: Published, group: int) -> Leak | None:
        rows, cells = published.around(group)
        wanted = published.groups[group][cells].astype(np.float64)
        high, above = self._solve(published, rows, cells, -wanted)
        if self._wide(group):
            return None
        low, below = self._solve(published, rows, cells, wanted)
        if self._wide(group):
            return None
        return Leak(group, low, -high, published.through(rows[above | below]))

    def _solve(self, published: Published, rows: Ints, cells: Ints, costs: Floats) -> tuple[float, Bools]:
        """Fill the cells as cheaply as the published sums allow; return the costs, and which sums bind them."""
        matrix = csr_array(published.rows[np.ix_(rows, cells)].astype(np.float64))
        sums = _sums(matrix, self._values[cells])
        # Its stubs know dense matrices only.
        found = linprog(costs, A_eq=matrix, b_eq=sums, bounds=(0, None), method="highs-ds")  # type: ignore[call-overload]
        if found.status != 0:
            raise LimitsUnknown(f"The limits of what is withheld could not be computed: {found.message}")
        point = self._values.copy()
        point[cells] = found.x
        filled = _sums(self._groups, point)
        self._low, self._high = np.minimum(self._low, filled), np.maximum(self._high, filled)
        return float(found.fun), np.abs(found.eqlin.marginals) > _ALMOST_ZERO


def _sums(rows: csr_array, values: Floats) -> Floats:
    return np.asarray(rows @ values, dtype=np.float64)


def _bits(members: Bools) -> int:
    return int.from_bytes(np.packbits(members).tobytes(), "big")


def _from_bits(bits: int, size: int) -> Bools:
    whole = -(-size // 8)
    return np.unpackbits(np.frombuffer(bits.to_bytes(whole, "big"), dtype=np.uint8))[:size].astype(bool)
