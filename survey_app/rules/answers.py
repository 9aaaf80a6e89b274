"""One check of answers, whichever door they came through: raw text in, typed values or reasons out.

A value that is None was shown and left open; a code that is absent was not shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from survey_app.rules.answered import NOT_GIVEN, not_given
from survey_app.rules.numbers import AmbiguousNumber, NotANumber, read_number
from survey_app.rules.questionnaire import NONE_OF_THESE, Item
from survey_app.rules.text import clean_line, clean_text

SEVERITIES = (1, 2, 3, 4)
_MOST_MONEY = Decimal(1_000_000_000)
_CENT = Decimal("0.01")
#: Kinds that are answered by choosing among what is shown.
CHOSEN = ("choice", "choices", "scale")
#: Kinds of which several values may be sent.
SEVERAL = ("choices", "problems")
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


class Fields(Protocol):
    """What a posted form offers: the first value under a name, and all of them."""

    def get(self, key: str, /) -> str | None:
        """Return the first value, or None."""

    def getlist(self, key: str, /) -> list[str]:
        """Return all values."""


@dataclass(frozen=True)
class Mistake:
    """Why an item could not be taken: which input to go to, the reason's code, and its numbers."""

    item: str
    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """Typed answers by item, as far as they could be taken, and the mistakes."""

    answers: dict[str, Any]
    mistakes: tuple[Mistake, ...]


class _Refused(ValueError):
    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


def check_answers(
    items: Iterable[Item], fields: Fields, *, today: date, listed: Iterable[str], standards: Iterable[str] = ()
) -> Checked:
    """Check what was posted for some items.

    Parameters
    ----------
    items : items that were asked
    fields : what was posted
    today : the last day that a visit can have been on
    listed : codes of the problem list
    standards : codes of the study's standards checklist
    """
    answers: dict[str, Any] = {}
    mistakes = []
    listed, standards = frozenset(listed), tuple(standards)
    for item in items:
        if item.kind == "note":
            continue
        try:
            value = _not_given(item, fields)
            if value is None:
                value = _value(item, fields, today=today, listed=listed, standards=standards)
            if item.required and value is None:
                raise _Refused("required")
        except _Refused as refused:
            mistakes.append(Mistake(item.code, refused.reason, refused.details))
        else:
            answers[item.code] = value
    return Checked(answers, tuple(mistakes))


def _value(
    item: Item, fields: Fields, *, today: date, listed: frozenset[str], standards: tuple[str, ...]
) -> Any | None:
    if item.kind == "problems":
        return _problems(item, fields, listed)
    if item.kind == "standards":
        return _standards(item, fields, standards)
    if item.kind == "date":
        return _date(_one(item, fields), today)
    if item.kind == "money":
        return _money(item, fields)
    if item.kind == "choices":
        return _choices(item, fields)
    raw = _one(item, fields)
    return _SIMPLE[item.kind](item, raw) if raw else None


def _not_given(item: Item, fields: Fields) -> dict[str, str] | None:
    """Return that somebody said why they do not answer; beside a typed answer, the answer is what they say.

    Among things to choose from it is one of them. Beside a field to type in it is a box of its own.
    """
    for why in NOT_GIVEN:
        if getattr(item, why) is None:
            continue
        if item.kind in CHOSEN and why in fields.getlist(item.code):
            if len(set(fields.getlist(item.code))) > 1:
                raise _Refused("exclusive")
            return not_given(why)
        if item.kind not in CHOSEN and fields.get(f"{item.code}.{why}") and not _one(item, fields):
            return not_given(why)
    return None


def _one(item: Item, fields: Fields) -> str:
    clean = clean_text if item.long else clean_line
    return clean(fields.get(item.code) or "")


def _choice(item: Item, raw: str) -> str:
    if item.option(raw) is None:
        raise _Refused("unknown_choice")
    return raw


def _choices(item: Item, fields: Fields) -> list[str] | None:
    ticked = set(fields.getlist(item.code))
    if not ticked <= {option.code for option in item.options}:
        raise _Refused("unknown_choice")
    if len(ticked) > 1 and any(option.exclusive and option.code in ticked for option in item.options):
        raise _Refused("exclusive")
    return [option.code for option in item.options if option.code in ticked] or None


def _scale(item: Item, raw: str) -> int:
    value = _whole(raw)
    if value not in item.points:
        raise _Refused("unknown_choice")
    return value


def _whole(raw: str) -> int:
    value = _decimal(raw)
    if value != value.to_integral_value():
        raise _Refused("not_whole")
    return int(value)


def _number(item: Item, raw: str) -> int | float:
    value = _decimal(raw)
    least, most = item.least or 0, item.most if item.most is not None else 1_000_000
    if not least <= value <= most:
        raise _Refused("out_of_range", least=least, most=most)
    return _whole(raw) if item.whole else float(value)


def _decimal(raw: str) -> Decimal:
    try:
        return read_number(raw)
    except AmbiguousNumber:
        raise _Refused("ambiguous_number") from None
    except NotANumber:
        raise _Refused("not_a_number") from None


def _money(item: Item, fields: Fields) -> dict[str, str] | None:
    raw = _one(item, fields)
    if not raw:
        return None
    amount = _decimal(raw)
    if not 0 <= amount <= _MOST_MONEY:
        raise _Refused("out_of_range", least=0, most=int(_MOST_MONEY))
    if amount != amount.quantize(_CENT):
        raise _Refused("too_fine")
    currency = fields.get(f"{item.code}.currency")
    if currency not in item.currencies:
        raise _Refused("unknown_choice")
    return {"amount": str(amount.quantize(_CENT)), "currency": currency}


def _date(raw: str, today: date) -> str | None:
    if not raw:
        return None
    try:
        value = date.fromisoformat(raw)
    except ValueError:
        raise _Refused("not_a_date") from None
    if value > today:
        raise _Refused("in_the_future")
    if value.year < 2000:
        raise _Refused("not_a_date")
    return value.isoformat()


def _hour(_item: Item, raw: str) -> int:
    value = _whole(raw)
    if value not in range(24):
        raise _Refused("out_of_range", least=0, most=23)
    return value


def _time(_item: Item, raw: str) -> str:
    found = _TIME.fullmatch(raw)
    if not found:
        raise _Refused("not_a_time")
    return f"{int(found[1]):02}:{found[2]}"


def _text(item: Item, raw: str) -> str:
    if len(raw) > item.most_characters:
        raise _Refused("too_long", most=item.most_characters, found=len(raw))
    return raw


_SIMPLE: dict[str, Callable[[Item, str], Any]] = {
    "choice": _choice,
    "scale": _scale,
    "number": _number,
    "hour": _hour,
    "time": _time,
    "text": _text,
}


def _problems(item: Item, fields: Fields, listed: frozenset[str]) -> dict[str, int | None] | None:
    """Return what was ticked. Where both a problem and "none of these" were, the problem is what they saw."""
    ticked = set(fields.getlist(item.code))
    if ticked == {NONE_OF_THESE}:
        return {NONE_OF_THESE: None}
    ticked.discard(NONE_OF_THESE)
    if not ticked <= listed:
        raise _Refused("unknown_choice")
    return {code: _severity(fields.get(f"severity.{code}")) for code in sorted(ticked)} or None


def _severity(raw: str | None) -> int | None:
    if not raw:
        return None
    if raw not in map(str, SEVERITIES):
        raise _Refused("unknown_choice")
    return int(raw)


def _standards(item: Item, fields: Fields, standards: tuple[str, ...]) -> dict[str, str] | None:
    found = {}
    for code in standards:
        raw = fields.get(f"{item.code}.{code}")
        if raw:
            if item.option(raw) is None:
                raise _Refused("unknown_choice")
            found[code] = raw
    return found or None
