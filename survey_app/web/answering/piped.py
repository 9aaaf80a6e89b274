"""Questions with earlier answers put into their texts. Answers are text and stay text: templates escape them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from survey_app.rules.answered import given
from survey_app.rules.piping import fill_in
from survey_app.rules.questionnaire import Instrument, Item, Page, Texts
from survey_app.web.answering.filled import in_words

#: Stands for an answer that was not given.
_OPEN = "…"


class Piping:
    """Puts the answers of one respondent into texts."""

    def __init__(self, instrument: Instrument, answers: Mapping[str, Any]) -> None:
        self._instrument = instrument
        self._answers = answers
        self._items = {item.code: item for item in instrument.items}

    def page(self, page: Page) -> Page:
        """Return a page with its title and introduction filled in."""
        return replace(page, title=self._texts(page.title), intro=page.intro and self._texts(page.intro))

    def item(self, item: Item) -> Item:
        """Return a question with its texts filled in."""
        texts = (item.text, item.shopper_text, item.hint)
        if not any("{" in text or "}" in text for each in texts if each for text in each.values()):
            return item
        return replace(
            item,
            text=self._texts(item.text),
            shopper_text=item.shopper_text and self._texts(item.shopper_text),
            hint=item.hint and self._texts(item.hint),
        )

    def _texts(self, texts: Texts) -> Texts:
        return {language: fill_in(text, partial(self._answer, language)) for language, text in texts.items()}

    def _answer(self, language: str, code: str) -> str:
        answer = given(self._answers, code)
        if answer is None or code not in self._items:
            return _OPEN
        return in_words(self._items[code], answer, instrument=self._instrument, language=language)
