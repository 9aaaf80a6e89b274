"""From the definition of a questionnaire to its frozen values: strictly when published, leniently as a draft."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from survey_app.rules.checking import findings_of
from survey_app.rules.conditions import Condition, ConditionProblem, read_condition
from survey_app.rules.findings import QuestionnaireProblem
from survey_app.rules.questionnaire import Instrument, Item, Option, Page, Problem, Texts, Theme
from survey_app.rules.shape import shaped
from survey_app.rules.vocabulary import LANGUAGES


def hash_of(value: Any) -> str:
    """Return the SHA-256 of a JSON value in one canonical form."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def list_hash(definition: Mapping[str, Any]) -> str:
    """Return the hash of what decides whether two lists ask the same: codes, headings and wording."""
    return hash_of([definition.get("themes", []), definition.get("problems", [])])


def read_instrument(definition: Mapping[str, Any]) -> Instrument:
    """Return the instrument of a definition that can be used as it is.

    Raises
    ------
    QuestionnaireProblem
        Saying where, what and what to do.
    """
    instrument = read_draft(definition)
    for finding in findings_of(definition, instrument):
        if finding.blocking:
            raise QuestionnaireProblem(finding)
    return instrument


def read_draft(definition: Mapping[str, Any]) -> Instrument:
    """Return the instrument of a definition that may still lack something.

    A text that is missing in one language is taken from another, and a rule that cannot be read does not hold
    anything back, so that a draft can be looked at while it is made.

    Raises
    ------
    QuestionnaireProblem
        If it has not even the shape of a definition.
    """
    known = shaped(definition)
    return Instrument(
        code=known["code"],
        title=_texts(known, "title"),
        pages=tuple(_page(page) for page in known.get("pages", ())),
        themes=tuple(Theme(theme["code"], _texts(theme, "text")) for theme in known.get("themes", ())),
        problems=tuple(_problem(problem) for problem in known.get("problems", ())),
        implied={scenario: tuple(codes) for scenario, codes in known.get("implied", {}).items()},
    )


def _texts(value: Mapping[str, Any], key: str) -> Texts:
    texts = value.get(key, {})
    written = [texts[language] for language in LANGUAGES if texts.get(language)]
    instead = written[0] if written else value["code"]
    return {language: texts.get(language) or instead for language in LANGUAGES}


def _page(page: Mapping[str, Any]) -> Page:
    return Page(
        code=page["code"],
        stage=page["stage"],
        title=_texts(page, "title"),
        intro=_texts(page, "intro") if page.get("intro") else None,
        items=tuple(_item(item) for item in page.get("items", ())),
        only_if=page.get("only_if") or None,
        shuffle=page.get("shuffle", False),
        condition=_condition(page.get("only_if")),
    )


def _item(item: Mapping[str, Any]) -> Item:
    scale = item["kind"] == "scale"

    def optional(key: str) -> Texts | None:
        return _texts(item, key) if item.get(key) else None

    return Item(
        code=item["code"],
        kind=item["kind"],
        text=_texts(item, "text"),
        audience=item.get("for", "everybody"),
        required=item.get("required", False),
        shopper_text=optional("shopper_text"),
        hint=optional("hint"),
        options=_options(item, "options"),
        least=item.get("from") if scale else item.get("least"),
        most=item.get("to") if scale else item.get("most"),
        low=optional("low"),
        high=optional("high"),
        unit=optional("unit"),
        whole=item.get("whole", True),
        currencies=tuple(item.get("currencies", ())),
        long=item.get("long", False),
        most_characters=item.get("most_characters", 200),
        only_if=item.get("only_if") or None,
        none_text=optional("none_text"),
        severity_text=optional("severity_text"),
        severity=_options(item, "severity"),
        dont_know=optional("dont_know"),
        refused=optional("refused"),
        shuffle=item.get("shuffle", False),
        condition=_condition(item.get("only_if")),
    )


def _options(item: Mapping[str, Any], key: str) -> tuple[Option, ...]:
    return tuple(
        Option(
            option["code"],
            _texts(option, "text"),
            exclusive=option.get("exclusive", False),
            stays=option.get("stays", False),
        )
        for option in item.get(key, ())
    )


def _problem(problem: Mapping[str, Any]) -> Problem:
    heading = problem.get("heading", problem.get("theme", ""))
    return Problem(problem["code"], problem.get("theme", heading), heading, _texts(problem, "text"))


def _condition(rule: str | None) -> Condition | None:
    try:
        return read_condition(rule) if rule else None
    except ConditionProblem:
        return None


#: Reads a definition: strictly, or as a draft.
Read = Callable[[Mapping[str, Any]], Instrument]
