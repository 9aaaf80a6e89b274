"""How probable it is that asking complainants pays, over what one more problem is worth."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analysis.figures.colours import COMPLAINANTS, CUSTOMERS
from analysis.figures.design import axis, base_layout, figure


def acceptability_figure(curve: Sequence[tuple[float, float]], *, x_title: str, y_title: str) -> go.Figure:
    """Draw the curve, with a line at one half.

    Parameters
    ----------
    curve : sequence of (worth, probability)
    x_title, y_title : str

    Returns
    -------
    Figure
        The upright axis runs from 0 to 100 % in every study.
    """
    if not curve:
        return figure([], base_layout(height=120))
    end = curve[-1][0] or 1.0
    drawn = go.Scatter(
        x=[worth for worth, _ in curve],
        y=[share for _, share in curve],
        mode="lines+markers",
        line={"color": COMPLAINANTS, "width": 3},
        marker={"size": 8},
    )
    half = go.Scatter(
        x=[0, end], y=[0.5, 0.5], mode="lines", line={"color": CUSTOMERS, "width": 1.5, "dash": "dot"}
    )
    layout = base_layout(height=340)
    layout["xaxis"] = axis(title=x_title, range=[-0.02 * end, 1.04 * end])
    layout["yaxis"] = axis(title=y_title, range=[-0.03, 1.05], tickformat=".0%")
    layout["margin"] = {"l": 8, "r": 14, "t": 16, "b": 56}
    return figure([half, drawn], layout)
