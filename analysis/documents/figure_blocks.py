"""The first figures of a comparison as blocks: finding, drawing, table, and how it was computed."""

from __future__ import annotations

import math

from analysis.documents.blocks import FigureBlock, Table
from analysis.documents.numbers import decimals_for
from analysis.documents.parts import IN_NUMBERS, INTERVAL_90, INTERVAL_95, arm_label, beginning, source_line, spec
from analysis.documents.wording import variant_label
from analysis.figures import GapRow, difference_figure, discovery_figure, gap_plot
from analysis.language import Joined, Language, Words, lower_first, said, say, say_many
from analysis.language.numbers import count, number, p_value, percent, responses, span
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.names import COMPLAINANTS, SHOPPERS
from analysis.shapes.plan import Plan
from analysis.shapes.results import Discovery, ProblemResult, TwoWay


def difference_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock:
    """Return the figure of the primary estimate, its sensitivity range and its variants."""
    plan, primary = comparison.plan, comparison.primary
    rows = _difference_rows(comparison, about)
    places = 2 if plan.scale == "ratio" else decimals_for(primary, plan.margin)
    table = Table(
        columns=(
            say("Estimate"),
            _unit(plan),
            INTERVAL_95,
            INTERVAL_90,
            say("p"),
            say("Responses"),
            say("Places"),
        ),
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
        caption=IN_NUMBERS,
    )
    drawn = difference_figure(
        [(said(label, speech), result, said(_numbers(result, plan, places), speech)) for label, result in rows],
        margin=plan.margin,
        x_title=said(_difference_axis(plan), speech),
        margin_label=said(say("too small to matter"), speech),
    )
    return FigureBlock(
        id="difference",
        title=_difference_title(comparison),
        subtitle=say(
            "{who:capital} minus {shoppers}, in matched cells, every place with equal weight. Thin line: 95 % "
            "interval; thick line: 90 % interval. Grey: covers zero. Pale band: the margin.",
            who=COMPLAINANTS,
            shoppers=SHOPPERS,
        ),
        spec=spec(drawn, speech),
        table=table,
        computed=_difference_computed(comparison),
        note=source_line(comparison, about),
    )


def _difference_rows(comparison: Comparison, about: About) -> list[tuple[Words, TwoWay]]:
    rows: list[tuple[Words, TwoWay]] = [(say("All that count"), comparison.primary)]
    if comparison.range is not None:
        rows.append((say("One problem taken from every complainant"), comparison.range.minus_one))
        rows.append((say("Problems that the scenario implies left in"), comparison.range.raw))
    rows += [
        (say("{words:capital}", words=variant_label(variant, about)), variant.result)
        for variant in comparison.variants
    ]
    return rows


def _difference_computed(comparison: Comparison) -> Words:
    parts: list[Words] = [
        say(
            "Two-way variance over places and shoppers, t interval with {df} degrees of freedom.",
            df=number(comparison.primary.df, 1),
        )
    ]
    if comparison.sign_flip is not None:
        p = p_value(comparison.sign_flip.p_value)
        parts.append(
            say("Sign-flip test over places (all sign vectors): p {p}.", p=p)
            if comparison.sign_flip.exact
            else say("Sign-flip test over places ({n} random sign vectors): p {p}.", n=count(99_999), p=p)
        )
    return Joined(" ", (*parts, *_range_words(comparison)))


def _range_words(comparison: Comparison) -> list[Words]:
    if comparison.range is None:
        return [
            say(
                "No sensitivity range is shown: these people were not selected for having a problem, so it does "
                "not apply."
            )
        ]
    words: list[Words] = [
        say(
            "The two rows after the first are a range for self-selection, not bounds: whoever complains had at "
            "least one problem."
        )
    ]
    if math.isfinite(comparison.range.break_even) and comparison.range.break_even > 0:
        broken = number(comparison.range.break_even, decimals_for(comparison.difference))
        words.append(
            say("The interval reaches zero once {n} problems are taken from every complainant.", n=broken)
        )
    if math.isfinite(comparison.range.dispersion):
        dispersion = number(comparison.range.dispersion, 2)
        words.append(say("Spread of shoppers’ counts within a cell over their mean: {n}.", n=dispersion))
    return words


def _difference_title(comparison: Comparison) -> Words:
    plan, primary = comparison.plan, comparison.primary
    if plan.scale == "ratio":
        times = number(_shown(primary.estimate, plan), 2)
        return say("{times} times as many problems per response", times=times)
    much = number(abs(primary.estimate), decimals_for(primary, plan.margin))
    found = (
        say("{much} fewer problems per response", much=much)
        if primary.estimate < 0
        else say("{much} more problems per response", much=much)
    )
    if comparison.thin_because:
        return say("{found}, on too little data to tell", found=found)
    if comparison.verdict == "inconclusive":
        return say("{found}, give or take more than that", found=found)
    return found


def _difference_axis(plan: Plan) -> Words:
    if plan.scale == "ratio":
        return say("← shoppers more · times as many")
    return say("← shoppers more · problems per response")


def _unit(plan: Plan) -> Words:
    return say("Times as many") if plan.scale == "ratio" else say("More problems per response")


def _shown(value: float, plan: Plan) -> float:
    return math.exp(value) if plan.scale == "ratio" and math.isfinite(value) else value


def _shown_span(values: tuple[float, float], plan: Plan, places: int) -> Words:
    return span((_shown(values[0], plan), _shown(values[1], plan)), places)


def _with_interval(shown: Words, interval: Words) -> Words:
    return say("{estimate} ({interval})", estimate=shown, interval=interval)


def _numbers(result: TwoWay, plan: Plan, places: int) -> Words:
    shown = number(_shown(result.estimate, plan), places)
    if math.isnan(result.ci95[0]):
        return shown
    return _with_interval(shown, _shown_span(result.ci95, plan, places))


def problems_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock:
    """Return the gap plot: how often each problem is named by either source."""
    estimable = [row for row in comparison.problems if math.isfinite(row.result.estimate)]
    ordered = sorted(estimable, key=lambda row: (-row.result.estimate, row.problem))
    table = Table(
        columns=(
            say("Problem"),
            say("{words:capital}", words=COMPLAINANTS),
            say("{words:capital}", words=SHOPPERS),
            say("Difference in points"),
            INTERVAL_95,
            say("p (Holm)"),
            say("Reports"),
        ),
        rows=tuple(
            (
                about.label(row.problem),
                percent(row.result.complainants_mean),
                percent(row.result.shoppers_mean),
                number(100 * row.result.estimate, 0),
                span((100 * row.result.ci95[0], 100 * row.result.ci95[1]), 0),
                p_value(row.p_holm) if row.tested else say("not tested"),
                count(row.total),
            )
            for row in ordered
        ),
        caption=IN_NUMBERS,
    )
    drawn = gap_plot(
        [
            GapRow(
                about.label(row.problem),
                said(_points(row), speech),
                row.result.shoppers_mean,
                row.result.complainants_mean,
                row.result.ci95,
            )
            for row in ordered
        ],
        shoppers_label=beginning(SHOPPERS, speech),
        complainants_label=beginning(COMPLAINANTS, speech),
        x_title=said(say("share of responses that report it"), speech),
        most=1.0,
        tickformat=".0%",
    )
    computed = say(
        "The primary method for each problem alone. The p values are corrected for looking at several "
        "problems (Holm). Problems with fewer than 5 reports are shown but not tested."
    )
    untested = [about.label(row.problem) for row in comparison.problems if not row.tested]
    if untested:
        left_out = say("Not tested: {problems}.", problems=Joined("; ", untested))
        computed = say("{computed} {left_out}", computed=computed, left_out=left_out)
    return FigureBlock(
        id="problems",
        title=_problems_title(ordered, about),
        subtitle=say(
            "Share of responses that report each problem. At the right: {who} minus {shoppers}, in percentage "
            "points, with its 95 % interval. The band is that interval, laid against the shoppers’ dot: grey "
            "where it covers the dot.",
            who=COMPLAINANTS,
            shoppers=SHOPPERS,
        ),
        spec=spec(drawn, speech),
        table=table,
        computed=computed,
        note=source_line(comparison, about),
    )


def _points(row: ProblemResult) -> Words:
    shown = number(100 * row.result.estimate, 0)
    if math.isnan(row.result.ci95[0]):
        return shown
    return _with_interval(shown, span((100 * row.result.ci95[0], 100 * row.result.ci95[1]), 0))


def _problems_title(ordered: list[ProblemResult], about: About) -> Words:
    clear = [row for row in ordered if row.tested and row.p_holm < 0.05]
    more = [about.label(row.problem) for row in clear if row.result.estimate > 0]
    fewer = [about.label(row.problem) for row in reversed(clear) if row.result.estimate < 0]
    parts = [
        say("{who:capital} report more often: {problems}", who=who, problems=_some(names))
        for who, names in ((COMPLAINANTS, more), (SHOPPERS, fewer))
        if names
    ]
    if not parts:
        return say("No single problem differs clearly between the two sources")
    return Joined(". ", parts)


def _some(names: list[str], most: int = 3) -> Words:
    shown = Joined("; ", [lower_first(name) for name in names[:most]])
    if len(names) <= most:
        return shown
    return say_many("{shown}; and {n} more", "{shown}; and {n} more", len(names) - most, shown=shown)


def discovery_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock:
    """Return the discovery curves with both arms at equal effort and at equal coverage."""
    discovery = comparison.discovery
    labels = {curve.arm: arm_label(curve.arm, comparison.plan) for curve in discovery.curves}
    arms = [curve.arm for curve in discovery.curves]
    table = Table(
        columns=(say("Responses"), *(say("{who:capital}: different problems", who=labels[arm]) for arm in arms)),
        rows=tuple(
            (count(size), *(number(found[arm], 1) for arm in arms))
            for size, found in discovery.at_equal_size.items()
        ),
        caption=say("Different problems expected at equal effort"),
    )
    drawn = discovery_figure(
        discovery,
        labels={arm: beginning(label, speech) for arm, label in labels.items()},
        x_title=said(say("number of responses"), speech),
        y_title=said(say("different problems"), speech),
    )
    units = [say("{who} {n}", who=labels[c.arm], n=count(c.units)) for c in discovery.curves]
    return FigureBlock(
        id="discovery",
        title=_discovery_title(discovery, labels),
        subtitle=_discovery_subtitle(discovery),
        spec=spec(drawn, speech),
        table=table,
        computed=_discovery_computed(discovery, labels),
        note=say("{source} Responses: {units}.", source=source_line(comparison, about), units=Joined(", ", units)),
    )


def _discovery_subtitle(discovery: Discovery) -> Words:
    shown = say(
        "Different problems expected from so many responses (of {n} seen in all), each response drawn at random. "
        "A dotted part, where there is one, is extrapolated.",
        n=count(discovery.seen_by_any),
    )
    if not discovery.exhausted:
        return shown
    return say(
        "{shown} With many responses one source finds nearly the whole list, so fewer responses tell more.",
        shown=shown,
    )


def _discovery_computed(discovery: Discovery, labels: dict[str, Words]) -> Words:
    """Say how; and what both find once they are equally complete, unless the list is exhausted anyway."""
    how = say(
        "Sample-based rarefaction (Colwell et al. 2012). No interval is drawn: responses at one place, or by one "
        "shopper, are not independent, and the usual interval would be too narrow. This figure describes; it "
        "tests nothing."
    )
    reached = discovery.at_equal_coverage
    if discovery.exhausted or not reached:
        return how
    parts = [
        say(
            "{who}, {problems} problems in {size} responses",
            who=labels[arm],
            problems=number(distinct, 1),
            size=number(size, 1),
        )
        for arm, (size, distinct) in reached.items()
    ]
    return say(
        "{how} At equal coverage ({share} of all reports are of a kind already seen): {parts}.",
        how=how,
        share=percent(discovery.equal_coverage, 1),
        parts=Joined("; ", parts),
    )


def _discovery_title(discovery: Discovery, labels: dict[str, Words]) -> Words:
    size = discovery.equal_size
    if discovery.exhausted:
        size = max(m for m in discovery.at_equal_size if m <= min(size, 10))
    found = Joined(
        ", ",
        [
            say("{who} {n}", who=labels[arm], n=number(value, 1))
            for arm, value in discovery.at_equal_size[size].items()
        ],
    )
    return say("Different problems in {responses}: {found}", responses=responses(size), found=found)
