"""A finished comparison: verdict, estimate, flags, and all that stands behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from analysis.shapes.checks import CheckResult
from analysis.shapes.cost import CostAndTime
from analysis.shapes.estimates import MatchedDifference
from analysis.shapes.hypotheses import Contrast, HypothesisResult, RankAgreement, ThemeResult
from analysis.shapes.places import Places
from analysis.shapes.plan import Plan
from analysis.shapes.results import (
    Discovery,
    Dropped,
    Interval,
    ProblemResult,
    Provenance,
    SensitivityRange,
    SignFlip,
    TwoWay,
    Variant,
    Verdict,
)
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS


@dataclass(frozen=True)
class Flags:
    """Short answers beside the verdict; all False in a study too thin for any verdict.

    `material`: the 95 % interval lies above the margin. `sign_detected`: it excludes 0. `supported_on_ratio`:
    the 95 % interval of the log ratio lies above 0. `robust_to_selection`: the claim survives taking one problem
    from every complainant; None where the range does not apply. `negative_control_ok`: None until the negative
    controls are compared.
    """

    material: bool
    sign_detected: bool
    supported_on_ratio: bool
    robust_to_selection: bool | None
    negative_control_ok: bool | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """The result of one plan on one set of tables.

    Attributes
    ----------
    verdict : {"supported", "reversed", "equivalent", "inconclusive"}
    sentence : str
        The verdict with its numbers, for people.
    thin_because : str or None
        Why no other verdict than inconclusive was allowed.
    plan : Plan
    difference, log_ratio : TwoWay
        The primary comparison on both scales; `primary` is the one that the plan judges.
    sign_flip : SignFlip or None
        The companion randomisation test, where it is valid.
    range : SensitivityRange or None
        None where the plan says that it does not apply.
    flags : Flags
    hypotheses : tuple of HypothesisResult
        H1 to H10, each with its sentence.
    matched : MatchedDifference
        What stands behind H2.
    themes : tuple of ThemeResult
    steps : tuple of Contrast
        From acting to complaining, step by step, as far as the arms exist.
    cost : CostAndTime
    ranks, changes : RankAgreement
        How alike both sources rank places, and see them change.
    checks : tuple of CheckResult
        Whether the answer holds if it is made otherwise.
    problems : tuple of ProblemResult
    discovery : Discovery
    places : Places
        Each place by itself, beside what chance alone would do. Not in `comparison.json`.
    variants, by_period : tuple of Variant
        The difference made otherwise: described, never judged.
    dropped : tuple of Dropped
    warnings : tuple of str
    provenance : Provenance
    """

    verdict: Verdict
    sentence: str
    thin_because: str | None
    plan: Plan
    difference: TwoWay
    log_ratio: TwoWay
    sign_flip: SignFlip | None
    range: SensitivityRange | None
    flags: Flags
    hypotheses: tuple[HypothesisResult, ...]
    matched: MatchedDifference
    themes: tuple[ThemeResult, ...]
    steps: tuple[Contrast, ...]
    cost: CostAndTime
    ranks: RankAgreement
    changes: RankAgreement
    checks: tuple[CheckResult, ...]
    problems: tuple[ProblemResult, ...]
    discovery: Discovery
    places: Places
    variants: tuple[Variant, ...]
    by_period: tuple[Variant, ...]
    dropped: tuple[Dropped, ...]
    warnings: tuple[str, ...]
    provenance: Provenance

    @property
    def primary(self) -> TwoWay:
        """The comparison on the scale that the plan judges."""
        return self.log_ratio if self.plan.scale == "ratio" else self.difference

    def to_dict(self) -> dict[str, Any]:
        """Return what `comparison.json` holds: numbers unrounded, null for what is not estimable."""
        return {
            "verdict": self.verdict,
            "sentence": self.sentence,
            "primary": self._primary(),
            "range": self._range(),
            "flags": asdict(self.flags),
            "hypotheses": {found.id: _hypothesis(found) for found in self.hypotheses},
            "themes": [_theme(row) for row in self.themes],
            "problems": [_problem(row) for row in self.problems],
            "discovery": {
                curve.arm: {
                    "sizes": [_number(size) for size in curve.sizes],
                    "distinct": [_number(found) for found in curve.distinct],
                    "coverage": [_number(share) for share in curve.coverage],
                }
                for curve in self.discovery.curves
            },
            "agreement": {
                "levels": _ranks(self.ranks),
                "changes": _ranks(self.changes),
                "steps": [_step(contrast) for contrast in self.steps],
            },
            "cost": _cost(self.cost),
            "checks": [
                {"id": check.id, "status": check.status, "sentence": check.sentence} for check in self.checks
            ],
            "dropped": [asdict(row) for row in self.dropped],
            "warnings": list(self.warnings),
            "provenance": asdict(self.provenance),
        }

    def _primary(self) -> dict[str, Any]:
        primary = self.primary
        return {
            **_estimate(primary),
            "ratio": _number(primary.ratio),
            "margin": self.plan.margin,
            "sign_flip_p": None if self.sign_flip is None else _number(self.sign_flip.p_value),
            "variance": {
                "location": _number(primary.variance_location),
                "shopper": _number(primary.variance_shopper),
                "intersection": _number(primary.variance_intersection),
            },
            "n": {
                "responses": primary.responses,
                "cells": primary.cells,
                "locations": primary.locations,
                "shoppers": _number(primary.shoppers),
                "effective_shoppers": _number(primary.effective_shoppers),
            },
        }

    def _range(self) -> dict[str, Any] | None:
        if self.range is None:
            return None
        return {
            **{
                name: {"estimate": _number(result.estimate), "ci95": _interval(result.ci95)}
                for name, result in (("minus_one", self.range.minus_one), ("raw", self.range.raw))
            },
            "dispersion": _number(self.range.dispersion),
            "break_even": _number(self.range.break_even),
        }


def _hypothesis(found: HypothesisResult) -> dict[str, Any]:
    return {
        "estimate": _number(found.estimate),
        "ci95": _interval(found.ci95),
        "p_value": _number(found.p_value),
        "margin": found.margin,
        "verdict": found.verdict,
        "tested": found.tested,
        "sentence": found.sentence,
    }


def _theme(row: ThemeResult) -> dict[str, Any]:
    return {
        "theme": row.theme,
        "estimate": _number(row.estimate),
        "ci95": _interval(row.ci95),
        "ratio": _number(row.ratio),
        "in_focus": row.in_focus,
    }


def _step(contrast: Contrast) -> dict[str, Any]:
    return {
        "step": contrast.step,
        "estimate": _number(contrast.estimate),
        "ci95": _interval(contrast.ci95),
        "reason": contrast.reason,
    }


def _ranks(found: RankAgreement) -> dict[str, Any]:
    return {
        "observed": {"estimate": _number(found.observed), "ci95": _interval(found.observed_ci95)},
        "places": {"estimate": _number(found.places), "ci95": _interval(found.places_ci95)},
        "reliability": {
            "shoppers": _number(found.reliability_shoppers),
            "complainants": _number(found.reliability_complainants),
        },
        "locations": found.locations,
        "reason": found.reason,
    }


def _cost(found: CostAndTime) -> dict[str, Any]:
    effort, budget = found.effort, found.budget
    return {
        "per_response": _by_side(found.per_response),
        "equal_effort": None
        if effort is None
        else {
            "size": effort.size,
            "distinct": _by_side(effort.distinct),
            "per_problem": _by_side(effort.per_problem),
            "saving": {"estimate": _number(effort.saving), "ci95": _interval(effort.saving_ci95)},
            "extra_problems": {
                "estimate": _number(effort.extra_problems),
                "ci95": _interval(effort.extra_problems_ci95),
            },
            "extra_cost": _number(effort.extra_cost),
            "cost_of_one_more": {
                "estimate": _number(effort.cost_of_one_more),
                "ci95": "undefined"
                if effort.cost_of_one_more_ci95 is None
                else _interval(effort.cost_of_one_more_ci95),
            },
        },
        "equal_budget": None
        if budget is None
        else {
            "budget": _number(budget.budget),
            "responses": _by_side(budget.responses),
            "distinct": _by_side(budget.distinct),
            "all_there_are": [_GROUPS[side] for side in budget.all_there_are],
        },
        "acceptability": [{"worth": worth, "probability": share} for worth, share in found.acceptability],
        "to_80_percent": {
            "responses": _by_side(found.responses_to_coverage),
            "days": _by_side(found.days_to_coverage),
        },
        "answered_share": _by_side(found.answered_share),
        "reason": found.reason,
    }


_GROUPS = {SHOPPERS: "shoppers", COMPLAINANTS: "complainants"}


def _by_side(values: Mapping[str, float]) -> dict[str, float | int | None]:
    return {_GROUPS[side]: _number(value) for side, value in values.items()}


def _estimate(result: TwoWay) -> dict[str, Any]:
    return {
        "estimate": _number(result.estimate),
        "se": _number(result.se),
        "df": _number(result.df),
        "ci95": _interval(result.ci95),
        "ci90": _interval(result.ci90),
        "p_value": _number(result.p_value),
    }


def _problem(row: ProblemResult) -> dict[str, Any]:
    estimate = _estimate(row.result)
    del estimate["ci90"]
    if not row.tested:
        estimate["p_value"] = None
    return {
        "problem": row.problem,
        "theme": row.theme,
        **estimate,
        "p_holm": _number(row.p_holm),
        "tested": row.tested,
    }


def _number(value: float) -> float | int | None:
    """Return a number as JSON can hold it; what is not estimable becomes null."""
    return value if math.isfinite(value) else None


def _interval(values: Interval) -> list[float | int | None] | None:
    return None if math.isnan(values[0]) else [_number(value) for value in values]
