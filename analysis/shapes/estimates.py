"""Frozen results of the estimators that stand beside the primary one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.shapes.results import Interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MatchedDifference:
    """How many more different problems two complainants find than two shoppers, place by place (H2).

    `difference` is complainants minus shoppers, in problems per two people; `df` is not rounded. `locations` are
    the places counted, `locations_of` those where both arms share a cell. `shoppers` and `effective_shoppers`
    are NaN where no ids are known. `described` says why no verdict word may be given, None where one may.
    """

    difference: float
    se: float
    df: float
    ci95: Interval
    p_value: float
    locations: int
    locations_of: int
    shoppers: float
    effective_shoppers: float
    variance_location: float
    variance_shopper: float
    variance_intersection: float
    location_differences: pd.Series
    described: str | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kappa:
    """Agreement of two people on a scale beyond chance; `observed` is the plain share of pairs that agree."""

    estimate: float
    se: float
    observed: float
    pairs: int
    levels: tuple[object, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class IntraclassCorrelation:
    """An intraclass correlation with its 95 % interval, over `targets` judged by `raters`."""

    estimate: float
    ci95: Interval
    targets: int
    raters: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlandAltman:
    """Limits of agreement of first − second: `bias` is the mean, `limits` are bias ± 1.96 `sd`."""

    bias: float
    sd: float
    limits: Interval
    se_bias: float
    se_limits: float
    pairs: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Concordance:
    """Lin's concordance: `estimate` = correlation × `bias_correction` (1 where both have one mean and spread)."""

    estimate: float
    ci95: Interval
    correlation: float
    bias_correction: float
    pairs: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CliffsDelta:
    """How much more often one group's value is the higher one: `estimate` complainants over shoppers, −1 to 1.

    `variance` is Cliff's unbiased one, for independent responses; `se`, `df` and `ci95` come from a jackknife over
    locations where those are given, else from `variance`.
    """

    estimate: float
    variance: float
    se: float
    df: float
    ci95: Interval
    superiority: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class GStudy:
    """Where differences between scores come from: `location`, `shopper` and `residual` are variances.

    `phi` and `rho2` say how dependable the mean of n visits by different shoppers is, for levels and for ranks;
    `visits_for` how many visits make it as dependable as wanted.
    """

    location: float
    shopper: float
    residual: float
    method: str
    locations: int
    shoppers: int
    responses: int
    error: float
    warnings: tuple[str, ...] = ()

    def phi(self, n: npt.ArrayLike) -> Floats | float:
        """Return s²_l/(s²_l + (s²_s + s²_e)/n): how dependable the level of a location's mean of n visits is."""
        return _dependable(self.location, self.error, n)

    def rho2(self, n: npt.ArrayLike) -> Floats | float:
        """Return s²_l/(s²_l + s²_e/n): the same for ranks, where the same n shoppers visit every location."""
        return _dependable(self.location, self.residual, n)

    def visits_for(self, target: float) -> float:
        """Return the smallest number of visits at which phi reaches `target`; inf where none does.

        Raises
        ------
        ValueError
            If the target does not lie between 0 and 1.
        """
        if not 0 < target < 1:
            raise ValueError(f"target is {target}: give a reliability between 0 and 1, such as 0.8.")
        if math.isnan(self.location) or math.isnan(self.error):
            return math.nan
        if not self.location > 0:
            return math.inf
        return max(1.0, float(math.ceil(target / (1 - target) * self.error / self.location - 1e-9)))

    def phi_for(self, budget: float, *, cost: float) -> float:
        """Return phi for the visits that a budget buys at a location, at `cost` a visit; NaN if not even one.

        Raises
        ------
        ValueError
            If the cost is not above 0.
        """
        if not cost > 0:
            raise ValueError(f"cost is {cost}: give what a visit costs, above 0.")
        visits = math.floor(budget / cost)
        return float(self.phi(visits)) if visits >= 1 else math.nan


def _dependable(location: float, error: float, n: npt.ArrayLike) -> Floats | float:
    try:
        visits = np.asarray(n, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError("n: give numbers of visits above 0.") from problem
    if (visits <= 0).any():
        raise ValueError("n: give numbers of visits above 0.")
    total = location + error / visits
    share = np.divide(location, total, out=np.full(visits.shape, np.nan), where=total > 0)
    return float(share) if share.ndim == 0 else share


@dataclass(frozen=True)
class EValue:
    """How strong something unseen would have to be to explain a ratio away, and to explain its interval away."""

    estimate: float
    limit: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorstCase:
    """Between which bounds a difference lies whatever those who did not answer would have said.

    `complainants` and `shoppers` are the bounds of each side's mean; `rate_*` the share that answered.
    """

    difference: Interval
    complainants: Interval
    shoppers: Interval
    rate_complainants: float
    rate_shoppers: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RarefiedDifference:
    """Different problems in `size` responses of each arm, complainants − shoppers, all places together.

    `complainants` and `shoppers` are the numbers found; `exhausted` says that one of them is over four fifths of
    all problems seen. Descriptive.
    """

    difference: float
    se: float
    df: float
    ci95: Interval
    size: int
    locations: int
    complainants: float
    shoppers: float
    exhausted: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overlap:
    """Which problems which arm found; `jaccard` is the share of all problems found that both found."""

    jaccard: float
    both: int
    only_complainants: int
    only_shoppers: int
    nobody: int
    both_problems: tuple[str, ...]
    only_complainants_problems: tuple[str, ...]
    only_shoppers_problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thoroughness:
    """How much of what is real was found, and how much of what was found is real; `f` is their harmonic mean."""

    thoroughness: float
    validity: float
    effectiveness: float
    f: float
    real: float
    found: float
    size: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests against ± a margin, and the chances that the difference is below, inside and above."""

    p_lower: float
    p_upper: float
    p_value: float
    ci90: Interval
    below: float
    inside: float
    above: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class McNemar:
    """Whether, in `pairs` that differ, one side sees a problem more often: exact p, and mid-p."""

    p_exact: float
    p_mid: float
    pairs: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class MantelHaenszel:
    """How much more often complainants see a problem than shoppers within `cells`; `se` is of the difference."""

    odds_ratio: float
    odds_ratio_ci95: Interval
    p_value: float
    risk_difference: float
    se: float
    risk_difference_ci95: Interval
    cells: int
    warnings: tuple[str, ...] = ()
