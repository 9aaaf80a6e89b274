"""What a manager reads of a comparison: the answer, what complainants see beyond shoppers, its cost and limits.

Nothing in it is about fewer than all that are compared: no variant, period or reason for leaving something out,
from whose numbers a few people could be worked out. Two findings set groups of customers side by side, word of
mouth and apology: they are told only where both groups are large enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from analysis.documents.blocks import Block, Document, Section, VerdictCard, in_language
from analysis.documents.comparison_document import how_it_is_computed, naming
from analysis.documents.cost_blocks import cost_block, days_block, feelings_sections
from analysis.documents.figure_blocks import difference_block, discovery_block, problems_block
from analysis.documents.witness_blocks import overlap_block, themes_block
from analysis.documents.wording import SYMBOLS, headline, meaning, sentence, what_would_change_it
from analysis.language import Language, language, say
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.hypotheses import HypothesisResult

#: So many people must be in a group before managers read how it felt or whom it told.
FEWEST_IN_A_GROUP = 10
#: Which numbers of a finding say how many people its two groups hold.
_GROUPS = {"H6": ("displeased_people", "pleased_people"), "H7": ("apology_people", "no_apology_people")}


def compose_for_managers(
    comparison: Comparison, about: About | None = None, *, language_code: str = "en"
) -> Document:
    """Return what managers may read of a comparison, in one language.

    Parameters
    ----------
    comparison : Comparison
    about : About, optional
    language_code : {"en", "pl", "fi"}
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
    if math.isfinite(comparison.difference.estimate):
        yield from _figures(comparison, about, speech)
    yield Section(say("What would change this?"), points=tuple(what_would_change_it(comparison, about)))
    if about.limits:
        yield Section(say("What these data cannot show"), points=about.limits)
    yield how_it_is_computed()


def _figures(comparison: Comparison, about: About, speech: Language) -> Iterator[Block]:
    """Yield what is seen, theme by theme, how soon, at what cost, what it does to people, and how sure it is."""
    if comparison.problems:
        yield problems_block(comparison, about, speech)
    if comparison.themes:
        yield themes_block(comparison, about, speech)
    if comparison.discovery.at_equal_size:
        yield discovery_block(comparison, about, speech)
        yield overlap_block(comparison, about, speech)
    for block in (cost_block(comparison, about, speech), days_block(comparison, about, speech)):
        if block is not None:
            yield block
    told = tuple(found for found in comparison.hypotheses if may_be_told(found))
    yield from feelings_sections(told, comparison, about)
    yield difference_block(replace(comparison, variants=()), about, speech)


def may_be_told(found: HypothesisResult) -> bool:
    """Return whether managers may read a finding about two groups of customers: both hold enough people."""
    groups = _GROUPS.get(found.id, ())
    return bool(groups) and all(found.numbers.get(group, 0) >= FEWEST_IN_A_GROUP for group in groups)
