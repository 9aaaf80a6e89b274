"""A whole response as people read it, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.rules.questionnaire import Instrument, asked_answers, items_for
from survey_app.web.answering.filled import in_words
from survey_app.web.answering.piped import Piping


@dataclass(frozen=True)
class PageInWords:
    """A page as people read it: each question beside its answer."""

    code: str
    title: str
    lines: tuple[tuple[str, str], ...]


def pages_in_words(
    instrument: Instrument,
    answers: Mapping[str, Any],
    *,
    hired: bool,
    block: str | None = None,
    language: str,
    standards: Mapping[str, Mapping[str, str]] | None = None,
) -> list[PageInWords]:
    """Return the pages that a respondent met, the block that was drawn among them, in words."""
    drawn = instrument.page(block) if block else None
    asked = asked_answers(instrument, answers)
    piping = Piping(instrument, asked)
    pages = []
    for page in (*instrument.pages_for(hired=hired), *([drawn] if drawn else [])):
        lines = []
        for item in map(piping.item, items_for(page, hired=hired, answers=asked)):
            text = item.shopper_text if hired and item.shopper_text else item.text
            value = asked.get(item.code)
            said = in_words(item, value, instrument=instrument, language=language, standards=standards)
            lines.append((text[language], said))
        if lines:
            pages.append(PageInWords(page.code, piping.page(page).title[language], tuple(lines)))
    return pages
