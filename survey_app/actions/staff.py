"""Invite people to the staff, give and take roles, close accounts: what an administrator does within their reach.

Nobody changes their own roles or account, and nobody gives more than they have. Whoever acts is locked together
with whom it is about, and looked at again: two administrators who close each other's account at the same moment
cannot both succeed, so one who administers everything is always left.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.people import new_uniquifier
from survey_app.actions.staff_sessions import end_in
from survey_app.foundations.database import writing
from survey_app.models import Grant, Location, Passkey, Person, Region
from survey_app.queries.people import actor_of
from survey_app.rules.permissions import Actor, NotAllowed, can_be_given, reach, require
from survey_app.rules.vocabulary import ActorKind, Role
from survey_app.rules.within import Within

_MANAGE = "people.manage"


class Why(StrEnum):
    """Why somebody cannot be invited."""

    ONESELF = "oneself"
    ELSEWHERE = "elsewhere"
    CLOSED = "closed"


class CannotInvite(ValueError):
    """Why somebody cannot be invited; nothing was changed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def invite_person(
    actor: Actor, *, email: str, name: str, language: str, role: Role, within: Within, at: datetime
) -> int:
    """Give somebody a role, taking them on if nobody has this address yet; return their id.

    Raises
    ------
    NotAllowed, CannotInvite
    """
    try:
        return _invite(actor, email, name, language, role, within, at)
    except IntegrityError:  # another administrator took them on at the same moment: now they are known
        return _invite(actor, email, name, language, role, within, at)


def _invite(actor: Actor, email: str, name: str, language: str, role: Role, within: Within, at: datetime) -> int:
    with writing() as session:
        known = session.scalar(select(Person.id).where(Person.email == email))
        actor = _as_they_stand(session, actor, known)
        _see_that_it_can_be_given(session, actor, role, within)
        if known is None:
            person = Person(
                email=email, name=name, language=language, fs_uniquifier=new_uniquifier(), made_at=at, grants=[]
            )
            session.add(person)
            session.flush()
            record(session, actor, "people.add", "people", person.id, at=at)
        else:
            person = session.get_one(Person, known)
            _see_that_they_can_be_invited(actor, person)
        _give(session, actor, person.id, role, within, at=at)
        return person.id


def give_role(actor: Actor, public_id: str, role: Role, within: Within, *, at: datetime) -> None:
    """Give somebody on the staff another role; they sign in anew with it.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        actor, person = _find(session, actor, public_id)
        _see_that_it_can_be_given(session, actor, role, within)
        _give(session, actor, person.id, role, within, at=at)


def take_role(actor: Actor, public_id: str, grant_id: str, *, at: datetime) -> None:
    """Take a role from somebody; they sign in anew without it.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        actor, person = _find(session, actor, public_id)
        grant = next((each for each in person.grants if each.public_id == grant_id), None)
        if grant is None:
            raise NotAllowed(_MANAGE)
        require(actor, _MANAGE, firm_id=grant.firm_id)
        session.execute(delete(Grant).where(Grant.id == grant.id))
        end_in(session, actor, person.id, at=at)
        record(session, actor, "people.take_role", "people", person.id, at=at, **_described(grant))


def set_active(actor: Actor, public_id: str, *, active: bool, at: datetime) -> None:
    """Close somebody's account, or open it again; closing it ends their sessions and every link they were sent.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        actor, person = _find(session, actor, public_id, whole=True)
        if person.active == active:
            return
        person.active = active
        if not active:
            person.fs_uniquifier = new_uniquifier()
            end_in(session, actor, person.id, at=at)
        record(session, actor, "people.open" if active else "people.close", "people", person.id, at=at)


def end_sessions_of(actor: Actor, public_id: str, *, at: datetime) -> None:
    """Sign somebody out everywhere.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        actor, person = _find(session, actor, public_id, whole=True)
        end_in(session, actor, person.id, at=at)


def forget_factors(actor: Actor, public_id: str, *, at: datetime) -> int:
    """Forget the second factors of somebody who lost theirs, and sign them out; return their id.

    Whoever has given the password already and is asked for a code begins anew, too.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        actor, person = _find(session, actor, public_id, whole=True)
        session.execute(delete(Passkey).where(Passkey.user_id == person.id))
        session.execute(
            update(Person)
            .where(Person.id == person.id)
            .values(
                tf_primary_method=None,
                tf_totp_secret=None,
                mf_recovery_codes=None,
                fs_uniquifier=new_uniquifier(),
            )
        )
        end_in(session, actor, person.id, at=at)
        record(session, actor, "people.forget_factors", "people", person.id, at=at)
        return person.id


def renew_invitation(actor: Actor, public_id: str, *, at: datetime) -> int | None:
    """Make earlier links of somebody who was invited worthless, so that a new one can be sent; return their id.

    None if they have chosen a password meanwhile: then they need no link.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        actor, person = _find(session, actor, public_id, whole=True)
        if person.password is not None:
            return None
        person.fs_uniquifier = new_uniquifier()
        record(session, actor, "people.invite", "people", person.id, at=at)
        return person.id


def _find(session: Session, actor: Actor, public_id: str, *, whole: bool = False) -> tuple[Actor, Person]:
    """Return the actor as they stand now, and somebody else within their reach; foreign and missing look alike.

    Within reach is whoever has a role there; `whole` asks for all of their roles.
    """
    person_id = session.scalar(select(Person.id).where(Person.public_id == public_id))
    if person_id is None or person_id == _own_id(actor):
        raise NotAllowed(_MANAGE)
    actor = _as_they_stand(session, actor, person_id)
    person = session.get_one(Person, person_id)
    reached = reach(actor, _MANAGE)
    inside = [reached.everything or grant.firm_id in reached.firms for grant in person.grants]
    if not (reached.everything or (any(inside) and (all(inside) or not whole))):
        raise NotAllowed(_MANAGE)
    return actor, person


def _as_they_stand(session: Session, actor: Actor, person_id: int | None) -> Actor:
    """Lock who acts and whom it is about, in one order; return the actor with the roles that they have now."""
    ids = {each for each in (_own_id(actor), person_id) if each is not None}
    session.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update())
    if actor.kind is ActorKind.SYSTEM:
        return actor
    person = session.scalar(select(Person).where(Person.id == actor.id, Person.active))
    if person is None:
        raise NotAllowed(_MANAGE)
    return actor_of(person)


def _own_id(actor: Actor) -> int | None:
    return actor.id if actor.kind is ActorKind.PERSON else None


def _see_that_they_can_be_invited(actor: Actor, person: Person) -> None:
    """Refuse whoever acts, whoever works only for others, and a closed account: each is told in words."""
    reached = reach(actor, _MANAGE)
    inside = any(reached.everything or grant.firm_id in reached.firms for grant in person.grants)
    if person.id == _own_id(actor):
        raise CannotInvite(Why.ONESELF)
    if person.grants and not inside:
        raise CannotInvite(Why.ELSEWHERE)
    if not person.active:
        raise CannotInvite(Why.CLOSED)


def _see_that_it_can_be_given(session: Session, actor: Actor, role: Role, within: Within) -> None:
    """Refuse what the actor does not administer, what does not exist, and a role that carries nothing there."""
    require(actor, _MANAGE, firm_id=within.firm_id)
    parts = ((Region, within.region_id), (Location, within.location_id))
    known = all(
        session.scalar(select(table.id).where(table.id == part, table.firm_id == within.firm_id)) is not None
        for table, part in parts
        if part is not None
    )
    if not known or not can_be_given(role, within.scope):
        raise NotAllowed(_MANAGE)


def _give(session: Session, actor: Actor, person_id: int, role: Role, within: Within, *, at: datetime) -> None:
    known = session.scalars(select(Grant).where(Grant.person_id == person_id, Grant.role == role)).all()
    if any((each.firm_id, each.region_id, each.location_id) == within.place for each in known):
        return
    grant = Grant(
        person_id=person_id,
        role=role,
        scope=within.scope,
        firm_id=within.firm_id,
        region_id=within.region_id,
        location_id=within.location_id,
    )
    session.add(grant)
    end_in(session, actor, person_id, at=at)
    record(session, actor, "people.give_role", "people", person_id, at=at, **_described(grant))


def _described(grant: Grant) -> dict[str, object]:
    return {
        "role": grant.role,
        "firm": grant.firm_id,
        "region": grant.region_id,
        "location": grant.location_id,
    }
