"""The three figures of a comparison as blocks: finding, drawing, table, and how it was computed."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from analysis.documents.blocks import FigureBlock, Table
from analysis.documents.numbers import (
    INTERVAL_90,
    INTERVAL_95,
    basis,
    count,
    decimals_for,
    lower_first,
    more_or_fewer,
    number,
    p_value,
    percent,
    quantity,
    span,
    upper_first,
)
from analysis.documents.wording import SHOPPERS_LABEL, variant_label
from analysis.figures import difference_figure, discovery_figure, gap_plot
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.plan import Plan
from analysis.shapes.results import ProblemResult, TwoWay


def difference_block(comparison: Comparison, about: About) -> FigureBlock:
    """Return the figure of the primary estimate, its sensitivity range and its variants."""
    plan, primary = comparison.plan, comparison.primary
    rows = _difference_rows(comparison, about)
    places = 2 if plan.scale == "ratio" else decimals_for(primary, plan.margin)
    table = Table(
        columns=("Estimate", _unit(plan), INTERVAL_95, INTERVAL_90, "p", "Responses", "Places"),
        rows=tuple(
            (
                label,
                number(_shown(result.estimate, plan), places),
                _shown_span(result.ci95, plan, places),
                _shown_span(result.ci90, plan, places),
                p_value(result.p_value),
                count(result.responses),
                count(result.locations),
            )
            for label, result in rows
        ),
        caption="The figure in numbers",
    )
    spec = difference_figure(
        [(label, result, _numbers(result, plan, places)) for label, result in rows],
        margin=plan.margin,
        x_title=_difference_axis(plan),
        margin_label="too small to matter",
    )
    flips = ""
    if comparison.sign_flip is not None:
        exact = "all sign vectors" if comparison.sign_flip.exact else "99,999 random sign vectors"
        flips = f" Sign-flip test over places ({exact}): p {p_value(comparison.sign_flip.p_value)}."
    return FigureBlock(
        id="difference",
        title=_difference_title(comparison),
        subtitle=(
            f"{plan.label_complainants} minus {SHOPPERS_LABEL}, in matched cells, every place with equal weight. "
            f"Thin line: {INTERVAL_95}; thick line: {INTERVAL_90}. Grey: covers zero. Pale band: the margin."
        ),
        spec=_spec(spec),
        table=table,
        computed=(
            "Two-way variance over places and shoppers, t interval with "
            f"{number(primary.df, 1)} degrees of freedom.{flips}{_range_words(comparison)}"
        ),
        note=_source_line(comparison, about),
    )


def _difference_rows(comparison: Comparison, about: About) -> list[tuple[str, TwoWay]]:
    rows = [("All that count", comparison.primary)]
    if comparison.range is not None:
        rows.append(("One problem taken from every complainant", comparison.range.minus_one))
        rows.append(("Problems that the scenario implies left in", comparison.range.raw))
    rows += [(upper_first(variant_label(variant, about)), variant.result) for variant in comparison.variants]
    return rows


def _range_words(comparison: Comparison) -> str:
    if comparison.range is None:
        return (
            " No sensitivity range is shown: these people were not selected for having a problem, so it does not "
            "apply."
        )
    words = (
        " The two rows after the first are a range for self-selection, not bounds: whoever complains had at least "
        "one problem."
    )
    if math.isfinite(comparison.range.break_even) and comparison.range.break_even > 0:
        broken = number(comparison.range.break_even, decimals_for(comparison.difference))
        words += f" The interval reaches zero once {broken} problems are taken from every complainant."
    if math.isfinite(comparison.range.dispersion):
        dispersion = number(comparison.range.dispersion, 2)
        words += f" Spread of shoppers’ counts within a cell over their mean: {dispersion}."
    return words


def _difference_title(comparison: Comparison) -> str:
    plan, primary = comparison.plan, comparison.primary
    if plan.scale == "ratio":
        return f"{number(_shown(primary.estimate, plan), 2)} times as many problems per response"
    places = decimals_for(primary, plan.margin)
    found = f"{more_or_fewer(primary.estimate, places)} problems per response"
    if comparison.thin_because:
        return f"{found}, on too little data to tell"
    return found if comparison.verdict != "inconclusive" else f"{found}, give or take more than that"


def _difference_axis(plan: Plan) -> str:
    what = "times as many" if plan.scale == "ratio" else "problems per response"
    return f"← shoppers more · {what}"


def _unit(plan: Plan) -> str:
    return "Times as many" if plan.scale == "ratio" else "More problems per response"


def _shown(value: float, plan: Plan) -> float:
    return math.exp(value) if plan.scale == "ratio" and math.isfinite(value) else value


def _shown_span(values: tuple[float, float], plan: Plan, places: int) -> str:
    return span((_shown(values[0], plan), _shown(values[1], plan)), places)


def _numbers(result: TwoWay, plan: Plan, places: int) -> str:
    shown = number(_shown(result.estimate, plan), places)
    if math.isnan(result.ci95[0]):
        return shown
    return f"{shown} ({_shown_span(result.ci95, plan, places)})"


def problems_block(comparison: Comparison, about: About) -> FigureBlock:
    """Return the gap plot: how often each problem is named by either source."""
    estimable = [row for row in comparison.problems if math.isfinite(row.result.estimate)]
    ordered = sorted(estimable, key=lambda row: (-row.result.estimate, row.problem))
    who = comparison.plan.label_complainants
    table = Table(
        columns=(
            "Problem",
            who,
            upper_first(SHOPPERS_LABEL),
            "Difference in points",
            INTERVAL_95,
            "p (Holm)",
            "Reports",
        ),
        rows=tuple(
            (
                about.label(row.problem),
                percent(row.result.complainants_mean),
                percent(row.result.shoppers_mean),
                number(100 * row.result.estimate, 0),
                span((100 * row.result.ci95[0], 100 * row.result.ci95[1]), 0),
                p_value(row.p_holm) if row.tested else "not tested",
                count(row.total),
            )
            for row in ordered
        ),
        caption="The figure in numbers",
    )
    spec = gap_plot(
        [(about.label(row.problem), row, _points(row)) for row in ordered],
        shoppers_label=upper_first(SHOPPERS_LABEL),
        complainants_label=who,
        x_title="share of responses that report it",
    )
    untested = [about.label(row.problem) for row in comparison.problems if not row.tested]
    left_out = f" Not tested: {', '.join(untested)}." if untested else ""
    return FigureBlock(
        id="problems",
        title=_problems_title(ordered, comparison, about),
        subtitle=(
            f"Share of responses that report each problem. At the right: {lower_first(who)} minus "
            f"{SHOPPERS_LABEL}, in percentage points, with its {INTERVAL_95}. The band is that interval, laid "
            "against the shoppers’ dot: grey where it covers the dot."
        ),
        spec=_spec(spec),
        table=table,
        computed=(
            "The primary method for each problem alone. The p values are corrected for looking at several "
            f"problems (Holm). Problems with fewer than 5 reports are shown but not tested.{left_out}"
        ),
        note=_source_line(comparison, about),
    )


def _points(row: ProblemResult) -> str:
    shown = number(100 * row.result.estimate, 0)
    if math.isnan(row.result.ci95[0]):
        return shown
    return f"{shown} ({span((100 * row.result.ci95[0], 100 * row.result.ci95[1]), 0)})"


def _problems_title(ordered: list[ProblemResult], comparison: Comparison, about: About) -> str:
    clear = [row for row in ordered if row.tested and row.p_holm < 0.05]
    more = [about.label(row.problem) for row in clear if row.result.estimate > 0]
    fewer = [about.label(row.problem) for row in reversed(clear) if row.result.estimate < 0]
    who = comparison.plan.label_complainants
    parts = []
    if more:
        parts.append(f"{who} report more often: {_some(more)}")
    if fewer:
        parts.append(f"{SHOPPERS_LABEL} report more often: {_some(fewer)}")
    if not parts:
        return "No single problem differs clearly between the two sources"
    return ". ".join(upper_first(part) for part in parts)


def _some(names: list[str], most: int = 3) -> str:
    shown = "; ".join(lower_first(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown}; and {len(names) - most} more"


def discovery_block(comparison: Comparison, about: About) -> FigureBlock:
    """Return the discovery curves with both arms at equal effort and at equal coverage."""
    discovery = comparison.discovery
    labels = {curve.arm: _arm_label(curve.arm, comparison.plan) for curve in discovery.curves}
    arms = [curve.arm for curve in discovery.curves]
    table = Table(
        columns=("Responses", *(f"{labels[arm]}: different problems" for arm in arms)),
        rows=tuple(
            (count(size), *(number(found[arm], 1) for arm in arms))
            for size, found in discovery.at_equal_size.items()
        ),
        caption="Different problems expected at equal effort",
    )
    spec = discovery_figure(discovery, labels=labels, x_title="responses", y_title="different problems")
    units = ", ".join(f"{labels[c.arm]} {count(c.units)}" for c in discovery.curves)
    return FigureBlock(
        id="discovery",
        title=_discovery_title(comparison, labels),
        subtitle=(
            f"Different problems expected from so many responses (of {discovery.seen_by_any} seen in all), each "
            "response drawn at random. A dotted part, where there is one, is extrapolated."
        ),
        spec=_spec(spec),
        table=table,
        computed=(
            "Sample-based rarefaction (Colwell et al. 2012). No interval is drawn: responses at one place, or by "
            "one shopper, are not independent, and the usual interval would be too narrow. This figure "
            f"describes; it tests nothing.{_equal_coverage_words(comparison, labels)}"
        ),
        note=f"{_source_line(comparison, about)} Responses: {units}.",
    )


def _equal_coverage_words(comparison: Comparison, labels: dict[str, str]) -> str:
    """Say what both find once they are equally complete; nothing where the list is exhausted anyway."""
    reached = comparison.discovery.at_equal_coverage
    if comparison.discovery.exhausted or not reached:
        return ""
    parts = [
        f"{labels[arm]}, {number(distinct, 1)} problems in {number(size, 1)} responses"
        for arm, (size, distinct) in reached.items()
    ]
    share = percent(comparison.discovery.equal_coverage, 1)
    return f" At equal coverage ({share} of all reports are of a kind already seen): {'; '.join(parts)}."


def _discovery_title(comparison: Comparison, labels: dict[str, str]) -> str:
    discovery = comparison.discovery
    size = discovery.equal_size
    if discovery.exhausted:
        size = max(m for m in discovery.at_equal_size if m <= min(size, 10))
    found = ", ".join(
        f"{lower_first(labels[arm])} {number(value, 1)}" for arm, value in discovery.at_equal_size[size].items()
    )
    many = quantity(size, "response", "responses")
    if discovery.exhausted:
        return f"With many responses both find nearly the whole list; with {many}: {found}"
    return f"Different problems in {many}: {found}"


def _arm_label(arm: str, plan: Plan) -> str:
    names = {
        "shopper": upper_first(SHOPPERS_LABEL),
        "hired_real_need": "Hired, with a real need",
        "complainant": "Complainants",
        "customer": "Customers without a problem",
    }
    return plan.label_complainants if plan.complainants == (arm,) else names[arm]


def _source_line(comparison: Comparison, about: About) -> str:
    source = about.source or "not stated"
    return f"{upper_first(basis(comparison.difference))}. Source: {source.rstrip('.')}."


def _spec(drawn: go.Figure) -> dict[str, Any]:
    """Return a figure as JSON can hold it, without the parts that Plotly fills in by itself."""
    spec: dict[str, Any] = drawn.to_plotly_json()
    spec["layout"].pop("template", None)
    return spec
