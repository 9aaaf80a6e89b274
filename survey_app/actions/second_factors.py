"""Keep second factors, and take each code once only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, or_, select, update

from survey_app.actions.audit import record
from survey_app.foundations.database import writing
from survey_app.models import Passkey, Person
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import ActorKind


def take_code(person_id: int, counter: int) -> bool:
    """Take the code of one half minute, for good; return False if it, or a later one, was taken before."""
    with writing() as session:
        taken = session.scalar(
            update(Person)
            .where(Person.id == person_id, or_(Person.totp_counter.is_(None), Person.totp_counter < counter))
            .values(totp_counter=counter)
            .returning(Person.id)
        )
        return taken is not None


def keep_recovery_codes(person_id: int, hashes: list[str], *, at: datetime) -> None:
    """Keep the hashes of new recovery codes; earlier ones are worthless from now on."""
    with writing() as session:
        session.execute(update(Person).where(Person.id == person_id).values(mf_recovery_codes=hashes))
        record(session, _self(person_id), "person.recovery_codes", "people", person_id, at=at, codes=len(hashes))


def take_recovery_code(person_id: int, code_hash: str, *, at: datetime) -> bool:
    """Take a recovery code, for good; return False if there is none of this hash, or no more."""
    with writing() as session:
        query = select(Person.mf_recovery_codes).where(Person.id == person_id).with_for_update()
        codes = session.scalar(query) or []
        if code_hash not in codes:
            return False
        codes = [each for each in codes if each != code_hash]
        session.execute(update(Person).where(Person.id == person_id).values(mf_recovery_codes=codes))
        record(session, _self(person_id), "person.recovery_code", "people", person_id, at=at, left=len(codes))
        return True


def add_passkey(person_id: int, *, at: datetime, **values: Any) -> None:
    """Keep a passkey of a person."""
    with writing() as session:
        session.add(Passkey(user_id=person_id, usage="secondary", lastuse_datetime=at, **values))
        record(session, _self(person_id), "person.passkey", "people", person_id, at=at)


def keep_passkey(passkey: Passkey) -> None:
    """Keep what a use of a passkey changed about it: when it was, and how often."""
    changed = {each.key: each.value for each in inspect(passkey).attrs if each.history.has_changes()}
    if changed:
        with writing() as session:
            session.execute(update(Passkey).where(Passkey.id == passkey.id).values(changed))


def remove_passkey(passkey: Passkey, *, at: datetime) -> None:
    """Forget a passkey."""
    with writing() as session:
        session.execute(delete(Passkey).where(Passkey.id == passkey.id))
        record(session, _self(passkey.user_id), "person.passkey_removed", "people", passkey.user_id, at=at)


def _self(person_id: int) -> Actor:
    return Actor(ActorKind.PERSON, person_id)
