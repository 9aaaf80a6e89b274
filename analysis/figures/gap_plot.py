"""What each source reports, problem by problem: two dots, the gap between them, its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from analysis.figures.design import (
    COMPLAINANTS,
    CUSTOMERS,
    SHOPPERS,
    base_layout,
    figure,
    interval_colour,
    row_text,
    rows_layout,
    text,
)
from analysis.shapes.results import ProblemResult


def gap_plot(
    rows: Sequence[tuple[str, ProblemResult, str]],
    *,
    shoppers_label: str,
    complainants_label: str,
    x_title: str,
) -> go.Figure:
    """Draw one row a problem: the share of responses that name it, by source.

    The band around the complainants' dot is the 95 % interval of the paired difference, laid against the
    shoppers' dot: where it covers that dot it is grey, and no difference is shown.

    Parameters
    ----------
    rows : sequence of (label, result, numbers)
        In the order drawn. Problems that cannot be estimated are left out.
    shoppers_label, complainants_label, x_title : str
        Words of the legend and of the axis.

    Returns
    -------
    Figure
        The axis runs from 0 to the largest share or limit, in per cent.
    """
    drawn = [row for row in rows if math.isfinite(row[1].result.estimate)]
    if not drawn:
        return figure([], base_layout(height=120))
    shoppers = [row.result.shoppers_mean for _, row, _ in drawn]
    complainants = [row.result.complainants_mean for _, row, _ in drawn]
    data: list[Any] = []
    annotations: list[dict[str, Any]] = []
    for place, (label, row, numbers) in enumerate(drawn):
        limits = row.result.ci95
        colour = interval_colour(limits, COMPLAINANTS)
        if math.isfinite(limits[0]):
            reach = [min(1.0, max(0.0, shoppers[place] + limit)) for limit in limits]
            data.append(_line(reach, place, colour, width=12, opacity=0.3))
        data.append(_line([shoppers[place], complainants[place]], place, CUSTOMERS, width=2, opacity=1))
        annotations += row_text(place, label, numbers)
    everywhere = list(range(len(drawn)))
    data.append(_dots(shoppers, everywhere, shoppers_label, SHOPPERS, "circle"))
    data.append(_dots(complainants, everywhere, complainants_label, COMPLAINANTS, "diamond"))
    layout = rows_layout([label for label, _, _ in drawn], x_title, tickformat=".0%", rangemode="tozero")
    top = max(
        max(m, s + max(0.0, _high(r))) for m, s, (_, r, _) in zip(complainants, shoppers, drawn, strict=True)
    )
    # Beyond 100 % there is room for half of that word.
    layout["xaxis"]["range"] = [-0.01, min(1.08, 1.08 * top + 0.01)]
    layout["annotations"] = annotations
    layout["showlegend"] = True
    return figure(data, layout)


def _high(row: ProblemResult) -> float:
    return row.result.ci95[1] if math.isfinite(row.result.ci95[1]) else 0.0


def _line(x: list[float], y: float, colour: str, *, width: int, opacity: float) -> go.Scatter:
    return go.Scatter(
        x=x, y=[y, y], mode="lines", line={"color": colour, "width": width}, opacity=opacity, showlegend=False
    )


def _dots(x: list[float], y: list[int], name: str, colour: str, symbol: str) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        name=text(name),
        marker={"size": 13, "color": colour, "symbol": symbol, "line": {"color": "#ffffff", "width": 2}},
    )
