"""Look up who is on the staff, as far as an administrator reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Firm, Grant, Location, Person, Region, StaffSession
from survey_app.rules.permissions import Actor, Reach, reach
from survey_app.rules.sessions import IDLE, LONGEST
from survey_app.rules.text import name_key
from survey_app.rules.within import PlaceToGive, Within

_MANAGE = "people.manage"


@dataclass(frozen=True)
class RoleSeen:
    """One role of a person, and within what it holds; an empty name means everything."""

    public_id: str
    role: str
    place: str


@dataclass(frozen=True)
class StaffMember:
    """Somebody on the staff as an administrator sees them: the roles within their reach, and no others."""

    public_id: str
    name: str
    email: str
    active: bool
    accepted: bool
    has_factor: bool
    roles: tuple[RoleSeen, ...]
    #: Whether all roles lie within the administrator's reach, so that the account is theirs to close.
    whole: bool
    is_self: bool
    open_sessions: int


def staff_within(actor: Actor, *, at: datetime) -> list[StaffMember]:
    """Return everybody with a role within the actor's reach, by name."""
    found = _staff(actor, None, at)
    return sorted(found, key=lambda member: (name_key(member.name), member.email))


def staff_member(actor: Actor, public_id: str, *, at: datetime) -> StaffMember | None:
    """Return one person within the actor's reach, or None."""
    return next(iter(_staff(actor, Person.public_id == public_id, at)), None)


def _staff(actor: Actor, only: ColumnElement[bool] | None, at: datetime) -> list[StaffMember]:
    reached = reach(actor, _MANAGE)
    query = select(Person)
    if only is not None:
        query = query.where(only)
    if not reached.everything:
        query = query.where(
            Person.id.in_(select(Grant.person_id).where(Grant.firm_id.in_(reached.firms))),
        )
    with reading() as session:
        people = session.scalars(query).unique().all()
        names = _names_of(session, [grant for person in people for grant in person.grants])
        sessions = _open_sessions(session, at)
        return [_seen(person, reached, names, sessions.get(person.id, 0), actor) for person in people]


def _open_sessions(session: Session, at: datetime) -> dict[int, int]:
    """Return how many sessions of each person are open."""
    holds = (
        StaffSession.ended_at.is_(None),
        StaffSession.seen_at > at - IDLE,
        StaffSession.begun_at > at - LONGEST,
    )
    counted = select(StaffSession.person_id, func.count()).where(*holds).group_by(StaffSession.person_id)
    return dict(session.execute(counted).all())


def places_to_give(actor: Actor) -> list[PlaceToGive]:
    """Return within what the actor may give roles: everything, then each firm with its regions and places."""
    reached = reach(actor, _MANAGE)
    query = select(Firm).order_by(Firm.name_key)
    with reading() as session:
        firms = session.scalars(query if reached.everything else query.where(Firm.id.in_(reached.firms))).all()
        regions = session.scalars(select(Region).order_by(Region.name_key)).all()
        locations = session.scalars(select(Location)).all()
        found = [PlaceToGive("all", "", "", Within())] if reached.everything else []
        for firm in firms:
            found.append(PlaceToGive(firm.public_id, firm.name, "", Within(firm.id)))
            found += [
                PlaceToGive(f"region-{each.id}", firm.name, each.name, Within(firm.id, region_id=each.id))
                for each in regions
                if each.firm_id == firm.id
            ]
            found += [
                PlaceToGive(each.public_id, firm.name, each.name, Within(firm.id, location_id=each.id))
                for each in sorted(locations, key=lambda each: name_key(each.name))
                if each.firm_id == firm.id
            ]
        return found


@dataclass(frozen=True)
class _Names:
    firms: dict[int, str]
    regions: dict[int, str]
    locations: dict[int, str]

    def of(self, grant: Grant) -> str:
        parts = [
            self.firms.get(grant.firm_id or 0),
            self.regions.get(grant.region_id or 0) or self.locations.get(grant.location_id or 0),
        ]
        return " · ".join(part for part in parts if part)


def _names_of(session: Session, grants: list[Grant]) -> _Names:
    """Return the names of all firms, regions and places that roles hold within."""

    def named(table: type[Firm | Region | Location], ids: Iterable[int | None]) -> dict[int, str]:
        found = session.execute(select(table.id, table.name).where(table.id.in_({*ids} - {None})))
        return dict(found.all())

    return _Names(
        firms=named(Firm, (grant.firm_id for grant in grants)),
        regions=named(Region, (grant.region_id for grant in grants)),
        locations=named(Location, (grant.location_id for grant in grants)),
    )


def _seen(person: Person, reached: Reach, names: _Names, open_sessions: int, actor: Actor) -> StaffMember:
    seen = [grant for grant in person.grants if reached.everything or grant.firm_id in reached.firms]
    return StaffMember(
        public_id=person.public_id,
        name=person.name,
        email=person.email,
        active=person.active,
        accepted=person.password is not None,
        has_factor=bool(person.tf_primary_method or person.webauthn),
        roles=tuple(
            RoleSeen(grant.public_id, grant.role, names.of(grant))
            for grant in sorted(seen, key=lambda grant: (grant.role, names.of(grant)))
        ),
        whole=len(seen) == len(person.grants),
        is_self=person.id == actor.id,
        open_sessions=open_sessions,
    )
