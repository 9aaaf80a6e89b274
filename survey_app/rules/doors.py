"""Whether a link lets somebody begin, by every path alike; and days as people set them, in a place's time zone.

What was begun may always be sent: a link that is closed or full begins nothing new, and loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from survey_app.rules.vocabulary import StudyState

Door = Literal["open", "not_yet", "closed", "expired", "used", "full"]

#: So long a begun response holds its place under the cap of a link; later it may still be sent, but holds none.
HELD = timedelta(hours=72)


@dataclass(frozen=True, kw_only=True)
class Link:
    """What decides about a link: `taken` is how many have sent through it, or hold a place."""

    single: bool
    used: bool = False
    begun: bool = False
    study_state: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    cap: int | None = None
    taken: int = 0


def door_of(link: Link, *, at: datetime) -> Door:
    """Return whether a link lets somebody in, or why not. A single link leads back to what was begun with it.

    >>> door_of(Link(single=False, study_state="open", cap=2, taken=2), at=datetime(2026, 3, 1))
    'full'
    """
    if link.used:
        return "used"
    if link.begun:
        return "open"
    if link.closes_at is not None and link.closes_at <= at:
        return "expired" if link.single else "closed"
    if link.study_state == StudyState.CLOSED:
        return "closed"
    if link.study_state == StudyState.DRAFT or (link.opens_at is not None and link.opens_at > at):
        return "not_yet"
    if link.cap is not None and link.taken >= link.cap:
        return "full"
    return "open"


def begin_of(day: date | None, time_zone: str) -> datetime | None:
    """Return the moment at which a day begins at a place."""
    return None if day is None else datetime.combine(day, time(), ZoneInfo(time_zone))


def end_of(day: date | None, time_zone: str) -> datetime | None:
    """Return the moment at which a day ends at a place."""
    return None if day is None else begin_of(day + timedelta(days=1), time_zone)


def first_day(opens_at: datetime | None, time_zone: str) -> date | None:
    """Return the first day on which a link lets somebody in."""
    return None if opens_at is None else opens_at.astimezone(ZoneInfo(time_zone)).date()


def last_day(closes_at: datetime | None, time_zone: str) -> date | None:
    """Return the last day on which a link let, or will let, somebody in.

    >>> last_day(end_of(date(2026, 3, 29), "Europe/Helsinki"), "Europe/Helsinki")
    datetime.date(2026, 3, 29)
    """
    if closes_at is None:
        return None
    return (closes_at - timedelta(microseconds=1)).astimezone(ZoneInfo(time_zone)).date()
