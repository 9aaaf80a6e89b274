"""What all figures share beside their template: text that fits a phone, rows with their words above the marks."""

from __future__ import annotations

import html
import textwrap
from typing import Any, Final

import plotly.graph_objects as go

from analysis.figures import template
from analysis.figures.colours import CUSTOMERS
from analysis.shapes.results import Interval

#: Letters of a label that fit on a phone beside its numbers.
LABEL_WIDTH: Final = 22
#: Letters of an axis title that fit on a phone.
AXIS_WIDTH: Final = 34
_LINE_HEIGHT: Final = 17
_MARKS_HEIGHT: Final = 30
_FRAME_HEIGHT: Final = 110


def text(words: str) -> str:
    """Return words for a figure, whose text is pseudo-HTML: nothing in them may become markup."""
    return html.escape(words, quote=False)


def wrapped(words: str, width: int = LABEL_WIDTH) -> str:
    """Return words broken into lines that fit a phone."""
    return "<br>".join(text(line) for line in textwrap.wrap(words, width)) or " "


def shortened(words: str, width: int = LABEL_WIDTH) -> str:
    """Return words that fit in so many letters; the table has them whole.

    Examples
    --------
    >>> shortened("was sent from one to another and back")
    'was sent from one to…'
    """
    return text(words if len(words) <= width else words[: width - 1].rstrip() + "…")


def interval_colour(interval: Interval, colour: str) -> str:
    """Return the colour of an interval: its source's, or grey where it covers zero."""
    return colour if interval[0] > 0 or interval[1] < 0 else CUSTOMERS


def rows_layout(labels: list[str], x_title: str, **x_axis: Any) -> dict[str, Any]:
    """Return the layout of a figure with one row a label: text above, marks beneath, no y axis."""
    lines = max(wrapped(label).count("<br>") + 1 for label in labels)
    row = _MARKS_HEIGHT + _LINE_HEIGHT * lines
    return {
        **base_layout(height=row * len(labels) + _FRAME_HEIGHT),
        "xaxis": axis(title=x_title, **x_axis),
        "yaxis": {"range": [len(labels) - 0.7, -1.1], "visible": False},
    }


def row_text(row: int, label: str, numbers: str) -> list[dict[str, Any]]:
    """Return the two texts above the marks of a row: its label on the left, its numbers on the right."""
    above: dict[str, Any] = {
        "y": row,
        "yshift": 11,
        "xref": "paper",
        "yanchor": "bottom",
        "font": {"size": 13},
        "bgcolor": "rgba(255,255,255,0.75)",
    }
    return [
        {**above, "x": 0, "xanchor": "left", "align": "left", "text": wrapped(label)},
        {**above, "x": 1, "xanchor": "right", "align": "right", "text": text(numbers)},
    ]


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """Return an axis with its title in lines that fit a phone."""
    return {"title": {"text": wrapped(title, AXIS_WIDTH)}, **more}


def base_layout(*, height: int) -> dict[str, Any]:
    """Return the layout that every figure starts from."""
    return {"template": template.NAME, "height": height}


def segment(x: list[float], y: float, colour: str, *, width: int, opacity: float = 1) -> go.Scatter:
    """Return a horizontal line."""
    line = {"color": colour, "width": width}
    return go.Scatter(x=x, y=[y, y], mode="lines", line=line, opacity=opacity, showlegend=False)


def figure(data: list[Any], layout: dict[str, Any]) -> go.Figure:
    """Return a checked Plotly figure."""
    return go.Figure(data=data, layout=layout)
