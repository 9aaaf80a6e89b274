"""Studies: which places, which scenarios, which problems."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Document, Id, Labels, Moment, Name, NameKey, PublicId, When, one_of
from survey_app.rules.vocabulary import StudyState


class Study(Base):
    """One question put to some locations for a period.

    `about` says what readers must be told about the data (people, source, licence, limits). A study that is
    `made_up` says so wherever it shows. Days are counted in `time_zone`. What is archived is kept, out of the way.
    """

    __tablename__ = "studies"
    __table_args__ = (
        UniqueConstraint("firm_id", "id"),
        UniqueConstraint("firm_id", "name_key"),
        one_of("state", StudyState),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firms.id"))
    name: Mapped[Name]
    name_key: Mapped[NameKey]
    state: Mapped[str] = mapped_column(String(10), default=StudyState.DRAFT)
    made_up: Mapped[bool] = mapped_column(default=False)
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    standards: Mapped[Document] = mapped_column(default=dict)
    about: Mapped[Document] = mapped_column(default=dict)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("instrument_versions.id"))
    made_at: Mapped[When]
    archived_at: Mapped[datetime | None] = mapped_column(Moment)


class StudyLocation(Base):
    """A location that takes part in a study of its own firm."""

    __tablename__ = "study_locations"
    __table_args__ = (
        ForeignKeyConstraint(["firm_id", "study_id"], ["studies.firm_id", "studies.id"]),
        ForeignKeyConstraint(["firm_id", "location_id"], ["locations.firm_id", "locations.id"]),
    )

    study_id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int]


class Scenario(Base):
    """A kind of problem that brings a person to a place; `brief` tells a shopper how to play it."""

    __tablename__ = "scenarios"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    labels: Mapped[Labels]
    brief: Mapped[Labels] = mapped_column(default=dict)
    position: Mapped[int]


class Theme(Base):
    """A theme of a study's problem list. Controls, bogus items and deeds beyond the standard never count."""

    __tablename__ = "themes"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    labels: Mapped[Labels]
    counted: Mapped[bool]
    position: Mapped[int]


class Problem(Base):
    """One code of a study's problem list."""

    __tablename__ = "problems"
    __table_args__ = (
        ForeignKeyConstraint(["study_id", "theme"], ["themes.study_id", "themes.code"]),
        one_of("stage", ("handling", "outcome")),
    )

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    theme: Mapped[Code]
    labels: Mapped[Labels]
    stage: Mapped[str] = mapped_column(String(10), default="handling")
    position: Mapped[int]


class Change(Base):
    """What a firm changed because of what a study's respondents said, as they read it with their receipt code."""

    __tablename__ = "changes"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    texts: Mapped[Labels]
    made_at: Mapped[When]
