"""A picture of numbers with their intervals beside a limit, as an SVG file."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

_ROW = 22
_LEFT = 380
_WIDTH = 520
_TOP = 64
_INK, _PAPER, _FAINT, _LIMIT = "#1d2733", "#ffffff", "#c9d1da", "#b3261e"
_COLOURS = {"strict": "#0b5fa5", "lenient": "#8a5a00"}


class Shown(Protocol):
    """A number with its interval."""

    @property
    def rate(self) -> float:
        """The number; NaN where there is none."""

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""


@dataclass(frozen=True)
class Dot:
    """One row: what it is about, its number, the rule and the limit that it falls under."""

    what: str
    counted: Shown
    rule: str
    limit: float


def _percent(value: float) -> str:
    return f"{100 * value:.3g} %"


def picture(
    title: str,
    subtitle: str,
    dots: Sequence[Dot],
    *,
    low: float,
    high: float,
    write: Callable[[float], str] = _percent,
) -> str:
    """Return an SVG with one row a dot: its 95 % interval, and the limit in red; `write` writes the scale."""

    def x(value: float) -> float:
        return _LEFT + (min(max(value, low), high) - low) / (high - low) * _WIDTH

    height = _TOP + _ROW * len(dots) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 60} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">',
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
        f'<text x="16" y="24" font-size="16" font-weight="600">{escape(title)}</text>',
        f'<text x="16" y="44">{escape(subtitle)}</text>',
    ]
    bottom = _TOP + _ROW * len(dots)
    for step in range(5):
        value = low + (high - low) * step / 4
        parts.append(
            f'<line x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{_TOP}" y2="{bottom}" stroke="{_FAINT}"/>'
            f'<text x="{x(value):.1f}" y="{bottom + 20}" text-anchor="middle">{write(value)}</text>'
        )
    for place, dot in enumerate(dots):
        y = _TOP + _ROW * place + _ROW / 2
        colour = _COLOURS[dot.rule]
        parts.append(f'<text x="{_LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{escape(dot.what)}</text>')
        if not math.isnan(dot.counted.rate):
            left, right = dot.counted.interval
            shape = (
                f'<circle cx="{x(dot.counted.rate):.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
                if dot.rule == "strict"
                else f'<rect x="{x(dot.counted.rate) - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" '
                f'fill="{colour}"/>'
            )
            parts.append(
                f'<line x1="{x(left):.1f}" x2="{x(right):.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" '
                f'stroke-width="2"/>{shape}'
            )
        parts.append(
            f'<line x1="{x(dot.limit):.1f}" x2="{x(dot.limit):.1f}" y1="{y - _ROW / 2:.1f}" '
            f'y2="{y + _ROW / 2:.1f}" stroke="{_LIMIT}" stroke-width="2" stroke-dasharray="4 3"/>'
        )
    return "\n".join([*parts, "</svg>\n"])
