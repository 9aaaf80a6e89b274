"""The family of hypotheses: what each found, whether it was tested, and why not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from analysis.shapes.results import NOT_ESTIMABLE, Interval, Verdict

#: In their order; those that can have a verdict word come first in it.
FAMILY: Final = ("H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9", "H10")
WITH_VERDICT: Final = ("H1", "H2", "H3", "H4", "H8")


@dataclass(frozen=True)
class HypothesisResult:
    """One hypothesis: its measure with its interval, and what may be said about it.

    `estimate` is NaN and `reason` says why, where it is not estimable. `verdict` is None where the hypothesis is
    described only, or was not tested; `reason` then says why it was not. `p_holm` is the p after Holm's
    correction, where it is judged together with others. `numbers` are further numbers that its sentence needs.
    """

    id: str
    estimate: float = math.nan
    ci95: Interval = NOT_ESTIMABLE
    p_value: float = math.nan
    margin: float | None = None
    verdict: Verdict | None = None
    tested: bool = False
    reason: str | None = None
    p_holm: float = math.nan
    responses: int = 0
    locations: int = 0
    numbers: Mapping[str, float] = field(default_factory=dict)
    sentence: str = ""

    @property
    def estimable(self) -> bool:
        """Whether there is an estimate at all."""
        return math.isfinite(self.estimate)


@dataclass(frozen=True)
class Contrast:
    """One step between two kinds of witness: described, never judged.

    `step` is "N−P", "R−N" or "L−R"; `reason` says why it is not estimable.
    """

    step: str
    estimate: float = math.nan
    ci95: Interval = NOT_ESTIMABLE
    responses: int = 0
    locations: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class ThemeResult:
    """How many problems of one theme complainants report more per response. Described, not tested."""

    theme: str
    estimate: float
    ci95: Interval
    ratio: float
    in_focus: bool


@dataclass(frozen=True)
class RankAgreement:
    """How alike two sources rank places, as seen and for the places themselves.

    `observed` is Spearman's correlation of the means; `places` what it would be without the noise of these means,
    NaN where `reason` says why. The reliabilities say how dependable the means of each source are.
    """

    observed: float = math.nan
    observed_ci95: Interval = NOT_ESTIMABLE
    places: float = math.nan
    places_ci95: Interval = NOT_ESTIMABLE
    reliability_shoppers: float = math.nan
    reliability_complainants: float = math.nan
    locations: int = 0
    reason: str | None = None
