"""Each place against all: a funnel, not a league table."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from analysis.figures.colours import COMPLAINANTS, CUSTOMERS, INK, LINE, PAPER, SOFT_INK
from analysis.figures.design import axis, base_layout, figure, shortened
from analysis.shapes.places import FAR, NEAR, PlaceResult, Places

#: Points on each line of the funnel.
_POINTS = 40
#: So many places outside are named in the figure; the table names all.
_NAMED = 3


def funnel_plot(places: Places, *, x_title: str, y_title: str) -> go.Figure:
    """Draw each place by how much is known of it, with the lines between which chance keeps it.

    Parameters
    ----------
    places : Places
    x_title, y_title : str
        Words of the axes.

    Returns
    -------
    Figure
        Full lines: 95 % of places, dotted: 99.8 %, if chance is all there is. Places outside are coloured.
    """
    drawn = [row for row in places.rows if math.isfinite(row.as_good_as)]
    if not drawn or not places.width > 0:
        return figure([], base_layout(height=120))
    sizes = [row.as_good_as for row in drawn]
    start, end = 0.7 * min(sizes), 1.1 * max(sizes)
    grid = [start * (end / start) ** (step / (_POINTS - 1)) for step in range(_POINTS)]
    data: list[Any] = []
    for errors, dash in ((NEAR, "solid"), (FAR, "dot")):
        for side in (0, 1):
            line = [places.limits(size, errors)[side] for size in grid]
            data.append(_line(grid, line, LINE if dash == "solid" else CUSTOMERS, dash))
    data.append(_line([start, end], [places.middle, places.middle], INK, "solid"))
    for colour, outside in ((SOFT_INK, False), (COMPLAINANTS, True)):
        rows = [row for row in drawn if (row.location in places.outside) == outside]
        if rows:
            data.append(_dots(rows, colour, "diamond" if outside else "circle"))
    layout = base_layout(height=420)
    ends = [value for row in drawn for value in (row.difference, *places.limits(row.as_good_as))]
    room = 0.08 * (max(ends) - min(ends))
    layout["xaxis"] = axis(title=x_title, range=[start, end])
    layout["yaxis"] = axis(title=y_title, range=[min(ends) - room, max(ends) + room])
    layout["margin"] = {"l": 8, "r": 14, "t": 16, "b": 56}
    layout["annotations"] = _names(drawn, places, (start + end) / 2)
    return figure(data, layout)


def _names(drawn: list[PlaceResult], places: Places, middle: float) -> list[dict[str, Any]]:
    """Return the names of the places furthest outside, on the side where there is room."""
    outside = [row for row in drawn if row.location in places.outside]
    furthest = sorted(outside, key=lambda row: -abs(row.difference - places.middle) / row.se)[:_NAMED]
    named: list[dict[str, Any]] = []
    for row in furthest:
        if any(abs(row.difference - other["y"]) < 0.12 * _span(drawn) for other in named):
            continue
        left = row.as_good_as > middle
        named.append(
            {
                "x": row.as_good_as,
                "y": row.difference,
                "xanchor": "right" if left else "left",
                "xshift": -9 if left else 9,
                "text": shortened(row.location, 18),
                "font": {"size": 12},
                "bgcolor": "rgba(255,255,255,0.75)",
            }
        )
    return [name for name in named if abs(name["y"] - places.middle) > 0.08 * _span(drawn)]


def _span(drawn: list[PlaceResult]) -> float:
    values = [row.difference for row in drawn]
    return max(values) - min(values)


def _line(x: list[float], y: list[float], colour: str, dash: str) -> go.Scatter:
    return go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 1.5, "dash": dash})


def _dots(rows: list[PlaceResult], colour: str, symbol: str) -> go.Scatter:
    return go.Scatter(
        x=[row.as_good_as for row in rows],
        y=[row.difference for row in rows],
        mode="markers",
        marker={"size": 9, "color": colour, "symbol": symbol, "line": {"color": PAPER, "width": 1}},
    )
