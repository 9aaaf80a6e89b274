"""Take in people to be invited, mail each of them once, and delete their addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, inspect, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.finding import find_study
from survey_app.foundations.database import database, scrub, writing
from survey_app.foundations.erasures import note_erasure, noted_erasures
from survey_app.foundations.queue import ring
from survey_app.foundations.tokens import hash_of_secret, keyed_hash, personal_secret
from survey_app.models import (
    Contact,
    ContactList,
    Firm,
    Invitation,
    Letter,
    Location,
    NoMail,
    Study,
    StudyLocation,
)
from survey_app.rules.contacts import NewContact, address_key
from survey_app.rules.doors import end_of
from survey_app.rules.permissions import CUSTOMER, SYSTEM, Actor, NotAllowed
from survey_app.rules.vocabulary import InvitationKind, LetterKind, LetterState

#: The name under which the queue rings for the letters of a list.
JOB = "letters"
PERMISSION = "contacts.keep"
#: Whoever sends a letter and says nothing for so long was stopped in the act.
SILENCE = timedelta(seconds=60)
#: So often a mail server that is away is tried, a minute apart at least.
MOST_ATTEMPTS = 30
_AT_A_TIME = 500
_DELETED = {"email": None, "address_hash": None, "name": ""}


@dataclass(frozen=True)
class TakenIn:
    """How many people were taken in, and how many not: known to the study already, or wanting no mail."""

    list_public_id: str
    new: int
    known: int
    no_mail: int


def hash_of_address(email: str) -> str:
    """Return what stands for an address where the address itself is not kept."""
    return keyed_hash("address", address_key(email))


def secret_of_contact(invitation_id: int) -> str:
    """Return the secret of a contact's link: made from the site's key, so that only its hash need be kept."""
    return personal_secret("contact", invitation_id, 1)


def take_in_contacts(
    actor: Actor,
    study_public_id: str,
    people: Sequence[NewContact],
    *,
    name: str,
    delete_on: date,
    channel: str | None = None,
    closes_on: date | None = None,
    at: datetime,
) -> TakenIn:
    """Take people in as one list, each with a link for one answer; who is known or wants no mail is left out.

    Raises
    ------
    NotAllowed
        Also for a place that is not the study's.
    """
    with writing() as session:
        study = find_study(session, actor, PERMISSION, study_public_id)
        places = {
            place.public_id: place
            for place in session.scalars(
                select(Location)
                .join(StudyLocation, StudyLocation.location_id == Location.id)
                .where(StudyLocation.study_id == study.id)
            )
        }
        if any(person.place not in places for person in people):
            raise NotAllowed(PERMISSION)
        hashes = {hash_of_address(person.email): person for person in people}
        known = _known(session, study.id)
        unwilling = set(session.scalars(select(NoMail.address_hash).where(NoMail.firm_id == study.firm_id)))
        contact_list = ContactList(study_id=study.id, name=name, delete_on=delete_on, made_at=at)
        session.add(contact_list)
        session.flush()
        new = {key: person for key, person in hashes.items() if key not in known | unwilling}
        links = [
            {
                "study_id": study.id,
                "location_id": places[person.place].id,
                "kind": InvitationKind.SINGLE,
                "channel": channel,
                "language": person.language,
                "secret_hash": key,
                "closes_at": end_of(closes_on, places[person.place].time_zone),
                "made_at": at,
            }
            for key, person in new.items()
        ]
        if links:
            _add(session, contact_list, new, links)
        record(session, actor, "contacts.take_in", "contact_lists", contact_list.id, at=at, people=len(new))
        return TakenIn(
            contact_list.public_id, len(new), len(hashes.keys() & known), len(hashes.keys() & unwilling - known)
        )


def _add(
    session: Session, contact_list: ContactList, new: Mapping[str, NewContact], links: list[dict[str, Any]]
) -> None:
    """Add links and people, all at once: the secret of a link is made from its number."""
    ids = session.scalars(insert(Invitation).returning(Invitation.id, sort_by_parameter_order=True), links).all()
    session.execute(
        update(Invitation),
        [{"id": row_id, "secret_hash": hash_of_secret(secret_of_contact(row_id))} for row_id in ids],
    )
    session.execute(
        insert(Contact),
        [
            {
                "study_id": contact_list.study_id,
                "list_id": contact_list.id,
                "invitation_id": row_id,
                "email": person.email,
                "address_hash": key,
                "name": person.name,
                "language": person.language,
            }
            for row_id, (key, person) in zip(ids, new.items(), strict=True)
        ],
    )


def _known(session: Session, study_id: int) -> set[str]:
    return set(
        session.scalars(
            select(Contact.address_hash).where(Contact.study_id == study_id, Contact.address_hash.is_not(None))
        )
    )


def _find_list(session: Session, actor: Actor, study_public_id: str, list_public_id: str) -> ContactList:
    study = find_study(session, actor, PERMISSION, study_public_id)
    found = session.scalar(
        select(ContactList).where(ContactList.study_id == study.id, ContactList.public_id == list_public_id)
    )
    if found is None:
        raise NotAllowed(PERMISSION)
    return found


def ask_to_write(
    actor: Actor, study_public_id: str, list_public_id: str, kind: LetterKind, *, at: datetime
) -> int:
    """Let the worker invite, or remind, everybody on a list who may be; return how many letters are new.

    Nobody is invited twice or reminded twice. Reminded is who was invited and has not answered.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        contact_list = _find_list(session, actor, study_public_id, list_public_id)
        wanted = select(Contact.id).where(Contact.list_id == contact_list.id, Contact.email.is_not(None))
        wanted = wanted.where(
            ~select(Letter.id).where(Letter.contact_id == Contact.id, Letter.kind == kind).exists()
        )
        if kind == LetterKind.REMINDER:
            reached = (LetterState.SENT, LetterState.UNCERTAIN)
            wanted = wanted.where(
                select(Letter.id)
                .where(
                    Letter.contact_id == Contact.id,
                    Letter.kind == LetterKind.INVITATION,
                    Letter.state.in_(reached),
                )
                .exists(),
                select(Invitation.id)
                .where(Invitation.id == Contact.invitation_id, Invitation.used_at.is_(None))
                .exists(),
            )
        letters = [
            {"contact_id": contact_id, "kind": kind, "state": LetterState.WAITING, "attempts": 0}
            for contact_id in session.scalars(wanted.order_by(Contact.id))
        ]
        if letters:
            session.execute(insert(Letter), letters)
        record(session, actor, f"contacts.{kind}", "contact_lists", contact_list.id, at=at, letters=len(letters))
        row_id = contact_list.id
    ring(JOB, row_id)
    return len(letters)


def begin_letter(letter_id: int, *, at: datetime) -> bool:
    """Note that a letter is about to be handed over; return whether it is this caller's to send."""
    with writing() as session:
        begun = session.scalar(
            update(Letter)
            .where(Letter.id == letter_id, Letter.state == LetterState.WAITING)
            .values(state=LetterState.BEGUN, attempts=Letter.attempts + 1, begun_at=at)
            .returning(Letter.id)
        )
        return begun is not None


def end_letter(letter_id: int, state: LetterState, *, at: datetime) -> None:
    """Note what became of a letter that was begun; one whose server is away waits, until tried too often."""
    with writing() as session:
        letter = session.get(Letter, letter_id, with_for_update=True)
        if letter is None or letter.state != LetterState.BEGUN:
            return
        if state == LetterState.WAITING and letter.attempts >= MOST_ATTEMPTS:
            state = LetterState.FAILED
        letter.state = state
        letter.ended_at = None if state == LetterState.WAITING else at
        record(session, SYSTEM, f"letter.{state}", "letters", letter.id, at=at, attempt=letter.attempts)


def settle_letters(*, again: bool, at: datetime) -> int:
    """Settle letters whose sender was stopped in the act; return how many.

    Where the same mail twice is one mail (`again`: a folder), they are sent again. A mail server may have taken
    the mail before the end came, so there they are uncertain, and never sent twice.
    """
    state = LetterState.WAITING if again else LetterState.UNCERTAIN
    with writing() as session:
        silent = session.scalars(
            update(Letter)
            .where(Letter.state == LetterState.BEGUN, Letter.begun_at < at - SILENCE)
            .values(state=state)
            .returning(Letter.id)
        ).all()
        for letter_id in silent:
            record(session, SYSTEM, f"letter.{state}", "letters", letter_id, at=at)
        return len(silent)


def forget_address(actor: Actor, study_public_id: str, email: str, *, at: datetime) -> bool:
    """Delete one person's address and name from a study; return whether they were there. Answers are not touched.

    Raises
    ------
    NotAllowed
    """
    key = hash_of_address(email)
    with writing() as session:
        study = find_study(session, actor, PERMISSION, study_public_id)
        found = _forget(session, actor, (Contact.study_id == study.id) & (Contact.address_hash == key), at=at)
    if found:
        scrub()
    return bool(found)


def forget_list(actor: Actor, study_public_id: str, list_public_id: str, *, at: datetime) -> int:
    """Delete all addresses and names of a list; return how many. Their links and the counts stay.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        contact_list = _find_list(session, actor, study_public_id, list_public_id)
        found = _forget(session, actor, Contact.list_id == contact_list.id, at=at)
    scrub()
    return found


def forget_due_addresses(*, at: datetime) -> int:
    """Delete the addresses whose day has come; return how many."""
    with writing() as session:
        due = select(ContactList.id).where(ContactList.delete_on <= at.date())
        found = _forget(session, SYSTEM, Contact.list_id.in_(due) & Contact.email.is_not(None), at=at)
    if found:
        scrub()
    return found


def forget_again(*, at: datetime) -> int:
    """Delete the addresses that a restored backup has brought back although they were deleted; return how many."""
    with writing() as session:
        if not inspect(session.connection()).has_table(Contact.__tablename__):
            return 0
        kept = session.scalars(select(Contact.address_hash).where(Contact.address_hash.is_not(None)))
        back = sorted(noted_erasures().intersection(key for key in kept if key))
        for first in range(0, len(back), _AT_A_TIME):
            _forget(session, SYSTEM, Contact.address_hash.in_(back[first : first + _AT_A_TIME]), at=at)
    scrub()
    return len(back)


def _forget(session: Session, actor: Actor, which: ColumnElement[bool], *, at: datetime) -> int:
    """Empty the rows of contacts, with their hashes in the ledger first; return how many."""
    contacts = session.execute(
        select(Contact.id, Contact.list_id, Contact.address_hash).where(which, Contact.address_hash.is_not(None))
    ).all()
    if not contacts:
        return 0
    note_erasure(*(row.address_hash for row in contacts))
    for first in range(0, len(contacts), _AT_A_TIME):
        some = [row.id for row in contacts[first : first + _AT_A_TIME]]
        session.execute(update(Contact).where(Contact.id.in_(some)).values(**_DELETED))
        session.execute(
            update(Letter)
            .where(Letter.contact_id.in_(some), Letter.state == LetterState.WAITING)
            .values(state=LetterState.SKIPPED, ended_at=at)
        )
    for list_id, people in Counter(row.list_id for row in contacts).items():
        record(session, actor, "contacts.forget", "contact_lists", list_id, at=at, people=people)
    return len(contacts)


def want_no_mail(firm_public_id: str, address_hash: str, *, at: datetime) -> None:
    """Write to an address never again on behalf of a firm, and delete it from all lists; twice is once.

    Raises
    ------
    NotAllowed
        If there is no such firm.
    """
    insert_once = insert_sqlite if database.engine.dialect.name == "sqlite" else insert_postgresql
    with writing() as session:
        firm_id = session.scalar(select(Firm.id).where(Firm.public_id == firm_public_id))
        if firm_id is None:
            raise NotAllowed(PERMISSION)
        session.execute(
            insert_once(NoMail)
            .values(firm_id=firm_id, address_hash=address_hash, since=at.date())
            .on_conflict_do_nothing()
        )
        of_firm = Contact.study_id.in_(select(Study.id).where(Study.firm_id == firm_id))
        _forget(session, CUSTOMER, of_firm & (Contact.address_hash == address_hash), at=at)
    scrub()
