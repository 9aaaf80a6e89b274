"""Incidence frequencies: in how many responses each problem was seen, checked before use."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from analysis.shapes.arrays import as_rows

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Frequencies:
    """What the estimators of section 3 need to know of a sample of responses.

    Attributes
    ----------
    counts : int array, shape (K,)
        Responses in which each problem was seen; problems that nobody saw are left out.
    units : int
        T, the number of responses.
    once, twice : int
        Q1 and Q2, problems seen in exactly one and exactly two responses.
    """

    counts: npt.NDArray[np.int64]
    units: int
    once: int
    twice: int

    @classmethod
    def checked(cls, counts: npt.ArrayLike, units: int) -> Frequencies:
        """Return the frequencies, or say what is wrong with them.

        Raises
        ------
        ValueError
            If a count is not a whole number from 0 to `units`, or `units` is not a whole number from 0.
        """
        given = np.asarray(counts)
        if given.dtype.kind not in "biuf":
            try:
                given = given.astype(np.float64)
            except (TypeError, ValueError) as error:
                raise ValueError("counts: give one whole number a problem.") from error
        if not isinstance(units, int | float | np.number) or not units >= 0 or units != int(units):
            raise ValueError(f"units is {units}: give the number of responses, a whole number from 0.")
        if given.ndim != 1 or (given.size and not np.equal(np.mod(given, 1), 0).all()):
            raise ValueError("counts: give one whole number a problem.")
        if given.size and (given.min() < 0 or given.max() > units):
            raise ValueError(
                f"counts go from {given.min()} to {given.max()}: "
                f"each must lie between 0 and the {units} responses."
            )
        seen = given[given > 0].astype(np.int64)
        return cls(seen, int(units), int((seen == 1).sum()), int((seen == 2).sum()))

    @property
    def unseen(self) -> float:
        """Q0, the estimated number of problems not seen yet (Chao2; Chao 1987, eq. 3.2 of METHODS).

        (T−1)/T · Q1²/(2 Q2), or (T−1)/T · Q1 (Q1−1)/2 where no problem was seen exactly twice.
        """
        if not self.units:
            return math.nan
        pairs = self.once**2 / (2 * self.twice) if self.twice else self.once * (self.once - 1) / 2
        return (self.units - 1) / self.units * pairs

    @property
    def missed_again(self) -> float:
        """A = T Q0/(T Q0 + Q1): the chance that a problem seen once is missed by one more response."""
        if not self.once:
            return 1.0
        return self.units * self.unseen / (self.units * self.unseen + self.once)


def checked_sizes(sizes: npt.ArrayLike) -> Floats:
    """Return sizes as floats.

    Raises
    ------
    ValueError
        If one is negative or not finite.
    """
    try:
        values = np.atleast_1d(np.asarray(sizes, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise ValueError("sizes: give finite numbers of responses from 0 upwards.") from error
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("sizes: give finite numbers of responses from 0 upwards.")
    return values


def checked_incidence(table: npt.ArrayLike, *, name: str) -> npt.NDArray[np.bool_]:
    """Return who saw which problem (problem × response) as yes and no.

    Raises
    ------
    ValueError
        If it is no table, or holds something else.
    """
    values = as_rows(table, name=name)
    if values.dtype != bool and not np.isin(values, (0, 1)).all():
        raise ValueError(f"{name}: give True or False (1 or 0) for every problem (row) and response (column).")
    return values.astype(np.bool_)


def share_of_subsets_without(counts: npt.NDArray[np.int64], of: int, size: npt.NDArray[np.int64]) -> Floats:
    """Return C(of − x, m)/C(of, m): the share of subsets of `size` responses that miss a problem seen in x.

    Parameters
    ----------
    counts : int array (K,)
        x, by problem.
    of : int
        The number of responses to choose from.
    size : int array (M,)
        m, by size.

    Returns
    -------
    float array, shape (M, K)
    """
    log_factorial = gammaln(np.arange(of + 1, dtype=np.float64) + 1)
    rest = of - counts[None, :]
    left = rest - size[:, None]
    possible = left >= 0
    logs = (
        log_factorial[np.maximum(rest, 0)]
        - log_factorial[np.maximum(left, 0)]
        + log_factorial[of - size][:, None]
        - log_factorial[of]
    )
    return np.where(possible, np.exp(logs), 0.0)
