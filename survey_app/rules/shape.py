"""The shape that a questionnaire's definition must have before anything reads it, whoever wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from survey_app.rules.findings import Finding, QuestionnaireProblem
from survey_app.rules.questionnaire import Audience, Kind, Stage
from survey_app.rules.text import clean_text
from survey_app.rules.vocabulary import LANGUAGES

SCHEMA = 1
KINDS: tuple[Kind, ...] = get_args(Kind)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
STAGES: tuple[Stage, ...] = get_args(Stage)
#: What a text, a list and a text answer have room for.
LONGEST_TEXT = 5000
MOST_ITEMS = 300
MOST_CHARACTERS = 20_000
_MOST_NUMBER = 1_000_000_000
_CODE = re.compile(r"[A-Za-z0-9_]{1,60}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_LONGEST_RULE = 2000

Check = Callable[[Any, str], Any]


def _refuse(reason: str, place: str, **details: Any) -> QuestionnaireProblem:
    return QuestionnaireProblem(Finding(reason, details={"place": place, **details}))


def is_code(text: str) -> bool:
    """Return whether a text can be a code.

    >>> is_code("long_wait"), is_code("long wait"), is_code("")
    (True, False, False)
    """
    return _CODE.fullmatch(text) is not None


def _code(value: Any, place: str) -> str:
    if not isinstance(value, str) or not is_code(value):
        raise _refuse("code_shape", place, found=str(value)[:80])
    return value


def _texts(value: Any, place: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _refuse("not_an_object", place)
    texts = {}
    for language in value:
        if language not in LANGUAGES:
            raise _refuse("key_unknown", place, found=str(language)[:80])
    for language in LANGUAGES:
        if language in value:
            texts[language] = _words(value[language], f"{place}.{language}")
    return texts


def _words(value: Any, place: str, most: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise _refuse("value_kind", place, wanted="text")
    text = clean_text(value)
    if len(text) > most:
        raise _refuse("text_too_long", place, found=len(text), most=most)
    return text


def _rule(value: Any, place: str) -> str:
    return _words(value, place, _LONGEST_RULE)


def _yes_no(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise _refuse("value_kind", place, wanted="true / false")
    return value


def _whole(least: int, most: int) -> Check:
    def check(value: Any, place: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _refuse("value_kind", place, wanted=f"{least} … {most}")
        return value

    return check


def _one_of(*known: str) -> Check:
    def check(value: Any, place: str) -> str:
        if value not in known:
            raise _refuse("value_unknown", place, found=str(value)[:80], known=", ".join(known))
        return str(value)

    return check


def _list_of(check: Check, most: int = MOST_ITEMS) -> Check:
    def check_all(value: Any, place: str) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _refuse("not_a_list", place)
        if len(value) > most:
            raise _refuse("too_many", place, found=len(value), most=most)
        return [check(each, f"{place}[{number}]") for number, each in enumerate(value)]

    return check_all


def _currency(value: Any, place: str) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise _refuse("value_kind", place, wanted="EUR, PLN, …")
    return value


def _object(keys: Mapping[str, Check], *needed: str) -> Check:
    def check(value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _refuse("not_an_object", place or "definition")
        for key in value:
            if key not in keys:
                raise _refuse("key_unknown", place or "definition", found=str(key)[:80])
        for key in needed:
            if key not in value:
                raise _refuse("key_missing", place or "definition", missing=key)
        return {
            key: check_value(value[key], f"{place}.{key}" if place else key)
            for key, check_value in keys.items()
            if key in value
        }

    return check


def _implied(value: Any, place: str) -> dict[str, list[str]]:
    if not isinstance(value, Mapping):
        raise _refuse("not_an_object", place)
    codes = _list_of(_code)
    return {_code(scenario, place): codes(implied, f"{place}.{scenario}") for scenario, implied in value.items()}


_OPTION = _object({"code": _code, "text": _texts, "exclusive": _yes_no, "stays": _yes_no}, "code")
_NUMBER = _whole(-_MOST_NUMBER, _MOST_NUMBER)
_ITEM = _object(
    {
        "code": _code,
        "kind": _one_of(*KINDS),
        "for": _one_of(*AUDIENCES),
        "required": _yes_no,
        "only_if": _rule,
        "shopper_text": _texts,
        "text": _texts,
        "hint": _texts,
        "options": _list_of(_OPTION),
        "shuffle": _yes_no,
        "from": _whole(-100, 100),
        "to": _whole(-100, 100),
        "low": _texts,
        "high": _texts,
        "unit": _texts,
        "least": _NUMBER,
        "most": _NUMBER,
        "whole": _yes_no,
        "currencies": _list_of(_currency, 20),
        "long": _yes_no,
        "most_characters": _whole(1, MOST_CHARACTERS),
        "none_text": _texts,
        "severity_text": _texts,
        "severity": _list_of(_OPTION, 10),
        "dont_know": _texts,
        "refused": _texts,
    },
    "code",
    "kind",
)
_PAGE = _object(
    {
        "code": _code,
        "stage": _one_of(*STAGES),
        "title": _texts,
        "intro": _texts,
        "only_if": _rule,
        "shuffle": _yes_no,
        "items": _list_of(_ITEM),
    },
    "code",
    "stage",
)
_PROBLEM = _object({"code": _code, "theme": _code, "heading": _code, "text": _texts}, "code")
_CHANGE = _object(
    {"did": _one_of("merge", "split"), "of": _list_of(_code), "into": _list_of(_code), "on": _words},
    "did",
    "of",
    "into",
)
_DEFINITION = _object(
    {
        "code": _code,
        "title": _texts,
        "pages": _list_of(_PAGE, 100),
        "themes": _list_of(_object({"code": _code, "text": _texts}, "code"), 60),
        "problems": _list_of(_PROBLEM),
        "implied": _implied,
        "list_history": _list_of(_CHANGE, 1000),
    },
    "code",
)


def shaped(definition: Any) -> dict[str, Any]:
    """Return a definition with its texts cleaned and its parts in their usual order.

    Raises
    ------
    QuestionnaireProblem
        Where it is no definition at all: a part that is unknown, missing, or of another kind than it must be.
    """
    if not isinstance(definition, Mapping):
        raise _refuse("not_an_object", "definition")
    if definition.get("schema") != SCHEMA:
        found = repr(definition.get("schema"))[:80]
        raise QuestionnaireProblem(Finding("schema_unknown", details={"found": found, "known": SCHEMA}))
    checked = _DEFINITION({key: value for key, value in definition.items() if key != "schema"}, "")
    return {"schema": SCHEMA, **checked}
