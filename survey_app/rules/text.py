"""One normaliser for all text, whichever door it came through: forms, answers, files, the command line.

What both databases, a log line and a spreadsheet can hold stays exactly as it was written: joined emoji, marks of
direction, either form of an accented letter. What they cannot hold goes: NUL and the other control characters,
halves of surrogate pairs, a byte order mark in front. Length is counted in characters (code points).
"""

from __future__ import annotations

import re
import unicodedata

#: What can end a line, somewhere; a Word document uses the vertical tab.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
#: Controls but newline and tab, halves of surrogate pairs, and the two that XML and so no spreadsheet can hold.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_AROUND = re.compile(r"\A[\s\ufeff]+|\s+\Z")
_SPACES = re.compile(r"\s+")


class TextRefused(ValueError):
    """Text that may not be kept, with the reason as a person reads it."""


def clean_text(text: str) -> str:
    """Return text of several lines as everything here can hold it; nothing else of it is changed.

    >>> clean_text("a\\x00b\\r\\nc ")
    'ab\\nc'
    """
    return _AROUND.sub("", _UNSTORABLE.sub("", _LINE_ENDS.sub("\n", text)))


def clean_line(text: str) -> str:
    """Return text of one line, in which a line end or a tab became a space.

    >>> clean_line("Turku,\\r\\nKauppatori")
    'Turku, Kauppatori'
    """
    return clean_text(text).replace("\n", " ").replace("\t", " ")


def name_key(text: str) -> str:
    """Return what two names have in common that people read as one; at most three times as long.

    >>> name_key("Cafe\\u0301  Nord") == name_key(" CAF\\u00c9 nord")
    True
    """
    folded = unicodedata.normalize("NFD", text).casefold()
    return _SPACES.sub(" ", unicodedata.normalize("NFC", folded)).strip()


def refuse_unstorable(text: str, longest: int | None = None) -> None:
    """Refuse text that one of the databases could not hold.

    Raises
    ------
    TextRefused
        If it has a character that cannot be kept, or more characters than fit.
    """
    found = _UNSTORABLE.search(text)
    if found:
        raise TextRefused(f"the character U+{ord(found[0]):04X} at position {found.start() + 1} cannot be kept")
    if longest is not None and len(text) > longest:
        raise TextRefused(f"{len(text)} characters do not fit: at most {longest} are kept")
