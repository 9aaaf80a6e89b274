"""Look up lists of people to be invited: how many are where. Who has answered is nobody's to see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Contact, ContactList, Firm, Invitation, Letter, Location, Study
from survey_app.queries.scopes import within
from survey_app.queries.surveys import door_behind
from survey_app.rules.doors import Door, last_day
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import LetterKind, LetterState

#: So many are read at a time for one turn of the worker.
_AT_A_TIME = 50


@dataclass(frozen=True, kw_only=True)
class ListSeen:
    """A list of people: how many there are, whose addresses are still kept, what was mailed, how many answered."""

    public_id: str
    name: str
    delete_on: date
    people: int
    kept: int
    answered: int
    letters: dict[tuple[str, str], int] = field(default_factory=dict)

    def count(self, kind: str, *states: str) -> int:
        """Return how many letters of a kind are in one of some states."""
        return sum(self.letters.get((kind, state), 0) for state in states)

    @property
    def under_way(self) -> bool:
        """Whether the worker has still something to do."""
        return any(
            count
            for (_kind, state), count in self.letters.items()
            if state in (LetterState.WAITING, LetterState.BEGUN)
        )

    @property
    def rate(self) -> float | None:
        """The share of the people who have answered."""
        return self.answered / self.people if self.people else None


@dataclass(frozen=True, kw_only=True)
class LetterToWrite:
    """One letter as the worker writes it."""

    letter_id: int
    contact_public_id: str
    invitation_id: int
    kind: LetterKind
    email: str
    address_hash: str
    name: str
    language: str
    firm_id: int
    firm_public_id: str
    firm_name: str
    controller: str
    contact: str
    location_name: str
    closes_on: date | None
    delete_on: date
    door: Door


def lists_of(actor: Actor, study_public_id: str) -> list[ListSeen]:
    """Return the lists of a study that the actor may keep, newest first."""
    with reading() as session:
        study_id = session.scalar(
            within(select(Study.id).where(Study.public_id == study_public_id), actor, "contacts.keep")
        )
        if study_id is None:
            return []
        lists = session.scalars(
            select(ContactList).where(ContactList.study_id == study_id).order_by(ContactList.id.desc())
        ).all()
        counts = {
            list_id: numbers
            for list_id, *numbers in session.execute(
                select(Contact.list_id, func.count(), func.count(Contact.email), func.count(Invitation.used_at))
                .join(Invitation, Invitation.id == Contact.invitation_id)
                .where(Contact.study_id == study_id)
                .group_by(Contact.list_id)
            )
        }
        letters: dict[int, dict[tuple[str, str], int]] = {}
        for list_id, kind, state, count in session.execute(
            select(Contact.list_id, Letter.kind, Letter.state, func.count())
            .join(Letter, Letter.contact_id == Contact.id)
            .where(Contact.study_id == study_id)
            .group_by(Contact.list_id, Letter.kind, Letter.state)
        ):
            letters.setdefault(list_id, {})[kind, state] = count
        seen = []
        for each in lists:
            people, kept, answered = counts.get(each.id, (0, 0, 0))
            seen.append(
                ListSeen(
                    public_id=each.public_id,
                    name=each.name,
                    delete_on=each.delete_on,
                    people=people,
                    kept=kept,
                    answered=answered,
                    letters=letters.get(each.id, {}),
                )
            )
        return seen


def lists_with_letters() -> list[int]:
    """Return the lists on which letters wait to be sent."""
    with reading() as session:
        return list(
            session.scalars(
                select(Contact.list_id)
                .join(Letter, Letter.contact_id == Contact.id)
                .where(Letter.state == LetterState.WAITING)
                .distinct()
                .order_by(Contact.list_id)
            )
        )


def letters_to_write(list_id: int, *, at: datetime) -> list[LetterToWrite]:
    """Return the next letters of a list that wait, oldest first, and whether each person may still answer."""
    with reading() as session:
        rows = session.execute(
            select(Letter, Contact, Invitation, Location, Study, Firm, ContactList.delete_on)
            .join(Contact, Contact.id == Letter.contact_id)
            .join(ContactList, ContactList.id == Contact.list_id)
            .join(Invitation, Invitation.id == Contact.invitation_id)
            .join(Location, Location.id == Invitation.location_id)
            .join(Study, Study.id == Contact.study_id)
            .join(Firm, Firm.id == Study.firm_id)
            .where(Contact.list_id == list_id, Letter.state == LetterState.WAITING, Contact.email.is_not(None))
            .order_by(Letter.id)
            .limit(_AT_A_TIME)
        ).all()
        return [_letter(session, *row, at=at) for row in rows]


def _letter(
    session: Session,
    letter: Letter,
    contact: Contact,
    invitation: Invitation,
    location: Location,
    study: Study,
    firm: Firm,
    delete_on: date,
    *,
    at: datetime,
) -> LetterToWrite:
    return LetterToWrite(
        letter_id=letter.id,
        contact_public_id=contact.public_id,
        invitation_id=invitation.id,
        kind=LetterKind(letter.kind),
        email=contact.email or "",
        address_hash=contact.address_hash or "",
        name=contact.name,
        language=contact.language,
        firm_id=firm.id,
        firm_public_id=firm.public_id,
        firm_name=firm.name,
        controller=firm.controller,
        contact=firm.contact,
        location_name=location.name,
        closes_on=last_day(invitation.closes_at, location.time_zone),
        delete_on=delete_on,
        door=door_behind(session, invitation, study.state, begun=False, at=at),
    )
