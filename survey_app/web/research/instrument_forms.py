"""What was posted about a page, a question or the problem list, as parts of a definition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.rules.findings import Finding, QuestionnaireProblem
from survey_app.rules.text import clean_line, clean_text
from survey_app.rules.vocabulary import LANGUAGES

_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
#: Texts that a kind of question has beside the usual ones.
KIND_TEXTS: Mapping[str, tuple[str, ...]] = {
    "scale": ("low", "high"),
    "number": ("unit",),
    "problems": ("none_text", "severity_text"),
}
WITHOUT_OPEN_ANSWERS = ("problems", "standards", "note")
WITH_OPTIONS = ("choice", "choices", "scale", "standards")
#: Empty lines for answers that are still to be written.
SPARE = 3

Fields = Mapping[str, str]


def texts(fields: Fields, name: str) -> dict[str, str]:
    """Return a text in each language in which it was written."""
    written = {language: clean_text(fields.get(f"{name}.{language}", "")) for language in LANGUAGES}
    return {language: text for language, text in written.items() if text}


def whole(fields: Fields, name: str) -> int | None:
    """Return a whole number, or None where nothing was written."""
    text = clean_line(fields.get(name, "")).replace("−", "-")
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise QuestionnaireProblem(Finding("not_whole", attribute=name, details={"found": text[:40]}))
    return int(text)


def page_values(fields: Fields) -> dict[str, Any]:
    """Return what was posted about a page."""
    return _kept(
        {
            "code": clean_line(fields.get("new_code", "")),
            "stage": fields.get("stage", ""),
            "title": texts(fields, "title"),
            "intro": texts(fields, "intro"),
            "only_if": clean_line(fields.get("only_if", "")),
            "shuffle": "shuffle" in fields,
        }
    )


def item_values(fields: Fields, kind: str) -> dict[str, Any]:
    """Return what was posted about a question of some kind."""
    values: dict[str, Any] = {
        "code": clean_line(fields.get("new_code", "")),
        "kind": kind,
        "for": fields.get("for", "everybody"),
        "required": "required" in fields,
        "only_if": clean_line(fields.get("only_if", "")),
        **{key: texts(fields, key) for key in ("text", "shopper_text", "hint", *KIND_TEXTS.get(kind, ()))},
    }
    if kind not in WITHOUT_OPEN_ANSWERS:
        values |= {key: texts(fields, key) for key in ("dont_know", "refused")}
    if kind in WITH_OPTIONS:
        values["options"] = list(_options(fields, "option"))
        values["shuffle"] = "shuffle" in fields
    if kind == "problems":
        values["severity"] = list(_options(fields, "severity"))
    return _kept(values | _of_kind(fields, kind))


def _of_kind(fields: Fields, kind: str) -> dict[str, Any]:
    if kind == "scale":
        return {"from": whole(fields, "from"), "to": whole(fields, "to")}
    if kind == "number":
        return {"least": whole(fields, "least"), "most": whole(fields, "most"), "whole": "whole" in fields}
    if kind == "money":
        return {"currencies": clean_line(fields.get("currencies", "")).upper().replace(",", " ").split()}
    if kind == "text":
        return {"long": "long" in fields, "most_characters": whole(fields, "most_characters")}
    return {}


def _options(fields: Fields, name: str) -> Iterator[dict[str, Any]]:
    """Yield the answers in the order of their places; one without a code is taken away."""
    numbers = sorted(
        {int(key.split(".")[1]) for key in fields if re.fullmatch(rf"{name}\.[0-9]{{1,3}}\.code", key)}
    )
    rows = sorted(numbers, key=lambda number: (whole(fields, f"{name}.{number}.place") or 10_000, number))
    for number in rows:
        code = clean_line(fields.get(f"{name}.{number}.code", ""))
        if code:
            marks = {mark: True for mark in ("exclusive", "stays") if f"{name}.{number}.{mark}" in fields}
            yield {"code": code, "text": texts(fields, f"{name}.{number}"), **marks}


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values without what says nothing."""
    usual = {"for": "everybody", "required": False, "shuffle": False, "long": False}
    return {
        key: value
        for key, value in values.items()
        if value not in ({}, [], "", None) and (key not in usual or usual[key] != value)
    }
