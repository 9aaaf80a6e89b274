"""Questions as HTML. One that nobody has answered looks the same to everybody: it is rendered once a process.

Most questions of most pages are such: a page that is opened for the first time is put together from kept pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from flask import current_app
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from survey_app.queries.surveys import Answering
from survey_app.rules.answered import NOT_GIVEN
from survey_app.rules.questionnaire import Item, Problem, Texts, Theme

#: (version, hired or not, language, item, problem, id) → HTML. A version never changes.
_Key = tuple[str, bool, str, str, str, str]
_UNANSWERED: dict[_Key, Markup] = {}
_MOST_KEPT = 20_000
#: What stands beside the answer to a question, in fields of their own.
_MORE = ("currency", *NOT_GIVEN)


@dataclass(frozen=True)
class Questions:
    """Renders the questions of one page for one person.

    `fields` holds what is answered, as a form does; `mistakes` holds the message beside an item.
    """

    answering: Answering
    language: str
    fields: MultiDict[str, str]
    mistakes: Mapping[str, str]

    def text(self, item: Item) -> Texts:
        """Return what is asked: a hired person may be asked in other words."""
        return item.shopper_text if self.answering.hired and item.shopper_text else item.text

    def html(self, item: Item) -> Markup:
        """Return one question with its answer and its mistake."""
        how = (item, self.text(item)[self.language], self.fields, self.mistakes, self.language)
        if item.kind == "problems":
            return self._render("problem_list", *how, self._listed(), self._problem)
        if item.kind == "standards":
            return self._render("standards_list", *how, self.answering.standards)
        if item.code in self.mistakes or self._is_filled_in(item) or id(item) not in self._as_published:
            return self._render("question", *how)
        return self._kept(item.code, "", "", lambda: self._render("question", *how))

    def _is_filled_in(self, item: Item) -> bool:
        return any(name in self.fields for name in (item.code, *(f"{item.code}.{more}" for more in _MORE)))

    @cached_property
    def _as_published(self) -> set[int]:
        """Those questions that nobody's order or earlier answers have changed."""
        return {id(item) for item in self.answering.instrument.items}

    def _problem(self, item: Item, problem: Problem, html_id: str) -> Markup:
        """Return one line of the problem list, the first with the id that the error summary leads to."""
        ticked = problem.code in self.fields.getlist(item.code)
        severity = self.fields.get(f"severity.{problem.code}", "")

        def render() -> Markup:
            return self._render("problem", item, problem, ticked, severity, self.language, html_id)

        if ticked or severity:
            return render()
        return self._kept(item.code, problem.code, html_id, render)

    def _listed(self) -> list[tuple[Theme, list[Problem]]]:
        """Return the problem list under its headings, in this respondent's order."""
        instrument = self.answering.instrument
        problems = {problem.code: problem for problem in instrument.problems}
        themes = {theme.code: theme for theme in instrument.themes}
        listed: dict[str, list[Problem]] = {}
        for code in self.answering.list_order:
            listed.setdefault(problems[code].heading, []).append(problems[code])
        return [(themes[heading], under) for heading, under in listed.items()]

    def _kept(self, item: str, problem: str, html_id: str, render: Callable[[], Markup]) -> Markup:
        key = (self.answering.version_hash, self.answering.hired, self.language, item, problem, html_id)
        found = _UNANSWERED.get(key)
        if found is None:
            if len(_UNANSWERED) >= _MOST_KEPT:
                _UNANSWERED.clear()
            found = _UNANSWERED[key] = render()
        return found

    @staticmethod
    def _render(macro: str, *how: Any) -> Markup:
        macros = current_app.jinja_env.get_template("components/questions.html").module
        return cast(Markup, getattr(macros, macro)(*how))
