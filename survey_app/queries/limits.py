"""Look up how often something was tried."""

from __future__ import annotations

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import LimitCount


def tries_of(key: str, *, at: int) -> tuple[int, int]:
    """Return how many tries were counted in the window that is open, and when it ends; 0 and now if none is."""
    with reading() as session:
        row = session.execute(
            select(LimitCount.hits, LimitCount.ends_at).where(LimitCount.key == key, LimitCount.ends_at > at)
        ).first()
    return (0, at) if row is None else (row[0], row[1])
