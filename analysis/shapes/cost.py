"""What it costs, and how long it takes, to find problems by either source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.shapes.results import NOT_ESTIMABLE, Interval


@dataclass(frozen=True)
class AtEffort:
    """Both sources at the same number of responses.

    `per_problem` is the cost of a different problem by source, `saving` that of shoppers minus that of
    complainants. `extra_problems` and `extra_cost` are complainants minus shoppers; `cost_of_one_more` is their
    ratio, its interval None where it is undefined because the extra problems may be none.
    """

    size: int
    distinct: Mapping[str, float]
    per_problem: Mapping[str, float]
    saving: float
    saving_ci95: Interval
    extra_problems: float
    extra_problems_ci95: Interval
    extra_cost: float
    cost_of_one_more: float
    cost_of_one_more_ci95: Interval | None


@dataclass(frozen=True)
class AtBudget:
    """Both sources for the same money: responses that it buys, and the different problems expected in them.

    `all_there_are` names the sources whose responses are fewer than the money would buy.
    """

    budget: float
    responses: Mapping[str, float]
    distinct: Mapping[str, float]
    all_there_are: tuple[str, ...] = ()


@dataclass(frozen=True)
class CostAndTime:
    """Cost and time of either source; `reason` says why the cost is not estimable.

    `acceptability` holds pairs: what one more problem may be worth, and how probable it then is that asking
    complainants pays.
    """

    per_response: Mapping[str, float] = field(default_factory=dict)
    effort: AtEffort | None = None
    budget: AtBudget | None = None
    acceptability: tuple[tuple[float, float], ...] = ()
    responses_to_coverage: Mapping[str, float] = field(default_factory=dict)
    days_to_coverage: Mapping[str, float] = field(default_factory=dict)
    answered_share: Mapping[str, float] = field(default_factory=dict)
    locations: int = 0
    reason: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def saving(self) -> float:
        """How much more a different problem costs by shoppers; NaN where that is not estimable."""
        return math.nan if self.effort is None else self.effort.saving

    @property
    def saving_ci95(self) -> Interval:
        """Its interval."""
        return NOT_ESTIMABLE if self.effort is None else self.effort.saving_ci95
