"""How many decimals a result is shown with, and on how much it rests. Rounds for the eye only."""

from __future__ import annotations

import math

from analysis.language import Words, say
from analysis.language.numbers import locations, responses
from analysis.shapes.results import TwoWay


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


def basis(result: TwoWay) -> Words:
    """Say on how much a result rests: 412 responses, 24 places."""
    return say("{responses}, {places}", responses=responses(result.responses), places=locations(result.locations))
