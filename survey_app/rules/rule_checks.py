"""Whether skip rules, and texts that repeat earlier answers, can be followed: checked when they are saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey_app.rules.conditions import (
    AnyProblem,
    Condition,
    ConditionProblem,
    Has,
    Is,
    Leaf,
    as_number,
    leaves,
    read_condition,
)
from survey_app.rules.findings import Finding, Place
from survey_app.rules.piping import has_loose_brace, named_items
from survey_app.rules.questionnaire import LIST_ITEM, NONE_OF_THESE, Instrument, Item, Page
from survey_app.rules.vocabulary import LANGUAGES

_EQUAL = ("=", "!=")
_ORDERED = ("=", "!=", "<", "<=", ">", ">=")
#: Kind → the signs that can follow such a question, beside `is`.
SIGNS: Mapping[str, tuple[str, ...]] = {
    "choice": _EQUAL,
    "choices": ("has",),
    "problems": ("has",),
    "scale": _ORDERED,
    "number": _ORDERED,
    "hour": _ORDERED,
    "date": _ORDERED,
    "time": _ORDERED,
}
#: Kinds whose answers can stand within a text.
PIPED = ("choice", "choices", "scale", "number", "money", "date", "hour", "time", "text")
_TIME = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60))


@dataclass(frozen=True)
class _Asker:
    """The page or item that has a rule or a text: where it stands, and who is asked it."""

    place: Place
    code: str
    page: int
    stage: str
    audience: str


def rule_findings(instrument: Instrument) -> Iterator[Finding]:
    """Yield what is wrong with the rules of an instrument, each with its position."""
    for asker, rule in _rules(instrument):
        for problem in rule_problems(instrument, rule, asker):
            details = {"position": problem.position, **problem.details}
            yield Finding(problem.reason, asker.place, asker.code, "only_if", details)


def _rules(instrument: Instrument) -> Iterator[tuple[_Asker, str]]:
    for page, item, asker in _askers(instrument):
        rule = item.only_if if item else page.only_if
        if rule:
            yield asker, rule


def _askers(instrument: Instrument) -> Iterator[tuple[Page, Item | None, _Asker]]:
    for number, page in enumerate(instrument.pages):
        audience = "shoppers" if page.stage == "shopper" else "everybody"
        yield page, None, _Asker("page", page.code, number, page.stage, audience)
        for item in page.items:
            asked = audience if item.audience == "everybody" else item.audience
            yield page, item, _Asker("item", item.code, number, page.stage, asked)


def rule_problems(instrument: Instrument, rule: str, asker: _Asker) -> Iterator[ConditionProblem]:
    """Yield what is wrong with one rule."""
    try:
        condition: Condition = read_condition(rule)
    except ConditionProblem as problem:
        yield problem
        return
    items = {item.code: (asked, item) for _page, item, asked in _askers(instrument) if item is not None}
    for leaf in leaves(condition):
        if isinstance(leaf, AnyProblem):
            code, missing = LIST_ITEM, "rule_own_list"
        else:
            code, missing = leaf.item, "rule_unknown_item"
        if code not in items:
            yield ConditionProblem(missing, leaf.position, item=code)
            continue
        earlier, item = items[code]
        reason = _out_of_reach(earlier, asker)
        if reason:
            yield ConditionProblem(reason, leaf.position, item=code)
        yield from _wrong_type(leaf, item, instrument)


def _out_of_reach(earlier: _Asker, asker: _Asker) -> str | None:
    """Return why an answer is not there yet when the asker's turn comes, or None."""
    if earlier.page == asker.page:
        return "rule_same_page"
    if earlier.page > asker.page:
        return "rule_later_item"
    if {earlier.audience, asker.audience} == {"customers", "shoppers"}:
        return "rule_other_audience"
    if earlier.stage == "block" and asker.audience != "shoppers":
        return "rule_not_always"
    if earlier.stage == "shopper" and asker.audience != "shoppers":
        return "rule_other_audience"
    return None


def _wrong_type(leaf: Leaf, item: Item, instrument: Instrument) -> Iterator[ConditionProblem]:
    if isinstance(leaf, AnyProblem):
        return
    if isinstance(leaf, Is):
        if item.kind == "note" or (leaf.state != "answered" and not getattr(item, leaf.state)):
            yield ConditionProblem("rule_not_offered", leaf.position, item=item.code)
        return
    sign = "has" if isinstance(leaf, Has) else leaf.sign
    known = SIGNS.get(item.kind, ())
    if sign not in known:
        listed = ", ".join((*known, "is"))
        yield ConditionProblem("rule_wrong_sign", leaf.position, item=item.code, sign=sign, known=listed)
        return
    value = leaf.code if isinstance(leaf, Has) else leaf.value
    reason = _wrong_value(value, item, instrument)
    if reason:
        yield ConditionProblem(reason, leaf.position, item=item.code, found=value)


def _wrong_value(value: str, item: Item, instrument: Instrument) -> str | None:
    if item.kind == "problems":
        known = {problem.code for problem in instrument.problems} | {NONE_OF_THESE}
        return None if value in known else "rule_unknown_code"
    if item.kind in ("choice", "choices"):
        return None if item.option(value) else "rule_unknown_code"
    if item.kind == "date":
        return None if _is_day(value) else "rule_not_a_day"
    if item.kind == "time":
        return None if value in _TIME else "rule_not_a_time"
    number = as_number(value)
    if number is None:
        return "rule_not_a_number"
    least, most = (0, 23) if item.kind == "hour" else (item.least, item.most)
    outside = (least is not None and number < least) or (most is not None and number > most)
    return "rule_out_of_range" if outside else None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def text_findings(definition: Mapping[str, Any], instrument: Instrument) -> Iterator[Finding]:
    """Yield what is wrong with the texts that repeat earlier answers."""
    items = {item.code: (asked, item) for _page, item, asked in _askers(instrument) if item is not None}
    askers = [asker for _page, _item, asker in _askers(instrument)]
    raw = [part for page in definition.get("pages", ()) for part in (page, *page.get("items", ()))]
    for asker, part in zip(askers, raw, strict=True):
        for what in ("title", "intro", "text", "shopper_text", "hint"):
            yield from _text(asker, what, part.get(what, {}), items)


def _text(
    asker: _Asker, what: str, texts: Mapping[str, str], items: Mapping[str, tuple[_Asker, Item]]
) -> Iterator[Finding]:
    for language, text in texts.items():
        details = {"what": what, "language": language}
        if has_loose_brace(text):
            yield Finding("pipe_brace", asker.place, asker.code, what, details)
        for code in named_items(text):
            reason = _wrong_pipe(asker, code, items)
            if reason:
                yield Finding(reason, asker.place, asker.code, what, details | {"item": code})
    named = {frozenset(named_items(texts[language])) for language in LANGUAGES if texts.get(language)}
    if len(named) > 1:
        yield Finding("pipe_differs", asker.place, asker.code, what, {"what": what})


def _wrong_pipe(asker: _Asker, code: str, items: Mapping[str, tuple[_Asker, Item]]) -> str | None:
    if code not in items:
        return "pipe_unknown"
    earlier, item = items[code]
    if item.kind not in PIPED:
        return "pipe_kind"
    return "pipe_later" if _out_of_reach(earlier, asker) else None


def rule_of(instrument: Instrument, rule: str, *, page: str, item: str | None = None) -> list[ConditionProblem]:
    """Return what would be wrong with a rule on a page, or on one of its items."""
    for asked_page, asked_item, asker in _askers(instrument):
        if asked_page.code == page and (asked_item.code if asked_item else None) == item:
            return list(rule_problems(instrument, rule, asker))
    return []
