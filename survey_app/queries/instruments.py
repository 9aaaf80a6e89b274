"""Look up questionnaires: frozen versions, each read from its JSON once a process; and drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import DraftStep, Firm, Instrument, InstrumentVersion, Study
from survey_app.queries.scopes import within
from survey_app.rules.definitions import read_instrument
from survey_app.rules.permissions import Actor
from survey_app.rules.questionnaire import Instrument as Questionnaire
from survey_app.rules.versions import Version

#: By hash: a version never changes, so nothing here grows stale.
_READ: dict[str, Questionnaire] = {}
_MOST_KEPT = 200


def instrument_of(session: Session, *, version_id: int, version_hash: str) -> Questionnaire:
    """Return the instrument of a version."""
    found = _READ.get(version_hash)
    if found is None:
        definition = session.scalar(select(InstrumentVersion.definition).where(InstrumentVersion.id == version_id))
        found = read_instrument(definition or {})
        if len(_READ) >= _MOST_KEPT:
            _READ.clear()
        _READ[version_hash] = found
    return found


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A published version, and the studies that ask with it."""

    number: int
    published_at: datetime
    studies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class InstrumentLine:
    """A questionnaire in a list; without a firm all firms share it."""

    public_id: str
    code: str
    title: Mapping[str, str]
    shared: bool
    latest: int | None


@dataclass(frozen=True, kw_only=True)
class DraftSeen:
    """A firm's own questionnaire as its makers see it: the draft, what was published, and where they stand."""

    public_id: str
    firm_public_id: str
    firm_name: str
    definition: dict[str, Any]
    revision: int
    can_undo: bool
    can_redo: bool
    earlier: tuple[Version, ...]
    versions: tuple[VersionLine, ...]


def versions_of(session: Session, instrument_id: int) -> list[Version]:
    """Return number and definition of each version, oldest first."""
    rows = session.execute(
        select(InstrumentVersion.number, InstrumentVersion.definition)
        .where(InstrumentVersion.instrument_id == instrument_id)
        .order_by(InstrumentVersion.number)
    )
    return [(number, definition) for number, definition in rows]


def instruments_for(actor: Actor, firm_public_id: str) -> list[InstrumentLine]:
    """Return a firm's questionnaires, and those that all firms share, with their latest version."""
    latest = (
        select(func.max(InstrumentVersion.number))
        .where(InstrumentVersion.instrument_id == Instrument.id)
        .scalar_subquery()
    )
    with reading() as session:
        firm_id = session.scalar(
            within(
                select(Firm.id).where(Firm.public_id == firm_public_id), actor, "studies.read", firm_column=Firm.id
            )
        )
        if firm_id is None:
            return []
        rows = session.execute(
            select(Instrument, latest)
            .where(or_(Instrument.firm_id.is_(None), Instrument.firm_id == firm_id))
            .order_by(Instrument.firm_id.is_not(None), Instrument.code)
        )
        return [
            InstrumentLine(
                public_id=instrument.public_id,
                code=instrument.code,
                title=instrument.title,
                shared=instrument.firm_id is None,
                latest=number,
            )
            for instrument, number in rows
        ]


def find_draft(actor: Actor, public_id: str) -> DraftSeen | None:
    """Return a firm's own questionnaire that the actor may see, or None."""
    with reading() as session:
        row = session.execute(
            within(
                select(Instrument, Firm)
                .join(Firm, Firm.id == Instrument.firm_id)
                .where(Instrument.public_id == public_id),
                actor,
                "studies.read",
                firm_column=Firm.id,
            )
        ).one_or_none()
        if row is None:
            return None
        instrument, firm = row
        steps = dict(
            session.execute(
                select(DraftStep.step, DraftStep.id).where(DraftStep.instrument_id == instrument.id)
            ).all()
        )
        standing = session.get_one(DraftStep, steps[instrument.draft_step])
        return DraftSeen(
            public_id=instrument.public_id,
            firm_public_id=firm.public_id,
            firm_name=firm.name,
            definition=standing.definition,
            revision=instrument.revision,
            can_undo=instrument.draft_step - 1 in steps,
            can_redo=instrument.draft_step + 1 in steps,
            earlier=tuple(versions_of(session, instrument.id)),
            versions=_version_lines(session, instrument.id),
        )


def _version_lines(session: Session, instrument_id: int) -> tuple[VersionLine, ...]:
    studies: dict[int, list[tuple[str, str]]] = {}
    of_this = InstrumentVersion.instrument_id == instrument_id
    asking = select(InstrumentVersion.number, Study.public_id, Study.name).join(
        Study, Study.version_id == InstrumentVersion.id
    )
    for number, public_id, name in session.execute(asking.where(of_this).order_by(Study.name)):
        studies.setdefault(number, []).append((public_id, name))
    rows = session.execute(
        select(InstrumentVersion.number, InstrumentVersion.published_at)
        .where(of_this)
        .order_by(InstrumentVersion.number.desc())
    )
    return tuple(
        VersionLine(number=number, published_at=at, studies=tuple(studies.get(number, ()))) for number, at in rows
    )


def find_version(actor: Actor, public_id: str, number: int) -> dict[str, Any] | None:
    """Return the definition of a published version that the actor may see, or None."""
    with reading() as session:
        row = session.execute(
            select(InstrumentVersion.definition, Instrument.firm_id)
            .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
            .where(Instrument.public_id == public_id, InstrumentVersion.number == number)
        ).one_or_none()
        if row is None:
            return None
        definition, firm_id = row
        if firm_id is None:
            return dict(definition)
        seen = within(select(Firm.id).where(Firm.id == firm_id), actor, "studies.read", firm_column=Firm.id)
        return dict(definition) if session.scalar(seen) is not None else None


def version_of_study(actor: Actor, study_public_id: str) -> tuple[str, int, Mapping[str, str]] | None:
    """Return the questionnaire with which a study asks: its public id, the number of the version, its title."""
    with reading() as session:
        row = session.execute(
            within(
                select(Instrument.public_id, InstrumentVersion.number, Instrument.title)
                .join(InstrumentVersion, InstrumentVersion.instrument_id == Instrument.id)
                .join(Study, Study.version_id == InstrumentVersion.id)
                .where(Study.public_id == study_public_id),
                actor,
                "studies.read",
            )
        ).one_or_none()
        return None if row is None else (row[0], row[1], row[2])
