"""Problem by place: where one source reports what the other does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from analysis.figures.colours import COMPLAINANTS, LINE, PAPER, SHOPPERS
from analysis.figures.design import base_layout, figure, shortened

_ROW_HEIGHT = 22
_LETTER = 7
_LABEL = 20


def place_matrix(
    values: Sequence[Sequence[float]],
    *,
    places: Sequence[str],
    problems: Sequence[str],
    thin: Sequence[bool],
) -> go.Figure:
    """Draw a row a place and a column a problem: orange where complainants report it more, blue where shoppers do.

    Parameters
    ----------
    values : sequence of rows, place × problem
        Differences of shares from −1 to 1; NaN where a problem was not asked at a place.
    places, problems : sequence of str
        Their names, in the order drawn.
    thin : sequence of bool
        Places with so few responses that their row is grey.

    Returns
    -------
    Figure
        The scale runs from −1 to 1 in every study.
    """
    shown = [
        [None if thin[row] or math.isnan(value) else value for value in line] for row, line in enumerate(values)
    ]
    grey = [[0 if thin[row] else None for _ in line] for row, line in enumerate(values)]
    columns, rows = list(range(len(problems))), list(range(len(places)))
    common: dict[str, Any] = {"x": columns, "y": rows, "xgap": 2, "ygap": 2, "showscale": False}
    scale = [[0, SHOPPERS], [0.5, PAPER], [1, COMPLAINANTS]]
    data = [
        go.Heatmap(z=grey, colorscale=[[0, LINE], [1, LINE]], **common),
        go.Heatmap(z=shown, colorscale=scale, zmin=-1, zmax=1, **common),
    ]
    names = [shortened(name, _LABEL) for name in problems]
    top = _LETTER * max(len(name) for name in names) + 12
    layout = base_layout(height=_ROW_HEIGHT * len(places) + top + 20)
    layout["margin"] = {"l": 8, "r": 8, "t": top, "b": 16}
    layout["xaxis"] = {
        "tickmode": "array",
        "tickvals": columns,
        "ticktext": names,
        "tickangle": -90,
        "side": "top",
        "showgrid": False,
        "tickfont": {"size": 12},
        "automargin": False,
        "range": [-0.5, len(problems) - 0.5],
    }
    layout["yaxis"] = {
        "tickmode": "array",
        "tickvals": rows,
        "ticktext": [shortened(name, _LABEL) for name in places],
        "range": [len(places) - 0.5, -0.5],
        "showgrid": False,
        "tickfont": {"size": 12},
    }
    return figure(data, layout)
