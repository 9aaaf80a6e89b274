"""What is wrong with a questionnaire, and what its rules say, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import gettext as _

from survey_app.rules.conditions import (
    And,
    AnyProblem,
    Compare,
    Condition,
    ConditionProblem,
    Has,
    Is,
    Not,
    Or,
    read_condition,
)
from survey_app.rules.findings import SENTENCES, Finding
from survey_app.rules.questionnaire import NONE_OF_THESE, Instrument
from survey_app.web.every_page.languages import NAMES


def sentence(reason: str, details: Mapping[str, Any]) -> str:
    """Return the sentence of a reason."""
    named = {**details}
    if named.get("language") in NAMES:
        named["language"] = NAMES[named["language"]]
    return str(gettext(SENTENCES[reason], **named))


def said(finding: Finding) -> str:
    """Return a finding with the code of what it is about."""
    words = sentence(finding.reason, {"code": finding.code, **finding.details})
    return f"{finding.code}: {words}" if finding.code else words


def rule_said(problem: ConditionProblem) -> str:
    """Return what is wrong with a rule."""
    return sentence(problem.reason, {"position": problem.position, **problem.details})


def in_plain_words(rule: str, instrument: Instrument, language: str) -> str:
    """Return a rule as a sentence; one that cannot be read stays as it was written."""
    try:
        condition = read_condition(rule)
    except ConditionProblem:
        return rule
    return _Words(instrument, language).of(condition)


class _Words:
    def __init__(self, instrument: Instrument, language: str) -> None:
        self._items = {item.code: item for item in instrument.items}
        self._problems = {problem.code: problem.text[language] for problem in instrument.problems}
        self._language = language

    def of(self, condition: Condition) -> str:
        if isinstance(condition, And | Or):
            joint = _("and") if isinstance(condition, And) else _("or")
            parts = (
                f"({self.of(part)})" if isinstance(part, And | Or) else self.of(part) for part in condition.parts
            )
            return f" {joint} ".join(parts)
        if isinstance(condition, Not):
            return str(_("it is not so that: %(rule)s", rule=self.of(condition.part)))
        if isinstance(condition, AnyProblem):
            return str(_("a problem was ticked"))
        question = self._question(condition.item)
        if isinstance(condition, Is):
            return self._state(condition, question)
        if isinstance(condition, Has):
            answer = self._answer(condition.item, condition.code)
            return str(_("“%(question)s” includes “%(answer)s”", question=question, answer=answer))
        return self._compared(condition, question)

    def _question(self, code: str) -> str:
        item = self._items.get(code)
        return item.text[self._language] if item else code

    def _answer(self, code: str, value: str) -> str:
        item = self._items.get(code)
        if item is None:
            return value
        if item.kind == "problems":
            none = item.none_text[self._language] if item.none_text else NONE_OF_THESE
            return none if value == NONE_OF_THESE else self._problems.get(value, value)
        if item.kind == "date":
            return _day(value)
        option = item.option(value)
        return option.text[self._language] if option else value.replace("-", "−")

    def _state(self, condition: Is, question: str) -> str:
        item = self._items.get(condition.item)
        if condition.state == "answered":
            return str(_("“%(question)s” was answered", question=question))
        offered = getattr(item, condition.state) if item else None
        answer = offered[self._language] if offered else condition.state
        return str(_("“%(question)s” is “%(answer)s”", question=question, answer=answer))

    def _compared(self, condition: Compare, question: str) -> str:
        words: dict[str, Callable[..., str]] = {
            "=": lambda **put: _("“%(question)s” is “%(answer)s”", **put),
            "!=": lambda **put: _("“%(question)s” is not “%(answer)s”", **put),
            "<": lambda **put: _("“%(question)s” is less than %(answer)s", **put),
            "<=": lambda **put: _("“%(question)s” is at most %(answer)s", **put),
            ">": lambda **put: _("“%(question)s” is more than %(answer)s", **put),
            ">=": lambda **put: _("“%(question)s” is at least %(answer)s", **put),
        }
        answer = self._answer(condition.item, condition.value)
        return str(words[condition.sign](question=question, answer=answer))


def _day(value: str) -> str:
    try:
        return str(format_date(date.fromisoformat(value), "long"))
    except ValueError:
        return value


def kinds() -> list[tuple[str, str]]:
    """Return each kind of question with what it is called."""
    return [
        ("choice", _("Single choice")),
        ("choices", _("Multiple choice")),
        ("scale", _("Scale")),
        ("number", _("Number")),
        ("money", _("Amount of money")),
        ("date", _("Day")),
        ("hour", _("Hour")),
        ("time", _("Time")),
        ("text", _("Text")),
        ("note", _("Information, without a question")),
        ("problems", _("Problem list")),
        ("standards", _("Checklist of standards")),
    ]


def stages() -> list[tuple[str, str]]:
    """Return each kind of page with what it is called."""
    return [
        ("core", _("Core: everybody, before sending")),
        ("block", _("Block: customers by lot after sending, shoppers always")),
        ("shopper", _("Shoppers only")),
    ]


def audiences() -> list[tuple[str, str]]:
    """Return each audience with what it is called."""
    return [("everybody", _("everybody")), ("customers", _("customers only")), ("shoppers", _("shoppers only"))]


def texts_named(what: str) -> str:
    """Return how one of the texts of a part is called."""
    names = {
        "title": _("Title"),
        "intro": _("Introduction"),
        "text": _("Text"),
        "shopper_text": _("Text for shoppers"),
        "hint": _("Hint"),
        "low": _("Words at the first point"),
        "high": _("Words at the last point"),
        "unit": _("Unit"),
        "none_text": _("“None of these”"),
        "severity_text": _("Question for severity"),
        "dont_know": _("“I don't know”"),
        "refused": _("“I'd rather not say”"),
    }
    return str(names.get(what, what.partition(".")[2] or what))


def all_said(findings: Iterable[Finding]) -> list[str]:
    """Return findings as sentences."""
    return [said(finding) for finding in findings]
