"""How long somebody on the staff stays signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

#: A session ends when nothing was asked for so long.
IDLE = timedelta(minutes=30)
#: And after so long in any case.
LONGEST = timedelta(hours=12)
#: How often it is written down that a session was used: not with every page.
SEEN_EVERY = timedelta(minutes=1)


def holds(*, begun_at: datetime, seen_at: datetime, ended_at: datetime | None, at: datetime) -> bool:
    """Return whether a session still lets its owner in.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> later = noon + timedelta(minutes=29)
    >>> holds(begun_at=noon, seen_at=noon, ended_at=None, at=later)
    True
    >>> holds(begun_at=noon, seen_at=noon, ended_at=later, at=later)
    False
    >>> holds(begun_at=noon, seen_at=noon, ended_at=None, at=noon + timedelta(minutes=30))
    False
    """
    return ended_at is None and at - seen_at < IDLE and at - begun_at < LONGEST
