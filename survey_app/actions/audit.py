"""Write down who did what, in the transaction that does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from survey_app.models import AuditLine
from survey_app.rules.permissions import Actor

#: By table, not by class: nobody reads a line back in the transaction that writes it.
_LINE = insert(cast(Table, AuditLine.__table__))


def record(
    session: Session, actor: Actor, action: str, subject: str, subject_id: int, *, at: datetime, **details: Any
) -> None:
    """Add one line to the audit."""
    session.execute(
        _LINE,
        {
            "at": at,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "action": action,
            "subject": subject,
            "subject_id": subject_id,
            "details": details,
        },
    )
