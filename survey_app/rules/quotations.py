"""What of a story managers may read: covered, still the writer's own words, and in no order that tells when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.rules.privacy import customers_may_show, visits_may_show
from survey_app.rules.text import clean_text

LONGEST_QUOTATION = 1000
#: What stands in place of what was covered or left out.
COVER = "[…]"
#: The item by which customers say whether they may be quoted, in an instrument that asks.
MAY_QUOTE = "may_quote"
_AS_TYPED = re.compile(r"\[(?:\.\.\.|…|\s)\]")
#: Addresses of mail and of the web, names in social media, days, times, and whatever holds three digits or more.
_TELLING = re.compile(
    r"""
    [^\s@<>()]+@[^\s@<>()]+\.\w+
    | (?:https?://|www\.)\S+
    | (?<!\w)@\w{2,}
    | \+?\d[\d\s()/-]{5,}\d
    | \b\d{1,4}[./:-]\d{1,2}(?:[./:-]\d{1,4})?\b\.?
    | [\w/-]*\d[\w/-]*\d[\w/-]*\d[\w/-]*
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]+")
_SPACES = re.compile(r"\s+")
_SENTENCE_ENDS = ".!?…:"


def cover(text: str, names: Iterable[str] = ()) -> str:
    """Return a text in which numbers, days, times, addresses and the given names are covered.

    >>> cover("I called 600 700 800 at 14:30, wrote to a@b.pl and waited 15 minutes in Plac Nowy.", ["Plac Nowy"])
    'I called […] at […], wrote to […] and waited 15 minutes in […].'
    """
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", COVER, text, flags=re.IGNORECASE)
    return _TELLING.sub(COVER, text)


def still_tells(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what in a text a program can see that it must not say.

    >>> still_tells("Order 12345 of 3.5."), still_tells("Order […] of […].")
    (('12345', '3.5.'), ())
    """
    known = [
        found[0]
        for name in filter(None, names)
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    ]
    return (*known, *(found[0] for found in _TELLING.finditer(text)))


def perhaps_names(text: str) -> tuple[str, ...]:
    """Return words with a capital within a sentence: often names, which only a person can judge.

    >>> perhaps_names("Nobody came. Then Anna Nowak smiled, and I left.")
    ('Anna', 'Nowak')
    """
    found = []
    for word in _WORD.finditer(text):
        before = text[: word.start()].rstrip(' "“„”«»(–-')
        if word[0][0].isupper() and before and before[-1] not in _SENTENCE_ENDS + "\n":
            found.append(word[0])
    return tuple(dict.fromkeys(found))


def as_quoted(text: str) -> str:
    """Return a quotation in the form that is kept: one sign for all that is covered, however it was typed.

    >>> as_quoted(" I called [...]. ")
    'I called […].'
    """
    return _AS_TYPED.sub(COVER, clean_text(text))


def says_nothing(quotation: str) -> bool:
    """Return whether nothing is left of a text but what is covered.

    >>> says_nothing("[…] […]"), says_nothing("I waited […].")
    (True, False)
    """
    return not any(letter.isalpha() for letter in quotation.replace(COVER, ""))


def is_part_of(quotation: str, story: str) -> bool:
    """Return whether all that is not covered stands in the story, in its order: words are never put in a mouth.

    >>> is_part_of("I […] an hour.", "I waited for an hour. Then I left.")
    True
    >>> is_part_of("I waited for a day.", "I waited for an hour. Then I left.")
    False
    """
    story, at = _SPACES.sub(" ", story), 0
    for piece in quotation.split(COVER):
        wanted = _SPACES.sub(" ", piece).strip()
        found = story.find(wanted, at)
        if found < 0:
            return False
        at = found + len(wanted)
    return True


def may_be_quoted(answers: Mapping[str, Any], *, asked: bool) -> bool:
    """Return whether somebody may be quoted; `asked` says whether their questionnaire has the question.

    >>> may_be_quoted({}, asked=True), may_be_quoted({"may_quote": "yes"}, asked=True)
    (False, True)
    """
    return not asked or answers.get(MAY_QUOTE) == "yes"


@dataclass(frozen=True)
class Released:
    """A quotation that was released: its public id, its problem, and whether a shopper wrote it."""

    key: str
    problem: str
    hired: bool


@dataclass(frozen=True)
class Behind:
    """How many responses that count name a problem, of one side, and of how many shoppers."""

    responses: int
    shoppers: int


def quotations_to_show(
    released: Iterable[Released], behind: Mapping[tuple[str, bool], Behind]
) -> list[dict[str, str]]:
    """Return the quotations that a snapshot may name: with enough people behind, in an order that says nothing.

    The order is that of their random public ids, whichever came first.

    >>> one, other = Released("b", "rude", False), Released("a", "rude", True)
    >>> quotations_to_show([one, other], {("rude", False): Behind(10, 0), ("rude", True): Behind(9, 1)})
    [{'key': 'b', 'problem': 'rude', 'source': 'complainants'}]
    """
    return [
        {"key": each.key, "problem": each.problem, "source": "shoppers" if each.hired else "complainants"}
        for each in sorted(released, key=lambda each: each.key)
        if _enough(behind.get((each.problem, each.hired), Behind(0, 0)), hired=each.hired)
    ]


def _enough(behind: Behind, *, hired: bool) -> bool:
    return visits_may_show(behind.responses, behind.shoppers) if hired else customers_may_show(behind.responses)
