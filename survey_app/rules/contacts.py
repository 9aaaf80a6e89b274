"""People to be invited, read from a table: each with one address, a place and a language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_app.rules.tables import BroughtTable, Mistake
from survey_app.rules.text import name_key
from survey_app.rules.vocabulary import LANGUAGES

#: One address and nothing else: no name, no second address, no line end, nothing that a mail program would fold.
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\"]+")
_LONGEST_ADDRESS = 254
_LONGEST_NAME = 200
#: What a column may be called, by what it holds.
LIKELY = {
    "email": ("email", "e-mail", "mail", "adres e-mail", "adres email", "sähköposti", "sähköpostiosoite"),
    "name": ("name", "imię", "imię i nazwisko", "nimi", "first name", "etunimi"),
    "language": ("language", "język", "kieli", "lang"),
    "place": ("place", "location", "miejsce", "placówka", "paikka", "toimipaikka"),
}
_LANGUAGE_NAMES = {
    "en": "en",
    "english": "en",
    "angielski": "en",
    "englanti": "en",
    "pl": "pl",
    "polish": "pl",
    "polski": "pl",
    "puola": "pl",
    "fi": "fi",
    "finnish": "fi",
    "suomi": "fi",
    "fiński": "fi",
}


@dataclass(frozen=True)
class NewContact:
    """One person to be invited, from one row."""

    row: int
    email: str
    name: str
    language: str
    place: str


def address_key(email: str) -> str:
    """Return what two addresses are compared by: letters large or small are one.

    >>> address_key("Anna@Example.COM")
    'anna@example.com'
    """
    return email.casefold()


def is_one_address(email: str) -> bool:
    """Return whether this is exactly one address that a mail can go to.

    >>> is_one_address("anna@example.com"), is_one_address("anna@example.com, b@example.com")
    (True, False)
    """
    return (
        _ADDRESS.fullmatch(email) is not None
        and email.isprintable()
        and email.isascii()
        and len(email) <= _LONGEST_ADDRESS
    )


def read_contacts(
    table: BroughtTable,
    columns: Mapping[str, str],
    *,
    places: Mapping[str, str],
    place: str,
    language: str,
) -> tuple[list[NewContact], list[Mistake]]:
    """Return the people of a table, or every mistake in it by row and column; with one mistake nobody is taken.

    Parameters
    ----------
    table : what was brought
    columns : what a column holds ("email", "name", "language", "place") → its name, or nothing
    places : code or name of a place, as people write it → what it is known by
    place : where no column says it
    language : where no column, or an empty cell, says it
    """
    people: list[NewContact] = []
    mistakes = [
        Mistake("no_such_column", 1, name) for name in columns.values() if name and name not in table.columns
    ]
    if not columns.get("email"):
        mistakes.append(Mistake("no_address_column"))
    if mistakes:
        return [], mistakes
    known = {name_key(name): found for name, found in places.items()}
    rows_by_address: dict[str, int] = {}
    for number, cells in table.rows:
        person = NewContact(
            row=number,
            email=cells[columns["email"]],
            name=cells[columns["name"]] if columns.get("name") else "",
            language=_language(cells[columns["language"]] if columns.get("language") else "", language),
            place=known.get(name_key(cells[columns["place"]]), "") if columns.get("place") else place,
        )
        wrong = list(_wrong(person, cells, columns, rows_by_address))
        mistakes += wrong
        if not wrong:
            rows_by_address[address_key(person.email)] = number
            people.append(person)
    return ([], mistakes) if mistakes else (people, [])


def _language(given: str, otherwise: str) -> str:
    return _LANGUAGE_NAMES.get(given.casefold(), "") if given else otherwise


def _wrong(
    person: NewContact, cells: Mapping[str, str], columns: Mapping[str, str], rows: Mapping[str, int]
) -> Iterator[Mistake]:
    if not person.email:
        yield Mistake("no_address", person.row, columns["email"])
    elif not is_one_address(person.email):
        yield Mistake("not_an_address", person.row, columns["email"], person.email)
    elif address_key(person.email) in rows:
        yield Mistake("address_twice", person.row, columns["email"], str(rows[address_key(person.email)]))
    if len(person.name) > _LONGEST_NAME or "\n" in person.name:
        yield Mistake("name_too_long", person.row, columns["name"])
    if person.language not in LANGUAGES:
        yield Mistake("language_unknown", person.row, columns["language"], cells[columns["language"]])
    if not person.place:
        column = columns.get("place", "")
        yield Mistake("place_unknown", person.row, column, cells[column] if column else "")
