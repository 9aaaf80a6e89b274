"""How a language writes numbers, percentages, lists and days, and where its texts are found."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"

#: Finds the text for a message: `find(one, many, count)`; `many` is None where there are no plural forms.
Find = Callable[[str, str | None, float], str]


def _as_written(one: str, many: str | None, count: float) -> str:
    """Return the English text itself."""
    return one if many is None or count == 1 else many


@dataclass(frozen=True)
class Language:
    """A language with its texts.

    Attributes
    ----------
    code : str
        "en", "pl" or "fi".
    locale : Locale
        Where lists and days are looked up.
    decimal, group : str
        The signs in a number.
    group_from : int
        How many digits a whole number has before its thousands are set apart: Polish writes 1234, but 12 345.
    percent : str
        What stands after a percentage.
    find : callable
        From an English message to the text.
    names : mapping
        What a study calls a group: the forms of its name, by the noun that it stands for.
    """

    code: str
    locale: Locale
    decimal: str
    group: str
    group_from: int
    percent: str
    find: Find = _as_written
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def naming(self, names: Mapping[str, Mapping[str, str]]) -> Language:
        """Return the language with names for the groups of a study."""
        return replace(self, names=names)

    def number(self, value: float, decimals: int) -> str:
        """Write a number with a real minus sign; a dash where it is not estimable."""
        if not math.isfinite(value):
            return "–"
        digits = f"{abs(value):.{decimals}f}"
        whole, _, rest = digits.partition(".")
        if len(whole) >= self.group_from:
            whole = f"{int(whole):,}".replace(",", self.group)
        sign = _MINUS if value < 0 and float(digits) != 0 else ""
        return f"{sign}{whole}{self.decimal}{rest}" if rest else f"{sign}{whole}"

    def listed(self, items: list[str]) -> str:
        """Write a list: a, b and c."""
        return format_list(items, locale=self.locale)

    def day(self, value: date) -> str:
        """Write a day: 5 March 2026."""
        return format_date(value, "long", locale=self.locale)


ENGLISH = Language("en", Locale("en", "GB"), decimal=".", group=",", group_from=4, percent=f"{NBSP}%")
