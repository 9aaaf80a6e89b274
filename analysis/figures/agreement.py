"""Both sources' means of each place, beside the line on which they would be equal."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analysis.figures.colours import CUSTOMERS, INK, PAPER
from analysis.figures.design import axis, base_layout, figure
from analysis.shapes.places import PlaceResult


def agreement_figure(rows: Sequence[PlaceResult], *, x_title: str, y_title: str) -> go.Figure:
    """Draw one dot a place: what shoppers report there, and what complainants do.

    Parameters
    ----------
    rows : sequence of PlaceResult
    x_title, y_title : str

    Returns
    -------
    Figure
        Both axes have one scale. On the dotted line both sources report the same.
    """
    if not rows:
        return figure([], base_layout(height=120))
    top = 1.08 * max(max(row.shoppers_mean, row.complainants_mean) for row in rows) or 1.0
    equal = go.Scatter(
        x=[0, top], y=[0, top], mode="lines", line={"color": CUSTOMERS, "width": 1.5, "dash": "dot"}
    )
    dots = go.Scatter(
        x=[row.shoppers_mean for row in rows],
        y=[row.complainants_mean for row in rows],
        mode="markers",
        opacity=0.7,
        marker={"size": 10, "color": INK, "line": {"color": PAPER, "width": 1}},
    )
    layout = base_layout(height=380)
    layout["xaxis"] = axis(title=x_title, range=[-0.03 * top, top])
    layout["yaxis"] = axis(title=y_title, range=[-0.03 * top, top])
    layout["margin"] = {"l": 8, "r": 14, "t": 16, "b": 56}
    return figure([equal, dots], layout)
