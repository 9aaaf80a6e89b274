"""Plans of studies: the draft, what was locked of it, and who looked at results before the end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Document, Hash, Id, PublicId, When


class PlanDraft(Base):
    """What a researcher is choosing for a study. `power` is what the worker made of it; empty until then."""

    __tablename__ = "plan_drafts"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    content: Mapped[Document]
    revision: Mapped[int] = mapped_column(default=1)
    power: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[When]


class Plan(Base):
    """A locked plan: never changed, as its hash proves. `choices_hash` is what its comparisons carry.

    `responses` says how many had been sent when it was locked: above 0 it was made when data could have been seen.
    """

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("study_id", "number"),
        CheckConstraint("number > 0", name="number_from_one"),
        CheckConstraint("responses >= 0", name="responses_count_up"),
        CheckConstraint("(number = 1 AND responses = 0) OR reason <> ''", name="late_says_why"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    number: Mapped[int]
    content: Mapped[Document]
    hash: Mapped[Hash]
    choices_hash: Mapped[Hash]
    power: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    responses: Mapped[int]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    locked_at: Mapped[When]

    @property
    def late(self) -> bool:
        """Whether data could have been seen when it was made."""
        return self.responses > 0


class Look(Base):
    """Somebody looked at the difference between the arms while the study still collected, and said why."""

    __tablename__ = "looks"
    __table_args__ = (
        ForeignKeyConstraint(["study_id", "comparison_id"], ["comparisons.study_id", "comparisons.id"]),
        CheckConstraint("reason <> ''", name="look_says_why"),
        Index("ix_looks_comparison_id", "comparison_id"),
    )

    id: Mapped[Id]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    comparison_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(1000))
    looked_at: Mapped[When]
