"""Ranks of values under weights, so that a resampled study needs no sorting; and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranks:
    """The order of some values, so that ranks under any weights follow from sums."""

    order: Ints
    starts: Ints
    tied: Ints

    @classmethod
    def of(cls, values: Floats) -> Ranks:
        """Sort the values, once."""
        order = np.argsort(values, kind="stable")
        new = np.append(True, np.diff(values[order]) > 0) if len(values) else np.array([], dtype=bool)
        tied = np.empty(len(values), dtype=np.int64)
        tied[order] = np.cumsum(new) - 1
        return cls(order=order, starts=np.flatnonzero(new), tied=tied)

    def under(self, weights: Floats) -> Floats:
        """Return the mid-rank of each value if it stood there as many times as its weight says."""
        counts = np.add.reduceat(weights[:, self.order], self.starts, axis=1)
        middle = np.cumsum(counts, axis=1) - (counts - 1) / 2
        ranks: Floats = middle[:, self.tied]
        return ranks

    def lowest(self, weights: Floats, share: float) -> Floats:
        """Return how much of each value lies among the lowest share of all; of tied ones each the same part."""
        counts = np.add.reduceat(weights[:, self.order], self.starts, axis=1)
        before = np.cumsum(counts, axis=1) - counts
        room = share * counts.sum(axis=1, keepdims=True) - before
        inside = np.divide(room, counts, out=np.zeros_like(counts), where=counts > 0).clip(0, 1)
        parts: Floats = inside[:, self.tied]
        return parts


def spearman(first: Ranks, second: Ranks, weights: Floats) -> Floats:
    """Return Spearman's correlation for each row of weights; NaN where one side is the same everywhere."""
    centre = (weights.sum(axis=1, keepdims=True) + 1) / 2
    one, other = first.under(weights) - centre, second.under(weights) - centre
    with np.errstate(divide="ignore", invalid="ignore"):
        spreads = (weights * one**2).sum(axis=1) * (weights * other**2).sum(axis=1)
        correlation: Floats = (weights * one * other).sum(axis=1) / np.sqrt(spreads)
    return correlation.clip(-1, 1)
