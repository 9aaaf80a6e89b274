"""Complaints from outside (posts, an ombudsman's or regulator's list), read from a table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.rules.tables import BroughtTable, Mistake
from survey_app.rules.text import name_key
from survey_app.rules.vocabulary import LANGUAGES

#: What a column may be called, by what it holds.
LIKELY = {
    "text": ("text", "story", "complaint", "opis", "treść", "skarga", "teksti", "valitus", "kuvaus"),
    "place": ("place", "location", "miejsce", "placówka", "paikka", "toimipaikka"),
    "date": ("date", "visited_on", "data", "dzień", "päivä", "päivämäärä", "pvm"),
    "channel": ("channel", "kanał", "kanava"),
    "scenario": ("scenario", "scenariusz", "problem", "skenaario"),
    "language": ("language", "język", "kieli"),
    "address": ("address", "url", "link", "source", "adres", "źródło", "osoite", "lähde"),
    "number": ("id", "number", "nr", "numer", "numero"),
}
LONGEST_TEXT = 10_000
_LONGEST_ADDRESS = 2_000
_LONGEST_NUMBER = 100
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """One complaint from outside. `key` tells it apart from all others: its number there, or all that it says."""

    row: int
    key: str
    text: str
    place: str
    channel: str | None
    scenario: str | None
    language: str | None
    happened_on: date | None
    address: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What words in a table may mean: words as people write them → codes."""

    places: Mapping[str, str]
    channels: Mapping[str, str]
    scenarios: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """What holds where no column says it."""

    place: str
    channel: str | None = None
    language: str | None = None


def read_complaints(
    table: BroughtTable, columns: Mapping[str, str], *, known: Known, otherwise: Otherwise, today: date
) -> tuple[list[Complaint], list[Mistake]]:
    """Return the complaints of a table, or every mistake in it by row and column; with one mistake none is taken.

    Parameters
    ----------
    table : what was brought
    columns : what a column holds (the keys of `LIKELY`) → its name, or nothing
    known : what the words for places, channels and scenarios mean
    otherwise : what holds where no column says it
    today : no complaint is about a day after it
    """
    mistakes = [
        Mistake("no_such_column", 1, name) for name in columns.values() if name and name not in table.columns
    ]
    if not columns.get("text"):
        mistakes.append(Mistake("no_text_column"))
    if mistakes:
        return [], mistakes
    reader = _Reader(columns, known, otherwise, today)
    complaints = [reader.read(number, cells) for number, cells in table.rows]
    return ([], reader.mistakes) if reader.mistakes else (complaints, [])


def day_of(written: str) -> date | None:
    """Return the day that somebody wrote, with the year first or last, or None if it is no day.

    >>> day_of("2026-03-14"), day_of("14.3.2026"), day_of("2026-03-14T10:00:00"), day_of("3/14/2026")
    (datetime.date(2026, 3, 14), datetime.date(2026, 3, 14), datetime.date(2026, 3, 14), None)
    """
    iso, dotted = _ISO.fullmatch(written), _DOTTED.fullmatch(written)
    parts = iso.groups() if iso else dotted.groups()[::-1] if dotted else None
    try:
        return None if parts is None else date(*map(int, parts))
    except ValueError:
        return None


class _Reader:
    def __init__(self, columns: Mapping[str, str], known: Known, otherwise: Otherwise, today: date) -> None:
        self.columns, self.otherwise, self.today = columns, otherwise, today
        self.places = {name_key(word): code for word, code in known.places.items()}
        self.channels = {name_key(word): code for word, code in known.channels.items()}
        self.scenarios = {name_key(word): code for word, code in known.scenarios.items()}
        self.languages = {code: code for code in LANGUAGES}
        self.mistakes: list[Mistake] = []
        self.rows: dict[str, int] = {}

    def read(self, row: int, cells: Mapping[str, str]) -> Complaint:
        """Return one complaint, and remember what is wrong with it."""
        text = self._cell(cells, "text")
        address, number = self._cell(cells, "address"), self._cell(cells, "number")
        written = self._cell(cells, "date")
        happened_on = day_of(written) if written else None
        complaint = Complaint(
            row=row,
            key=_key(number, cells),
            text=text,
            place=self._code(row, cells, "place", self.places, self.otherwise.place) or "",
            channel=self._code(row, cells, "channel", self.channels, self.otherwise.channel),
            scenario=self._code(row, cells, "scenario", self.scenarios, None),
            language=self._code(row, cells, "language", self.languages, self.otherwise.language),
            happened_on=happened_on,
            address=address,
        )
        for reason, what, found in self._wrong(text, address, number, written, happened_on):
            self.mistakes.append(Mistake(reason, row, self.columns[what], found))
        if number and complaint.key in self.rows:
            self.mistakes.append(
                Mistake("number_twice", row, self.columns["number"], str(self.rows[complaint.key]))
            )
        self.rows.setdefault(complaint.key, row)
        return complaint

    def _wrong(
        self, text: str, address: str, number: str, written: str, happened_on: date | None
    ) -> Iterator[tuple[str, str, str]]:
        if not text:
            yield "no_text", "text", ""
        elif len(text) > LONGEST_TEXT:
            yield "text_too_long", "text", str(len(text))
        if written and happened_on is None:
            yield "not_a_day", "date", written
        elif happened_on is not None and not date(2000, 1, 1) <= happened_on <= self.today:
            yield "day_to_come", "date", written
        if address and (len(address) > _LONGEST_ADDRESS or _WEB.fullmatch(address) is None):
            yield "not_a_web_address", "address", address
        if len(number) > _LONGEST_NUMBER:
            yield "number_too_long", "number", ""

    def _cell(self, cells: Mapping[str, str], what: str) -> str:
        column = self.columns.get(what, "")
        return cells[column] if column else ""

    def _code(
        self, row: int, cells: Mapping[str, str], what: str, codes: Mapping[str, str], otherwise: str | None
    ) -> str | None:
        written = self._cell(cells, what)
        if not written:
            if what == "place" and not otherwise:
                self.mistakes.append(Mistake("place_unknown", row, self.columns.get(what, "")))
            return otherwise
        code = codes.get(name_key(written))
        if code is None:
            self.mistakes.append(Mistake(f"{what}_unknown", row, self.columns[what], written))
        return code


def _key(number: str, cells: Mapping[str, str]) -> str:
    if number:
        return f"brought-in:{number}"
    said = "\x1f".join(f"{name}\x1e{value}" for name, value in sorted(cells.items()) if value)
    return f"brought-in-text:{hashlib.sha256(said.encode()).hexdigest()}"
