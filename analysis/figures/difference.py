"""The difference between complainants and shoppers with its interval, zero and the margin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from analysis.figures.colours import COMPLAINANTS, INK, PAPER, WASH
from analysis.figures.design import (
    base_layout,
    figure,
    interval_colour,
    row_text,
    rows_layout,
    segment,
    text,
)
from analysis.shapes.results import TwoWay


def difference_figure(
    rows: Sequence[tuple[str, TwoWay, str]],
    *,
    margin: float,
    x_title: str,
    margin_label: str,
) -> go.Figure:
    """Draw one row an estimate: a dot, its 95 % interval thin and its 90 % interval thick.

    Parameters
    ----------
    rows : sequence of (label, result, numbers)
        The primary estimate first. `numbers` is what stands at the right of the row.
    margin : float
        Drawn as a pale band around zero, in the unit of the results (on the log scale for a ratio).
    x_title, margin_label : str
        What the axis counts; what the band means.

    Returns
    -------
    Figure
        On the scale of a ratio the axis is logarithmic and its middle is 1.
    """
    drawn = [row for row in rows if math.isfinite(row[1].estimate)]
    if not drawn:
        return figure([], base_layout(height=120))
    ratio = drawn[0][1].scale == "ratio"
    shown = math.exp if ratio else float
    data: list[Any] = []
    annotations: list[dict[str, Any]] = []
    for place, (label, result, numbers) in enumerate(drawn):
        colour = interval_colour(result.ci95, COMPLAINANTS)
        for limits, width in ((result.ci95, 3), (result.ci90, 9)):
            if math.isfinite(limits[0]):
                ends = [shown(limits[0]), shown(limits[1])]
                data.append(segment(ends, place, colour, width=width, opacity=0.3 if width > 3 else 1))
        data.append(
            go.Scatter(
                x=[shown(result.estimate)],
                y=[place],
                mode="markers",
                marker={"size": 13, "color": colour, "line": {"color": PAPER, "width": 2}},
            )
        )
        annotations += row_text(place, label, numbers)
    layout = rows_layout([label for label, _, _ in drawn], x_title, type="log" if ratio else "linear")
    low, high = shown(-margin), shown(margin)
    layout["shapes"] = [
        {"type": "rect", "x0": low, "x1": high, "yref": "paper", "y0": 0, "y1": 1}
        | {"fillcolor": WASH, "line": {"width": 0}, "layer": "below"},
        {"type": "line", "x0": shown(0), "x1": shown(0), "yref": "paper", "y0": 0, "y1": 1}
        | {"line": {"color": INK, "width": 1.5}},
    ]
    ends = _range(drawn, margin, ratio=ratio)
    annotations.append(
        {
            "x": math.log10(shown(0)) if ratio else 0,
            "xanchor": _anchor((0 - ends[0]) / (ends[1] - ends[0])),
            "yref": "paper",
            "y": 1,
            "yanchor": "bottom",
            "font": {"size": 12},
            "text": text(margin_label),
        }
    )
    layout["annotations"] = annotations
    layout["xaxis"]["range"] = ends
    return figure(data, layout)


def _anchor(share: float) -> str:
    """Return on which side of its point a label stands, so that it stays inside a phone's drawing."""
    if share < 0.3:
        return "left"
    return "right" if share > 0.7 else "center"


def _range(rows: Sequence[tuple[str, TwoWay, str]], margin: float, *, ratio: bool) -> list[float]:
    """Return the ends of the axis: all intervals and the margin, a little room, zero inside."""
    ends = [margin, -margin]
    for _, result, _ in rows:
        ends += [v for v in (*result.ci95, result.estimate) if math.isfinite(v)]
    room = 0.06 * (max(ends) - min(ends))
    low, high = min(ends) - room, max(ends) + room
    return [low / math.log(10), high / math.log(10)] if ratio else [low, high]
