"""Compose the document of a comparison: verdict first, then each figure with its table, then how and how not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.documents.blocks import Block, Document, FigureBlock, Section, Table, VerdictCard
from analysis.documents.figure_blocks import difference_block, discovery_block, problems_block
from analysis.documents.numbers import (
    INTERVAL_95,
    count,
    decimals_for,
    lower_first,
    number,
    quantity,
    span,
)
from analysis.documents.wording import (
    SHOPPERS_LABEL,
    SYMBOLS,
    dropped_reason,
    error_rates,
    headline,
    meaning,
    not_covered,
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
    return Document(
        title=known.title or "Complainants beside mystery shoppers",
        subtitle="Do people with a real problem see more than mystery shoppers who act one?",
        language="en",
        blocks=tuple(_blocks(comparison, known)),
    )


def _blocks(comparison: Comparison, about: About) -> Iterator[Block]:
    yield VerdictCard(
        verdict=comparison.verdict,
        symbol=SYMBOLS[comparison.verdict],
        headline=headline(comparison),
        sentence=comparison.sentence,
        lines=(*([about.people] if about.people else []), *meaning(comparison)),
    )
    yield Section("What would change this?", points=tuple(what_would_change_it(comparison, about)))
    if math.isfinite(comparison.difference.estimate):
        yield from _figures(comparison, about)
    if about.limits:
        yield Section("What these data cannot show", points=about.limits)
    yield _who_took_part(comparison)
    if comparison.by_period:
        yield _by_period(comparison)
    yield _how(comparison)
    if comparison.warnings:
        yield Section("Warnings", points=comparison.warnings)
    yield _provenance(comparison, about)


def _figures(comparison: Comparison, about: About) -> Iterator[FigureBlock]:
    yield difference_block(comparison, about)
    if comparison.problems:
        yield problems_block(comparison, about)
    if comparison.discovery.at_equal_size:
        yield discovery_block(comparison, about)


def _who_took_part(comparison: Comparison) -> Section:
    result, plan = comparison.difference, comparison.plan
    terms = (
        (f"Responses of {lower_first(plan.label_complainants)}", count(result.complainant_responses)),
        (f"Responses of {SHOPPERS_LABEL}", count(result.shopper_responses)),
        ("Places where both answered", count(result.locations)),
        ("Cells: place, channel, scenario and period, as far as recorded", count(result.cells)),
        ("Shoppers", _shoppers(result)),
    )
    if not comparison.dropped:
        nothing = ("Nothing was left out.",)
        return Section("Who took part, and what was left out", paragraphs=nothing, terms=terms)
    table = Table(
        columns=("Left out, and why", "Counted in", "How many"),
        rows=tuple((dropped_reason(row.reason, plan), row.table, count(row.count)) for row in comparison.dropped),
        caption="Left out of the comparison",
    )
    return Section("Who took part, and what was left out", terms=terms, table=table)


def _shoppers(result: TwoWay) -> str:
    if math.isnan(result.shoppers):
        return "not known"
    effective = number(result.effective_shoppers, 1)
    return f"{count(result.shoppers)}; their unequal shares make them as good as {effective}"


def _by_period(comparison: Comparison) -> Section:
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
    return Section(
        "Period by period",
        paragraphs=(
            "Something that hits one source everywhere at once would show here as one period unlike the others. "
            "Described, not tested.",
        ),
        table=Table(("Period", "More problems per response", INTERVAL_95, "Responses", "Places"), rows),
    )


def _how(comparison: Comparison) -> Section:
    who = lower_first(comparison.plan.label_complainants)
    counted = (
        "For each response we count the different problems that were reported about how the visit was handled. "
        "Problems that the scenario itself implies, control items and outcomes do not count."
    )
    compared = (
        f"Within each cell we take the mean of {who} minus the mean of {SHOPPERS_LABEL}, average the cells of a "
        "place, and then all places with equal weight. The interval allows for two things: places differ, and "
        "shoppers differ (two-way variance, t distribution). Repeated visits by one shopper do not count as so "
        "many independent witnesses."
    )
    return Section(
        "How this is computed, and how often such a verdict is wrong",
        paragraphs=(counted, compared, error_rates(), "What the method does not cover:"),
        points=tuple(not_covered()),
    )


def _provenance(comparison: Comparison, about: About) -> Section:
    plan, origin = comparison.plan, comparison.provenance
    choices = (
        f"{plan.scale}, margin {plan.margin:g}",
        f"{', '.join(plan.complainants)} beside {', '.join(plan.shoppers)}",
        f"routes {', '.join(plan.routes)}",
        f"answered within {quantity(plan.window_days, 'day', 'days')}" if plan.window_days else "no limit of days",
        f"without the flags {', '.join(plan.exclude_flags)}" if plan.exclude_flags else "no flag excluded",
        f"period {plan.period}",
    )
    command = (
        "python -m analysis compare --responses responses.csv --sightings sightings.csv --plan plan.toml "
        "--out results"
    )
    terms = (
        ("Data", about.source or "not stated"),
        *((("Licence of the data", about.licence),) if about.licence else ()),
        ("Conflict of interest", plan.conflict_of_interest or "not stated"),
        ("Plan", "; ".join(choices)),
        ("Hash of the plan", origin.plan_hash),
        ("Fingerprint of the data", origin.data_fingerprint),
        ("Seed", str(origin.seed)),
        ("Versions", ", ".join(f"{name} {version}" for name, version in origin.versions.items())),
        ("Command", command),
    )
    same = "The same tables, plan and versions give the same result to the last digit."
    return Section("Where this comes from, and how to repeat it", paragraphs=(same,), terms=terms)
