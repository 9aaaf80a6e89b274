"""Blocks about the witnesses: the steps of the claim, the hypotheses, themes, severity, who found what, checks."""

from __future__ import annotations

import math

from analysis.documents.blocks import FigureBlock, Section, Table
from analysis.documents.check_wording import STATUS_WORDS, check_name
from analysis.documents.hypothesis_wording import GAPS, REFUTED_IF, SAYS, STEPS, step_sentence
from analysis.documents.parts import (
    DESCRIBED,
    IN_NUMBERS,
    INTERVAL_95,
    PLACES,
    RESPONSES,
    beginning,
    decimals_of,
    estimate_and_interval,
    source_line,
    spec,
    theme_of,
)
from analysis.documents.wording import WORDS
from analysis.figures import BarRow, GapRow, IntervalRow, bar_figure, gap_plot, interval_figure
from analysis.figures.colours import COMPLAINANTS as ORANGE
from analysis.figures.colours import CUSTOMERS as GREY
from analysis.figures.colours import SHOPPERS as BLUE
from analysis.language import Joined, Language, Listed, Words, said, say, say_many
from analysis.language.numbers import NOT_KNOWN, count, locations, number, p_value, responses, shortest, span
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.hypotheses import Contrast, HypothesisResult, ThemeResult
from analysis.shapes.names import COMPLAINANTS, SHOPPERS
from analysis.shapes.results import ProblemResult

_STEPS_TITLE = say("From acting to complaining, step by step")


def steps_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | Section:
    """Return what each step from shopper to loud complainant adds, and the steps that are missing."""
    steps = comparison.steps
    known = [step for step in steps if math.isfinite(step.estimate)]
    missing = [step for step in steps if not math.isfinite(step.estimate)]
    places = decimals_of(*(step.ci95 for step in known))
    if not known:
        return Section(_STEPS_TITLE, points=tuple(step_sentence(step) for step in missing))
    table = Table(
        columns=(say("Step"), say("More problems per response"), INTERVAL_95, RESPONSES, PLACES),
        rows=tuple(
            (
                (STEPS if math.isfinite(step.estimate) else GAPS)[step.step],
                number(step.estimate, places),
                span(step.ci95, places),
                count(step.responses),
                count(step.locations),
            )
            for step in steps
        ),
        caption=IN_NUMBERS,
    )
    drawn = interval_figure(
        [
            IntervalRow(
                said(_SHORT_STEPS[step.step], speech),
                said(estimate_and_interval(step.estimate, step.ci95, places), speech),
                step.estimate,
                step.ci95,
            )
            for step in known
        ],
        x_title=said(say("more problems per response"), speech),
    )
    how = say(
        "Pretence alone: hired people with a need of their own minus shoppers who act one; the interval leaves "
        "out one person at a time, on both sides. Pay and training: invited complainants minus these, by the "
        "primary method. Coming by oneself: complainants through an open link minus invited ones, interval over "
        "places. None of the three is tested."
    )
    return FigureBlock(
        id="steps",
        title=_steps_title(known, missing),
        subtitle=Joined(" ", [say("What each step adds. Grey: covers zero."), *map(step_sentence, missing)]),
        spec=spec(drawn, speech),
        table=table,
        computed=how,
        note=source_line(comparison, about),
    )


_SHORT_STEPS = {
    "N−P": say("Pretence alone"),
    "R−N": say("Pay, training, expecting to evaluate"),
    "L−R": say("Coming by oneself"),
}


def _steps_title(known: list[Contrast], missing: list[Contrast]) -> Words:
    clear = [step for step in known if step.ci95[0] > 0 or step.ci95[1] < 0]
    if clear:
        steps = Joined("; ", [_SHORT_STEPS[step.step] for step in clear])
        return say("What clearly makes a difference: {steps}", steps=steps)
    if missing:
        return say("Of the steps that can be told, none clearly makes a difference")
    return say("No single step clearly makes a difference")


def hypotheses_section(comparison: Comparison) -> Section:
    """Return the ten hypotheses in their order: the sentence, what would refute it, and the numbers."""
    return Section(
        say("The ten hypotheses, in their order"),
        paragraphs=(
            say(
                "H1, H2 and H3 are tested one after the other at 5 % each; H4 and H8 together, corrected by "
                "Holm; the others are described. The order was fixed beforehand."
            ),
        ),
        terms=tuple(
            (say("{id} · {says}", id=found.id, says=SAYS[found.id]), _with_rule(found))
            for found in comparison.hypotheses
        ),
        table=Table(
            columns=(
                say("Hypothesis"),
                say("Estimate"),
                INTERVAL_95,
                say("Verdict"),
                say("p"),
                say("Margin"),
                RESPONSES,
                PLACES,
            ),
            rows=tuple(_hypothesis_row(found) for found in comparison.hypotheses),
            caption=say(
                "In their own units: problems, steps, logarithms of ratios (H4), money (H5), ratios "
                "(H6), correlation (H10)"
            ),
        ),
    )


def _with_rule(found: HypothesisResult) -> Words:
    return say("{sentence} {rule}", sentence=found.sentence, rule=REFUTED_IF[found.id])


def _hypothesis_row(found: HypothesisResult) -> tuple[str, ...]:
    return (
        found.id,
        number(found.estimate, 2),
        span(found.ci95, 2),
        WORDS[found.verdict] if found.verdict else say("described"),
        p_value(found.p_value) if found.tested else NOT_KNOWN,
        NOT_KNOWN if found.margin is None else shortest(found.margin),
        count(found.responses) if found.responses else NOT_KNOWN,
        count(found.locations) if found.locations else NOT_KNOWN,
    )


def themes_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock:
    """Return how many problems of each theme complainants report more; the claim's themes are marked."""
    ordered = sorted(comparison.themes, key=lambda row: (-row.estimate, row.theme))
    places = decimals_of(*(row.ci95 for row in ordered))
    drawn = interval_figure(
        [
            IntervalRow(
                beginning(_theme_label(row, about), speech),
                said(estimate_and_interval(row.estimate, row.ci95, places), speech),
                row.estimate,
                row.ci95,
            )
            for row in ordered
        ],
        x_title=said(say("more problems per response"), speech),
    )
    table = Table(
        columns=(say("Theme"), say("More problems per response"), INTERVAL_95, say("Times as many")),
        rows=tuple(
            (
                say("{words:capital}", words=_theme_label(row, about)),
                number(row.estimate, places),
                span(row.ci95, places),
                number(row.ratio, 2),
            )
            for row in ordered
        ),
        caption=IN_NUMBERS,
    )
    return FigureBlock(
        id="themes",
        title=_themes_title(ordered, about),
        subtitle=say(
            "{who:capital} minus {shoppers}, theme by theme; the claim names {themes}. Grey: covers zero.",
            who=COMPLAINANTS,
            themes=Listed([theme_of(theme, about) for theme in comparison.plan.focus_themes]),
            shoppers=SHOPPERS,
        ),
        spec=spec(drawn, speech),
        table=table,
        computed=say(
            "The primary method on the problems of each theme alone; the rows add up to the whole difference. "
            "Described: whether the claim’s themes differ more than the others is what H4 tests."
        ),
        note=source_line(comparison, about),
    )


def _theme_label(row: ThemeResult, about: About) -> Words:
    name = theme_of(row.theme, about)
    return say("{theme} (in the claim)", theme=name) if row.in_focus else say("{theme}", theme=name)


def _themes_title(ordered: list[ThemeResult], about: About) -> Words:
    more = [theme_of(row.theme, about) for row in ordered if row.ci95[0] > 0]
    fewer = [theme_of(row.theme, about) for row in ordered if row.ci95[1] < 0]
    parts = [
        say("{who:capital} report more of: {themes}", who=who, themes=Listed(names))
        for who, names in ((COMPLAINANTS, more), (SHOPPERS, fewer))
        if names
    ]
    return Joined(". ", parts) if parts else say("No theme differs clearly between the two sources")


def severity_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | None:
    """Return how grave the gravest problem of a response is, by source; None where severity is not known."""
    found = next(row for row in comparison.hypotheses if row.id == "H3")
    if not found.estimable or "shoppers" not in found.numbers:
        return None
    places = decimals_of(found.ci95)
    shown = estimate_and_interval(found.estimate, found.ci95, places)
    label = say("Gravest problem of a response")
    shoppers, complainants = found.numbers["shoppers"], found.numbers["complainants"]
    drawn = gap_plot(
        [GapRow(said(label, speech), said(shown, speech), shoppers, complainants, found.ci95)],
        shoppers_label=beginning(SHOPPERS, speech),
        complainants_label=beginning(COMPLAINANTS, speech),
        x_title=said(say("severity from 0 (no problem) to 4 (unacceptable)"), speech),
    )
    table = Table(
        columns=(
            say("Mean"),
            say("{words:capital}", words=COMPLAINANTS),
            say("{words:capital}", words=SHOPPERS),
            say("Difference"),
            INTERVAL_95,
        ),
        rows=(
            (
                label,
                number(complainants, 2),
                number(shoppers, 2),
                number(found.estimate, places),
                span(found.ci95, places),
            ),
        ),
        caption=IN_NUMBERS,
    )
    much = number(abs(found.estimate), places)
    title = say("Whether what {who} see is graver cannot be told", who=COMPLAINANTS)
    if found.ci95[0] > 0:
        title = say("What {who} see is graver, by {much} steps", who=COMPLAINANTS, much=much)
    elif found.ci95[1] < 0:
        title = say("What {who} see is less grave, by {much} steps", who=COMPLAINANTS, much=much)
    without = found.numbers.get("without_severity", 0)
    return FigureBlock(
        id="severity",
        title=title,
        subtitle=say(
            "Highest severity among the problems of a response that count; 0 where there was none. The band "
            "is the interval of the difference, laid against the shoppers’ dot."
        ),
        spec=spec(drawn, speech),
        table=table,
        computed=say_many(
            "The primary method on that number. {n} response whose problems all lack a severity was left out.",
            "The primary method on that number. {n} responses whose problems all lack a severity were left out.",
            without,
        ),
        note=source_line(
            comparison,
            about,
            say("{responses}, {places}", responses=responses(found.responses), places=locations(found.locations)),
        ),
    )


def overlap_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock:
    """Return which problems only shoppers report, which both, and which only complainants."""
    groups: dict[str, list[str]] = {"shoppers": [], "both": [], "complainants": []}
    for row in comparison.problems:
        group = _found_by(row)
        if group:
            groups[group].append(about.label(row.problem))
    names = {
        "shoppers": say("Only {who}", who=SHOPPERS),
        "both": say("Both"),
        "complainants": say("Only {who}", who=COMPLAINANTS),
    }
    colours = {"shoppers": BLUE, "both": GREY, "complainants": ORANGE}
    drawn = bar_figure(
        [
            BarRow(said(names[key], speech), said(count(len(found)), speech), float(len(found)), colours[key])
            for key, found in groups.items()
        ],
        x_title=said(say("different problems"), speech),
    )
    result = comparison.difference
    return FigureBlock(
        id="overlap",
        title=_overlap_title(groups),
        subtitle=say(
            "Each problem of the list, by who reported it at least once: {theirs} of {shoppers}, {ours} of "
            "{who}. More responses find more.",
            theirs=responses(result.shopper_responses),
            shoppers=SHOPPERS,
            ours=responses(result.complainant_responses),
            who=COMPLAINANTS,
        ),
        spec=spec(drawn, speech),
        table=Table(
            columns=(say("Reported by"), say("How many"), say("Which")),
            rows=tuple(
                (names[key], count(len(found)), "; ".join(found) or NOT_KNOWN) for key, found in groups.items()
            ),
            caption=IN_NUMBERS,
        ),
        computed=say(
            "Counted over the responses that are compared, without allowing for unequal numbers: the "
            "discovery curves do that. {described}",
            described=DESCRIBED,
        ),
        note=source_line(comparison, about),
    )


def _found_by(row: ProblemResult) -> str | None:
    complainants, shoppers = row.result.complainants_mean > 0, row.result.shoppers_mean > 0
    if complainants and shoppers:
        return "both"
    if complainants:
        return "complainants"
    return "shoppers" if shoppers else None


def _overlap_title(groups: dict[str, list[str]]) -> Words:
    whole = sum(len(found) for found in groups.values())
    alone, other = len(groups["complainants"]), len(groups["shoppers"])
    if not alone and not other:
        return say_many(
            "Both sources report the one problem that anybody saw",
            "Both sources report all {n} problems that anybody saw",
            whole,
        )
    return say(
        "Of {all} problems that anybody saw, only {who} report {alone}, only {shoppers} {other}",
        all=count(whole),
        who=COMPLAINANTS,
        alone=count(alone),
        shoppers=SHOPPERS,
        other=count(other),
    )


def checks_section(comparison: Comparison) -> Section:
    """Return the checks as sentences: those that do not hold first, those that could not be made last."""
    made = [check for check in comparison.checks if check.columns]
    unmade = [check for check in comparison.checks if not check.columns]
    order = list(STATUS_WORDS)
    terms: list[tuple[str, str]] = [
        (
            check_name(check.id),
            say("{status:capital}. {sentence}", status=STATUS_WORDS[check.status], sentence=check.sentence),
        )
        for check in sorted(made, key=lambda check: order.index(check.status))
    ]
    if unmade:
        reasons = [
            say("{name}: {sentence}", name=check_name(check.id), sentence=check.sentence) for check in unmade
        ]
        terms.append((say("Could not be made"), Joined(" ", reasons)))
    failed, passed, other = (sum(check.status == status for check in made) for status in order)
    return Section(
        say("Does it hold if it is made otherwise?"),
        paragraphs=(
            say(
                "Checks that do not hold: {failed}; that hold: {passed}; for information: {other}; could not "
                "be made: {unmade}. A check holds if an interval that excluded zero still does, on the same "
                "side, or as its own sentence says.",
                failed=count(failed),
                passed=count(passed),
                other=count(other),
                unmade=count(len(unmade)),
            ),
        ),
        terms=tuple(terms),
    )
