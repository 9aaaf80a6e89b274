"""The look that all figures share: colours with one meaning each, quiet axes, text that fits a phone."""

from __future__ import annotations

import html
import textwrap
from typing import Any, Final

import plotly.graph_objects as go

from analysis.shapes.results import Interval

#: The same values as in `documents/assets/tokens.css`; a test holds them equal.
INK: Final = "#1d2433"
SOFT_INK: Final = "#55606e"
WASH: Final = "#f6f5f1"
LINE: Final = "#d9d6cf"
SHOPPERS: Final = "#0072b2"
COMPLAINANTS: Final = "#d55e00"
COMPLAINANTS_TEXT: Final = "#b24a00"
HIRED_REAL_NEED: Final = "#56b4e9"
CUSTOMERS: Final = "#8a8f98"

ARM_COLOURS: Final = {
    "shopper": SHOPPERS,
    "complainant": COMPLAINANTS,
    "hired_real_need": HIRED_REAL_NEED,
    "customer": CUSTOMERS,
}
FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
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
        "yaxis": {"range": [len(labels) - 0.7, -1.1], "visible": False, "fixedrange": True},
    }


def row_text(row: int, label: str, numbers: str) -> list[dict[str, Any]]:
    """Return the two texts above the marks of a row: its label on the left, its numbers on the right."""
    above: dict[str, Any] = {
        "y": row,
        "yshift": 11,
        "xref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13},
        "bgcolor": "rgba(255,255,255,0.75)",
    }
    return [
        {**above, "x": 0, "xanchor": "left", "align": "left", "text": wrapped(label)},
        {**above, "x": 1, "xanchor": "right", "align": "right", "text": text(numbers)},
    ]


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """Return a quiet axis."""
    return {
        "title": {"text": wrapped(title, AXIS_WIDTH), "font": {"size": 13, "color": SOFT_INK}, "standoff": 12},
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "tickfont": {"size": 13, "color": SOFT_INK},
        "fixedrange": True,
        "automargin": True,
        **more,
    }


def base_layout(*, height: int) -> dict[str, Any]:
    """Return the layout that every figure starts from."""
    return {
        "template": "none",
        "font": {"family": FONT, "size": 14, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 44, "b": 56},
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "separators": ".\N{NO-BREAK SPACE}",
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }


def figure(data: list[Any], layout: dict[str, Any]) -> go.Figure:
    """Return a checked Plotly figure."""
    return go.Figure(data=data, layout=layout)
