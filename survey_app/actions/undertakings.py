"""Add what a firm will do about a finding, and say what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.foundations.database import writing
from survey_app.models import Location, Publication, Study, StudyLocation, Undertaking
from survey_app.queries.scopes import locations_within
from survey_app.queries.undertakings import PERMISSION, in_charge
from survey_app.rules.lifecycles import may_follow
from survey_app.rules.permissions import Actor, NotAllowed, require
from survey_app.rules.undertakings import EVERYWHERE
from survey_app.rules.vocabulary import UndertakingState


class UndertakingRefused(ValueError):
    """Why nothing was kept: pages know a sentence for `changed_meanwhile` and `other_state`.

    Codes: changed_meanwhile, say_why, other_state, no_theme.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def add_undertaking(
    actor: Actor,
    publication_public_id: str,
    *,
    place: str = EVERYWHERE,
    theme: str = "",
    what: str,
    owner: str,
    due_on: date,
    at: datetime,
) -> str:
    """Add what is to be done at a place or everywhere; the same again, still open, is once. Return its public id.

    Raises
    ------
    NotAllowed, UndertakingRefused
    """
    with writing() as session:
        found = session.execute(
            select(Study, Publication)
            .join(Publication, Publication.study_id == Study.id)
            .where(Publication.public_id == publication_public_id, Publication.withdrawn_at.is_(None))
            .with_for_update(of=Study)
        ).one_or_none()
        if found is None:
            raise NotAllowed(PERMISSION)
        study, publication = found
        location_id = _place(session, actor, study, place)
        if "too_few" in publication.content:
            raise NotAllowed(PERMISSION)
        if theme and theme not in publication.content["themes"]:
            raise UndertakingRefused("no_theme")
        said = {"location_id": location_id, "theme": theme, "what": what, "owner": owner, "due_on": due_on}
        same = select(Undertaking.public_id).filter_by(study_id=study.id, state=UndertakingState.OPEN, **said)
        if known := session.scalar(same.limit(1)):
            return known
        undertaking = Undertaking(
            study_id=study.id, publication_id=publication.id, added_by=actor.id, added_at=at, **said
        )
        session.add(undertaking)
        session.flush()
        record(session, actor, "undertaking.add", "undertakings", undertaking.id, at=at)
        return undertaking.public_id


def change_undertaking(
    actor: Actor,
    public_id: str,
    *,
    what: str,
    owner: str,
    due_on: date,
    state: UndertakingState,
    note: str = "",
    seen_revision: int,
    at: datetime,
) -> None:
    """Change an undertaking as it was seen, or say what became of it; what is dropped says why.

    Raises
    ------
    NotAllowed, UndertakingRefused
        Also if somebody else changed it meanwhile: nobody's words are written over unseen.
    """
    with writing() as session:
        undertaking = session.scalar(
            select(Undertaking)
            .join(Study, Study.id == Undertaking.study_id)
            .where(Undertaking.public_id == public_id, in_charge(actor))
            .with_for_update(of=Undertaking)
        )
        if undertaking is None:
            raise NotAllowed(PERMISSION)
        if undertaking.revision != seen_revision:
            raise UndertakingRefused("changed_meanwhile")
        if state == UndertakingState.DROPPED and not note:
            raise UndertakingRefused("say_why")
        before = UndertakingState(undertaking.state)
        if state != before:
            if not may_follow(before, state):
                raise UndertakingRefused("other_state")
            undertaking.settled_at = None if state == UndertakingState.OPEN else at
        undertaking.what, undertaking.owner, undertaking.due_on = what, owner, due_on
        undertaking.state, undertaking.note = state, note
        undertaking.revision += 1
        session.flush()
        record(session, actor, "undertaking.change", "undertakings", undertaking.id, at=at, state=state)


def _place(session: Session, actor: Actor, study: Study, place: str) -> int | None:
    """Return the location in the actor's charge, or None for the whole of a firm in their charge."""
    if place == EVERYWHERE:
        require(actor, PERMISSION, firm_id=study.firm_id)
        return None
    query = (
        select(Location.id)
        .join(StudyLocation, StudyLocation.location_id == Location.id)
        .where(StudyLocation.study_id == study.id, Location.public_id == place)
    )
    location_id: int | None = session.scalar(locations_within(query, actor, PERMISSION))
    if location_id is None:
        raise NotAllowed(PERMISSION)
    return location_id
