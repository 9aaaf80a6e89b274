"""Keep documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from survey_app.foundations.database import writing
from survey_app.models import StoredDocument


def keep_document(
    slug: str,
    *,
    content: dict[str, Any],
    plan_hash: str,
    data_fingerprint: str,
    made_from: str,
    made_at: datetime,
) -> None:
    """Keep a document under its slug, in place of an earlier one."""
    with writing() as session:
        session.execute(delete(StoredDocument).where(StoredDocument.slug == slug))
        session.add(
            StoredDocument(
                slug=slug,
                language=content["language"],
                title=content["title"],
                content=content,
                plan_hash=plan_hash,
                data_fingerprint=data_fingerprint,
                made_from=made_from,
                made_at=made_at,
            )
        )
