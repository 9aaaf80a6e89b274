"""People on the staff, and what they may do where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.foundations.database import Base
from survey_app.models.columns import Codes, Hash, Id, Moment, Name, PublicId, When, one_of
from survey_app.rules.vocabulary import LANGUAGES, Role


class Person(Base, UserMixin):
    """Somebody on the staff. `fs_uniquifier` changes when all sessions must end.

    The second factor: `tf_totp_secret` is encrypted with a key that is not in the database, `totp_counter` is the
    last code that was used (none is taken twice), of recovery codes only hashes are kept. The names are those that
    Flask-Security asks for.
    """

    __tablename__ = "people"
    __table_args__ = (
        one_of("language", LANGUAGES),
        CheckConstraint("email = lower(email)", name="email_in_small_letters"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(Codes(254), unique=True)
    name: Mapped[Name]
    language: Mapped[str] = mapped_column(String(2), default="en")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(500))
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )
    made_at: Mapped[When]
    grants: Mapped[list[Grant]] = relationship(lazy="joined", cascade="all, delete-orphan")
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]
        """None, though Flask-Security asks: what a person may do is decided by grants, which have a scope."""
        return []


class Passkey(Base, WebAuthnMixin):
    """A device or key that stands as a person's second factor. The names are those of Flask-Security."""

    __tablename__ = "passkeys"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[When]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    def get_user_mapping(self) -> dict[str, Any]:
        """Return how Flask-Security finds the person."""
        return {"id": self.user_id}


class StaffSession(Base):
    """One sign-in of a person. The cookie carries a key; its hash is kept. An ended session stays ended."""

    __tablename__ = "staff_sessions"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    key_hash: Mapped[Hash] = mapped_column(unique=True)
    begun_at: Mapped[When]
    seen_at: Mapped[When]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


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
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(20))
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firms.id"))
    region_id: Mapped[int | None]
    location_id: Mapped[int | None]
