"""H5: what a problem costs to find, and how long it takes, by either source."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.discovery.completeness import size_at_coverage
from analysis.discovery.curves import rarefaction
from analysis.inference.outcome_table import SCALE, SEEN, Context
from analysis.inference.sums import Layout
from analysis.language import Words, say, say_many
from analysis.shapes.cost import AtBudget, AtEffort, CostAndTime
from analysis.shapes.hypotheses import HypothesisResult
from analysis.shapes.intervals import t_interval
from analysis.shapes.names import SHOPPERS as SHOPPERS_WORD
from analysis.shapes.names import complainants_of
from analysis.shapes.reasons import NO_SHARED_CELL, no_column
from analysis.shapes.results import NOT_ESTIMABLE, Interval
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

Floats = npt.NDArray[np.float64]

#: Enough is seen when so large a share of all reports is of a kind already seen.
COVERAGE = 0.8
#: What one more problem may be worth, as multiples of what a shopper's response costs.
_WORTH = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


def cost_and_time(layout: Layout, context: Context) -> CostAndTime:
    """Return what a different problem costs at equal effort and at equal budget, and days to 80 % coverage.

    With S_a(m) the different problems expected in m responses of a source and c_a its mean cost a response:

        a problem at m       m c_a / S_a(m)
        equal effort         m = half of the smaller number of responses
        equal budget B       m_a = floor(B/c_a), where B is what that many shoppers' responses cost
        one more problem     (cost_C − cost_S)/(S_C − S_S), with Fieller's interval; undefined where the interval
                             of S_C − S_S covers 0
        acceptability        P(worth · (S_C − S_S) − (cost_C − cost_S) > 0)
        days                 responses to 80 % coverage, over responses a day of fieldwork

    Intervals are by a jackknife over places. Described, not tested: they do not cover that shoppers differ.

    Notes
    -----
    What the numbers mean: whoever wants to know a further problem pays so much for it by either source, if the
    costs of a response stay what they are.
    """
    paired = layout.paired()
    sides = {
        SHOPPERS: _Side.of(paired, ~paired.complainant, context),
        COMPLAINANTS: _Side.of(paired, paired.complainant, context),
    }
    responses = {name: side.responses_to(COVERAGE) for name, side in sides.items()}
    described = CostAndTime(
        responses_to_coverage=responses,
        days_to_coverage={
            name: responses[name] / sides[name].units * _days(context, name) if sides[name].units else math.nan
            for name in sides
        },
        answered_share={name: side.answered_share for name, side in sides.items()},
        locations=len(sides[SHOPPERS].n),
        reason=_why_not(sides, context),
    )
    if described.reason is not None:
        return described
    effort = _at_effort(sides)
    return CostAndTime(
        per_response={name: side.mean_cost for name, side in sides.items()},
        effort=effort.found,
        budget=_at_budget(sides, effort.found.size),
        acceptability=effort.acceptability(sides[SHOPPERS].mean_cost),
        responses_to_coverage=described.responses_to_coverage,
        days_to_coverage=described.days_to_coverage,
        answered_share=described.answered_share,
        locations=described.locations,
        warnings=tuple(_cost_warnings(sides, complainants_of(context.plan))),
    )


def cheapness(cost: CostAndTime) -> HypothesisResult:
    """H5: how much more a different problem costs by shoppers than by complainants, at equal effort. Described."""
    return HypothesisResult(
        "H5",
        estimate=cost.saving,
        ci95=cost.saving_ci95,
        locations=cost.locations,
        reason=cost.reason,
        numbers={
            **{f"days_{name}": days for name, days in cost.days_to_coverage.items()},
            **{f"responses_{name}": count for name, count in cost.responses_to_coverage.items()},
            **({f"cost_{name}": each for name, each in cost.effort.per_problem.items()} if cost.effort else {}),
        },
    )


def _why_not(sides: Mapping[str, _Side], context: Context) -> Words | None:
    smallest = min(side.units for side in sides.values())
    if not smallest:
        return NO_SHARED_CELL
    if smallest < 2:
        return say("a source has one response only")
    if "cost" not in context.response_columns:
        return no_column("cost")
    if not sides[SHOPPERS].cost_known.any():
        return say("what the shoppers’ responses cost is not known")
    if not all(side.seen.any() for side in sides.values()):
        return say("a source reported nothing")
    return None


def _cost_warnings(sides: Mapping[str, _Side], complainants: Words) -> list[Words]:
    said: list[Words] = []
    if not sides[COMPLAINANTS].cost_known.any():
        said.append(say("What the responses of {who} cost is not known: taken as 0.", who=complainants))
    for name, side in sides.items():
        unknown = side.units - int(side.cost_known.sum())
        if 0 < unknown < side.units:
            said.append(
                say_many(
                    "The cost of {n} response of {who} is not known: taken as the mean of the others.",
                    "The cost of {n} responses of {who} is not known: taken as the mean of the others.",
                    unknown,
                    who=complainants if name == COMPLAINANTS else SHOPPERS_WORD,
                )
            )
    return said


def _days(context: Context, side: str) -> float:
    """Return how many days the fieldwork of a side took, first and last day included; NaN where not known."""
    if side not in context.fieldwork:
        return math.nan
    first, last = context.fieldwork[side]
    return float(last - first + 1)


@dataclass(frozen=True, eq=False)
class _Side:
    """What one source adds at each place: responses, cost, and how often each problem was seen."""

    n: Floats
    cost: Floats
    cost_known: Floats
    seen: Floats
    answered_share: float

    @classmethod
    def of(cls, paired: Layout, member: npt.NDArray[np.bool_], context: Context) -> _Side:
        places = len(np.unique(paired.location))
        _, place = np.unique(paired.location, return_inverse=True)
        table = paired.table[member]

        def add(columns: list[str]) -> Floats:
            added = np.zeros((places, len(columns)))
            np.add.at(added, place[member], table[columns].to_numpy(dtype=np.float64))
            return added

        n, cost, known, answered = add(["n", "cost", "cost_known", "items_answered"]).T
        asked = len(context.batteries) * float(n.sum())
        return cls(
            n=n,
            cost=cost / SCALE,
            cost_known=known,
            seen=add([SEEN + code for code in context.compared]),
            answered_share=float(answered.sum()) / asked if asked else math.nan,
        )

    @property
    def units(self) -> int:
        return int(self.n.sum())

    @property
    def mean_cost(self) -> float:
        known = float(self.cost_known.sum())
        return float(self.cost.sum()) / known if known else 0.0

    def responses_to(self, share: float) -> float:
        if self.units < 2 or not self.seen.any():
            return math.nan
        return size_at_coverage(self.seen.sum(axis=0).astype(np.int64), self.units, share)

    def distinct(self, size: float) -> float:
        return _expected(self.seen.sum(axis=0), self.units, size)

    def without_each_place(self, size: float) -> Floats:
        """Return S(size) without each place; NaN where too few responses are left."""
        counts = self.seen.sum(axis=0) - self.seen
        units = self.units - self.n.astype(np.int64)
        found = [
            _expected(row, int(left), size) if left >= size else math.nan
            for row, left in zip(counts, units, strict=True)
        ]
        return np.array(found)

    def cost_without_each_place(self) -> Floats:
        known = self.cost_known.sum() - self.cost_known
        left = self.cost.sum() - self.cost
        means: Floats = np.divide(left, known, out=np.zeros(len(left)), where=known > 0)
        return means


def _expected(counts: Floats, units: int, size: float) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(rarefaction(np.rint(counts).astype(np.int64), units, [size])[0])


@dataclass(frozen=True, eq=False)
class _Effort:
    """Both sources at equal effort, with the covariance of the extra problems and the extra cost."""

    found: AtEffort
    covariance: Floats
    df: float

    def acceptability(self, unit: float) -> tuple[tuple[float, float], ...]:
        """Return for each worth of a problem how probable it is that asking complainants pays."""
        curve = []
        for worth in (factor * unit for factor in _WORTH):
            weights = np.array([worth, -1.0])
            benefit = worth * self.found.extra_problems - self.found.extra_cost
            se = math.sqrt(max(0.0, float(weights @ self.covariance @ weights)))
            if not math.isfinite(benefit) or math.isnan(self.covariance[0, 0]):
                return ()
            share = float(stats.t.cdf(benefit / se, self.df)) if se > 0 else float(benefit > 0)
            curve.append((worth, share))
        return tuple(curve)


def _at_effort(sides: Mapping[str, _Side]) -> _Effort:
    shoppers, complainants = sides[SHOPPERS], sides[COMPLAINANTS]
    size = max(1, min(shoppers.units, complainants.units) // 2)
    distinct = {name: side.distinct(size) for name, side in sides.items()}
    per_problem = {name: size * sides[name].mean_cost / distinct[name] for name in sides}
    extra = distinct[COMPLAINANTS] - distinct[SHOPPERS]
    extra_cost = size * (complainants.mean_cost - shoppers.mean_cost)
    left_s, left_c = (sides[name].without_each_place(size) for name in (SHOPPERS, COMPLAINANTS))
    cost_s, cost_c = (size * sides[name].cost_without_each_place() for name in (SHOPPERS, COMPLAINANTS))
    with np.errstate(divide="ignore", invalid="ignore"):
        saving = cost_s / left_s - cost_c / left_c
    moves = np.stack([left_c - left_s, cost_c - cost_s, saving])
    places = len(left_s)
    df = max(1.0, places - 1.0)
    covariance = np.full((3, 3), np.nan)
    if places > 1 and np.isfinite(moves).all():
        centred = moves - moves.mean(axis=1, keepdims=True)
        covariance = (places - 1) / places * centred @ centred.T
    saved = per_problem[SHOPPERS] - per_problem[COMPLAINANTS]
    extra_ci95 = _interval(extra, covariance[0, 0], df)
    found = AtEffort(
        size=size,
        distinct=distinct,
        per_problem=per_problem,
        saving=saved,
        saving_ci95=_interval(saved, covariance[2, 2], df),
        extra_problems=extra,
        extra_problems_ci95=extra_ci95,
        extra_cost=extra_cost,
        cost_of_one_more=extra_cost / extra if extra else math.nan,
        cost_of_one_more_ci95=_fieller(extra_cost, extra, extra_ci95, covariance, df),
    )
    return _Effort(found=found, covariance=covariance[:2, :2], df=df)


def _interval(estimate: float, variance: float, df: float) -> Interval:
    return t_interval(estimate, math.sqrt(variance), df, 0.95) if variance >= 0 else NOT_ESTIMABLE


def _fieller(
    cost: float, problems: float, problems_ci95: Interval, covariance: Floats, df: float
) -> Interval | None:
    """Return Fieller's interval of cost/problems, or None where the interval of the problems covers 0."""
    low, high = problems_ci95
    if not (low > 0 or high < 0):
        return None
    t2 = float(stats.t.ppf(0.975, df)) ** 2
    a = problems**2 - t2 * covariance[0, 0]
    b = problems * cost - t2 * covariance[0, 1]
    c = cost**2 - t2 * covariance[1, 1]
    root = math.sqrt(max(0.0, b**2 - a * c))
    return (b - root) / a, (b + root) / a


def _at_budget(sides: Mapping[str, _Side], size: int) -> AtBudget:
    budget = size * sides[SHOPPERS].mean_cost
    responses, few = {}, []
    for name, side in sides.items():
        bought = math.floor(budget / side.mean_cost + 1e-9) if side.mean_cost > 0 else math.inf
        if bought > side.units:
            few.append(name)
        responses[name] = float(min(bought, side.units))
    return AtBudget(
        budget=budget,
        responses=responses,
        distinct={name: side.distinct(responses[name]) for name, side in sides.items()},
        all_there_are=tuple(few),
    )
