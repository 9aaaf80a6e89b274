"""Rows of the database as tidy tables. An export carries the same pseudonymous ids."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import Tables
from survey_app.models import Response
from survey_app.queries.comparing import StudyData
from survey_app.rules.questionnaire import list_answered
from survey_app.rules.vocabulary import Need, arm

_RESPONSES = (
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
_SIGHTINGS = ("response_id", "problem", "theme", "severity", "stage", "origin")


def tidy_tables(data: StudyData) -> Tables:
    """Return the two tidy tables of a study."""
    responses = pd.DataFrame([_response(row, data) for row in data.responses], columns=list(_RESPONSES))
    sightings = pd.DataFrame(data.sightings, columns=list(_SIGHTINGS))
    return Tables(responses, sightings)


def _response(row: dict[str, Any], data: StudyData) -> dict[str, Any]:
    response: Response = row["response"]
    answers = response.answers
    return {
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


def _blank(value: Any) -> Any:
    return "" if value is None else value
