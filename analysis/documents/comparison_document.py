"""Compose the document of a comparison: verdict first, then each figure with its table, then how and how not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.documents.blocks import Block, Document, Section, Table, VerdictCard, in_language
from analysis.documents.cost_blocks import cost_block, days_block, dose_block, feelings_sections
from analysis.documents.figure_blocks import difference_block, discovery_block, problems_block
from analysis.documents.numbers import decimals_for
from analysis.documents.place_blocks import funnel_block, matrix_block, ranks_block
from analysis.documents.witness_blocks import (
    checks_section,
    hypotheses_section,
    overlap_block,
    severity_block,
    steps_block,
    themes_block,
)
from analysis.documents.wording import (
    SYMBOLS,
    error_rates,
    headline,
    meaning,
    not_covered,
    sentence,
    what_would_change_it,
)
from analysis.language import Joined, Language, Words, forms_of_name, language, say, say_many
from analysis.language.numbers import count, number, shortest, span
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.names import COMPLAINANTS, SHOPPERS
from analysis.shapes.plan import DEFAULT_LABEL, Plan
from analysis.shapes.results import TwoWay


def compose_document(comparison: Comparison, about: About | None = None, *, language_code: str = "en") -> Document:
    """Return the document of a comparison.

    Parameters
    ----------
    comparison : Comparison
    about : About, optional
        Title, source, limits of the data, and names of problems.
    language_code : {"en", "pl", "fi"}
        In which language it is written. The numbers are the same in all.
    """
    known = (about or About()).said_in(language_code)
    speech = naming(language(language_code), comparison.plan, known)
    document = Document(
        title=known.title or say("Complainants beside mystery shoppers"),
        subtitle=say("Do people with a real problem see more than mystery shoppers who act one?"),
        language=language_code,
        blocks=tuple(_blocks(comparison, known, speech)),
    )
    return in_language(document, speech)


def naming(speech: Language, plan: Plan, about: About) -> Language:
    """Return the language with what this study calls the complainants."""
    if about.label_complainants:
        return speech.naming({COMPLAINANTS.key: about.label_complainants})
    if plan.label_complainants == DEFAULT_LABEL:
        return speech
    return speech.naming({COMPLAINANTS.key: forms_of_name(plan.label_complainants, speech)})


def _blocks(comparison: Comparison, about: About, speech: Language) -> Iterator[Block]:
    yield VerdictCard(
        verdict=comparison.verdict,
        symbol=SYMBOLS[comparison.verdict],
        headline=headline(comparison),
        sentence=sentence(
            comparison.verdict, comparison.primary, comparison.plan, thin_because=comparison.thin_because
        ),
        lines=(*([about.people] if about.people else []), *meaning(comparison)),
    )
    yield Section(say("What would change this?"), points=tuple(what_would_change_it(comparison, about)))
    if math.isfinite(comparison.difference.estimate):
        yield from _figures(comparison, about, speech)
    if about.limits:
        yield Section(say("What these data cannot show"), points=about.limits)
    yield _who_took_part(comparison)
    if comparison.by_period:
        yield _by_period(comparison)
    yield how_it_is_computed()
    if comparison.warnings:
        yield Section(say("Warnings"), points=comparison.warnings)
    yield _provenance(comparison, about)


def _figures(comparison: Comparison, about: About, speech: Language) -> Iterator[Block]:
    """Yield the findings from the claim down to single places, and whether they hold."""
    yield difference_block(comparison, about, speech)
    yield steps_block(comparison, about, speech)
    yield hypotheses_section(comparison)
    if comparison.themes:
        yield themes_block(comparison, about, speech)
    if comparison.problems:
        yield problems_block(comparison, about, speech)
    if comparison.discovery.at_equal_size:
        yield discovery_block(comparison, about, speech)
        yield overlap_block(comparison, about, speech)
    yield from _known(severity_block(comparison, about, speech))
    yield from _known(cost_block(comparison, about, speech), days_block(comparison, about, speech))
    yield from feelings_sections(comparison.hypotheses, comparison, about)
    yield from _known(
        dose_block(comparison, about, speech),
        funnel_block(comparison, about, speech),
        matrix_block(comparison, about, speech),
        ranks_block(comparison, about, speech),
    )
    yield checks_section(comparison)


def _known(*blocks: Block | None) -> Iterator[Block]:
    """Yield the blocks that there are."""
    yield from (block for block in blocks if block is not None)


def _who_took_part(comparison: Comparison) -> Section:
    result = comparison.difference
    title = say("Who took part, and what was left out")
    terms: tuple[tuple[str, str], ...] = (
        (say("Responses of {who}", who=COMPLAINANTS), count(result.complainant_responses)),
        (say("Responses of {who}", who=SHOPPERS), count(result.shopper_responses)),
        (say("Places where both answered"), count(result.locations)),
        (say("Cells: place, channel, scenario and period, as far as recorded"), count(result.cells)),
        (say("Shoppers"), _shoppers(result)),
    )
    if not comparison.dropped:
        return Section(title, paragraphs=(say("Nothing was left out."),), terms=terms)
    table = Table(
        columns=(say("Left out, and why"), say("Counted in"), say("How many")),
        rows=tuple(
            (say("{words:capital}", words=row.reason), _TABLES[row.table], count(row.count))
            for row in comparison.dropped
        ),
        caption=say("Left out of the comparison"),
    )
    return Section(title, terms=terms, table=table)


_TABLES = {
    "responses": say("responses"),
    "sightings": say("sightings"),
    "locations": say("places"),
    "cells": say("cells"),
}


def _shoppers(result: TwoWay) -> Words:
    if math.isnan(result.shoppers):
        return say("not known")
    return say(
        "{n}; their unequal shares make them as good as {effective}",
        n=count(result.shoppers),
        effective=number(result.effective_shoppers, 1),
    )


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
    columns = (
        say("Period"),
        say("More problems per response"),
        say("95 % interval"),
        say("Responses"),
        say("Places"),
    )
    return Section(
        say("Period by period"),
        paragraphs=(
            say(
                "Something that hits one source everywhere at once would show here as one period unlike the "
                "others. Described, not tested."
            ),
        ),
        table=Table(columns, rows),
    )


def how_it_is_computed() -> Section:
    """Return how the estimate is computed, and how often such a verdict is wrong."""
    counted = say(
        "For each response we count the different problems that were reported about how the visit was handled. "
        "Problems that the scenario itself implies, control items and outcomes do not count."
    )
    compared = say(
        "Within each cell we take the mean of {who} minus the mean of {shoppers}, average the cells of a place, "
        "and then all places with equal weight. The interval allows for two things: places differ, and shoppers "
        "differ (two-way variance, t distribution). Repeated visits by one shopper do not count as so many "
        "independent witnesses.",
        who=COMPLAINANTS,
        shoppers=SHOPPERS,
    )
    return Section(
        say("How this is computed, and how often such a verdict is wrong"),
        paragraphs=(counted, compared, error_rates(), say("What the method does not cover:")),
        points=tuple(not_covered()),
    )


def _provenance(comparison: Comparison, about: About) -> Section:
    plan, origin = comparison.plan, comparison.provenance
    command = (
        "python -m analysis compare --responses responses.csv --sightings sightings.csv --plan plan.toml "
        "--out results"
    )
    terms = (
        (say("Data"), about.source or say("not stated")),
        *(((say("Licence of the data"), about.licence),) if about.licence else ()),
        (say("Conflict of interest"), plan.conflict_of_interest or say("not stated")),
        (say("Plan"), Joined("; ", _choices(plan))),
        (say("Hash of the plan"), origin.plan_hash),
        (say("Fingerprint of the data"), origin.data_fingerprint),
        (say("Seed"), str(origin.seed)),
        (say("Versions"), ", ".join(f"{name} {version}" for name, version in origin.versions.items())),
        (say("Command"), command),
    )
    same = say("The same tables, plan and versions give the same result to the last digit.")
    return Section(say("Where this comes from, and how to repeat it"), paragraphs=(same,), terms=terms)


def _choices(plan: Plan) -> Iterator[Words]:
    """Yield the choices of the plan, with the names that they have in `plan.toml`."""
    yield say("{scale}, margin {margin}", scale=plan.scale, margin=shortest(plan.margin))
    complainants, shoppers = ", ".join(plan.complainants), ", ".join(plan.shoppers)
    yield say("{complainants} beside {shoppers}", complainants=complainants, shoppers=shoppers)
    yield say("routes {routes}", routes=", ".join(plan.routes))
    if plan.window_days:
        yield say_many("answered within {n} day", "answered within {n} days", plan.window_days)
    else:
        yield say("no limit of days")
    if plan.exclude_flags:
        yield say("without the flags {flags}", flags=", ".join(plan.exclude_flags))
    else:
        yield say("no flag excluded")
    yield say("period {period}", period=plan.period)
