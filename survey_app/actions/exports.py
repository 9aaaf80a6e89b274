"""Take the data of a study out: ask and say why; the worker makes the file; it goes after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.finding import find_study
from survey_app.foundations.database import writing
from survey_app.foundations.queue import ring
from survey_app.models import Export
from survey_app.rules.permissions import SYSTEM, Actor
from survey_app.rules.text import clean_text
from survey_app.rules.vocabulary import ExportFormat, ExportState

#: The name under which the queue rings for an export.
JOB = "export"
#: So long a file is kept.
KEPT = timedelta(days=7)
#: A worker that has not said a word for so long is taken for dead.
SILENCE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
_LONGEST_FAILURE = 1000


class ExportProblem(ValueError):
    """Why nothing is taken out, and what to do."""


def request_export(
    actor: Actor, study_public_id: str, *, kind: ExportFormat, identifying: bool, reason: str, at: datetime
) -> str:
    """Ask for the data of a study as a file; return its public id.

    Parameters
    ----------
    identifying : whether columns that can point at a person come along
    reason : what it is for; kept with it, and in the audit

    Raises
    ------
    NotAllowed, ExportProblem
    """
    if not reason.strip():
        raise ExportProblem("Say what the data are for; it is kept with the export.")
    with writing() as session:
        study = find_study(session, actor, "exports.make", study_public_id)
        export = Export(
            study_id=study.id,
            format=kind,
            identifying=identifying,
            reason=reason.strip(),
            requested_by=actor.id,
            requested_at=at,
            expires_at=at + KEPT,
        )
        session.add(export)
        session.flush()
        record(
            session,
            actor,
            "export.request",
            "exports",
            export.id,
            at=at,
            format=kind,
            identifying=identifying,
            reason=export.reason,
        )
        row_id, public_id = export.id, export.public_id
    ring(JOB, row_id)
    return public_id


def claim_export(export_id: int, *, at: datetime) -> int | None:
    """Take an export on: return the number of this attempt, or None if there is nothing to do."""
    with writing() as session:
        export = session.get(Export, export_id, with_for_update=True)
        if export is None:
            return None
        silent = export.heartbeat_at is not None and at - export.heartbeat_at > SILENCE
        if export.state != ExportState.REQUESTED and not (export.state == ExportState.RUNNING and silent):
            return None
        if export.attempt >= MOST_ATTEMPTS:
            _fail(session, export, "It was begun several times and never finished. Ask again, as CSV.", at=at)
            return None
        export.state, export.heartbeat_at = ExportState.RUNNING, at
        export.attempt += 1
        return export.attempt


def finish_export(export_id: int, attempt: int, *, size: int, sha256: str, at: datetime) -> bool:
    """Say that the file is there; return False if another attempt has taken over or nobody wants it any more."""
    with writing() as session:
        export = _mine(session, export_id, attempt)
        if export is None:
            return False
        export.state, export.size, export.sha256, export.finished_at = ExportState.READY, size, sha256, at
        record(session, SYSTEM, "export.finish", "exports", export.id, at=at, sha256=sha256)
        return True


def keep_at_it(export_id: int, attempt: int, *, at: datetime) -> bool:
    """Say that the work goes on; return whether it is still wanted from this attempt."""
    with writing() as session:
        export = _mine(session, export_id, attempt)
        if export is not None:
            export.heartbeat_at = at
        return export is not None


def fail_export(export_id: int, attempt: int, *, failure: str, at: datetime) -> None:
    """Store why there is no file and what to do."""
    with writing() as session:
        export = _mine(session, export_id, attempt)
        if export is not None:
            _fail(session, export, failure, at=at)


def note_download(actor: Actor, export_id: int, *, at: datetime) -> None:
    """Write down that somebody took the file."""
    with writing() as session:
        record(session, actor, "export.take", "exports", export_id, at=at)


def expire_exports(*, at: datetime) -> list[str]:
    """End what has been kept long enough; return the public ids of the files that are to go."""
    with writing() as session:
        over = session.scalars(
            select(Export)
            .where(Export.state.in_((ExportState.READY, ExportState.FAILED)), Export.expires_at <= at)
            .with_for_update()
        ).all()
        for export in over:
            export.state = ExportState.EXPIRED
            record(session, SYSTEM, "export.expire", "exports", export.id, at=at)
        return [export.public_id for export in over]


def expire_exports_of(session: Session, study_id: int, *, at: datetime) -> None:
    """End what holds a response that is being erased, within its transaction: finished and begun alike."""
    held = (ExportState.READY, ExportState.RUNNING)
    session.execute(
        update(Export)
        .where(Export.study_id == study_id, Export.state.in_(held), Export.expires_at > at)
        .values(expires_at=at)
    )


def _mine(session: Session, export_id: int, attempt: int) -> Export | None:
    export = session.get(Export, export_id, with_for_update=True)
    if export is None or export.attempt != attempt or export.state != ExportState.RUNNING:
        return None
    return export


def _fail(session: Session, export: Export, failure: str, *, at: datetime) -> None:
    export.state = ExportState.FAILED
    export.failure = clean_text(failure)[:_LONGEST_FAILURE]
    export.finished_at = at
    record(session, SYSTEM, "export.fail", "exports", export.id, at=at)
