"""What each source reports, row by row: two dots, the gap between them, its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from analysis.figures.colours import COMPLAINANTS, CUSTOMERS, PAPER, SHOPPERS
from analysis.figures.design import (
    base_layout,
    figure,
    interval_colour,
    row_text,
    rows_layout,
    segment,
    text,
)
from analysis.shapes.results import Interval


@dataclass(frozen=True)
class GapRow:
    """One row: its label, what stands at its right, both sources' values, the interval of the difference."""

    label: str
    numbers: str
    shoppers: float
    complainants: float
    ci95: Interval


def gap_plot(
    rows: Sequence[GapRow],
    *,
    shoppers_label: str,
    complainants_label: str,
    x_title: str,
    most: float = math.inf,
    tickformat: str = "",
) -> go.Figure:
    """Draw one row each with the value of either source.

    The band around the complainants' dot is the 95 % interval of the paired difference, laid against the
    shoppers' dot: where it covers that dot it is grey, and no difference is shown.

    Parameters
    ----------
    rows : sequence of GapRow
        In the order drawn. Those that cannot be estimated are left out.
    shoppers_label, complainants_label, x_title : str
        Words of the legend and of the axis.
    most : float
        The largest value that there can be: 1 for a share.
    tickformat : str
        How the axis writes its numbers.

    Returns
    -------
    Figure
        The axis runs from 0 to the largest value or limit.
    """
    drawn = [row for row in rows if math.isfinite(row.shoppers) and math.isfinite(row.complainants)]
    if not drawn:
        return figure([], base_layout(height=120))
    data: list[Any] = []
    annotations: list[dict[str, Any]] = []
    top = 0.0
    for place, row in enumerate(drawn):
        top = max(top, row.shoppers, row.complainants)
        if math.isfinite(row.ci95[0]):
            low, high = (min(most, max(0.0, row.shoppers + limit)) for limit in row.ci95)
            top = max(top, high)
            data.append(
                segment([low, high], place, interval_colour(row.ci95, COMPLAINANTS), width=12, opacity=0.3)
            )
        data.append(segment([row.shoppers, row.complainants], place, CUSTOMERS, width=2))
        annotations += row_text(place, row.label, row.numbers)
    everywhere = list(range(len(drawn)))
    data.append(_dots([row.shoppers for row in drawn], everywhere, shoppers_label, SHOPPERS, "circle"))
    data.append(
        _dots([row.complainants for row in drawn], everywhere, complainants_label, COMPLAINANTS, "diamond")
    )
    layout = rows_layout([row.label for row in drawn], x_title, tickformat=tickformat, rangemode="tozero")
    # Beyond the largest value there is room for half of its word.
    layout["xaxis"]["range"] = [-0.01 * min(most, top), min(1.08 * most, 1.08 * top + 0.01)]
    layout["annotations"] = annotations
    layout["showlegend"] = True
    return figure(data, layout)


def _dots(x: list[float], y: list[int], name: str, colour: str, symbol: str) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        name=text(name),
        marker={"size": 13, "color": colour, "symbol": symbol, "line": {"color": PAPER, "width": 2}},
    )
