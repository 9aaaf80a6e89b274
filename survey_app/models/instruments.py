"""Questionnaires and their frozen copies."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Document, Hash, Id, Labels, PublicId, When, one_of


class Instrument(Base):
    """A questionnaire; without a firm it is the standard one, which all firms share.

    `draft_step` is where its draft stands in its history; `revision` counts the changes, so that none is lost.
    """

    __tablename__ = "instruments"
    __table_args__ = (UniqueConstraint("firm_id", "code"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firms.id"))
    code: Mapped[Code]
    title: Mapped[Labels]
    draft_step: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)


class DraftStep(Base):
    """One step in the history of a draft: the whole definition after it, so that it can be undone and redone."""

    __tablename__ = "draft_steps"
    __table_args__ = (UniqueConstraint("instrument_id", "step"),)

    id: Mapped[Id]
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id"))
    step: Mapped[int]
    did: Mapped[Code]
    definition: Mapped[Document]
    made_at: Mapped[When]


class InstrumentVersion(Base):
    """A frozen copy: its definition is never changed, and its hash proves it."""

    __tablename__ = "instrument_versions"
    __table_args__ = (
        UniqueConstraint("instrument_id", "number"),
        UniqueConstraint("instrument_id", "hash"),
        CheckConstraint("number > 0", name="number_from_one"),
    )

    id: Mapped[Id]
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id"))
    number: Mapped[int]
    schema: Mapped[int]
    definition: Mapped[Document]
    hash: Mapped[Hash]
    list_hash: Mapped[Hash]
    published_at: Mapped[When]


class InstrumentItem(Base):
    """One item of a version, projected when it is published, so that codes can be compared over versions."""

    __tablename__ = "instrument_items"
    __table_args__ = (one_of("audience", ("everybody", "customers", "shoppers")),)

    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_versions.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    page: Mapped[Code]
    audience: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
