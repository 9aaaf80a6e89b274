"""Look up sessions of the staff: whose a cookie is, and which are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.foundations.tokens import hash_of_secret
from survey_app.models import Person, StaffSession
from survey_app.rules.sessions import holds


@dataclass(frozen=True)
class OpenSession:
    """One sign-in that still lets its owner in."""

    id: int
    public_id: str
    begun_at: datetime
    seen_at: datetime


def find_session(key: str, *, at: datetime) -> tuple[Person, OpenSession] | None:
    """Return whose session a key opens, and the session; None if it has ended or never was."""
    with reading() as session:
        row = session.execute(
            select(StaffSession, Person)
            .join(Person, Person.id == StaffSession.person_id)
            .where(StaffSession.key_hash == hash_of_secret(key), Person.active)
        ).first()
        if row is None or not _holds(row[0], at):
            return None
        session.expunge_all()
        return row[1], _open(row[0])


def sessions_of(person_id: int, *, at: datetime) -> list[OpenSession]:
    """Return the sessions of a person that are open, the last used first."""
    with reading() as session:
        found = session.scalars(
            select(StaffSession)
            .where(StaffSession.person_id == person_id, StaffSession.ended_at.is_(None))
            .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
        )
        return [_open(each) for each in found if _holds(each, at)]


def _holds(found: StaffSession, at: datetime) -> bool:
    return holds(begun_at=found.begun_at, seen_at=found.seen_at, ended_at=found.ended_at, at=at)


def _open(found: StaffSession) -> OpenSession:
    return OpenSession(found.id, found.public_id, found.begun_at, found.seen_at)
