"""Look up exports: for whom asked for them, and for the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import Export, Study
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import ExportFormat, ExportState

_UNFINISHED = (ExportState.REQUESTED, ExportState.RUNNING)


@dataclass(frozen=True, kw_only=True)
class ExportLine:
    """An export as whoever asked for it sees it; what is over is over, whether the file is gone yet or not."""

    id: int
    public_id: str
    study_public_id: str
    format: ExportFormat
    identifying: bool
    reason: str
    state: ExportState
    size: int | None
    sha256: str | None
    failure: str | None
    requested_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class ExportToDo:
    """What the worker is to take out, and what it writes into the file about it."""

    public_id: str
    study_id: int
    format: ExportFormat
    identifying: bool
    reason: str
    requested_at: datetime


def exports_of(actor: Actor, study_public_id: str, *, at: datetime) -> list[ExportLine]:
    """Return the actor's own exports of a study, newest first."""
    with reading() as session:
        rows = session.execute(
            within(
                select(Export, Study.public_id)
                .join(Study, Study.id == Export.study_id)
                .where(Study.public_id == study_public_id, Export.requested_by == (actor.id or 0))
                .order_by(Export.id.desc()),
                actor,
                "exports.make",
            )
        )
        return [_line(export, study, at) for export, study in rows]


def find_export(actor: Actor, public_id: str, *, at: datetime) -> ExportLine | None:
    """Return an export that the actor asked for, or None: nobody takes what another one gave the reason for."""
    with reading() as session:
        row = session.execute(
            within(
                select(Export, Study.public_id)
                .join(Study, Study.id == Export.study_id)
                .where(Export.public_id == public_id, Export.requested_by == (actor.id or 0)),
                actor,
                "exports.make",
            )
        ).one_or_none()
        return _line(row[0], row[1], at) if row else None


def _line(export: Export, study_public_id: str, at: datetime) -> ExportLine:
    over = export.state == ExportState.READY and export.expires_at <= at
    return ExportLine(
        id=export.id,
        public_id=export.public_id,
        study_public_id=study_public_id,
        format=ExportFormat(export.format),
        identifying=export.identifying,
        reason=export.reason,
        state=ExportState.EXPIRED if over else ExportState(export.state),
        size=export.size,
        sha256=export.sha256,
        failure=export.failure,
        requested_at=export.requested_at,
        expires_at=export.expires_at,
    )


def export_to_do(export_id: int) -> ExportToDo:
    """Return what an export is to hold."""
    with reading() as session:
        export = session.get_one(Export, export_id)
        return ExportToDo(
            export.public_id,
            export.study_id,
            ExportFormat(export.format),
            export.identifying,
            export.reason,
            export.requested_at,
        )


def unfinished_exports() -> list[int]:
    """Return the ids of exports that are asked for or begun."""
    with reading() as session:
        return list(session.scalars(select(Export.id).where(Export.state.in_(_UNFINISHED))))
