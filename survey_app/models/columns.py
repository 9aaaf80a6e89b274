"""Kinds of columns that several tables share."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, String, TypeDecorator
from sqlalchemy.orm import mapped_column


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so what comes back from it is given one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone; it could mean anything."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Return a random name for a row in addresses: 20 letters and digits that cannot be mistaken, 100 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


Id = Annotated[int, mapped_column(primary_key=True)]
PublicId = Annotated[str, mapped_column(String(20), unique=True, default=new_public_id)]
Code = Annotated[str, mapped_column(String(60))]
Name = Annotated[str, mapped_column(String(200))]
Hash = Annotated[str, mapped_column(String(64))]
When = Annotated[datetime, mapped_column(Moment)]
Labels = Annotated[dict[str, str], mapped_column(JSON)]
Document = Annotated[dict[str, Any], mapped_column(JSON)]


def one_of(column: str, words: type[StrEnum] | tuple[str, ...], *, name: str | None = None) -> CheckConstraint:
    """Return the constraint that a column holds one of some words, or nothing."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")
