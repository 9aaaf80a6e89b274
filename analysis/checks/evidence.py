"""What every check is given, and how it writes its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import pandas as pd

from analysis.inference.sums import Layout, Sums
from analysis.language import Words, say
from analysis.language.numbers import number, with_interval
from analysis.shapes.checks import CheckResult, Status
from analysis.shapes.names import complainants_of
from analysis.shapes.plan import Plan
from analysis.shapes.reasons import no_column
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

    @property
    def primary(self) -> TwoWay:
        """The primary comparison on the scale that the plan judges."""
        return self.log_ratio if self.plan.scale == "ratio" else self.difference

    @property
    def complainants(self) -> Words:
        """What the plan calls the people who are compared with the shoppers."""
        return complainants_of(self.plan)

    def missing(self, *columns: str) -> Words | None:
        """Return why a check cannot be made, if the responses lack a column that it needs."""
        absent = [column for column in columns if column not in self.sums.context.response_columns]
        return no_column(absent[0]) if absent else None


class Check(Protocol):
    """A robustness check."""

    @property
    def id(self) -> str:
        """The name under which the check is known."""
        ...

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        ...


#: The names of the columns of a check that makes an estimate otherwise.
ESTIMATE: Final = (say("estimate"), say("low"), say("high"))


def shown(value: float) -> Words:
    """Write a number with two decimals; a dash where it is not estimable.

    Examples
    --------
    >>> shown(-0.456), shown(math.nan)
    ('−0.46', '–')
    """
    return number(value, 2)


def found(result: TwoWay) -> Words:
    """Write what a comparison found, with its interval; on the scale of ratios as a ratio."""
    if result.scale == "difference":
        return with_interval(result.estimate, result.ci95)
    low, high = result.ci95
    ratios = math.exp(low), math.exp(high)
    return say("{times} times as many", times=with_interval(math.exp(result.estimate), ratios))


def row(name: str, result: TwoWay) -> tuple[str | float, ...]:
    """Return the row of an estimate made otherwise: its name, estimate and interval, unrounded."""
    return name, result.estimate, *result.ci95


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
