"""Estimates with their intervals, one a row, around a line that means no difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from analysis.figures.colours import COMPLAINANTS, INK, PAPER
from analysis.figures.design import base_layout, figure, interval_colour, row_text, rows_layout, segment
from analysis.shapes.results import Interval


@dataclass(frozen=True)
class IntervalRow:
    """One row: its label, what stands at its right, the estimate with its 95 % interval, its colour."""

    label: str
    numbers: str
    estimate: float
    ci95: Interval
    colour: str = COMPLAINANTS


def interval_figure(rows: Sequence[IntervalRow], *, x_title: str, differences: bool = True) -> go.Figure:
    """Draw one row an estimate: a dot and its 95 % interval.

    Parameters
    ----------
    rows : sequence of IntervalRow
        In the order drawn. Those that cannot be estimated are left out.
    x_title : str
        What the axis counts.
    differences : bool
        Whether 0 means no difference: its line is drawn, and an interval that covers it is grey.

    Returns
    -------
    Figure
    """
    drawn = [row for row in rows if math.isfinite(row.estimate)]
    if not drawn:
        return figure([], base_layout(height=120))
    data: list[Any] = []
    annotations: list[dict[str, Any]] = []
    ends = [0.0]
    for place, row in enumerate(drawn):
        colour = row.colour
        ends.append(row.estimate)
        if math.isfinite(row.ci95[0]):
            colour = interval_colour(row.ci95, row.colour) if differences else row.colour
            data.append(segment(list(row.ci95), place, colour, width=9, opacity=0.3))
            ends += row.ci95
        data.append(
            go.Scatter(
                x=[row.estimate],
                y=[place],
                mode="markers",
                marker={"size": 13, "color": colour, "line": {"color": PAPER, "width": 2}},
            )
        )
        annotations += row_text(place, row.label, row.numbers)
    room = 0.06 * (max(ends) - min(ends)) or 1
    layout = rows_layout([row.label for row in drawn], x_title)
    layout["xaxis"]["range"] = [min(ends) - room, max(ends) + room]
    layout["annotations"] = annotations
    if differences:
        line = {"color": INK, "width": 1.5}
        layout["shapes"] = [{"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": line}]
    return figure(data, layout)
