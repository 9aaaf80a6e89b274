"""What the blocks of a document have in common: names of columns, where numbers come from, a figure as JSON."""

from __future__ import annotations

import math
from typing import Any, Final

import plotly.graph_objects as go

from analysis.documents.numbers import basis
from analysis.language import Language, Words, noun, said, say, upper_first
from analysis.language.numbers import number, span
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.names import COMPLAINANTS, SHOPPERS, theme_name
from analysis.shapes.plan import Plan
from analysis.shapes.results import Interval

IN_NUMBERS: Final = say("The figure in numbers")
INTERVAL_95: Final = say("95 % interval")
INTERVAL_90: Final = say("90 % interval")
RESPONSES: Final = say("Responses")
PLACES: Final = say("Places")
DESCRIBED: Final = say("Described, not tested.")


def source_line(comparison: Comparison, about: About, basis_: Words | None = None) -> Words:
    """Return the last line of a block: on how much it rests, and where the data come from."""
    shown = basis_ or basis(comparison.difference)
    if not about.source:
        return say("{basis}. Source: not stated.", basis=shown)
    return say("{basis}. Source: {source}.", basis=shown, source=about.source.rstrip("."))


def estimate_and_interval(estimate: float, ci95: Interval, decimals: int) -> Words:
    """Return what stands at the right of a row: 0.9 (0.4 to 1.4)."""
    shown = number(estimate, decimals)
    if math.isnan(ci95[0]):
        return shown
    return say("{estimate} ({interval})", estimate=shown, interval=span(ci95, decimals))


def decimals_of(*intervals: Interval, least: int = 2) -> int:
    """Return how many decimals to show, so that no limit is rounded onto zero.

    Examples
    --------
    >>> decimals_of((0.004, 0.42)), decimals_of((0.1, 0.4)), decimals_of((0.0, 1.0))
    (3, 2, 2)
    """
    limits = [value for interval in intervals for value in interval if math.isfinite(value) and value != 0]
    decimals = least
    while decimals < 6 and any(round(value, decimals) == 0 for value in limits):
        decimals += 1
    return decimals


def theme_of(code: str, about: About) -> str:
    """Return what the study calls a theme, else its name."""
    return about.themes.get(code) or theme_name(code)


def arm_label(arm: str, plan: Plan) -> Words:
    """Return what a discovery curve is called: the complainants of the plan, or an arm."""
    if plan.complainants == (arm,):
        return COMPLAINANTS
    return {
        "shopper": SHOPPERS,
        "hired_real_need": noun("hired people with a real need"),
        "complainant": noun("people who complained"),
        "customer": noun("customers without a problem"),
    }[arm]


def beginning(words: str, speech: Language) -> str:
    """Return words in a language as they begin a line."""
    return upper_first(said(words, speech))


def spec(drawn: go.Figure, speech: Language) -> dict[str, Any]:
    """Return a figure as JSON can hold it, its axes with the language's signs."""
    ready: dict[str, Any] = drawn.to_plotly_json()
    ready["layout"]["separators"] = speech.decimal + speech.group
    return ready
