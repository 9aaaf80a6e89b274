"""Comparisons, and what of them managers may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Document, Hash, Id, Moment, PublicId, When, one_of
from survey_app.rules.vocabulary import ComparisonState, ProposalState


class Comparison(Base):
    """A plan, the data that it was put to, and the result.

    This row is the truth about the work: the queue only rings. `attempt` is the fence: who claims the work counts
    it up, and only the holder of the last attempt may write a result. `support` says how many stand behind it.
    `document` holds the document by language; one that was made before there were languages is English, as it is.
    `material` is what a publication can be made of: the managers' document, and counts by place and month.
    """

    __tablename__ = "comparisons"
    __table_args__ = (
        UniqueConstraint("study_id", "id"),
        one_of("state", ComparisonState),
        CheckConstraint("attempt >= 0", name="attempt_counts_up"),
        CheckConstraint(
            "state <> 'ready' OR (result IS NOT NULL AND document IS NOT NULL AND support IS NOT NULL"
            " AND data_fingerprint IS NOT NULL)",
            name="ready_has_its_result",
        ),
        CheckConstraint("state <> 'failed' OR failure IS NOT NULL", name="failed_says_why"),
        CheckConstraint("state <> 'running' OR heartbeat_at IS NOT NULL", name="running_has_a_heartbeat"),
        Index("ix_comparisons_state", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    plan: Mapped[Document]
    plan_hash: Mapped[Hash]
    state: Mapped[str] = mapped_column(String(10), default=ComparisonState.REQUESTED)
    attempt: Mapped[int] = mapped_column(default=0)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Moment)
    step: Mapped[str | None] = mapped_column(String(60))
    steps_done: Mapped[int] = mapped_column(default=0)
    steps_all: Mapped[int] = mapped_column(default=0)
    data_fingerprint: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    support: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    material: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    failure: Mapped[str | None] = mapped_column(String(1000))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[When]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class Publication(Base):
    """The frozen snapshot that managers see. A study has at most one that is current.

    `content` holds either what may be shown, or only the reasons why nothing may. `counts` holds the numbers
    behind it, which managers never see: the next publication is held against them. `withdrawal` says why it was
    withdrawn.
    """

    __tablename__ = "publications"
    __table_args__ = (
        ForeignKeyConstraint(["study_id", "comparison_id"], ["comparisons.study_id", "comparisons.id"]),
        Index(
            "uq_publications_current",
            "study_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    comparison_id: Mapped[int]
    lead: Mapped[str] = mapped_column(String(2000), default="")
    content: Mapped[Document]
    for_everybody: Mapped[bool] = mapped_column(default=False)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[When]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    withdrawal: Mapped[str | None] = mapped_column(String(1000))


class Proposal(Base):
    """What a researcher wants to publish of a comparison, and what the disclosure audit left of it.

    The row is the truth about the work, behind the same fence as a comparison. `tables` are the names of those
    that were chosen. `content` and `counts` become a publication's; `lost` says how much was withheld, and why.
    `after_id` is the publication that was current when it was audited.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        ForeignKeyConstraint(["study_id", "comparison_id"], ["comparisons.study_id", "comparisons.id"]),
        one_of("state", ProposalState),
        CheckConstraint("attempt >= 0", name="attempt_counts_up"),
        CheckConstraint("state <> 'ready' OR content IS NOT NULL", name="ready_has_its_content"),
        CheckConstraint("state <> 'failed' OR failure IS NOT NULL", name="failed_says_why"),
        CheckConstraint("state <> 'running' OR heartbeat_at IS NOT NULL", name="running_has_a_heartbeat"),
        Index("ix_proposals_state", "state"),
        Index("ix_proposals_comparison_id", "comparison_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    comparison_id: Mapped[int]
    lead: Mapped[str] = mapped_column(String(2000), default="")
    tables: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=ProposalState.REQUESTED)
    attempt: Mapped[int] = mapped_column(default=0)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Moment)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    lost: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"))
    failure: Mapped[str | None] = mapped_column(String(1000))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[When]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
