"""Take in responses that were collected elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.finding import find_study
from survey_app.foundations.database import writing
from survey_app.models import Location, Problem, Response, Shopper, Sighting, Study, StudyLocation
from survey_app.models.columns import new_public_id
from survey_app.rules.permissions import Actor
from survey_app.rules.questionnaire import NONE_OF_THESE
from survey_app.rules.vocabulary import Need, Origin, ResponseState, ReviewState, Route


class ImportProblem(ValueError):
    """Which response cannot be taken in, why, and what to do. Nothing was taken in."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """One response from elsewhere, with the problems that it saw (code, severity or None).

    `list_answered` is None where that is not known; `answers` holds further answers by item code.
    """

    source_id: str
    hired: bool
    need: Need
    route: Route
    location: str
    shopper: str = ""
    channel: str | None = None
    scenario: str | None = None
    visited_on: date | None = None
    submitted_at: datetime | None = None
    list_hash: str | None = None
    list_answered: bool | None = None
    cost_cents: int | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    seen: tuple[tuple[str, int | None], ...] = ()


def import_responses(
    actor: Actor, study_public_id: str, responses: Sequence[Imported], *, time_zone: str, at: datetime
) -> int:
    """Take responses into a study, with the places and shoppers that they name; return how many are new.

    A response whose source id is in the study already is left alone, so the same file may be taken in twice.
    Responses of hired people count as accepted: whoever brings them in vouches for them.

    Raises
    ------
    NotAllowed, ImportProblem
    """
    try:
        with writing() as session:
            study = find_study(session, actor, "responses.import", study_public_id)
            known = set(session.scalars(select(Response.source_id).where(Response.study_id == study.id)))
            new = [response for response in responses if response.source_id not in known]
            _refuse_unknown_problems(session, study, new)
            places = _places(session, study, {response.location for response in new}, time_zone=time_zone)
            shoppers = _shoppers(session, study, {response.shopper for response in new if response.hired})
            if new:
                _insert(session, study, new, places, shoppers, at=at)
            record(session, actor, "responses.import", "studies", study.id, at=at, responses=len(new))
            return len(new)
    except IntegrityError as error:
        raise ImportProblem(
            "A response contradicts itself or names a scenario that the study does not have. Correct the file."
        ) from error


def _refuse_unknown_problems(session: Session, study: Study, responses: Iterable[Imported]) -> None:
    listed = set(session.scalars(select(Problem.code).where(Problem.study_id == study.id)))
    for response in responses:
        for problem, _severity in response.seen:
            if problem not in listed:
                raise ImportProblem(
                    f"Response {response.source_id!r}: problem {problem!r} is not on the study's list. "
                    "Add it there, or correct the file."
                )


def _places(session: Session, study: Study, codes: set[str], *, time_zone: str) -> dict[str, int]:
    """Return the ids of places by code; places that are new are added to firm and study."""
    of_firm = select(Location.code, Location.id).where(Location.firm_id == study.firm_id)
    known = set(session.scalars(select(Location.code).where(Location.firm_id == study.firm_id)))
    session.add_all(
        Location(firm_id=study.firm_id, code=code, name=code, time_zone=time_zone)
        for code in sorted(codes - known)
    )
    session.flush()
    ids = {code: row_id for code, row_id in session.execute(of_firm) if code in codes}
    taking_part = set(session.scalars(select(StudyLocation.location_id).where(StudyLocation.study_id == study.id)))
    session.add_all(
        StudyLocation(study_id=study.id, firm_id=study.firm_id, location_id=row_id)
        for row_id in sorted(set(ids.values()) - taking_part)
    )
    session.flush()
    return ids


def _shoppers(session: Session, study: Study, codes: set[str]) -> dict[str, int]:
    of_firm = select(Shopper.code, Shopper.id).where(Shopper.firm_id == study.firm_id)
    known = set(session.scalars(select(Shopper.code).where(Shopper.firm_id == study.firm_id)))
    session.add_all(
        Shopper(firm_id=study.firm_id, code=code, name=code, active=False) for code in sorted(codes - known)
    )
    session.flush()
    return dict(session.execute(of_firm).all())


def _insert(
    session: Session,
    study: Study,
    responses: Sequence[Imported],
    places: dict[str, int],
    shoppers: dict[str, int],
    *,
    at: datetime,
) -> None:
    rows = []
    for response in responses:
        ticked: dict[str, int | None] = dict(response.seen)
        answers = dict(response.answers)
        if response.list_answered:
            answers["problems"] = ticked or {NONE_OF_THESE: None}
        rows.append(
            {
                "public_id": new_public_id(),
                "source_id": response.source_id,
                "firm_id": study.firm_id,
                "study_id": study.id,
                "location_id": places[response.location],
                "shopper_id": shoppers[response.shopper] if response.hired else None,
                "list_hash": response.list_hash,
                "hired": response.hired,
                "need": response.need,
                "route": response.route,
                "channel": response.channel,
                "scenario": response.scenario,
                "visited_on": response.visited_on,
                "state": ResponseState.SUBMITTED,
                "review": ReviewState.ACCEPTED if response.hired else ReviewState.NOT_NEEDED,
                "answers": answers,
                "cost_cents": response.cost_cents,
                "started_at": response.submitted_at or at,
                "submitted_at": response.submitted_at or at,
            }
        )
    session.execute(insert(Response), rows)
    of_study = select(Response.source_id, Response.id).where(Response.study_id == study.id)
    ids = dict(session.execute(of_study).all())
    sightings = [
        {
            "study_id": study.id,
            "response_id": ids[response.source_id],
            "problem": problem,
            "severity": severity,
            "origin": Origin.CHECKLIST,
        }
        for response in responses
        for problem, severity in response.seen
    ]
    if sightings:
        session.execute(insert(Sighting), sightings)
