"""Compose the document of a comparison: verdict first, then each figure with its table, then how and how not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.documents.blocks import Document, FigureBlock, Section, Table, VerdictCard
from analysis.documents.figure_blocks import difference_block, discovery_block, problems_block
from analysis.documents.wording import (
    SHOPPERS_LABEL,
    SYMBOLS,
    count,
    decimals_for,
    error_rates,
    headline,
    meaning,
    not_covered,
    number,
    quantity,
    span,
    what_would_change_it,
)
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.results import TwoWay


def compose_document(comparison: Comparison, about: About | None = None) -> Document:
    """Return the document of a comparison.

    Parameters
    ----------
    comparison : Comparison
    about : About, optional
        Title, source, limits of the data, and names of problems.
    """
    known = about or About()
    blocks = [
        VerdictCard(
            verdict=comparison.verdict,
            symbol=SYMBOLS[comparison.verdict],
            headline=headline(comparison),
            sentence=comparison.sentence,
            lines=(*meaning(comparison), *([known.people] if known.people else [])),
        ),
        Section("What would change this?", points=tuple(what_would_change_it(comparison))),
        *_figures(comparison, known),
        *_limits(known),
        _who_took_part(comparison),
        *_by_period(comparison),
        _how(comparison),
        _provenance(comparison, known),
    ]
    return Document(
        title=known.title or "Complainants against mystery shoppers",
        subtitle="Do people with a real problem see more than mystery shoppers who act one?",
        language="en",
        blocks=tuple(blocks),
    )


def _figures(comparison: Comparison, about: About) -> Iterator[FigureBlock]:
    if math.isfinite(comparison.difference.estimate):
        yield difference_block(comparison, about)
    if comparison.problems and comparison.difference.locations:
        yield problems_block(comparison, about)
    if comparison.discovery.seen_by_any and not comparison.discovery.at_equal_size.empty:
        yield discovery_block(comparison, about)


def _limits(about: About) -> Iterator[Section]:
    if about.limits:
        yield Section("What these data cannot show", points=about.limits)


def _who_took_part(comparison: Comparison) -> Section:
    result, who = comparison.difference, comparison.plan.label_complainants
    terms = [
        (f"{who}, responses", count(result.complainant_responses)),
        (f"{SHOPPERS_LABEL.capitalize()}, responses", count(result.shopper_responses)),
        ("Places where both answered", count(result.locations)),
        ("Cells (place, channel, scenario and period, as far as recorded)", count(result.cells)),
        ("Shoppers", _shoppers(result)),
    ]
    table = Table(
        columns=("Left out", "Of which table", "How many"),
        rows=tuple((row.reason.capitalize(), row.table, count(row.count)) for row in comparison.dropped),
        caption="Everything left out, and why",
    )
    paragraphs = () if comparison.dropped else ("Nothing was left out.",)
    return Section(
        "Who took part, and what was left out",
        paragraphs=paragraphs,
        terms=tuple(terms),
        table=table if comparison.dropped else None,
    )


def _shoppers(result: TwoWay) -> str:
    if math.isnan(result.shoppers):
        return "not known"
    effective = number(result.effective_shoppers, 1)
    return f"{count(result.shoppers)}, by their shares of the visits as good as {effective}"


def _by_period(comparison: Comparison) -> Iterator[Section]:
    if not comparison.by_period:
        return
    places = decimals_for(comparison.difference)
    rows = tuple(
        (
            variant.label,
            number(variant.result.estimate, places),
            span(variant.result.ci95, places),
            count(variant.result.responses),
            count(variant.result.locations),
        )
        for variant in comparison.by_period
    )
    yield Section(
        "Period by period",
        paragraphs=(
            (
                "Something that hits one source everywhere at once would show here as one period unlike the "
                "others. Described, not tested."
            ),
        ),
        table=Table(("Period", "Difference", "95\N{NO-BREAK SPACE}% interval", "Responses", "Places"), rows),
    )


def _how(comparison: Comparison) -> Section:
    who = comparison.plan.label_complainants
    counted = (
        "For each response we count the different problems that were reported about how the visit was handled. "
        "Problems that the scenario itself implies, control items and outcomes do not count."
    )
    compared = (
        f"Within each cell we take the mean of {who[:1].lower() + who[1:]} minus the mean of {SHOPPERS_LABEL}, "
        "average the cells of a place, and then all places with equal weight. The interval allows for two "
        "things: places differ, and shoppers differ (two-way variance, t distribution). Repeated visits by one "
        "shopper do not count as so many independent witnesses."
    )
    return Section(
        "How this is computed, and how often such a verdict is wrong",
        paragraphs=(counted, compared, error_rates(), "What the method does not cover:"),
        points=tuple(not_covered()),
    )


def _provenance(comparison: Comparison, about: About) -> Section:
    plan, origin = comparison.plan, comparison.provenance
    terms = [
        ("Data", about.source or "not stated"),
        *([("Licence", about.licence)] if about.licence else []),
        ("Conflict of interest", plan.conflict_of_interest or "not stated"),
        (
            "Plan",
            (
                f"{plan.scale}, margin {number(plan.margin, 4).rstrip('0')}; {', '.join(plan.complainants)} against "
                f"{', '.join(plan.shoppers)}; routes {', '.join(plan.routes)}; "
                f"{_window(plan.window_days)}; {_exclusions(plan.exclude_flags)}; period: {plan.period}"
            ),
        ),
        ("Hash of the plan", origin.plan_hash),
        ("Fingerprint of the data", origin.data_fingerprint),
        ("Seed", str(origin.seed)),
        ("Versions", ", ".join(f"{name} {version}" for name, version in origin.versions.items())),
    ]
    return Section(
        "Where this comes from, and how to repeat it",
        paragraphs=(
            (
                "The same tables, plan and versions give the same result to the last digit: "
                "python -m analysis compare --responses responses.csv --sightings sightings.csv "
                "--plan plan.toml --out results"
            ),
        ),
        points=comparison.warnings,
        terms=tuple(terms),
    )


def _window(days: int) -> str:
    return f"answered within {quantity(days, 'day', 'days')}" if days else "no limit on days to answer"


def _exclusions(flags: tuple[str, ...]) -> str:
    return f"without the flags {', '.join(flags)}" if flags else "no flag excluded"
