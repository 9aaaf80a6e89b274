"""A finished comparison: verdict, estimate, flags, and all that stands behind them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

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
    problems : tuple of ProblemResult
    discovery : Discovery
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
    problems: tuple[ProblemResult, ...]
    discovery: Discovery
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
            "problems": [_problem(row) for row in self.problems],
            "discovery": {
                curve.arm: {
                    "sizes": [_number(size) for size in curve.sizes],
                    "distinct": [_number(found) for found in curve.distinct],
                    "coverage": [_number(share) for share in curve.coverage],
                }
                for curve in self.discovery.curves
            },
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
