"""Which passwords are taken: long enough, and not among the first that somebody would try."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from zxcvbn import zxcvbn

SHORTEST = 8
#: In bytes: 128 characters of any script fit several times; more is refused before it costs anything.
MOST_BYTES = 1024
#: What anybody knows about this site.
_KNOWN = ("two", "witnesses", "twowitnesses", "survey", "mystery", "shopper", "mysteryshopper", "complaint")
#: zxcvbn's guess at how many tries are needed; below 2 it is fewer than a million.
_LEAST_SCORE = 2
#: So many letters and digits, at least, must be left of a password without what is known about its owner.
_LEAST_OF_ITS_OWN = 6
#: zxcvbn reads no more than this, and takes long for what repeats itself.
_READ = 40
_SHORTEST_WORD = 3


class Weakness(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    EASY_TO_GUESS = "easy_to_guess"


def too_long(password: str) -> bool:
    """Return whether a password is longer than anybody needs; it is then not even hashed."""
    return len(password) * 4 > MOST_BYTES and len(password.encode("utf-8", "surrogatepass")) > MOST_BYTES


def weakness_of(password: str, *, about: Iterable[str] = ()) -> Weakness | None:
    """Return why a password is not taken, given what others know about its owner, or None.

    Characters of any script count, and are compared exactly as they were typed.

    >>> weakness_of("hevonen söi 7 omenaa") is None
    True
    >>> str(weakness_of("password1")), str(weakness_of("maria@Bank-1985", about=["Maria", "Birbhum Bank"]))
    ('easy_to_guess', 'easy_to_guess')
    """
    if len(password) < SHORTEST:
        return Weakness.TOO_SHORT
    if too_long(password):
        return Weakness.TOO_LONG
    words = [*_KNOWN, *(word for text in about for word in _words_of(text))]
    if _own_letters(password, words) < _LEAST_OF_ITS_OWN:
        return Weakness.EASY_TO_GUESS
    found = zxcvbn(password[:_READ], user_inputs=words)
    return Weakness.EASY_TO_GUESS if found["score"] < _LEAST_SCORE else None


def _own_letters(password: str, words: Iterable[str]) -> int:
    """Return how many letters and digits are left of a password without the words that others know.

    Whoever uses none of these words is not measured by it: eight signs of any kind may be hard to guess.
    """
    left = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return sum(sign.isalnum() for sign in left) if left != password.casefold() else _LEAST_OF_ITS_OWN


def _words_of(text: str) -> list[str]:
    """Return a text, and each of its words, as somebody would try them."""
    words = re.findall(r"\w+", text.casefold())
    return [word for word in ("".join(words), *words) if len(word) >= _SHORTEST_WORD]
