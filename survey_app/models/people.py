"""People on the staff, and what they may do where."""

from __future__ import annotations

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.foundations.database import Base
from survey_app.models.columns import Id, Name, When, one_of
from survey_app.rules.vocabulary import LANGUAGES, Role


class Person(Base, UserMixin):
    """Somebody on the staff. `fs_uniquifier` changes when all sessions must end."""

    __tablename__ = "people"
    __table_args__ = (
        one_of("language", LANGUAGES),
        CheckConstraint("email = lower(email)", name="email_in_small_letters"),
    )

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Name]
    language: Mapped[str] = mapped_column(String(2), default="en")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[When]
    grants: Mapped[list[Grant]] = relationship(lazy="joined", cascade="all, delete-orphan")

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]
        """None, though Flask-Security asks: what a person may do is decided by grants, which have a scope."""
        return []


class Grant(Base):
    """One role of one person, for everything, or within a firm, region or location."""

    __tablename__ = "grants"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint(
            "(scope = 'all' AND firm_id IS NULL AND region_id IS NULL AND location_id IS NULL)"
            " OR (scope = 'firm' AND firm_id IS NOT NULL AND region_id IS NULL AND location_id IS NULL)"
            " OR (scope = 'region' AND firm_id IS NOT NULL AND region_id IS NOT NULL AND location_id IS NULL)"
            " OR (scope = 'location' AND firm_id IS NOT NULL AND region_id IS NULL AND location_id IS NOT NULL)",
            name="scope_names_its_place",
        ),
        ForeignKeyConstraint(["firm_id", "region_id"], ["regions.firm_id", "regions.id"]),
        ForeignKeyConstraint(["firm_id", "location_id"], ["locations.firm_id", "locations.id"]),
        *(
            Index(
                f"uq_grants_{scope}",
                "person_id",
                "role",
                *columns,
                unique=True,
                sqlite_where=text(f"scope = '{scope}'"),
                postgresql_where=text(f"scope = '{scope}'"),
            )
            for scope, columns in (
                ("all", ()),
                ("firm", ("firm_id",)),
                ("region", ("region_id",)),
                ("location", ("location_id",)),
            )
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(20))
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firms.id"))
    region_id: Mapped[int | None]
    location_id: Mapped[int | None]
