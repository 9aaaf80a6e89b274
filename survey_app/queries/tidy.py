"""Responses and sightings as rows of tidy tables: a comparison and a download begin here alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey_app.models import Response
from survey_app.queries.comparing import StudyData
from survey_app.rules.questionnaire import list_answered
from survey_app.rules.vocabulary import Need, arm

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
)
SIGHTINGS = ("response_id", "problem", "theme", "severity", "stage", "origin")


def response_rows(data: StudyData) -> Iterator[dict[str, Any]]:
    """Yield one row a response; what is not known is empty."""
    for row in data.responses:
        response: Response = row["response"]
        answers = response.answers
        yield {
            "response_id": response.public_id,
            "arm": arm(hired=response.hired, need=Need(response.need) if response.need else None),
            "location": row["location"],
            "hired": "yes" if response.hired else "no",
            "need": response.need,
            "route": response.route,
            "channel": response.channel or "",
            "scenario": response.scenario or "",
            "shopper": row["shopper"],
            "visited_on": response.visited_on.isoformat() if response.visited_on else "",
            "submitted_at": response.submitted_at.date().isoformat() if response.submitted_at else "",
            "minutes": _blank(answers.get("minutes_spent")),
            "cost": "" if response.cost_cents is None else response.cost_cents / 100,
            "index_problem": ";".join(data.implied.get(response.scenario or "", ())),
            "list_hash": response.list_hash or "",
            "list_answered": "yes" if list_answered(answers) else "no",
            "beyond_answered": "yes" if "beyond" in answers else "no",
            "instrument_version": row["version"],
            "stake": _blank(answers.get("stake")),
        }


def sighting_rows(data: StudyData) -> Iterator[dict[str, Any]]:
    """Yield one row a sighting."""
    for row in data.sightings:
        yield {name: _blank(row[name]) for name in SIGHTINGS}


def _blank(value: Any) -> Any:
    return "" if value is None else value
