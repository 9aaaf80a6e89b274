"""Words in English that remember how they were made, so that a document can say them in another language.

`say("{n} of {all} places", n=Number(3), all=Number(8))` is a `str`, "3 of 8 places", good for JSON, a log or a
warning. It also keeps its template and its parts: `words.said_in(language)` looks the template up in the
catalogue of the language and writes every part as that language writes it. Parts may be words themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from analysis.language.speech import ENGLISH, Language

#: The forms of a noun that a translation may ask for: `{shoppers:genitive}`. English has one form only.
NOMINATIVE = "nominative"
CAPITAL = "capital"


class Words(str):
    """English words that can be said in another language."""

    __slots__ = ()

    def said_in(self, language: Language) -> str:
        """Return the words in a language."""
        raise NotImplementedError


class Number(Words):
    """A number, rounded for the eye.

    Examples
    --------
    >>> Number(-0.456, 2), Number(2318), Number(float("nan")), Number(-0.01, 1)
    ('−0.46', '2,318', '–', '0.0')
    """

    __slots__ = ("decimals", "value")

    def __new__(cls, value: float, decimals: int = 0) -> Number:
        """Round for the eye, and keep the value."""
        made = super().__new__(cls, ENGLISH.number(value, decimals))
        made.value, made.decimals = float(value), decimals
        return made

    value: float
    decimals: int

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.value, self.decimals

    def said_in(self, language: Language) -> str:
        """Return the number as the language writes it."""
        return language.number(self.value, self.decimals)


class Percent(Words):
    """A share, written as a percentage.

    Examples
    --------
    >>> Percent(0.256, 1)
    '25.6\\xa0%'
    """

    __slots__ = ("decimals", "share")

    def __new__(cls, share: float, decimals: int = 0) -> Percent:
        """Round for the eye, and keep the share."""
        made = super().__new__(cls, _percent(share, decimals, ENGLISH))
        made.share, made.decimals = float(share), decimals
        return made

    share: float
    decimals: int

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.share, self.decimals

    def said_in(self, language: Language) -> str:
        """Return the percentage as the language writes it."""
        return _percent(self.share, self.decimals, language)


def _percent(share: float, decimals: int, language: Language) -> str:
    shown = language.number(100 * share, decimals)
    return shown if shown == "–" else f"{shown}{language.percent}"


class Day(Words):
    """A day.

    Examples
    --------
    >>> Day(date(2026, 3, 5))
    '5 March 2026'
    """

    __slots__ = ("day",)

    def __new__(cls, day: date) -> Day:
        """Write the day, and keep it."""
        made = super().__new__(cls, ENGLISH.day(day))
        made.day = day
        return made

    day: date

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.day,)

    def said_in(self, language: Language) -> str:
        """Return the day as the language writes it."""
        return language.day(self.day)


class Joined(Words):
    """Several words with the same text between them; the text is not translated: a comma, a space, a semicolon.

    Examples
    --------
    >>> Joined("; ", ["late", "rude"])
    'late; rude'
    """

    __slots__ = ("between", "items")

    def __new__(cls, between: str, items: Iterable[str]) -> Joined:
        """Join, and keep the items."""
        kept = tuple(items)
        made = super().__new__(cls, between.join(kept))
        made.between, made.items = between, kept
        return made

    between: str
    items: tuple[str, ...]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.between, self.items

    def said_in(self, language: Language) -> str:
        """Return each of the words in the language, joined."""
        return self.between.join(said(item, language) for item in self.items)


class Listed(Words):
    """Several words as a list.

    Examples
    --------
    >>> Listed(["late", "rude", "dirty"])
    'late, rude and dirty'
    """

    __slots__ = ("items",)

    def __new__(cls, items: Iterable[str]) -> Listed:
        """List, and keep the items."""
        kept = tuple(items)
        made = super().__new__(cls, ENGLISH.listed([str(item) for item in kept]))
        made.items = kept
        return made

    items: tuple[str, ...]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.items,)

    def said_in(self, language: Language) -> str:
        """Return the list as the language writes one."""
        return language.listed([said(item, language) for item in self.items])


class Noun(Words):
    """Somebody or something whose word changes its ending. The catalogue holds all its forms in one text.

    "nominative: tajemniczy klienci; genitive: tajemniczych klientów; …": a translation then asks for the form it
    needs, `{shoppers:genitive}`. Made by `noun`. Where the language was told what a study calls them
    (`Language.naming`), that name is said instead.
    """

    __slots__ = ()

    def said_in(self, language: Language) -> str:
        """Return the word as it stands where nothing asks for another form."""
        return self.in_form(NOMINATIVE, language)

    def in_form(self, form: str, language: Language) -> str:
        """Return the word in the form that is asked for."""
        named = language.names.get(self.key)
        if named is not None:
            return named.get(form) or named[NOMINATIVE]
        found = language.find(self.key, None, 1)
        return self.key if found == self.key else word_forms(found)[form]

    @property
    def key(self) -> str:
        """The word under which its forms are found."""
        return str(self)


class Group(Noun):
    """A noun under the name that a study gives to it: the complainants are called "Genuine patients" here.

    Examples
    --------
    >>> Group("Genuine patients", noun("complainants"))
    'genuine patients'
    """

    __slots__ = ("name", "stands_for")

    def __new__(cls, name: str, stands_for: Noun) -> Group:
        """Write the name as it stands inside a sentence, and keep what it stands for."""
        made = super().__new__(cls, lower_first(name))
        made.name, made.stands_for = name, stands_for
        return made

    name: str
    stands_for: Noun

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.name, self.stands_for

    @property
    def key(self) -> str:
        """The word that the name stands for."""
        return self.stands_for.key

    def in_form(self, form: str, language: Language) -> str:
        """Return the name in the form that is asked for, as far as its forms are known."""
        named = language.names.get(self.key) or forms_of_name(self.name, language)
        return named.get(form) or named[NOMINATIVE]


class Sentence(Words):
    """A sentence, or a part of one, with its template and what is filled in. Made by `say` and `say_many`."""

    __slots__ = ("count_of", "many", "one", "parts")

    def __new__(cls, one: str, many: str | None, count: float, parts: Mapping[str, Any]) -> Sentence:
        """Fill the English template, and keep it with its parts."""
        made = super().__new__(cls, _filled(ENGLISH.find(one, many, count), parts, ENGLISH))
        made.one, made.many, made.count_of, made.parts = one, many, count, dict(parts)
        return made

    one: str
    many: str | None
    count_of: float
    parts: dict[str, Any]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.one, self.many, self.count_of, self.parts

    def said_in(self, language: Language) -> str:
        """Return the sentence in a language, each part as that language writes it."""
        return _filled(language.find(self.one, self.many, self.count_of), self.parts, language)


def say(template: str, /, **parts: str) -> Sentence:
    """Return a sentence in English that can be said in every language of the catalogue.

    Parameters
    ----------
    template : str
        English text with named places; written out where it stands, so that it can be collected for translation.
        `{who:capital}` begins with a capital letter; translations may ask for a form: `{who:genitive}`.
    **parts
        What fills the places: `Number`, `Percent`, `Listed`, other sentences; a plain `str` is never translated.

    Examples
    --------
    >>> say("{n} of {all} places", n=Number(3), all=Number(8))
    '3 of 8 places'
    """
    return Sentence(template, None, 1, parts)


def say_many(one: str, many: str, /, n: float, **parts: str) -> Sentence:
    """Return a text that depends on how many there are; `{n}` is that number.

    Examples
    --------
    >>> say_many("{n} place", "{n} places", 1), say_many("{n} place", "{n} places", 24)
    ('1 place', '24 places')
    """
    return Sentence(one, many, n, {"n": Number(n), **parts})


def noun(english: str) -> Noun:
    """Return a noun whose forms are in the catalogue, as it stands inside an English sentence."""
    return Noun(english)


def said(words: str, language: Language, form: str = NOMINATIVE) -> str:
    """Return words in a language; a plain `str` as it stands."""
    if isinstance(words, Noun):
        return words.in_form(form, language)
    return words.said_in(language) if isinstance(words, Words) else words


def word_forms(text: str) -> dict[str, str]:
    """Read the forms of a noun.

    Examples
    --------
    >>> word_forms("nominative: klienci; genitive: klientów")
    {'nominative': 'klienci', 'genitive': 'klientów'}
    """
    pairs = (form.partition(":") for form in text.split(";"))
    return {name.strip(): words.strip() for name, _, words in pairs}


class _Part:
    """A part that is about to be filled into a template in one language."""

    def __init__(self, words: str, language: Language) -> None:
        self._words = words
        self._language = language

    def __format__(self, spec: str) -> str:
        wanted = [word for word in spec.split(",") if word]
        forms = [word for word in wanted if word != CAPITAL]
        text = said(self._words, self._language, forms[0] if forms else NOMINATIVE)
        return upper_first(text) if CAPITAL in wanted else text


def _filled(template: str, parts: Mapping[str, Any], language: Language) -> str:
    filled = template.format_map({name: _Part(words, language) for name, words in parts.items()})
    return filled.replace(" %", language.percent)


def lower_first(words: str) -> str:
    """Return words as they stand inside a sentence; an abbreviation stays as it is.

    Examples
    --------
    >>> lower_first("Genuine patients"), lower_first("NHS patients")
    ('genuine patients', 'NHS patients')
    """
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def upper_first(words: str) -> str:
    """Return words as they begin a sentence."""
    return words[:1].upper() + words[1:]


#: How a language speaks of a group that a study named without giving its word forms.
_NAMED_GROUP = noun("the group “{name}”")


def forms_of_name(name: str, language: Language) -> dict[str, str]:
    """Return the forms of a name of which only the name itself is known.

    Examples
    --------
    >>> forms_of_name("Genuine patients", ENGLISH)
    {'nominative': 'genuine patients'}
    """
    found = language.find(str(_NAMED_GROUP), None, 1)
    if found == str(_NAMED_GROUP):
        return {NOMINATIVE: lower_first(name)}
    return {form: words.replace("{name}", name) for form, words in word_forms(found).items()}
