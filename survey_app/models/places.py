"""Firms, the regions above their places, and the places themselves."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Id, Name, NameKey, PublicId


class Firm(Base):
    """Whose locations they are; the controller of what customers answer, and where urgent matters go."""

    __tablename__ = "firms"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    name: Mapped[Name]
    name_key: Mapped[NameKey] = mapped_column(unique=True)
    controller: Mapped[Name]
    contact: Mapped[Name]


class Region(Base):
    """A node of the tree above a firm's locations."""

    __tablename__ = "regions"
    __table_args__ = (
        UniqueConstraint("firm_id", "id"),
        UniqueConstraint("firm_id", "name_key"),
        ForeignKeyConstraint(["firm_id", "parent_id"], ["regions.firm_id", "regions.id"]),
        CheckConstraint("parent_id <> id", name="not_above_itself"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firms.id"))
    parent_id: Mapped[int | None]
    name: Mapped[Name]
    name_key: Mapped[NameKey]


class Location(Base):
    """One place of business, or one line, mailbox or chat, with its time zone."""

    __tablename__ = "locations"
    __table_args__ = (
        UniqueConstraint("firm_id", "id"),
        UniqueConstraint("firm_id", "code"),
        ForeignKeyConstraint(["firm_id", "region_id"], ["regions.firm_id", "regions.id"]),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firms.id"))
    region_id: Mapped[int | None]
    code: Mapped[Code]
    name: Mapped[Name]
    time_zone: Mapped[str] = mapped_column(String(60))
