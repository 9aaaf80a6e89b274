"""How many different problems so many responses bring to light, by source."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from analysis.figures.colours import ARM_COLOURS, COMPLAINANTS_TEXT
from analysis.figures.design import axis, base_layout, figure, text
from analysis.shapes.results import Discovery, DiscoveryCurve

#: The axis ends where all curves have reached this share of their end.
_NEARLY_ALL = 0.99


def discovery_figure(discovery: Discovery, *, labels: Mapping[str, str], x_title: str, y_title: str) -> go.Figure:
    """Draw one curve an arm, whole as far as there are responses, dashed where it is extrapolated.

    Parameters
    ----------
    discovery : Discovery
    labels : mapping
        Name by arm.
    x_title, y_title : str
        What the axes count.

    Returns
    -------
    Figure
        The axis ends at twice the responses of the smaller arm, or soon after all curves are nearly flat.
    """
    if not discovery.curves or not discovery.seen_by_any:
        return figure([], base_layout(height=120))
    end = min(_flat_from(discovery.curves), 2 * min(curve.units for curve in discovery.curves))
    data: list[Any] = []
    annotations: list[dict[str, Any]] = []
    for curve in discovery.curves:
        colour = ARM_COLOURS[curve.arm]
        data += [_part(curve, colour, end, known=True), _part(curve, colour, end, known=False)]
        annotations.append(
            {
                "x": end,
                "y": _at(curve, end),
                "text": text(labels[curve.arm]),
                "xanchor": "right",
                "yanchor": "bottom",
                "font": {
                    "size": 14,
                    "color": COMPLAINANTS_TEXT if curve.arm == "complainant" else colour,
                },
            }
        )
    _keep_apart(annotations, discovery.seen_by_any)
    layout = base_layout(height=380)
    layout["xaxis"] = axis(title=x_title, range=[0, end], rangemode="tozero")
    layout["yaxis"] = axis(title=y_title, range=[0, 1.12 * max(_at(c, end) for c in discovery.curves)])
    layout["margin"] = {"l": 8, "r": 14, "t": 16, "b": 56}
    layout["annotations"] = annotations
    return figure(data, layout)


def _flat_from(curves: tuple[DiscoveryCurve, ...]) -> float:
    """Return a size a little beyond that at which every curve has nearly reached its end."""
    flat = [
        next(
            size
            for size, found in zip(curve.sizes, curve.distinct, strict=True)
            if found >= _NEARLY_ALL * curve.distinct[-1]
        )
        for curve in curves
    ]
    return 1.25 * max(*flat, 8.0)


def _at(curve: DiscoveryCurve, size: float) -> float:
    """Return the height of a drawn curve at a size."""
    points = list(zip(curve.sizes, curve.distinct, strict=True))
    for (left, low), (right, high) in pairwise(points):
        if left <= size <= right:
            return low + (high - low) * (size - left) / (right - left)
    return curve.distinct[-1]


def _part(curve: DiscoveryCurve, colour: str, end: float, *, known: bool) -> go.Scatter:
    chosen = [
        (size, found)
        for size, found in zip(curve.sizes, curve.distinct, strict=True)
        if (size <= curve.units if known else size >= curve.units) and size <= 1.2 * end
    ]
    return go.Scatter(
        x=[size for size, _ in chosen],
        y=[found for _, found in chosen],
        mode="lines",
        line={"color": colour, "width": 3, "dash": "solid" if known else "dot"},
    )


def _keep_apart(annotations: list[dict[str, Any]], tallest: float) -> None:
    """Put the label of the lower curve beneath it, so that two labels never touch."""
    if len(annotations) == 2:
        lower = min(annotations, key=lambda label: float(label["y"]))
        lower["yanchor"] = "top"
        lower["y"] -= 0.02 * tallest
