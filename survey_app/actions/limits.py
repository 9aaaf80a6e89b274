"""Count how often something was tried, for all processes together."""

from __future__ import annotations

from sqlalchemy import case, delete
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from survey_app.foundations.database import database, writing
from survey_app.models import LimitCount

#: How many rows of windows that are over go with each new window: a few, so that counting stays short.
_SWEEP = 20


def count_try(key: str, *, seconds: int, at: int, tries: int = 1) -> int:
    """Add to the count of a window, beginning a new one if the last is over; return the count, in one statement.

    A negative number of tries gives some back.
    """
    insert = insert_sqlite if database.engine.dialect.name == "sqlite" else insert_postgresql
    new = insert(LimitCount).values(key=key, hits=max(tries, 0), ends_at=at + seconds)
    over = LimitCount.ends_at <= at
    counted = new.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "hits": case(
                (over, new.excluded.hits), (LimitCount.hits + tries < 0, 0), else_=LimitCount.hits + tries
            ),
            "ends_at": case((over, new.excluded.ends_at), else_=LimitCount.ends_at),
        },
    ).returning(LimitCount.hits)
    with writing() as session:
        hits = session.execute(counted).scalar_one()
    if hits == 1 and tries > 0:
        _sweep(at)
    return hits


def forget_tries(key: str | None = None) -> int:
    """Forget the count of one key, or of all; return how many were forgotten."""
    query = delete(LimitCount) if key is None else delete(LimitCount).where(LimitCount.key == key)
    with writing() as session:
        return len(session.scalars(query.returning(LimitCount.key)).all())


def _sweep(at: int) -> None:
    """Remove a few rows whose window is over; PostgreSQL skips those that another process has in hand."""
    over = LimitCount.__table__.select().with_only_columns(LimitCount.key).where(LimitCount.ends_at <= at)
    some = over.limit(_SWEEP).with_for_update(skip_locked=True)
    with writing() as session:
        session.execute(delete(LimitCount).where(LimitCount.key.in_(some)))
