"""How numbers are written for people. Rounds for the eye only; results stay whole."""

from __future__ import annotations

import math

from analysis.language import Number, Percent, Words, say, say_many
from analysis.shapes.results import Interval, TwoWay

NOT_KNOWN = Number(math.nan)


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


def number(value: float, decimals: int = 1) -> Number:
    """Write a number with a real minus sign; a dash where it is not estimable.

    Examples
    --------
    >>> number(-0.456, 2), number(2318.0, 0), number(float("nan")), number(-0.01)
    ('−0.46', '2,318', '–', '0.0')
    """
    return Number(value, decimals)


def shortest(value: float) -> Number:
    """Write a number that somebody chose, with the decimals that it was chosen with.

    Examples
    --------
    >>> shortest(0.5), shortest(2.0), shortest(0.2231)
    ('0.5', '2', '0.2231')
    """
    return Number(value, len(f"{value:.6f}".rstrip("0").partition(".")[2]))


def count(value: float) -> Number:
    """Write a whole number."""
    return Number(value)


def percent(share: float, decimals: int = 0) -> Percent:
    """Write a share as a percentage."""
    return Percent(share, decimals)


def span(values: Interval, decimals: int) -> Words:
    """Write an interval: 0.4 to 1.4; a dash where it is not estimable.

    Examples
    --------
    >>> span((0.4, 1.4), 1), span((float("nan"), float("nan")), 1)
    ('0.4 to 1.4', '–')
    """
    if any(math.isnan(value) for value in values):
        return NOT_KNOWN
    return say("{low} to {high}", low=Number(values[0], decimals), high=Number(values[1], decimals))


def p_value(value: float) -> Words:
    """Write a p value.

    Examples
    --------
    >>> p_value(0.0321), p_value(0.00002)
    ('0.032', 'below 0.001')
    """
    if not math.isfinite(value):
        return NOT_KNOWN
    return say("below {limit}", limit=Number(0.001, 3)) if value < 0.001 else Number(value, 3)


def responses(how_many: float) -> Words:
    """Say how many responses."""
    return say_many("{n} response", "{n} responses", how_many)


def locations(how_many: float) -> Words:
    """Say how many places.

    Examples
    --------
    >>> locations(1), locations(24)
    ('1 place', '24 places')
    """
    return say_many("{n} place", "{n} places", how_many)


def basis(result: TwoWay) -> Words:
    """Say on how much a result rests: 412 responses, 24 places."""
    return say("{responses}, {places}", responses=responses(result.responses), places=locations(result.locations))
