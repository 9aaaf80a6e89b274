"""Numbers as people write them: with a comma or a point, with spaces between thousands, in any digits."""

from __future__ import annotations

import re
from decimal import Decimal

_SPACES = re.compile("[ \u00a0\u2009\u202f]")
#: Far more digits than any answer needs, and few enough that no number takes long to compute with.
_WRITTEN = re.compile(r"[+-]?(\d{1,15}([.,]\d{0,10})?|[.,]\d{1,10})")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


class NotANumber(ValueError):
    """What was written is no number."""


class AmbiguousNumber(NotANumber):
    """What was written is a different number in different languages."""


def read_number(written: str) -> Decimal:
    """Return a number that a person wrote; zero has no sign.

    A comma and a point both begin the fraction, whatever the language. A comma before exactly three digits is
    refused: in English it would stand between thousands.

    Raises
    ------
    NotANumber, AmbiguousNumber

    >>> read_number("1 234,50"), read_number("−٣"), read_number("-0")
    (Decimal('1234.50'), Decimal('-3'), Decimal('0'))
    """
    plain = _SPACES.sub("", written).replace("\u2212", "-")
    if _EITHER.fullmatch(plain):
        raise AmbiguousNumber(written)
    if not _WRITTEN.fullmatch(plain):
        raise NotANumber(written)
    value = Decimal(plain.replace(",", "."))
    return abs(value) if value == 0 else value
