"""How the pages on real data write numbers, and how they are filled in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

Found = tuple[float, tuple[float, float]]


@dataclass(frozen=True)
class Interval:
    """A number with its interval, as a picture shows it."""

    rate: float
    interval: tuple[float, float]


def number(value: float, decimals: int = 2) -> str:
    """Write a number with a real minus sign.

    >>> number(-0.126), number(float("nan"))
    ('−0.13', '–')
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:.{decimals}f}".replace("-", "−")


def with_interval(found: Found, decimals: int = 2) -> str:
    """Write a number with its 95 % interval.

    >>> with_interval((0.5, (-0.25, 1.0)))
    '0.50 (−0.25 to 1.00)'
    """
    value, (low, high) = found
    if not math.isfinite(value):
        return "–"
    return f"{number(value, decimals)} ({number(low, decimals)} to {number(high, decimals)})"


def percent(found: Found) -> str:
    """Write a share with its interval in per cent."""
    value, (low, high) = found
    if not math.isfinite(value):
        return "–"
    return f"{100 * value:.0f} ({100 * low:.0f} to {100 * high:.0f})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def fill_in(name: str, **values: str) -> str:
    """Return a page: the template of that name beside this file with its values."""
    template = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return Template(template).substitute(values)
