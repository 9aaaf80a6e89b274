"""Begin and end sessions of the staff. What has ended stays ended, whatever cookie somebody kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.foundations.database import writing
from survey_app.foundations.tokens import hash_of_secret, new_key
from survey_app.models import StaffSession
from survey_app.rules.permissions import Actor, NotAllowed
from survey_app.rules.sessions import LONGEST
from survey_app.rules.vocabulary import ActorKind


def begin_session(person_id: int, *, at: datetime) -> str:
    """Begin a session; return the key that its cookie carries, of which only the hash is kept."""
    key = new_key()
    with writing() as session:
        begun = StaffSession(person_id=person_id, key_hash=hash_of_secret(key), begun_at=at, seen_at=at)
        session.add(begun)
        session.flush()
        record(session, _person(person_id), "session.begin", "people", person_id, at=at, row=begun.id)
        session.execute(delete(StaffSession).where(StaffSession.begun_at < at - 2 * LONGEST))
    return key


def note_seen(session_id: int, *, at: datetime) -> None:
    """Write down that a session is in use."""
    with writing() as session:
        session.execute(
            update(StaffSession)
            .where(StaffSession.id == session_id, StaffSession.ended_at.is_(None))
            .values(seen_at=at)
        )


def end_session(actor: Actor, public_id: str, *, at: datetime) -> None:
    """End one of one's own sessions.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        found = session.scalar(
            select(StaffSession).where(StaffSession.public_id == public_id, StaffSession.person_id == actor.id)
        )
        if found is None or actor.id is None:
            raise NotAllowed("sessions.own")
        end_in(session, actor, actor.id, at=at, only=found.id)


def end_all_sessions(actor: Actor, *, but: int | None = None, at: datetime) -> None:
    """End all of one's own sessions, or all but this one."""
    if actor.id is not None:
        with writing() as session:
            end_in(session, actor, actor.id, at=at, but=but)


def end_in(
    session: Session,
    actor: Actor,
    person_id: int,
    *,
    at: datetime,
    only: int | None = None,
    but: int | None = None,
) -> None:
    """End sessions of a person within a transaction that is open: all, only one, or all but one."""
    ended = (
        update(StaffSession)
        .where(StaffSession.person_id == person_id, StaffSession.ended_at.is_(None))
        .values(ended_at=at)
        .returning(StaffSession.id)
    )
    if only is not None:
        ended = ended.where(StaffSession.id == only)
    if but is not None:
        ended = ended.where(StaffSession.id != but)
    ids = sorted(session.scalars(ended).all())
    if ids:
        record(session, actor, "session.end", "people", person_id, at=at, rows=ids)


def _person(person_id: int) -> Actor:
    return Actor(ActorKind.PERSON, person_id)
