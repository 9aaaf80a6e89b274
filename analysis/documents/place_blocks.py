"""Blocks about single places, for researchers only: the funnel, problem by place, and how alike places rank."""

from __future__ import annotations

import math

from analysis.documents.blocks import FigureBlock, Table
from analysis.documents.parts import DESCRIBED, IN_NUMBERS, INTERVAL_95, source_line, spec
from analysis.figures import agreement_figure, funnel_plot, place_matrix
from analysis.language import Language, Words, lower_first, said, say, say_many
from analysis.language.numbers import count, interval, locations, number, span
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.names import COMPLAINANTS, SHOPPERS
from analysis.shapes.places import PlaceResult
from analysis.shapes.results import ProblemResult

#: A matrix shows so many places and problems at most; more would be a carpet, not a picture.
MOST_PLACES, MOST_PROBLEMS = 40, 14
#: A place where a source has fewer responses is grey in the matrix. Where most are, there is no matrix.
LEAST_RESPONSES = 3


def funnel_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | None:
    """Return each place against all; None where the spread within cells is not known."""
    places = comparison.places
    if not places.width > 0 or len(places.rows) < 3:
        return None
    drawn = funnel_plot(
        places,
        x_title=said(say("responses at the place, as if evenly split"), speech),
        y_title=said(say("more problems per response"), speech),
    )
    ordered = sorted(places.rows, key=lambda row: (-row.difference, row.location))
    outside, expected = len(places.outside), 0.05 * len(places.rows)
    title: Words = say("No place lies further out than chance alone explains")
    if outside:
        title = say_many(
            "{n} place lies further out than chance alone explains; about {expected} would be expected",
            "{n} places lie further out than chance alone explains; about {expected} would be expected",
            outside,
            expected=number(expected, 1),
        )
    return FigureBlock(
        id="funnel",
        title=title,
        subtitle=say(
            "{who:capital} minus {shoppers} at each place; the level line is all places. Between the full lines "
            "lie 95 % of places, between the dotted ones 99.8 %, if places do not differ. A funnel, not a league "
            "table.",
            who=COMPLAINANTS,
            shoppers=SHOPPERS,
        ),
        spec=spec(drawn, speech),
        table=Table(
            columns=(
                say("Place"),
                say("More problems per response"),
                say("Standard error"),
                say("Responses of {who}", who=COMPLAINANTS),
                say("Responses of {who}", who=SHOPPERS),
                say("Outside 95 %"),
            ),
            rows=tuple(
                (
                    row.location,
                    number(row.difference, 2),
                    number(row.se, 2),
                    count(row.complainant_responses),
                    count(row.shopper_responses),
                    say("yes") if row.location in places.outside else say("no"),
                )
                for row in ordered
            ),
            caption=IN_NUMBERS,
        ),
        computed=say(
            "The width comes from the spread of responses within cells. It covers chance, not that "
            "shoppers differ: where one shopper saw a whole place, that shopper’s eye is in it too. {described}",
            described=DESCRIBED,
        ),
        note=source_line(comparison, about),
    )


def matrix_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | None:
    """Return problem by place; None where there are too many places, or most have too few responses."""
    rows = comparison.places.rows
    thin = [row.fewest < LEAST_RESPONSES for row in rows]
    problems = sorted(comparison.problems, key=lambda row: (-row.total, row.problem))[:MOST_PROBLEMS]
    if not rows or not problems or len(rows) > MOST_PLACES or sum(thin) > len(rows) / 2:
        return None
    values = [[_difference(problem, row) for problem in problems] for row in rows]
    drawn = place_matrix(
        values,
        places=[row.location for row in rows],
        problems=[about.label(row.problem) for row in problems],
        thin=thin,
    )
    return FigureBlock(
        id="matrix",
        title=_matrix_title(problems, values, about),
        subtitle=say(
            "Orange: {who} report it more often at that place; blue: {shoppers} do; white: as often. Grey: "
            "fewer than {least} responses of a source.",
            who=COMPLAINANTS,
            shoppers=SHOPPERS,
            least=count(LEAST_RESPONSES),
        ),
        spec=spec(drawn, speech),
        table=Table(
            columns=(say("Place, difference in points"), *(about.label(row.problem) for row in problems)),
            rows=tuple(
                (row.location, *(number(100 * value, 0) for value in line))
                for row, line in zip(rows, values, strict=True)
            ),
            caption=IN_NUMBERS,
        ),
        computed=say(
            "Share of complainants’ responses that name the problem minus that of shoppers, within cells of "
            "the place. Single fields rest on few responses: look for rows and columns. {described}",
            described=DESCRIBED,
        ),
        note=source_line(comparison, about),
    )


def _difference(problem: ProblemResult, row: PlaceResult) -> float:
    return float(problem.result.location_differences.get(row.location, math.nan))


def _matrix_title(problems: list[ProblemResult], values: list[list[float]], about: About) -> Words:
    """Name the problem that one source reports more at most places, and at how many."""
    tallies = [
        (sum(sign * line[column] > 0 for line in values), who, problem)
        for column, problem in enumerate(problems)
        for sign, who in ((1, COMPLAINANTS), (-1, SHOPPERS))
    ]
    n, who, problem = max(tallies, key=lambda tally: tally[0])
    return say(
        "Most often more by {who}: {problem}, at {n} of {all} places",
        who=who,
        problem=lower_first(about.label(problem.problem)),
        n=count(n),
        all=count(len(values)),
    )


def ranks_block(comparison: Comparison, about: About, speech: Language) -> FigureBlock | None:
    """Return how alike both sources rank the places (H10); None where nothing can be said."""
    found = comparison.ranks
    if not math.isfinite(found.observed):
        return None
    low, high = found.observed_ci95
    shown = {"much": number(found.observed, 2)}
    title = say("Whether both sources rank places alike cannot be told: correlation {much}", **shown)
    if low > 0:
        title = say("Where one source reports more, the other tends to as well: correlation {much}", **shown)
    elif high < 0:
        title = say("Where one source reports more, the other tends to report less: correlation {much}", **shown)
    drawn = agreement_figure(
        comparison.places.rows,
        x_title=said(say("{who:capital}: problems per response", who=SHOPPERS), speech),
        y_title=said(say("{who:capital}: problems per response", who=COMPLAINANTS), speech),
    )
    hypothesis = next(row for row in comparison.hypotheses if row.id == "H10")
    rows = [
        (say("As seen"), number(found.observed, 2), span(found.observed_ci95, 2)),
        (say("For the places themselves"), number(found.places, 2), span(found.places_ci95, 2)),
        (
            say("Changes from one period to the next"),
            number(comparison.changes.observed, 2),
            span(comparison.changes.observed_ci95, 2),
        ),
    ]
    return FigureBlock(
        id="ranks",
        title=title,
        subtitle=say(
            "One dot a place. On the dotted line both report the same. Correlation of ranks, {interval}.",
            interval=interval(found.observed_ci95, 2),
        ),
        spec=spec(drawn, speech),
        table=Table(
            columns=(say("Correlation of ranks"), say("Estimate"), INTERVAL_95),
            rows=tuple(rows),
            caption=IN_NUMBERS,
        ),
        computed=say("{sentence} Interval by resampling places.", sentence=hypothesis.sentence),
        note=source_line(comparison, about, locations(found.locations)),
    )
