"""Blocks about money and days (H5), and about what people felt and told (H6, H7, H9)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from analysis.documents.blocks import FigureBlock, Section, Table
from analysis.documents.hypothesis_wording import SAYS, basis_of
from analysis.documents.parts import DESCRIBED, IN_NUMBERS, INTERVAL_95, beginning, source_line, spec
from analysis.figures import BarRow, IntervalRow, acceptability_figure, bar_figure, interval_figure
from analysis.figures.colours import COMPLAINANTS as ORANGE
from analysis.figures.colours import SHOPPERS as BLUE
from analysis.language import Language, Words, said, say
from analysis.language.numbers import count, interval, locations, number, percent, responses, span
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.hypotheses import HypothesisResult
from analysis.shapes.names import COMPLAINANTS, SHOPPERS
from analysis.shapes.vocabulary import COMPLAINANTS as COMPLAINANT
from analysis.shapes.vocabulary import SHOPPERS as SHOPPER

#: A group at stake with fewer responses stands in the table only: its interval would be all that is seen.
_LEAST_DRAWN = 5
_SOURCES = ((SHOPPER, SHOPPERS, BLUE), (COMPLAINANT, COMPLAINANTS, ORANGE))


def cost_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | None:
    """Return how probable it is that asking complainants pays, and what a problem costs; None where not known."""
    cost = comparison.cost
    effort, budget = cost.effort, cost.budget
    if effort is None or budget is None:
        return None
    drawn = acceptability_figure(
        cost.acceptability,
        x_title=said(say("what one more problem is worth, in money"), speech),
        y_title=said(say("how probable it is that asking pays"), speech),
    )
    per = effort.per_problem
    saving = number(abs(effort.saving), 2)
    low, high = effort.saving_ci95
    if low > 0:
        title = say("A different problem costs {much} more by {shoppers}", much=saving, shoppers=SHOPPERS)
    elif high < 0:
        title = say("A different problem costs {much} less by {shoppers}", much=saving, shoppers=SHOPPERS)
    else:
        title = say("Which source finds problems more cheaply cannot be told")
    rows = [
        (say("Cost of a response"), cost.per_response, 2),
        (say("Different problems at equal effort"), effort.distinct, 1),
        (say("Cost of a different problem at equal effort"), per, 2),
        (say("Responses for the same money"), budget.responses, 0),
        (say("Different problems for the same money"), budget.distinct, 1),
        (say("Share of further questions answered"), cost.answered_share, None),
    ]
    return FigureBlock(
        id="cost",
        title=title,
        subtitle=say(
            "How probable it is that asking {who} instead of {shoppers} pays, by what one more problem is worth "
            "to the firm.",
            who=COMPLAINANTS,
            shoppers=SHOPPERS,
        ),
        spec=spec(drawn, speech),
        table=Table(
            columns=(
                say("In {responses} of each", responses=responses(effort.size)),
                say("{words:capital}", words=COMPLAINANTS),
                say("{words:capital}", words=SHOPPERS),
            ),
            rows=tuple(
                (label, *(_amount(values.get(side, math.nan), places) for side in (COMPLAINANT, SHOPPER)))
                for label, values, places in rows
            ),
            caption=IN_NUMBERS,
        ),
        computed=say(
            "Saving by asking {who}: {saving}, {interval}. Equal effort is half of the smaller number "
            "of responses; for the same money each source gets what it would buy. Intervals by leaving out "
            "one place at a time; that shoppers differ is not covered. {described}",
            who=COMPLAINANTS,
            saving=number(effort.saving, 2),
            interval=interval(effort.saving_ci95, 2),
            described=DESCRIBED,
        ),
        note=source_line(comparison, about, locations(cost.locations)),
    )


def _amount(value: float, decimals: int | None) -> Words:
    return percent(value) if decimals is None else number(value, decimals)


def days_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | None:
    """Return how long it takes by either source until 80 % of what there is to hear is heard."""
    cost = comparison.cost
    known = {side: cost.days_to_coverage.get(side, math.nan) for side, _, _ in _SOURCES}
    needed = {side: cost.responses_to_coverage.get(side, math.nan) for side, _, _ in _SOURCES}
    days = all(math.isfinite(value) for value in known.values())
    shown = known if days else needed
    if not all(math.isfinite(value) for value in shown.values()):
        return None
    drawn = bar_figure(
        [
            BarRow(beginning(who, speech), said(number(shown[side], 1), speech), shown[side], colour)
            for side, who, colour in _SOURCES
        ],
        x_title=said(say("days to 80 % coverage") if days else say("responses to 80 % coverage"), speech),
    )
    theirs, ours = number(shown[SHOPPER], 1), number(shown[COMPLAINANT], 1)
    title = (
        say(
            "Days to 80 % coverage: {who} {ours}, {shoppers} {theirs}",
            who=COMPLAINANTS,
            ours=ours,
            shoppers=SHOPPERS,
            theirs=theirs,
        )
        if days
        else say(
            "Responses to 80 % coverage: {who} {ours}, {shoppers} {theirs}",
            who=COMPLAINANTS,
            ours=ours,
            shoppers=SHOPPERS,
            theirs=theirs,
        )
    )
    return FigureBlock(
        id="days",
        title=title,
        subtitle=say(
            "How long until four of five reports are of a kind already heard, at the pace of this fieldwork."
        ),
        spec=spec(drawn, speech),
        table=Table(
            columns=(
                say("To 80 % coverage"),
                say("{words:capital}", words=COMPLAINANTS),
                say("{words:capital}", words=SHOPPERS),
            ),
            rows=(
                (say("Responses"), number(needed[COMPLAINANT], 1), number(needed[SHOPPER], 1)),
                (say("Days"), number(known[COMPLAINANT], 1), number(known[SHOPPER], 1)),
            ),
            caption=IN_NUMBERS,
        ),
        computed=say(
            "Coverage of the discovery curves, turned round: how many responses reach 80 %, over responses a "
            "day of fieldwork. No interval is given. {described}",
            described=DESCRIBED,
        ),
        note=source_line(comparison, about),
    )


def feelings_sections(
    hypotheses: Sequence[HypothesisResult], comparison: Comparison, about: About
) -> Iterator[Section]:
    """Yield word of mouth, apology and trace, each with its sentence and numbers, as far as they can be told."""
    for found in hypotheses:
        if found.id in _FEELINGS and found.estimable:
            measure, computed = _FEELINGS[found.id]
            yield _section(found, measure, computed, comparison, about)


#: Of a finding about feelings: its measure, and how that is computed.
_FEELINGS = {
    "H6": (
        say("How many people were told, on average"),
        say(
            "Among genuine customers, those who felt bad over those who felt good, zeros counted; interval by "
            "leaving out one place at a time. Word of mouth as the article has it, 11 against 6, is its input."
        ),
    ),
    "H7": (
        say("Steps of feeling, from −3 to 3"),
        say(
            "Among genuine customers, mean feeling where somebody apologised minus where nobody did, "
            "within cells; places count alike; interval over places."
        ),
    ),
    "H9": (
        say("Bend of the curve: above 0 it is a U"),
        say(
            "Among genuine customers, trace (0 to 10) over feeling and its square; interval by leaving "
            "out one place at a time. A U is also why who comes by oneself is not like who is asked."
        ),
    ),
}


def _section(
    found: HypothesisResult, measure: Words, computed: Words, comparison: Comparison, about: About
) -> Section:
    rows = [
        (measure, number(found.estimate, 2), span(found.ci95, 2), count(found.responses), count(found.locations))
    ]
    if found.id == "H6":
        rows = [(say("Times as many"), *rows[0][1:])]
        rows += [
            (label, number(found.numbers[key], 1), number(math.nan), number(math.nan), number(math.nan))
            for key, label in (
                ("displeased", say("Told by the displeased")),
                ("pleased", say("Told by the pleased")),
            )
        ]
    return Section(
        SAYS[found.id],
        paragraphs=(found.sentence, computed, source_line(comparison, about, basis_of(found))),
        table=Table(
            columns=(say("Measure"), say("Estimate"), INTERVAL_95, say("Responses"), say("Places")),
            rows=tuple(rows),
            caption=measure,
        ),
    )


def dose_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | None:
    """Return problems per response by how much was at stake; None where nobody was asked."""
    check = next((row for row in comparison.checks if row.id == "dose_response"), None)
    if check is None or len(check.rows) < 3:
        return None
    slope, *bands = [
        (label, float(estimate), (float(low), float(high)), float(n))
        for label, estimate, low, high, n in check.rows
        if isinstance(label, str)
    ]
    low, high = slope[2]
    title = say("How much is at stake makes no clear difference to what people report")
    if low > 0:
        title = say("Who has more at stake reports more")
    elif high < 0:
        title = say("Who has more at stake reports less")
    drawn = interval_figure(
        [
            IntervalRow(
                beginning(label, speech),
                said(say("{much} ({interval})", much=number(mean, 2), interval=span(ci95, 2)), speech),
                mean,
                (max(0.0, ci95[0]), ci95[1]),
            )
            for label, mean, ci95, n in bands
            if n >= _LEAST_DRAWN
        ],
        x_title=said(say("problems per response"), speech),
        differences=False,
    )
    return FigureBlock(
        id="dose",
        title=title,
        subtitle=say(
            "Genuine customers only, by how much hung on it, from 0 to 10; groups of {least} or more. Slope "
            "within cells: {slope} problems a step, {interval}.",
            least=count(_LEAST_DRAWN),
            slope=number(slope[1], 2),
            interval=interval(slope[2], 2),
        ),
        spec=spec(drawn, speech),
        table=Table(
            columns=(say("At stake"), say("Problems per response"), INTERVAL_95, say("Responses")),
            rows=tuple(
                (say("{words:capital}", words=label), number(mean, 2), span(ci95, 2), count(n))
                for label, mean, ci95, n in (slope, *bands)
            ),
            caption=IN_NUMBERS,
        ),
        computed=check.sentence,
        note=source_line(comparison, about, responses(slope[3])),
    )
