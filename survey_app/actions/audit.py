"""Write down who did what, in the transaction that does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey_app.models import AuditLine
from survey_app.rules.permissions import Actor


def record(
    session: Session, actor: Actor, action: str, subject: str, subject_id: int, *, at: datetime, **details: Any
) -> None:
    """Add one line to the audit."""
    session.add(
        AuditLine(
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            action=action,
            subject=subject,
            subject_id=subject_id,
            details=details,
        )
    )
