"""Take on work behind a fence: the row is the truth, and only the holder of its last attempt may finish it.

What works on rows may share the words of `ComparisonState`: requested, running, failed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.models import Comparison, Proposal
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.text import clean_text
from survey_app.rules.vocabulary import ComparisonState

#: A worker that has not said a word for so long is taken for dead.
SILENCE = timedelta(seconds=30)
MOST_ATTEMPTS = 5
_LONGEST_FAILURE = 1000

Work = TypeVar("Work", Comparison, Proposal)


def take_on(
    session: Session, kind: type[Work], row_id: int, *, named: str, silence: timedelta = SILENCE, at: datetime
) -> int | None:
    """Take a row on: return the number of this attempt, or None if there is nothing to do.

    A row is free if nobody began it, or if whoever did has been silent too long. After too many attempts it fails,
    since whatever ends the worker would end it again.
    """
    row = session.get(kind, row_id, with_for_update=True)
    if row is None:
        return None
    silent = row.heartbeat_at is not None and at - row.heartbeat_at > silence
    if row.state != ComparisonState.REQUESTED and not (row.state == ComparisonState.RUNNING and silent):
        return None
    if row.attempt >= MOST_ATTEMPTS:
        row.state = ComparisonState.FAILED
        row.failure = (
            f"The work was begun {MOST_ATTEMPTS} times and never finished; the machine may lack memory. "
            "Give the worker more memory, then ask again."
        )
        row.finished_at = at
        record(session, SYSTEM, f"{named}.fail", kind.__tablename__, row.id, at=at)
        return None
    row.state = ComparisonState.RUNNING
    row.attempt += 1
    row.heartbeat_at = at
    record(session, SYSTEM, f"{named}.claim", kind.__tablename__, row.id, at=at, attempt=row.attempt)
    return row.attempt


def still_mine(session: Session, kind: type[Work], row_id: int, attempt: int) -> Work | None:
    """Return the row, locked, if it still runs and this is its last attempt: the fence."""
    row = session.get(kind, row_id, with_for_update=True)
    if row is None or row.attempt != attempt or row.state != ComparisonState.RUNNING:
        return None
    return row


def shortened(failure: str) -> str:
    """Return why something failed, as long as there is room for it."""
    whole = clean_text(failure)
    return whole if len(whole) <= _LONGEST_FAILURE else f"{whole[: _LONGEST_FAILURE - 2]} …"
