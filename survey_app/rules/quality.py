"""Signs that a response was not given with care, or not by a person: told with reasons, and nothing is removed.

Some can be seen in one response when it is sent; others only beside the responses around it. What is found becomes
a flag: researchers read it, and a plan may leave out the responses that carry it. Honest people carry some too.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp
from statistics import median_low
from typing import Any

from survey_app.rules.answered import given
from survey_app.rules.questionnaire import Instrument, Item, Texts, items_for, path_for, seen_problems


class Flag(StrEnum):
    """One sign. Its reason holds the numbers behind it."""

    TOO_FAST = "too_fast"
    TRAP_FILLED = "trap_filled"
    NOT_SHOWN = "not_shown"
    STRAIGHT_LINE = "straight_line"
    IMPOSSIBLE = "impossible"
    SAME_TEXT = "same_text"
    BURST = "burst"


#: Those that come and go with the answers when they are corrected.
OF_ANSWERS = (Flag.STRAIGHT_LINE, Flag.IMPOSSIBLE)
#: What each flag rests on, by name: numbers or codes.
Reasons = dict[str, dict[str, Any]]

#: Nobody reads so many words a minute; 200 to 250 are usual.
_FASTEST_WORDS_A_MINUTE = 900
#: So many answers on scales must stand in one line.
_SHORTEST_LINE = 5
#: Shorter texts are alike by chance: "long queue".
_SHORTEST_TEXT = 40
_WORDS_TOGETHER = 3
_SKETCH = 8
_ALIKE = 6
#: A value that so many texts share is a usual phrase, and says nothing.
_USUAL = 200
#: A burst: so many through one link in so short a time, where chance would bring them once in 10,000 windows.
BURST_WINDOW = timedelta(minutes=10)
_SMALLEST_BURST = 8
_BY_CHANCE = 1e-4
_AROUND = timedelta(hours=1)
_DAY = timedelta(days=1)
_WORD = re.compile(r"\w+")


def flags_of_one(
    instrument: Instrument,
    answers: Mapping[str, Any],
    *,
    language: str,
    block: str | None,
    seconds: float | None,
) -> Reasons:
    """Return what can be seen in one customer's response when it is sent.

    Parameters
    ----------
    instrument, answers, block : what was asked and said; `block` is the page after the receipt
    language : in which it was read
    seconds : from Start to Send, by the clock of the site; None when this is a correction

    Returns
    -------
    flag → reason
    """
    found: Reasons = {}
    least = least_seconds(instrument, answers, language=language)
    if seconds is not None and 0 <= seconds < least:
        found[Flag.TOO_FAST] = {"seconds": round(seconds), "least": round(least)}
    line = _straight_line(_scales(instrument, answers, block))
    if line:
        found[Flag.STRAIGHT_LINE] = {"answers": line}
    bogus = {problem.code for problem in instrument.problems if problem.theme == "bogus"}
    ticked = sorted(bogus & set(seen_problems(answers)))
    if ticked:
        found[Flag.IMPOSSIBLE] = {"problem": ticked[0]}
    return found


def least_seconds(instrument: Instrument, answers: Mapping[str, Any], *, language: str) -> float:
    """Return in how many seconds the pages that a customer was asked can be read at all."""
    words = sum(
        words_of_page(instrument, page.code, language=language, answers=answers)
        for page in path_for(instrument, hired=False, answers=answers)
    )
    return 60 * words / _FASTEST_WORDS_A_MINUTE


def words_of_page(
    instrument: Instrument, code: str, *, language: str, answers: Mapping[str, Any] | None = None
) -> int:
    """Return how many words a customer reads on a page: title, questions, hints and all that may be chosen."""
    page = instrument.page(code)
    if page is None:
        return 0
    texts: list[Texts | None] = [page.title, page.intro]
    for item in items_for(page, hired=False, answers=answers or {}):
        texts += [item.text, item.hint, item.low, item.high, item.unit, item.dont_know, item.refused]
        texts += [option.text for option in item.options]
        if item.kind == "problems":
            texts += [theme.text for theme in instrument.themes]
            texts += [problem.text for problem in instrument.problems]
            texts.append(item.none_text)
    return sum(len(text[language].split()) for text in texts if text)


def _scales(instrument: Instrument, answers: Mapping[str, Any], block: str | None) -> list[tuple[int, int]]:
    """Return (place from the low end, number of points) of each answer on a scale, in the order of the pages."""
    drawn = instrument.page(block) if block else None
    places = []
    for page in (*instrument.pages_for(hired=False), *([drawn] if drawn else [])):
        for item in page.items:
            value = given(answers, item.code)
            if item.kind == "scale" and value in item.points:
                places.append((item.points.index(value), len(item.points)))
    return places


def _straight_line(places: Sequence[tuple[int, int]]) -> int:
    """Return how many answers stand in one line down the page, if all do: at one end, the other, or the middle."""
    if len(places) < _SHORTEST_LINE:
        return 0
    from_low = {place for place, _points in places}
    from_high = {points - 1 - place for place, points in places}
    in_the_middle = all(2 * place == points - 1 for place, points in places)
    return len(places) if len(from_low) == 1 or len(from_high) == 1 or in_the_middle else 0


def sketch_of(texts: Iterable[str]) -> str | None:
    """Return a sketch of what somebody wrote: texts with the same words have the same, and it tells no word.

    The smallest eight of the hashes of every three words in a row, as hexadecimal; None for what is too short.
    """
    written = unicodedata.normalize("NFKC", " ".join(texts)).casefold()
    if len(written.strip()) < _SHORTEST_TEXT:
        return None
    words = _WORD.findall(written)
    rows = {" ".join(words[at : at + _WORDS_TOGETHER]) for at in range(max(1, len(words) - _WORDS_TOGETHER + 1))}
    if len(rows) < _SKETCH:
        return None
    return "".join(f"{value:08x}" for value in sorted(zlib.crc32(row.encode()) for row in rows)[:_SKETCH])


def texts_of(instrument: Instrument, answers: Mapping[str, Any]) -> list[str]:
    """Return what somebody wrote in their own words."""
    long: list[Item] = [item for item in instrument.items if item.kind == "text" and item.long]
    said = (given(answers, item.code) for item in long)
    return [text for text in said if isinstance(text, str)]


@dataclass(frozen=True)
class Beside:
    """What is needed of a response to judge it beside others; `link` is None where each link is for one person."""

    name: str
    link: int | None
    sent_at: datetime
    sketch: str | None


def flags_beside_others(responses: Sequence[Beside]) -> dict[str, Reasons]:
    """Return what can be seen only among the responses of a study: name → flag → reason."""
    found: dict[str, Reasons] = defaultdict(dict)
    for name, alike in _same_texts(responses).items():
        found[name][Flag.SAME_TEXT] = {"others": alike}
    links: dict[int, list[Beside]] = defaultdict(list)
    for each in responses:
        if each.link is not None:
            links[each.link].append(each)
    for through_one in links.values():
        for name, many in _bursts(through_one).items():
            found[name][Flag.BURST] = {"responses": many, "minutes": BURST_WINDOW // timedelta(minutes=1)}
    return dict(found)


def _same_texts(responses: Sequence[Beside]) -> dict[str, int]:
    """Return how many others wrote (nearly) the same, for those of whom somebody did."""
    by_value: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(responses):
        for value in _values(each.sketch):
            by_value[value].append(at)
    found = {}
    for at, each in enumerate(responses):
        shared: Counter[int] = Counter()
        for value in _values(each.sketch):
            sharing = by_value[value]
            if len(sharing) <= _USUAL:
                shared.update(sharing)
        alike = sum(count >= _ALIKE for other, count in shared.items() if other != at)
        if alike:
            found[each.name] = alike
    return found


def _values(sketch: str | None) -> list[str]:
    return [sketch[at : at + 8] for at in range(0, len(sketch), 8)] if sketch else []


def _bursts(responses: Sequence[Beside]) -> dict[str, int]:
    """Return those who came in a burst, each with the size of the largest one that it stands in.

    A window is held against the same time of day on the link's other days, and against its average: a lunch hour
    that is busy every day is no burst.
    """
    ordered = sorted(responses, key=lambda each: (each.sent_at, each.name))
    moments = [each.sent_at for each in ordered]
    found: dict[str, int] = {}
    for first, begun in enumerate(moments):
        after = bisect_right(moments, begun + BURST_WINDOW)
        many = after - first
        if many < _SMALLEST_BURST or _chance_of(many, _usual(moments, begun, many)) >= _BY_CHANCE:
            continue
        for each in ordered[first:after]:
            found[each.name] = max(many, found.get(each.name, 0))
    return found


def _usual(moments: Sequence[datetime], begun: datetime, many: int) -> float:
    """Return how many responses the busiest window at about this time of day usually brings, by the other days.

    That is the median over the days, or the mean window around this time, or the average window of the link: the
    largest of them, so that what is busy regularly is usual.
    """
    first, last = moments[0], moments[-1]
    windows = (2 * _AROUND + BURST_WINDOW) / BURST_WINDOW
    busiest, seen = [], 0
    shift = -((begun - first) // _DAY)
    while begun + shift * _DAY <= last:
        if shift:
            centre = begun + shift * _DAY
            around = range(
                bisect_left(moments, centre - _AROUND), bisect_right(moments, centre + BURST_WINDOW + _AROUND)
            )
            seen += len(around)
            busiest.append(
                max((bisect_right(moments, moments[at] + BURST_WINDOW, at) - at for at in around), default=0)
            )
        shift += 1
    around_then = (seen + 1) / ((len(busiest) + 1) * windows)
    average = (len(moments) - many) / max(1.0, (last - first) / BURST_WINDOW)
    return max(median_low(busiest) if busiest else 0, around_then, average)


def _chance_of(many: int, usual: float) -> float:
    """Return the chance of so many or more where `usual` are expected (Poisson)."""
    term, below = exp(-usual), 0.0
    for count in range(many):
        below += term
        term *= usual / (count + 1)
    return max(0.0, 1.0 - below)
