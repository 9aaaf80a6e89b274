"""Look up people on the staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import Firm, Grant, Location, Passkey, Person, Region
from survey_app.rules import permissions
from survey_app.rules.permissions import Actor
from survey_app.rules.text import name_key
from survey_app.rules.vocabulary import ActorKind, Role, Scope


def find_person(**unique: Any) -> Person | None:
    """Return a person by one unique column, with their grants, detached from the database."""
    with reading() as session:
        person = session.execute(select(Person).filter_by(**unique)).unique().scalar_one_or_none()
        if person is not None:
            session.expunge_all()
        return person


def actor_of(person: Person) -> Actor:
    """Return a person as one who acts, with what they may do."""
    return Actor(
        ActorKind.PERSON,
        person.id,
        tuple(
            permissions.Grant(
                Role(grant.role), Scope(grant.scope), grant.firm_id, grant.region_id, grant.location_id
            )
            for grant in person.grants
        ),
    )


def firms_of(person: Person) -> list[str]:
    """Return the names of the firms in which somebody has a role."""
    ids = {grant.firm_id for grant in person.grants} - {None}
    with reading() as session:
        return list(session.scalars(select(Firm.name).where(Firm.id.in_(ids)).order_by(Firm.id)))


def firm_id_named(name: str) -> int | None:
    """Return the id of a firm by its name, or None."""
    with reading() as session:
        return session.scalar(select(Firm.id).where(Firm.name_key == name_key(name)))


def region_id_named(firm_id: int, name: str) -> int | None:
    """Return the id of a region of a firm by its name, or None."""
    with reading() as session:
        named = (Region.firm_id == firm_id, Region.name_key == name_key(name))
        return session.scalar(select(Region.id).where(*named))


def location_id_coded(firm_id: int, code: str) -> int | None:
    """Return the id of a place of a firm by its code, or None."""
    with reading() as session:
        return session.scalar(select(Location.id).where(Location.firm_id == firm_id, Location.code == code))


def find_passkey(credential_id: bytes) -> Passkey | None:
    """Return a passkey by what its device calls it, detached from the database."""
    with reading() as session:
        passkey = session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
        if passkey is not None:
            session.expunge_all()
        return passkey


def has_administrator() -> bool:
    """Return whether somebody who administers everything has accepted and may sign in."""
    with reading() as session:
        query = select(Person.id).join(Grant, Grant.person_id == Person.id)
        found = query.where(
            Grant.role == Role.ADMINISTRATOR,
            Grant.scope == Scope.ALL,
            Person.active,
            Person.password.is_not(None),
        )
        return session.scalar(found.limit(1)) is not None
