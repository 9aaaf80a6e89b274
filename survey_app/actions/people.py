"""Take people on, and keep what changes about them."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from survey_app.actions.audit import record
from survey_app.foundations.database import writing
from survey_app.models import Grant, Person
from survey_app.rules.permissions import Actor, require
from survey_app.rules.vocabulary import ActorKind, Role, Scope


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
                fs_uniquifier=secrets.token_hex(32),
                made_at=at,
                grants=[
                    Grant(
                        role=role,
                        scope=_scope_of(firm_id, region_id, location_id),
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


def _scope_of(firm_id: int | None, region_id: int | None, location_id: int | None) -> Scope:
    if location_id is not None:
        return Scope.LOCATION
    if region_id is not None:
        return Scope.REGION
    return Scope.ALL if firm_id is None else Scope.FIRM


def keep_person(person: Person) -> None:
    """Keep what Flask-Security changed about a person: their password, or what ends their sessions."""
    with writing() as session:
        session.merge(person)


def choose_language(actor: Actor, language: str, *, at: datetime) -> None:
    """Let somebody read the pages in another language from now on."""
    with writing() as session:
        person = session.get_one(Person, actor.id, with_for_update={"of": Person})
        person.language = language
        record(session, actor, "person.language", "people", person.id, at=at, language=language)


def note_session(person_id: int, action: str, *, at: datetime) -> None:
    """Write down that somebody signed in or out."""
    with writing() as session:
        record(session, Actor(ActorKind.PERSON, person_id), action, "people", person_id, at=at)
