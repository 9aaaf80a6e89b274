"""Frozen results of the estimators that stand beside the primary one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.shapes.results import Interval


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
