"""How the tests hold two languages beside each other: no word left over, no number changed."""

import re

from analysis.language import language

_NBSP = "\N{NO-BREAK SPACE}"
#: What is the same in every language: names of people, of methods, of parts, of this study.
SAME = {"holm", "fieller", "colwell", "spearman", "branch", "holma", "holmin", "loa"}
_QUOTED = re.compile(r"`[^`]*`|[„”“][^„”“]*[”“]|python -m analysis.*")


def words(text):
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", _QUOTED.sub(" ", text))}


def numbers(text, code):
    """The numbers of a text, in order of size, as English writes them."""
    speech = language(code)
    grouped = re.sub(rf"(?<=\d)[{re.escape(speech.group)}](?=\d{{3}})", "", text)
    found = re.findall(rf"\d+(?:[{re.escape(speech.decimal)}]\d+)?", grouped)
    return sorted(number.replace(speech.decimal, ".") for number in found)


def left_over(english, other, allowed=frozenset()):
    """The English words that stand in the other text too."""
    return words(english) & words(other) - SAME - set(allowed)
