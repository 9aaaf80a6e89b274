"""Frozen results: numbers with their interval, their n and what must be said about them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

Verdict = Literal["supported", "reversed", "equivalent", "inconclusive"]
Interval = tuple[float, float]
NOT_ESTIMABLE = (math.nan, math.nan)


@dataclass(frozen=True)
class Dropped:
    """Something left out: of which table, why, and how many."""

    table: Literal["responses", "sightings", "locations", "cells"]
    reason: str
    count: int


@dataclass(frozen=True, eq=False)
class TwoWay:
    """A difference between complainants and shoppers with its two-way (location × shopper) variance.

    `estimate`, `se`, `ci95` and `ci90` are in the unit of the outcome (problems per response), or on the log
    scale where `scale` is "ratio". `df` is not rounded. `ratio` is the ratio of the arms' means. The variances
    are those of the estimate by source; `shoppers` and `effective_shoppers` are NaN where no ids are known.
    `location_differences` holds D_l by location, complainants minus shoppers, on the scale of differences.
    """

    estimate: float
    se: float
    df: float
    ci95: Interval
    ci90: Interval
    p_value: float
    ratio: float
    variance_location: float
    variance_shopper: float
    variance_intersection: float
    locations: int
    shoppers: float
    effective_shoppers: float
    cells: int
    responses: int
    location_differences: pd.Series
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[str, ...] = ()
    scale: Literal["difference", "ratio"] = "difference"
    complainants_mean: float = math.nan
    shoppers_mean: float = math.nan
    complainant_responses: int = 0
    shopper_responses: int = 0


@dataclass(frozen=True)
class SignFlip:
    """The sign-flip test of location differences: the signed mean, its two-sided p, and whether it is exact."""

    statistic: float
    p_value: float
    exact: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SensitivityRange:
    """How far selection could move the estimate: a range, not bounds (see `inference.sensitivity`)."""

    minus_one: TwoWay
    raw: TwoWay
    dispersion: float
    break_even: float


@dataclass(frozen=True)
class ProblemResult:
    """One problem: how much more often complainants report it, in shares of responses."""

    problem: str
    theme: str | None
    result: TwoWay
    total: int
    p_holm: float
    tested: bool


@dataclass(frozen=True, eq=False)
class DiscoveryCurve:
    """Different problems expected in so many responses of one arm, and the share of all sightings they cover."""

    arm: str
    units: int
    seen: int
    sizes: tuple[float, ...]
    distinct: tuple[float, ...]
    coverage: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Discovery:
    """The discovery curves of the arms compared, and all of them at equal effort and at equal coverage.

    `at_equal_size` holds the different problems expected by size and arm; `at_equal_coverage` by arm the number
    of responses that reach `equal_coverage` and the problems expected in them. `exhausted` says that at
    `equal_size` an arm finds over four fifths of all problems seen, so that equal sizes tell little.
    """

    curves: tuple[DiscoveryCurve, ...]
    seen_by_any: int
    at_equal_size: Mapping[int, Mapping[str, float]]
    at_equal_coverage: Mapping[str, tuple[float, float]]
    equal_size: int
    equal_coverage: float
    exhausted: bool


@dataclass(frozen=True)
class Variant:
    """The primary estimate made otherwise: another route, stories coded too, one period, one problem left out."""

    label: str
    result: TwoWay
    without_problem: str | None = None


@dataclass(frozen=True)
class Provenance:
    """What a repetition needs: the plan's hash, the data's fingerprint, the seed and the versions."""

    plan_hash: str
    data_fingerprint: str
    seed: int
    versions: Mapping[str, str] = field(default_factory=dict)
