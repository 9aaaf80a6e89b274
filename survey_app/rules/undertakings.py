"""What became of what a firm undertook, since it last read the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.rules.breakdowns import WHOLE_FIRM
from survey_app.rules.vocabulary import UndertakingState

#: Stands for all places together where a manager chooses one.
EVERYWHERE = WHOLE_FIRM


@dataclass(frozen=True)
class Tally:
    """How many were added, done and dropped since a day."""

    since: date
    added: int
    done: int
    dropped: int

    def __bool__(self) -> bool:
        return bool(self.added or self.done or self.dropped)


def since_of(content: Mapping[str, Any], published_at: datetime) -> date:
    """Return since when a reader asks what was done: the publication before, or this one where it is the first.

    >>> since_of({"before": {"day": "2026-03-01"}}, datetime(2026, 6, 1))
    datetime.date(2026, 3, 1)
    """
    before = content.get("before")
    return date.fromisoformat(before["day"]) if before else published_at.date()


def tally(happened: Iterable[tuple[date, UndertakingState, date | None]], *, since: date) -> Tally:
    """Return the tally of (added on, state, done or dropped on) since a day, that day included.

    >>> march, may, open_ = date(2026, 3, 1), date(2026, 5, 1), UndertakingState.OPEN
    >>> tally([(march, UndertakingState.DONE, may), (may, open_, None)], since=date(2026, 4, 1))
    Tally(since=datetime.date(2026, 4, 1), added=1, done=1, dropped=0)
    """
    rows = list(happened)
    settled = [state for _added, state, on in rows if on is not None and on >= since]
    return Tally(
        since=since,
        added=sum(added >= since for added, _state, _on in rows),
        done=settled.count(UndertakingState.DONE),
        dropped=settled.count(UndertakingState.DROPPED),
    )
