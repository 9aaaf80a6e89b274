"""Look up what a firm undertook about its findings: at the places in the actor's charge, and in the whole firm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Location, Publication, Study, StudyLocation, Undertaking
from survey_app.queries.publications import Published
from survey_app.queries.scopes import locations_within
from survey_app.rules.permissions import Actor, reach
from survey_app.rules.undertakings import EVERYWHERE, Tally, since_of, tally
from survey_app.rules.vocabulary import UndertakingState

PERMISSION = "undertakings.keep"
_SEES = "publications.read"


@dataclass(frozen=True, kw_only=True)
class Undertaken:
    """One thing to be done. `place` is empty where it is for the whole firm; `late` is open after its day."""

    public_id: str
    place: str
    theme: str
    what: str
    owner: str
    due_on: date
    state: UndertakingState
    note: str
    revision: int
    added_at: datetime
    settled_at: datetime | None
    late: bool
    may_change: bool


@dataclass(frozen=True)
class Undertakings:
    """All that was undertaken about a study: what is open first, by its day; and what happened since a day."""

    rows: tuple[Undertaken, ...]
    since: Tally
    may_add: bool

    @property
    def open(self) -> tuple[Undertaken, ...]:
        """Return what is still to be done."""
        return tuple(row for row in self.rows if row.state == UndertakingState.OPEN)


def undertakings_of(actor: Actor, published: Published, *, on: date) -> Undertakings:
    """Return what was undertaken about the study of a publication that the actor sees."""
    return undertakings_of_each(actor, [published], on=on)[published.public_id]


def undertakings_of_each(actor: Actor, findings: Sequence[Published], *, on: date) -> dict[str, Undertakings]:
    """Return what was undertaken about the study of each publication that the actor sees."""
    ids = {published.study_id for published in findings}
    seen = or_(Undertaking.location_id.is_(None), _at(actor, _SEES))
    query = _ROWS.where(Undertaking.study_id.in_(ids), seen).order_by(Undertaking.due_on, Undertaking.id)
    with reading() as session:
        found = session.execute(query).all()
        changeable = set(
            session.scalars(
                select(Undertaking.id)
                .join(Study, Study.id == Undertaking.study_id)
                .where(Undertaking.study_id.in_(ids), in_charge(actor))
            )
        )
        adding = {published.study_id for published in findings if _choices(session, actor, published.study_id)}
    result = {}
    for published in findings:
        rows = [_undertaken(row, changeable, on=on) for row in found if row[0].study_id == published.study_id]
        rows.sort(key=lambda row: row.state != UndertakingState.OPEN)
        happened = [
            (row.added_at.date(), row.state, row.settled_at.date() if row.settled_at else None) for row in rows
        ]
        since = since_of(published.content, published.published_at)
        result[published.public_id] = Undertakings(
            tuple(rows), tally(happened, since=since), published.shows and published.study_id in adding
        )
    return result


def find_undertaking(actor: Actor, public_id: str, *, on: date) -> tuple[Undertaken, str] | None:
    """Return what the actor may change, with the public id of the publication that stands for its study now."""
    query = (
        _ROWS.add_columns(Publication.public_id)
        .join(Study, Study.id == Undertaking.study_id)
        .join(Publication, and_(Publication.study_id == Study.id, Publication.withdrawn_at.is_(None)))
        .where(Undertaking.public_id == public_id, in_charge(actor))
    )
    with reading() as session:
        row = session.execute(query).one_or_none()
        return None if row is None else (_undertaken(row, {row[0].id}, on=on), row[2])


def places_to_choose(actor: Actor, published: Published) -> list[tuple[str, str]]:
    """Return (key, name) of the places for which the actor may undertake something; the whole has no name."""
    with reading() as session:
        return _choices(session, actor, published.study_id)


def in_charge(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an undertaking is for a place in the actor's charge, or for a firm in it."""
    reached = reach(actor, PERMISSION)
    whole = true() if reached.everything else Study.firm_id.in_(reached.firms)
    return or_(and_(Undertaking.location_id.is_(None), whole), _at(actor, PERMISSION))


_ROWS: Select[*tuple[Undertaking, str | None]] = select(Undertaking, Location.name).outerjoin(
    Location, Location.id == Undertaking.location_id
)


def _at(actor: Actor, permission: str) -> ColumnElement[bool]:
    return Undertaking.location_id.in_(locations_within(select(Location.id), actor, permission))


def _choices(session: Session, actor: Actor, study_id: int) -> list[tuple[str, str]]:
    reached = reach(actor, PERMISSION)
    firm_id = session.scalar(select(Study.firm_id).where(Study.id == study_id))
    query = (
        select(Location.public_id, Location.name)
        .join(StudyLocation, StudyLocation.location_id == Location.id)
        .where(StudyLocation.study_id == study_id)
        .order_by(Location.name, Location.id)
    )
    places = [(key, name) for key, name in session.execute(locations_within(query, actor, PERMISSION))]
    return [(EVERYWHERE, ""), *places] if reached.everything or firm_id in reached.firms else places


def _undertaken(row: Row[*tuple[Undertaking, str | None]], changeable: set[int], *, on: date) -> Undertaken:
    kept, place = row[0], row[1]
    return Undertaken(
        public_id=kept.public_id,
        place=place or "",
        theme=kept.theme,
        what=kept.what,
        owner=kept.owner,
        due_on=kept.due_on,
        state=UndertakingState(kept.state),
        note=kept.note,
        revision=kept.revision,
        added_at=kept.added_at,
        settled_at=kept.settled_at,
        late=kept.state == UndertakingState.OPEN and kept.due_on < on,
        may_change=kept.id in changeable,
    )
