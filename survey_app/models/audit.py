"""Who did what, when: one line for every change of state."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Document, Id, When, one_of
from survey_app.rules.vocabulary import ActorKind


class AuditLine(Base):
    """One change of state. Customers are nobody in particular: their lines carry no id."""

    __tablename__ = "audit"
    __table_args__ = (
        one_of("actor_kind", ActorKind),
        CheckConstraint("(actor_kind IN ('person', 'shopper')) = (actor_id IS NOT NULL)", name="actor_is_named"),
        Index("ix_audit_subject", "subject", "subject_id"),
    )

    id: Mapped[Id]
    at: Mapped[When]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    details: Mapped[Document] = mapped_column(default=dict)
