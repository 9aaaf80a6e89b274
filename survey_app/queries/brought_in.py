"""Look up the complaints that were brought into a study from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select

from survey_app.foundations.database import reading
from survey_app.models import BroughtIn, Location, Response, Sighting, Study
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import Origin

MOST_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class BroughtLine:
    """One complaint from outside."""

    location_name: str
    happened_on: date | None
    story: str
    address: str
    basis: str
    note: str
    brought_at: datetime
    coded: bool


def brought_into(actor: Actor, study_public_id: str) -> tuple[list[BroughtLine], int, int]:
    """Return the latest complaints that were brought in, how many there are in all, and how many are coded."""
    coded = exists().where(Sighting.response_id == Response.id, Sighting.origin == Origin.CODED)
    with reading() as session:
        study_id = session.scalar(
            within(select(Study.id).where(Study.public_id == study_public_id), actor, "responses.import")
        )
        if study_id is None:
            return [], 0, 0
        of_study = (
            select(Response.id)
            .join(BroughtIn, BroughtIn.response_id == Response.id)
            .where(Response.study_id == study_id)
        )
        total = session.scalars(select(func.count()).select_from(of_study.subquery())).one()
        done = session.scalars(select(func.count()).select_from(of_study.where(coded).subquery())).one()
        rows = session.execute(
            select(Response, BroughtIn, Location.name, coded)
            .join(BroughtIn, BroughtIn.response_id == Response.id)
            .join(Location, Location.id == Response.location_id)
            .where(Response.study_id == study_id)
            .order_by(Response.id.desc())
            .limit(MOST_SHOWN)
        )
        lines = [
            BroughtLine(
                location_name=name,
                happened_on=response.visited_on,
                story=response.answers.get("story", ""),
                address=origin.address,
                basis=origin.basis,
                note=origin.note,
                brought_at=origin.brought_at,
                coded=is_coded,
            )
            for response, origin, name, is_coded in rows
        ]
        return lines, total, done
