"""Kinds of columns that several tables share."""

from __future__ import annotations

import math
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from unicodedata import normalize

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, Dialect, String, Table, Text, TypeDecorator, event
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeEngine

from survey_app.foundations.database import Base
from survey_app.rules.text import TextRefused, name_key, refuse_unstorable


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


class Unstorable(TextRefused, DontWrapMixin):
    """A value that one of the databases could not hold, so that neither takes it."""


def _checked_text(value: str, longest: int | None = None) -> str:
    try:
        refuse_unstorable(value, longest)
    except TextRefused as refused:
        raise Unstorable(str(refused)) from None
    return str(value)


class Words(TypeDecorator[str]):
    """Text with the same verdict on both databases: SQLite alone would take any length, and a NUL."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Refuse text that does not fit."""
        return _checked_text(value, self.impl_instance.length) if isinstance(value, str) else value  # type: ignore[attr-defined]

    def coerce_compared_value(self, _op: Any, _value: Any) -> TypeEngine[Any]:
        """Look for text of any length: what is too long is simply not there."""
        return _SoughtWords()


class Codes(Words):
    """Codes and addresses, kept and looked for in one form of their letters: é is one, however it was typed."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the letters one form, and refuse what does not fit."""
        return super().process_bind_param(_in_one_form(value), dialect)

    def coerce_compared_value(self, _op: Any, _value: Any) -> TypeEngine[Any]:
        """Look for a code of any length, in the same form."""
        return _SoughtCodes()


def _in_one_form(value: str | None) -> str | None:
    return normalize("NFC", value) if isinstance(value, str) else value


class LongWords(Words):
    """The same without a limit."""

    impl = Text
    cache_ok = True


class _SoughtWords(TypeDecorator[str]):
    """Text that is looked for."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Refuse what PostgreSQL could not even look for."""
        return _checked_text(value) if isinstance(value, str) else value


class _SoughtCodes(_SoughtWords):
    """A code that is looked for."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the letters the form in which codes are kept."""
        return super().process_bind_param(_in_one_form(value), dialect)


class CheckedDocument(TypeDecorator[Any]):
    """A JSON document whose texts and numbers both databases, and every program that reads it, can hold."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        """Refuse a text with a character that cannot be kept, and a number that JSON does not have."""
        _check_document(value)
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Compare as JSON does."""
        return self.impl_instance.coerce_compared_value(op, value)


def _check_document(value: Any) -> None:
    if isinstance(value, str):
        _checked_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Unstorable(f"{value} is not a number that JSON has")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_document(key)
            _check_document(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_document(inner)


@event.listens_for(Column, "before_parent_attach")
def _check_what_is_kept(column: Column[Any], table: Any) -> None:
    """Give every text and every document of our tables the checks above: no table can forget them."""
    if not isinstance(table, Table) or table.metadata is not Base.metadata:
        return
    kind = column.type
    if type(kind) is String:
        column.type = Words(kind.length)
    elif type(kind) is Text:
        column.type = LongWords(kind.length)
    elif type(kind) is JSON:
        column.type = CheckedDocument(none_as_null=kind.none_as_null)


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Return a random name for a row in addresses: 20 letters and digits that cannot be mistaken, 100 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def _key_of_name(context: DefaultExecutionContext) -> str:
    return name_key(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]


Id = Annotated[int, mapped_column(primary_key=True)]
PublicId = Annotated[str, mapped_column(String(20), unique=True, default=new_public_id)]
Code = Annotated[str, mapped_column(Codes(60))]
Name = Annotated[str, mapped_column(String(200))]
#: What names are compared by: two that people cannot tell apart are one. `name` itself is kept as it was typed.
NameKey = Annotated[str, mapped_column(Text, default=_key_of_name)]
Hash = Annotated[str, mapped_column(String(64))]
When = Annotated[datetime, mapped_column(Moment)]
Labels = Annotated[dict[str, str], mapped_column(JSON)]
Document = Annotated[dict[str, Any], mapped_column(JSON)]


def one_of(column: str, words: type[StrEnum] | tuple[str, ...], *, name: str | None = None) -> CheckConstraint:
    """Return the constraint that a column holds one of some words, or nothing."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")
