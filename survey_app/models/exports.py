"""Exports: what was asked for and why, the file that the worker made, and until when it is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Id, Moment, PublicId, When, one_of
from survey_app.rules.vocabulary import ExportFormat, ExportState


class Export(Base):
    """The data of a study as one file. The row is the truth about the work; `attempt` is the fence."""

    __tablename__ = "exports"
    __table_args__ = (
        one_of("state", ExportState),
        one_of("format", ExportFormat),
        CheckConstraint("reason <> ''", name="export_says_why"),
        CheckConstraint("attempt >= 0", name="attempt_counts_up"),
        CheckConstraint("state <> 'ready' OR sha256 IS NOT NULL", name="ready_has_its_file"),
        CheckConstraint("state <> 'failed' OR failure IS NOT NULL", name="failed_says_why"),
        Index("ix_exports_state", "state"),
        Index("ix_exports_study_id", "study_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    format: Mapped[str] = mapped_column(String(10))
    identifying: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(10), default=ExportState.REQUESTED)
    attempt: Mapped[int] = mapped_column(default=0)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Moment)
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str | None] = mapped_column(String(1000))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[When]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[When]
