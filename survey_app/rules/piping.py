"""Earlier answers within a text: `{stake}` stands for the answer to the question of that code; `{{` is a brace.

What is put in is text and stays text: it is read once, and whoever shows it escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_PART = re.compile(r"\{\{|\}\}|\{(?P<item>\w{1,60})\}|[{}]", re.ASCII)


def named_items(text: str) -> list[str]:
    """Return the codes of the questions that a text names.

    >>> named_items("You said {stake} of 10, {{really}}?")
    ['stake']
    """
    return [found["item"] for found in _PART.finditer(text) if found["item"]] if "{" in text else []


def has_loose_brace(text: str) -> bool:
    """Return whether a brace stands alone, so that nobody knows what was meant.

    >>> has_loose_brace("a {b c"), has_loose_brace("a {{b")
    (True, False)
    """
    return any(found[0] in ("{", "}") for found in _PART.finditer(text))


def fill_in(text: str, answer: Callable[[str], str]) -> str:
    """Return a text with the answers put in; what they say is never read as a text of its own.

    >>> fill_in("{a}, {{a}}", lambda item: "{b}")
    '{b}, {a}'
    """
    return "".join(_parts(text, answer)) if "{" in text or "}" in text else text


def _parts(text: str, answer: Callable[[str], str]) -> Iterator[str]:
    place = 0
    for found in _PART.finditer(text):
        yield text[place : found.start()]
        yield answer(found["item"]) if found["item"] else found[0][0]
        place = found.end()
    yield text[place:]
