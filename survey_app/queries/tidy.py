"""Responses and sightings as rows of tidy tables: a comparison and a download begin here alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from survey_app.queries.comparing import SightingRow, StudyData
from survey_app.rules.answered import given
from survey_app.rules.codebook import ItemColumn
from survey_app.rules.questionnaire import list_answered
from survey_app.rules.vocabulary import Need, arm

#: Answers that the analysis knows by name: numbers, and choices.
NUMBERS = ("felt", "trace", "recommend", "told_people")
CHOICES = ("apologised", "recognised", "played_as_briefed")

RESPONSES = (
    "response_id",
    "arm",
    "location",
    "hired",
    "need",
    "route",
    "channel",
    "scenario",
    "shopper",
    "visited_on",
    "submitted_at",
    "minutes",
    "cost",
    "index_problem",
    "list_hash",
    "list_answered",
    "beyond_answered",
    "instrument_version",
    "stake",
    "items_shown",
    "controls_shown",
    "bogus_shown",
    "flags",
    *NUMBERS,
    *CHOICES,
)
SIGHTINGS = SightingRow._fields


def response_rows(data: StudyData) -> Iterator[dict[str, Any]]:
    """Yield one row a response; what is not known is empty."""
    zone = ZoneInfo(data.time_zone)
    for row in data.responses:
        answers = row.answers
        shown = data.shown.get(row.version) if row.version is not None else None
        yield {
            "response_id": row.response_id,
            "arm": arm(hired=row.hired, need=Need(row.need) if row.need else None),
            "location": row.location,
            "hired": "yes" if row.hired else "no",
            "need": row.need,
            "route": row.route,
            "channel": row.channel or "",
            "scenario": row.scenario or "",
            "shopper": row.shopper or "",
            "visited_on": row.visited_on.isoformat() if row.visited_on else "",
            "submitted_at": row.submitted_at.astimezone(zone).date().isoformat() if row.submitted_at else "",
            "minutes": _blank(given(answers, "minutes_spent")),
            "cost": "" if row.cost_cents is None else row.cost_cents / 100,
            "index_problem": ";".join(data.implied.get(row.scenario or "", ())),
            "list_hash": row.list_hash or "",
            "list_answered": "yes" if list_answered(answers) else "no",
            "beyond_answered": "yes" if "beyond" in answers else "no",
            "instrument_version": "" if row.version is None else str(row.version),
            "stake": _number(given(answers, "stake")),
            "items_shown": shown.handling if shown else "",
            "controls_shown": shown.controls if shown else "",
            "bogus_shown": shown.bogus if shown else "",
            "flags": ";".join(row.flags),
            **{name: _number(given(answers, name)) for name in NUMBERS},
            **{name: _choice(given(answers, name)) for name in CHOICES},
        }


def sighting_rows(data: StudyData) -> Iterator[dict[str, Any]]:
    """Yield one row a sighting."""
    for row in data.sightings:
        yield {name: _blank(value) for name, value in row._asdict().items()}


def _number(value: Any) -> Any:
    """Return a number; nothing for what an instrument of one's own may hold under the same code."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _choice(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _blank(value: Any) -> Any:
    return "" if value is None else value


def answer_rows(data: StudyData, columns: Sequence[ItemColumn]) -> Iterator[dict[str, Any]]:
    """Yield one row of answers a response: empty where an item was not shown or was left open."""
    for row in data.responses:
        yield {"response_id": row.response_id} | {
            column.column.name: _answer(row.answers, column) for column in columns
        }


def _answer(answers: Mapping[str, Any], column: ItemColumn) -> Any:
    value = given(answers, column.item)
    if value is None:
        return ""
    if column.option is not None:
        return int(column.option in value) if isinstance(value, list | tuple | Mapping) else ""
    if column.column.kind == "number":
        return _amount(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _amount(value: Any) -> Any:
    """Return a number, or what a sum of money comes to."""
    return float(value["amount"]) if isinstance(value, Mapping) and "amount" in value else _number(value)


def table_rows(data: StudyData, table: str) -> tuple[tuple[str, ...], Iterator[dict[str, Any]]]:
    """Return the columns and the rows of one of the two tables, by its name."""
    return (RESPONSES, response_rows(data)) if table == "responses" else (SIGHTINGS, sighting_rows(data))
