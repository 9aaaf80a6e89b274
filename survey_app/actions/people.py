"""Take people on, and keep what changes about them."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import inspect, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from survey_app.actions.audit import record
from survey_app.actions.staff_sessions import end_in
from survey_app.foundations.database import writing
from survey_app.models import Grant, Person
from survey_app.rules.permissions import Actor, require
from survey_app.rules.vocabulary import ActorKind, Role
from survey_app.rules.within import Within

#: What changed about a person → what the audit calls it. What is not named here is no event of its own.
_EVENTS = {"password": "person.password", "tf_totp_secret": "person.second_factor"}


class PersonKnown(ValueError):
    """There is somebody with this e-mail address already."""


def add_person(
    actor: Actor,
    *,
    email: str,
    name: str,
    role: Role,
    firm_id: int | None,
    region_id: int | None = None,
    location_id: int | None = None,
    password_hash: str | None,
    at: datetime,
) -> int:
    """Take somebody on with one role: everywhere, or in one firm, one region or one place; return their id.

    Raises
    ------
    NotAllowed, PersonKnown
    """
    require(actor, "people.manage", firm_id=firm_id)
    try:
        with writing() as session:
            person = Person(
                email=email.strip().lower(),
                name=name,
                password=password_hash,
                fs_uniquifier=new_uniquifier(),
                made_at=at,
                grants=[
                    Grant(
                        role=role,
                        scope=Within(firm_id, region_id, location_id).scope,
                        firm_id=firm_id,
                        region_id=region_id,
                        location_id=location_id,
                    ),
                ],
            )
            session.add(person)
            session.flush()
            record(
                session,
                actor,
                "people.add",
                "people",
                person.id,
                at=at,
                role=role,
                firm=firm_id,
                region=region_id,
                location=location_id,
            )
            return person.id
    except IntegrityError as error:
        raise PersonKnown(email) from error


def new_uniquifier() -> str:
    """Return what stands for a person in cookies and links; another one makes all earlier ones worthless."""
    return secrets.token_hex(32)


def keep_person(person: Person, *, at: datetime) -> None:
    """Keep what Flask-Security changed about a person, and nothing else; a new uniquifier ends all sessions."""
    state = inspect(person)
    columns = [each.key for each in state.mapper.column_attrs]
    changed = {key: getattr(person, key) for key in columns if state.attrs[key].history.has_changes()}
    if not changed:
        return
    actor = Actor(ActorKind.PERSON, person.id)
    with writing() as session:
        session.execute(update(Person).where(Person.id == person.id).values(changed))
        if "fs_uniquifier" in changed:
            end_in(session, actor, person.id, at=at)
        for key in changed.keys() & _EVENTS.keys():
            record(session, actor, _EVENTS[key], "people", person.id, at=at)
    for key, value in changed.items():
        set_committed_value(person, key, value)


def accept_invitation(uniquifier: str, password_hash: str, *, at: datetime) -> bool:
    """Keep the first password of somebody who was invited; the link is worthless from then on.

    False if somebody was faster, or if there is no such invitation.
    """
    with writing() as session:
        person_id = session.scalar(
            update(Person)
            .where(Person.fs_uniquifier == uniquifier, Person.password.is_(None), Person.active)
            .values(password=password_hash, fs_uniquifier=new_uniquifier())
            .returning(Person.id)
        )
        if person_id is None:
            return False
        record(session, Actor(ActorKind.PERSON, person_id), "person.password", "people", person_id, at=at)
        return True


def choose_language(actor: Actor, language: str, *, at: datetime) -> None:
    """Let somebody read the pages in another language from now on."""
    with writing() as session:
        person = session.get_one(Person, actor.id, with_for_update={"of": Person})
        person.language = language
        record(session, actor, "person.language", "people", person.id, at=at, language=language)
