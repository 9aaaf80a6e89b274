"""Questionnaires and their frozen copies."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Document, Hash, Id, Labels, When, one_of


class Instrument(Base):
    """A questionnaire; without a firm it is the standard one, which all firms share."""

    __tablename__ = "instruments"
    __table_args__ = (UniqueConstraint("firm_id", "code"),)

    id: Mapped[Id]
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firms.id"))
    code: Mapped[Code]
    title: Mapped[Labels]


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
