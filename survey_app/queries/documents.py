"""Look up documents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import StoredDocument


def find_document(slug: str) -> dict[str, Any] | None:
    """Return the blocks of a document, or None if there is none."""
    with reading() as session:
        return session.scalar(select(StoredDocument.content).where(StoredDocument.slug == slug))


def made_from(slug: str) -> str | None:
    """Return the hash of all that a document was made from, or None if there is none."""
    with reading() as session:
        return session.scalar(select(StoredDocument.made_from).where(StoredDocument.slug == slug))
