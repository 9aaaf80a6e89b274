"""Amounts, one bar a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from analysis.figures.design import base_layout, figure, row_text, rows_layout


@dataclass(frozen=True)
class BarRow:
    """One row: its label, what stands at its right, how long its bar is, its colour."""

    label: str
    numbers: str
    value: float
    colour: str


def bar_figure(rows: Sequence[BarRow], *, x_title: str) -> go.Figure:
    """Draw one bar a row, from zero. Rows whose value is not finite have no bar, and their numbers say why.

    Parameters
    ----------
    rows : sequence of BarRow
    x_title : str
        What the axis counts.

    Returns
    -------
    Figure
    """
    if not any(math.isfinite(row.value) for row in rows):
        return figure([], base_layout(height=120))
    data: list[Any] = []
    annotations: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        if math.isfinite(row.value):
            bar = go.Bar(x=[row.value], y=[place], orientation="h", width=0.3, marker={"color": row.colour})
            data.append(bar)
        annotations += row_text(place, row.label, row.numbers)
    top = max(row.value for row in rows if math.isfinite(row.value)) or 1.0
    layout = rows_layout([row.label for row in rows], x_title)
    layout["xaxis"]["range"] = [0, 1.06 * top]
    layout["annotations"] = annotations
    return figure(data, layout)
