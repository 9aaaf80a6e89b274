"""Take in complaints from outside, ready for coding: all of a table or nothing, and each one once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from sqlalchemy import insert, select

from survey_app.actions.audit import record
from survey_app.actions.finding import find_study
from survey_app.foundations.database import writing
from survey_app.models import BroughtIn, Location, Response, StudyLocation
from survey_app.rules.brought_in import Complaint
from survey_app.rules.permissions import Actor, NotAllowed
from survey_app.rules.vocabulary import Basis, Need, ResponseState, ReviewState, Route


def bring_in(
    actor: Actor,
    study_public_id: str,
    complaints: Sequence[Complaint],
    *,
    basis: Basis,
    note: str = "",
    at: datetime,
) -> tuple[int, int]:
    """Take complaints into a study; return how many are new, and how many it had already.

    Each is a response of a customer with a real problem, route `brought_in`: it never enters the main comparison,
    and its text waits for coders as a story does.

    Raises
    ------
    NotAllowed
        Also for a place that is not the study's.
    """
    with writing() as session:
        study = find_study(session, actor, "responses.import", study_public_id)
        places = dict(
            session.execute(
                select(Location.public_id, Location.id)
                .join(StudyLocation, StudyLocation.location_id == Location.id)
                .where(StudyLocation.study_id == study.id)
            ).all()
        )
        if any(complaint.place not in places for complaint in complaints):
            raise NotAllowed("responses.import")
        by_key = {complaint.key: complaint for complaint in reversed(complaints)}
        known = set(
            session.scalars(
                select(Response.source_id).where(Response.study_id == study.id, Response.route == Route.BROUGHT_IN)
            )
        )
        new = [complaint for key, complaint in reversed(by_key.items()) if key not in known]
        if new:
            ids = session.scalars(
                insert(Response).returning(Response.id, sort_by_parameter_order=True),
                [
                    {
                        "source_id": complaint.key,
                        "firm_id": study.firm_id,
                        "study_id": study.id,
                        "location_id": places[complaint.place],
                        "version_id": study.version_id,
                        "hired": False,
                        "need": Need.REAL,
                        "route": Route.BROUGHT_IN,
                        "channel": complaint.channel,
                        "scenario": complaint.scenario,
                        "visited_on": complaint.happened_on,
                        "language": complaint.language,
                        "state": ResponseState.SUBMITTED,
                        "review": ReviewState.NOT_NEEDED,
                        "answers": {"story": complaint.text},
                        "cost_cents": 0,
                        "started_at": at,
                        "submitted_at": _moment(complaint, at),
                    }
                    for complaint in new
                ],
            ).all()
            session.execute(
                insert(BroughtIn),
                [
                    {
                        "response_id": row_id,
                        "address": complaint.address,
                        "basis": basis,
                        "note": note,
                        "brought_at": at,
                    }
                    for row_id, complaint in zip(ids, new, strict=True)
                ],
            )
        record(session, actor, "complaints.bring_in", "studies", study.id, at=at, complaints=len(new))
        return len(new), len(complaints) - len(new)


def _moment(complaint: Complaint, at: datetime) -> datetime:
    """Return when a complaint counts as made: on its day, else when it was brought in."""
    return at if complaint.happened_on is None else datetime.combine(complaint.happened_on, time(12), UTC)
