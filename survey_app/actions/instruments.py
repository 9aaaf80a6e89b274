"""Draft questionnaires, publish them as frozen versions, and give a study one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.finding import find_firm
from survey_app.foundations.database import writing
from survey_app.models import DraftStep, Instrument, InstrumentItem, InstrumentVersion
from survey_app.queries.instruments import versions_of
from survey_app.rules.definitions import hash_of, list_hash, read_draft
from survey_app.rules.findings import Finding, QuestionnaireProblem
from survey_app.rules.permissions import Actor, NotAllowed, require
from survey_app.rules.questionnaire import Instrument as Questionnaire
from survey_app.rules.shape import SCHEMA, shaped
from survey_app.rules.versions import publishing_findings

#: A change of a draft: from one definition to the next.
Edit = Callable[[dict[str, Any]], dict[str, Any]]
#: So many steps can be undone.
MOST_STEPS = 60


class CodeTaken(ValueError):
    """The firm has a questionnaire of this code already."""


class CannotPublish(ValueError):
    """What keeps a draft from being published."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)


def draft_instrument(
    actor: Actor, firm_public_id: str, definition: Mapping[str, Any], *, did: str = "begin", at: datetime
) -> str:
    """Begin a draft of a firm's own from a definition; return the public id of the questionnaire.

    Raises
    ------
    NotAllowed, CodeTaken, QuestionnaireProblem
    """
    known = shaped(definition)
    try:
        with writing() as session:
            firm = find_firm(session, actor, "studies.design", firm_public_id)
            instrument = Instrument(firm_id=firm.id, code=known["code"], title=known.get("title", {}))
            session.add(instrument)
            session.flush()
            _add_step(session, instrument, known, did=did, at=at)
            record(session, actor, "instrument.draft", "instruments", instrument.id, at=at)
            return instrument.public_id
    except IntegrityError as error:
        raise CodeTaken(known["code"]) from error


def change_draft(actor: Actor, public_id: str, edit: Edit, *, did: str, seen_revision: int, at: datetime) -> None:
    """Make one change to a draft; what was undone before can no longer be done again.

    Parameters
    ----------
    edit : one of `rules.editing`, with all but its first argument given
    did : its name, for the history
    seen_revision : of the page on which the change was made

    Raises
    ------
    NotAllowed, CodeTaken, QuestionnaireProblem
    """
    try:
        with writing() as session:
            instrument = _find_own(session, actor, public_id, seen_revision=seen_revision)
            definition = edit(_step(session, instrument, instrument.draft_step).definition)
            _add_step(session, instrument, definition, did=did, at=at)
            record(session, actor, "instrument.change", "instruments", instrument.id, at=at, did=did)
    except IntegrityError as error:
        raise CodeTaken(public_id) from error


def undo_change(actor: Actor, public_id: str, *, seen_revision: int, at: datetime) -> None:
    """Take back the last change of a draft.

    Raises
    ------
    NotAllowed, QuestionnaireProblem
    """
    _go(actor, public_id, -1, "nothing_to_undo", seen_revision=seen_revision, at=at)


def redo_change(actor: Actor, public_id: str, *, seen_revision: int, at: datetime) -> None:
    """Do again what was taken back last.

    Raises
    ------
    NotAllowed, QuestionnaireProblem
    """
    _go(actor, public_id, 1, "nothing_to_redo", seen_revision=seen_revision, at=at)


def _go(actor: Actor, public_id: str, by: int, refusal: str, *, seen_revision: int, at: datetime) -> None:
    with writing() as session:
        instrument = _find_own(session, actor, public_id, seen_revision=seen_revision)
        there = session.scalar(
            select(DraftStep).where(
                DraftStep.instrument_id == instrument.id, DraftStep.step == instrument.draft_step + by
            )
        )
        if there is None:
            raise QuestionnaireProblem(Finding(refusal))
        _stand_on(instrument, there.step, there.definition)
        did = "undo" if by < 0 else "redo"
        record(session, actor, "instrument.change", "instruments", instrument.id, at=at, did=did)


def publish_instrument(actor: Actor, public_id: str, *, seen_revision: int, at: datetime) -> int:
    """Freeze a draft as the next version of its questionnaire; return the number.

    Raises
    ------
    NotAllowed, CannotPublish, QuestionnaireProblem
    """
    with writing() as session:
        instrument = _find_own(session, actor, public_id, seen_revision=seen_revision)
        definition = shaped(_step(session, instrument, instrument.draft_step).definition)
        blocking = [
            finding
            for finding in publishing_findings(definition, versions_of(session, instrument.id))
            if finding.blocking
        ]
        if blocking:
            raise CannotPublish(blocking)
        version = add_version(session, instrument, definition, read_draft(definition), at=at)
        record(session, actor, "instrument.publish", "instruments", instrument.id, at=at, number=version.number)
        return version.number


def _find_own(session: Session, actor: Actor, public_id: str, *, seen_revision: int) -> Instrument:
    """Return a firm's own questionnaire, locked, as it was when the actor looked at it."""
    instrument = session.scalar(select(Instrument).where(Instrument.public_id == public_id).with_for_update())
    if instrument is None or instrument.firm_id is None:
        raise NotAllowed("studies.design")
    require(actor, "studies.design", firm_id=instrument.firm_id)
    if instrument.revision != seen_revision:
        raise QuestionnaireProblem(Finding("edit_meanwhile"))
    return instrument


def _step(session: Session, instrument: Instrument, step: int) -> DraftStep:
    return session.scalars(
        select(DraftStep).where(DraftStep.instrument_id == instrument.id, DraftStep.step == step)
    ).one()


def _add_step(
    session: Session, instrument: Instrument, definition: Mapping[str, Any], *, did: str, at: datetime
) -> None:
    step = instrument.draft_step + 1
    of_this = DraftStep.instrument_id == instrument.id
    session.execute(
        delete(DraftStep).where(of_this, (DraftStep.step >= step) | (DraftStep.step <= step - MOST_STEPS))
    )
    known = shaped(definition)
    session.add(DraftStep(instrument_id=instrument.id, step=step, did=did, definition=known, made_at=at))
    _stand_on(instrument, step, known)
    session.flush()


def _stand_on(instrument: Instrument, step: int, definition: Mapping[str, Any]) -> None:
    instrument.draft_step = step
    instrument.revision += 1
    instrument.code = definition["code"]
    instrument.title = dict(definition.get("title", {}))


def add_version(
    session: Session,
    instrument: Instrument,
    definition: Mapping[str, Any],
    questionnaire: Questionnaire,
    *,
    at: datetime,
) -> InstrumentVersion:
    """Freeze a definition as the next version, with a row for each of its items."""
    last = session.scalar(
        select(func.max(InstrumentVersion.number)).where(InstrumentVersion.instrument_id == instrument.id)
    )
    version = InstrumentVersion(
        instrument_id=instrument.id,
        number=(last or 0) + 1,
        schema=SCHEMA,
        definition=dict(definition),
        hash=hash_of(definition),
        list_hash=list_hash(definition),
        published_at=at,
    )
    session.add(version)
    session.flush()
    pages = [(page.code, item) for page in questionnaire.pages for item in page.items]
    session.add_all(
        InstrumentItem(
            version_id=version.id,
            code=item.code,
            kind=item.kind,
            page=page,
            audience=item.audience,
            position=position,
        )
        for position, (page, item) in enumerate(pages)
    )
    return version
