"""How a posted page joins what is stored: back, forward and re-send are harmless, and no newer answer is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Item → (revision in which it was last changed, id of the request that changed it).
Trail = Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class Merged:
    """The answers after a merge, which items changed, and which were changed from elsewhere meanwhile."""

    answers: dict[str, Any]
    changed: tuple[str, ...]
    conflicts: tuple[str, ...]


def merge_answers(
    stored: Mapping[str, Any], trail: Trail, posted: Mapping[str, Any], *, seen_revision: int, request_id: str
) -> Merged:
    """Merge a posted page into the stored answers.

    An item is in conflict when both answers are given and differ, and the stored one is newer than the page that
    was posted and came from another page. A blank on a page that has gone stale never erases a newer answer.

    Parameters
    ----------
    stored, posted : answers by item
    trail : who changed each stored item last
    seen_revision : the revision that the posted page showed
    request_id : of the posted page; the browser's Back sends it again with other content

    Examples
    --------
    >>> trail = {"felt": (3, "other")}
    >>> merge_answers({"felt": 1}, trail, {"felt": 2}, seen_revision=2, request_id="mine").conflicts
    ('felt',)
    >>> merge_answers({"felt": 1}, trail, {"felt": 2}, seen_revision=3, request_id="mine").answers
    {'felt': 2}
    """
    answers = dict(stored)
    changed, conflicts = [], []
    for item, value in posted.items():
        if item in stored and stored[item] == value:
            continue
        revision, by = trail.get(item, (0, request_id))
        stale = revision > seen_revision and by != request_id
        if stale and stored.get(item) is not None:
            if value is not None:
                conflicts.append(item)
            continue
        answers[item] = value
        changed.append(item)
    return Merged(answers, tuple(changed), tuple(conflicts))
