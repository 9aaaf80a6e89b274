"""The family of hypotheses in its fixed order, and what lets each be tested."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.discovery.matched import matched_difference_of_groups
from analysis.inference.feelings import apology, trace, word_of_mouth
from analysis.inference.multiplicity import holm
from analysis.inference.outcome_table import SCALE, SEEN
from analysis.inference.sums import Layout, Sums, cell_sums
from analysis.inference.theme_contrast import theme_contrast
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.inference.verdicts import forced_reason, verdict
from analysis.language import say
from analysis.shapes.estimates import MatchedDifference
from analysis.shapes.hypotheses import HypothesisResult, RankAgreement, ThemeResult
from analysis.shapes.names import complainants_of
from analysis.shapes.plan import Plan
from analysis.shapes.reasons import NO_SHARED_CELL, no_column
from analysis.shapes.results import TwoWay, Verdict
from analysis.shapes.vocabulary import UNCOUNTED_THEMES

ALPHA = 0.05


@dataclass(frozen=True)
class Family:
    """All hypotheses, with the results that stand behind H2 and the themes."""

    hypotheses: tuple[HypothesisResult, ...]
    matched: MatchedDifference
    themes: tuple[ThemeResult, ...]


def take_in_order(
    sums: Sums,
    layout: Layout,
    *,
    primary: TwoWay,
    word: Verdict,
    cheapness: HypothesisResult,
    ranks: RankAgreement,
) -> Family:
    """Take the hypotheses in their order: H1 → H2 → H3 at 5 % each; H4 and H8 by Holm; the rest is described.

    H2 is tested only if the 95 % interval of H1 lies above 0, H3 only if that of H2 does.

    Parameters
    ----------
    sums : Sums
        Of everybody.
    layout : Layout
        Of those whom the plan compares.
    primary : TwoWay
        The primary comparison, on the scale that the plan judges.
    word : str
        Its verdict.
    cheapness : HypothesisResult
        H5, made elsewhere.
    ranks : RankAgreement
        What stands behind H10.
    """
    plan = sums.context.plan
    first = _first(primary, word, plan)
    matched = _matched(layout, sums)
    second = _second(matched, allowed=_allows(first))
    third = _third(layout, sums, allowed=_allows(second))
    fourth, eighth = by_holm((_fourth(layout, sums), _eighth(layout, sums)))
    return Family(
        hypotheses=(
            first,
            second,
            third,
            fourth,
            cheapness,
            word_of_mouth(sums),
            apology(sums),
            eighth,
            trace(sums),
            _tenth(ranks),
        ),
        matched=matched,
        themes=_themes(layout, sums),
    )


def _first(primary: TwoWay, word: Verdict, plan: Plan) -> HypothesisResult:
    thin = forced_reason(primary.se, locations=primary.locations, shoppers=primary.shoppers)
    found = _of_two_way("H1", primary, margin=plan.margin)
    if thin is not None:
        return replace(_untested(found, thin), verdict=word)
    return replace(found, verdict=word, tested=True)


def _of_two_way(identity: str, result: TwoWay, *, margin: float) -> HypothesisResult:
    return HypothesisResult(
        identity,
        estimate=result.estimate,
        ci95=result.ci95,
        p_value=result.p_value,
        margin=margin,
        responses=result.responses,
        locations=result.locations,
        numbers={"complainants": result.complainants_mean, "shoppers": result.shoppers_mean},
        reason=None if result.locations else NO_SHARED_CELL,
    )


def _allows(earlier: HypothesisResult) -> bool:
    """Say whether the next hypothesis may be tested: this one was, and its 95 % interval lies above 0."""
    return earlier.tested and earlier.ci95[0] > 0


def _matched(layout: Layout, sums: Sums) -> MatchedDifference:
    seen = layout.table[[SEEN + code for code in sums.context.compared]].to_numpy(dtype=np.float64)
    n = layout.table["n"].to_numpy(dtype=np.float64)[:, None]
    return matched_difference_of_groups(
        location=layout.location,
        cell=layout.cell,
        shopper=layout.shopper,
        complainant=layout.complainant,
        missed=np.concatenate([n - seen, n], axis=1),
        location_names=layout.location_names,
    )


def _second(matched: MatchedDifference, *, allowed: bool) -> HypothesisResult:
    found = HypothesisResult(
        "H2",
        estimate=matched.difference,
        ci95=matched.ci95,
        p_value=matched.p_value,
        locations=matched.locations,
        numbers={"locations_of": float(matched.locations_of)},
    )
    if matched.described is not None:
        return _untested(found, matched.described)
    if not allowed:
        return _untested(found, say("it is tested only if the interval of H1 lies above zero"))
    low, high = matched.ci95
    word: Verdict = "supported" if low > 0 else "reversed" if high < 0 else "inconclusive"
    return replace(found, verdict=word, tested=True)


def _third(layout: Layout, sums: Sums, *, allowed: bool) -> HypothesisResult:
    margin = sums.context.plan.margins["H3"]
    if "severity" not in sums.context.sighting_columns:
        return HypothesisResult("H3", margin=margin, reason=no_column("severity"))
    if layout.table["y"].any() and not layout.table["severity"].any():
        return HypothesisResult("H3", margin=margin, reason=say("no severity was recorded"))
    result = two_way_of_sums(cell_sums(layout, "severity", known="severity_known", scale=SCALE))
    unknown = int((layout.table["n"] - layout.table["severity_known"]).sum())
    found = _judged("H3", result, margin=margin)
    found = replace(found, numbers={**found.numbers, "without_severity": float(unknown)})
    if not allowed and found.tested:
        return _untested(found, say("it is tested only if the interval of H2 lies above zero"))
    return found


def _fourth(layout: Layout, sums: Sums) -> HypothesisResult:
    margin = sums.context.plan.margins["H4"]
    if "theme" not in sums.context.sighting_columns:
        return HypothesisResult("H4", margin=margin, reason=no_column("theme"))
    focus, others = (cell_sums(layout, name) for name in ("focus", "others"))
    result = theme_contrast(focus, others, complainants=complainants_of(sums.context.plan))
    if not math.isfinite(result.estimate):
        return HypothesisResult("H4", margin=margin, reason=result.warnings[-1])
    found = _judged("H4", result, margin=margin)
    ratios = [two_way_of_sums(sums) for sums in (focus, others)]
    numbers = {"ratio_focus": ratios[0].ratio, "ratio_others": ratios[1].ratio}
    return replace(found, numbers={**numbers, "additive": ratios[0].estimate - ratios[1].estimate})


def _eighth(layout: Layout, sums: Sums) -> HypothesisResult:
    margin = sums.context.plan.margins["H8"]
    for column, columns in (
        ("beyond_answered", sums.context.response_columns),
        ("theme", sums.context.sighting_columns),
    ):
        if column not in columns:
            return HypothesisResult("H8", margin=margin, reason=no_column(column))
    return _judged("H8", two_way_of_sums(cell_sums(layout, "beyond", known="beyond_known")), margin=margin)


def _judged(identity: str, result: TwoWay, *, margin: float) -> HypothesisResult:
    """Return a two-way result with its verdict word, or untested where it is too thin for one."""
    found = _of_two_way(identity, result, margin=margin)
    if not result.locations:
        return found
    thin = forced_reason(result.se, locations=result.locations, shoppers=result.shoppers)
    if thin is not None:
        return _untested(found, thin)
    word = verdict(
        result.estimate,
        result.se,
        result.df,
        margin,
        locations=result.locations,
        shoppers=result.shoppers,
    )
    return replace(found, verdict=word, tested=True)


def _untested(found: HypothesisResult, reason: str) -> HypothesisResult:
    return replace(found, tested=False, verdict=None, p_value=math.nan, reason=reason)


def by_holm(pair: tuple[HypothesisResult, HypothesisResult]) -> tuple[HypothesisResult, ...]:
    """Take away the word of a hypothesis whose p does not survive that two are looked at."""
    tested = [found for found in pair if found.tested]
    if not tested:
        return pair
    corrected = holm([found.p_value for found in tested])
    p_holm: Mapping[str, float] = {found.id: float(p) for found, p in zip(tested, corrected, strict=True)}
    return tuple(
        replace(found, p_holm=p_holm[found.id], verdict=_after_holm(found, p_holm[found.id]))
        if found.tested
        else found
        for found in pair
    )


def _after_holm(found: HypothesisResult, p_holm: float) -> Verdict | None:
    if found.verdict in ("supported", "reversed") and p_holm >= ALPHA:
        return "inconclusive"
    return found.verdict


def _tenth(ranks: RankAgreement) -> HypothesisResult:
    return HypothesisResult(
        "H10",
        estimate=ranks.observed,
        ci95=ranks.observed_ci95,
        locations=ranks.locations,
        reason=ranks.reason,
        numbers={
            "places": ranks.places,
            "places_low": ranks.places_ci95[0],
            "places_high": ranks.places_ci95[1],
            "reliability_shoppers": ranks.reliability_shoppers,
            "reliability_complainants": ranks.reliability_complainants,
        },
    )


def _themes(layout: Layout, sums: Sums) -> tuple[ThemeResult, ...]:
    """Return the two-way difference of each theme: described, because themes are looked at all together in H4."""
    context = sums.context
    by_theme: dict[str, list[str]] = {}
    for code in context.compared:
        if context.themes.get(code) and context.themes[code] not in UNCOUNTED_THEMES:
            by_theme.setdefault(context.themes[code], []).append(SEEN + code)
    results = []
    for theme in sorted(by_theme):
        seen = layout.table[by_theme[theme]].to_numpy(dtype=np.int64).sum(axis=1)
        result = two_way_of_sums(cell_sums(layout, seen))
        results.append(
            ThemeResult(
                theme=theme,
                estimate=result.estimate,
                ci95=result.ci95,
                ratio=result.ratio,
                in_focus=theme in context.plan.focus_themes,
            )
        )
    return tuple(results)
