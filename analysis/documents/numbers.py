"""How numbers are written for people. Rounds for the eye only; results stay whole."""

from __future__ import annotations

import math

from analysis.shapes.results import Interval, TwoWay

NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
INTERVAL_95 = f"95{NBSP}% interval"
INTERVAL_90 = f"90{NBSP}% interval"


def decimals_for(result: TwoWay, margin: float | None = None) -> int:
    """Return how many decimals to show: fitting the standard error, never turning a limit into 0 or the margin.

    An interval from 0.03 to 0.97 is shown with two decimals, not as 0.0 to 1.0.
    """
    limits = [v for v in (*result.ci95, *result.ci90) if math.isfinite(v)]
    decimals = 1
    if result.se > 0:
        decimals = min(4, max(1, -math.floor(math.log10(result.se))))
    hidden = [0.0] if margin is None else [0.0, margin, -margin]
    while decimals < 6 and any(v not in hidden and round(v, decimals) in hidden for v in limits):
        decimals += 1
    return decimals


def number(value: float, decimals: int = 1) -> str:
    """Write a number with a real minus sign; a dash where it is not estimable.

    Examples
    --------
    >>> number(-0.456, 2), number(2318.0, 0), number(float("nan")), number(-0.01)
    ('−0.46', '2,318', '–', '0.0')
    """
    if not math.isfinite(value):
        return "–"
    shown = f"{value:,.{decimals}f}"
    return shown.removeprefix("-") if float(shown.replace(",", "")) == 0 else shown.replace("-", _MINUS)


def count(value: float) -> str:
    """Write a whole number."""
    return number(value, 0)


def percent(share: float, decimals: int = 0) -> str:
    """Write a share as a percentage."""
    return f"{number(100 * share, decimals)}{NBSP}%" if math.isfinite(share) else "–"


def span(values: Interval, decimals: int) -> str:
    """Write an interval: 0.4 to 1.4."""
    return f"{number(values[0], decimals)} to {number(values[1], decimals)}"


def p_value(value: float) -> str:
    """Write a p value."""
    if not math.isfinite(value):
        return "–"
    return "below 0.001" if value < 0.001 else number(value, 3)


def quantity(how_many: float, one: str, many: str) -> str:
    """Write how many of something.

    Examples
    --------
    >>> quantity(1, "place", "places"), quantity(24, "place", "places")
    ('1 place', '24 places')
    """
    return f"{count(how_many)} {one if how_many == 1 else many}"


def basis(result: TwoWay) -> str:
    """Say on how much a result rests: 412 responses, 24 places."""
    responses = quantity(result.responses, "response", "responses")
    return f"{responses}, {quantity(result.locations, 'place', 'places')}"


def more_or_fewer(value: float, decimals: int) -> str:
    """Write a difference in words: 0.9 more, 0.4 fewer."""
    return f"{number(abs(value), decimals)} {'fewer' if value < 0 else 'more'}"


def lower_first(words: str) -> str:
    """Return words as they stand inside a sentence."""
    return words[:1].lower() + words[1:]


def upper_first(words: str) -> str:
    """Return words as they begin a sentence."""
    return words[:1].upper() + words[1:]
