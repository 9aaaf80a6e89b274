"""What every check is given, and how it writes its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from analysis.inference.sums import Layout, Sums
from analysis.shapes.checks import CheckResult, Status
from analysis.shapes.plan import Plan
from analysis.shapes.results import Interval, SensitivityRange, TwoWay


@dataclass(frozen=True, eq=False)
class Evidence:
    """The sums of everybody, the layout of those compared, and the primary comparison on both scales."""

    sums: Sums
    layout: Layout
    difference: TwoWay
    log_ratio: TwoWay
    range: SensitivityRange | None
    #: Gives the single responses that are compared, with y; None where only their sums are at hand.
    rows: Callable[[], pd.DataFrame | None] = lambda: None

    @property
    def plan(self) -> Plan:
        """The plan of the comparison."""
        return self.sums.context.plan

    def missing(self, *columns: str) -> str | None:
        """Return why a check cannot be made, if the responses lack a column that it needs."""
        absent = [column for column in columns if column not in self.sums.context.response_columns]
        return f"there is no column `{absent[0]}`" if absent else None


class Check(Protocol):
    """A robustness check."""

    @property
    def id(self) -> str:
        """The name under which the check is known."""
        ...

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        ...


def shown(value: float, decimals: int = 2) -> str:
    """Write a number with a real minus sign; a dash where it is not estimable.

    Examples
    --------
    >>> shown(-0.456), shown(math.nan)
    ('−0.46', '–')
    """
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def with_interval(estimate: float, ci95: Interval) -> str:
    """Write an estimate with its interval.

    Examples
    --------
    >>> with_interval(0.5, (0.25, 0.75))
    '0.50 (95\xa0% interval 0.25 to 0.75)'
    """
    if not math.isfinite(ci95[0]):
        return f"{shown(estimate)} (no interval can be given)"
    return f"{shown(estimate)} (95\N{NO-BREAK SPACE}% interval {shown(ci95[0])} to {shown(ci95[1])})"


def same_side(primary: Interval, other: Interval) -> Status:
    """Say whether an interval that excludes 0 still does so on the same side if the estimate is made otherwise.

    Where the primary interval covers 0 there is no finding that could be lost: informational.

    Examples
    --------
    >>> same_side((0.1, 0.9), (0.2, 1.0)), same_side((0.1, 0.9), (-0.1, 1.0)), same_side((-1, 1), (0.2, 1.0))
    ('passed', 'failed', 'informational')
    """
    if not (primary[0] > 0 or primary[1] < 0):
        return "informational"
    held = other[0] > 0 if primary[0] > 0 else other[1] < 0
    return "passed" if held else "failed"
