"""How numbers are written for people. Rounds for the eye only; results stay whole."""

from __future__ import annotations

import math

from analysis.language.words import Number, Percent, Words, say, say_many

NOT_KNOWN = Number(math.nan)


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


def span(values: tuple[float, float], decimals: int) -> Words:
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


def interval(values: tuple[float, float], decimals: int) -> Words:
    """Write a 95 % interval with its name; say so where there is none.

    Examples
    --------
    >>> interval((0.25, 0.75), 2), interval((float("nan"), float("nan")), 2)
    ('95\\xa0% interval 0.25 to 0.75', 'no interval can be given')
    """
    if any(math.isnan(value) for value in values):
        return say("no interval can be given")
    return say("95 % interval {interval}", interval=span(values, decimals))


def with_interval(estimate: float, ci95: tuple[float, float], decimals: int = 2) -> Words:
    """Write an estimate with its interval.

    Examples
    --------
    >>> with_interval(0.5, (0.25, 0.75))
    '0.50 (95\\xa0% interval 0.25 to 0.75)'
    """
    return say("{estimate} ({interval})", estimate=Number(estimate, decimals), interval=interval(ci95, decimals))
