"""Answers as a form holds them, and as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from survey_app.rules.answered import why_not_given
from survey_app.rules.answers import CHOSEN
from survey_app.rules.questionnaire import NONE_OF_THESE, Instrument, Item


def fields_of(items: Iterable[Item], answers: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return stored answers as the fields of a form: the inverse of `rules.answers.check_answers`."""
    fields: MultiDict[str, str] = MultiDict()
    for item in items:
        value = answers.get(item.code)
        if value is None:
            continue
        why = why_not_given(value)
        if why:
            fields[item.code if item.kind in CHOSEN else f"{item.code}.{why}"] = why
        elif item.kind == "problems":
            fields.setlist(item.code, list(value))
            for code, severity in value.items():
                fields[f"severity.{code}"] = "" if severity is None else str(severity)
        elif item.kind == "standards":
            for code, answer in value.items():
                fields[f"{item.code}.{code}"] = answer
        elif item.kind == "choices":
            fields.setlist(item.code, value)
        elif item.kind == "money":
            fields[item.code] = value["amount"]
            fields[f"{item.code}.currency"] = value["currency"]
        else:
            fields[item.code] = str(value)
    return fields


def in_words(
    item: Item,
    value: Any,
    *,
    instrument: Instrument,
    language: str,
    standards: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Return an answer as people read it."""
    if value is None:
        return str(_("no answer"))
    why = why_not_given(value)
    if why:
        said: Mapping[str, str] | None = getattr(item, why)
        return said[language] if said else why
    if item.kind == "problems":
        names = {problem.code: problem.text[language] for problem in instrument.problems}
        if NONE_OF_THESE in value:
            return item.none_text[language] if item.none_text else NONE_OF_THESE
        return "; ".join(
            names.get(code, code) + (f" ({severity})" if severity else "") for code, severity in value.items()
        )
    if item.kind == "standards":
        known = standards or {}
        return "; ".join(
            f"{known.get(code, {}).get(language, code)}: {_chosen(item, answer, language)}"
            for code, answer in value.items()
        )
    if item.kind == "choices":
        return "; ".join(_chosen(item, code, language) for code in value)
    if item.kind == "choice":
        return _chosen(item, value, language)
    return _plain(item, value, language)


def _plain(item: Item, value: Any, language: str) -> str:
    if item.kind == "money":
        return f"{value['amount']} {value['currency']}"
    if item.kind == "date":
        return str(format_date(date.fromisoformat(value), "long"))
    if item.kind == "scale" and item.option(str(value)):
        return f"{format_decimal(value)} ({_chosen(item, str(value), language)})"
    if item.kind in ("scale", "number"):
        unit = f" {item.unit[language]}" if item.unit else ""
        return f"{format_decimal(value)}{unit}"
    return str(value)


def _chosen(item: Item, code: str, language: str) -> str:
    option = item.option(code)
    return option.text[language] if option else code
