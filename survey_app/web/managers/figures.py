"""Two small figures of frozen numbers, as Plotly's JSON: places against all, and one place over time.

The web process loads no Plotly: these are plain values. Colours are those of the documents; a test holds them
equal.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

INK = "#1d2433"
SOFT_INK = "#55606e"
LINE = "#d9d6cf"
WASH = "#f6f5f1"
SHOPPERS = "#0072b2"
COMPLAINANTS = "#d55e00"
GREY = "#8a8f98"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
#: More names than this would lie on each other.
_MOST_NAMES = 6

Point = tuple[float, float, str, bool]


def text(words: str) -> str:
    """Return words for a figure, whose text is pseudo-HTML: nothing in them may become markup."""
    return html.escape(words, quote=False)


def funnel(
    points: Sequence[Point], *, middle: float, x_title: str, y_title: str, all_label: str
) -> dict[str, Any]:
    """Return places as dots between the limits of chance around the gap of all.

    Parameters
    ----------
    points : sequence of (reach of chance, gap, name, own)
        Places that are not the reader's own have no name.
    middle : float
        The gap of all.
    x_title, y_title, all_label : str
        Words.
    """
    widest = max(point[0] for point in points) * 1.15
    limits = [
        {
            "x": [0, widest, widest, 0],
            "y": [middle, middle - widest, middle + widest, middle],
            "mode": "lines",
            "fill": "toself",
            "fillcolor": WASH,
            "line": {"color": LINE, "width": 1},
        },
        {"x": [0, widest], "y": [middle, middle], "mode": "lines", "line": {"color": INK, "width": 1}},
    ]
    points = _apart(points, by=widest / 40)
    dots = []
    for own, colour, symbol in ((False, GREY, "circle-open"), (True, COMPLAINANTS, "diamond")):
        of = [point for point in points if point[3] == own]
        if of:
            marker = {"size": 11, "color": colour, "symbol": symbol, "line": {"color": "#ffffff", "width": 1}}
            if not own:
                marker["line"] = {"color": colour, "width": 2}
            dots.append({"x": [p[0] for p in of], "y": [p[1] for p in of], "mode": "markers", "marker": marker})
    named = [point for point in points if point[3]]
    outside = [point for point in named if abs(point[1] - middle) > point[0]]
    notes = [_note(x, y, name) for x, y, name, _own in (named if len(named) <= _MOST_NAMES else outside)]
    notes.append(_note(0, middle, all_label, anchor="right"))
    layout = _layout(height=360)
    # Large places stand on the right, where chance carries nobody far.
    layout["xaxis"] |= {"title": _title(x_title), "range": [widest, 0], "showticklabels": False}
    layout["yaxis"] |= {"title": _title(y_title)}
    return {"data": [_trace(each) for each in [*limits, *dots]], "layout": layout | {"annotations": notes}}


def _apart(points: Sequence[Point], *, by: float) -> list[Point]:
    """Move dots a little to the side, by turns, so that equal ones do not hide each other."""
    ordered = sorted(points, key=lambda point: (point[0], point[1]))
    return [(x + by * (place % 3 - 1), y, name, own) for place, (x, y, name, own) in enumerate(ordered)]


def over_time(
    periods: Sequence[str],
    complainants: Sequence[float | None],
    shoppers: Sequence[float | None],
    *,
    names: tuple[str, str],
    y_title: str,
    marks: Sequence[tuple[int, str]] = (),
) -> dict[str, Any]:
    """Return both sources period by period; a withheld number is a gap in the line; marks are new versions.

    Parameters
    ----------
    periods : sequence of str
        As the page writes them.
    complainants, shoppers : sequences of float or None
    names : (complainants, shoppers)
    y_title : str
    marks : sequence of (place in `periods`, words)
    """
    data, notes = [], []
    for values, name, colour, symbol in (
        (complainants, names[0], COMPLAINANTS, "diamond"),
        (shoppers, names[1], SHOPPERS, "circle"),
    ):
        data.append(
            {
                "x": list(range(len(periods))),
                "y": list(values),
                "mode": "lines+markers",
                "connectgaps": False,
                "line": {"color": colour, "width": 2},
                "marker": {"size": 10, "color": colour, "symbol": symbol},
            }
        )
        last = next((place for place in reversed(range(len(values))) if values[place] is not None), None)
        if last is not None:
            notes.append(_note(last, float(values[last] or 0), name, colour=colour, anchor="right"))
    shapes = [
        {
            "type": "line",
            "x0": place - 0.5,
            "x1": place - 0.5,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": SOFT_INK, "width": 1, "dash": "dot"},
        }
        for place, _words in marks
    ]
    notes += [
        _note(place - 0.5, 1, words, anchor="left") | {"yref": "paper", "yanchor": "bottom", "yshift": 0}
        for place, words in marks
    ]
    layout = _layout(height=320)
    layout["xaxis"] |= {
        "tickvals": list(range(len(periods))),
        "ticktext": [text(period) for period in periods],
        "range": [-0.6, len(periods) - 0.4],
    }
    layout["yaxis"] |= {"title": _title(y_title), "rangemode": "tozero"}
    return {"data": [_trace(each) for each in data], "layout": layout | {"annotations": notes, "shapes": shapes}}


def _trace(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "showlegend": False, "hoverinfo": "skip", **values}


def _note(x: float, y: float, words: str, *, colour: str = INK, anchor: str = "center") -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": text(words),
        "showarrow": False,
        "yanchor": "bottom",
        "yshift": 8,
        "xanchor": anchor,
        "font": {"size": 13, "color": colour},
        "bgcolor": "rgba(255,255,255,0.75)",
    }


def _title(words: str) -> dict[str, Any]:
    return {"text": text(words), "font": {"size": 13, "color": SOFT_INK}, "standoff": 12}


def _layout(*, height: int) -> dict[str, Any]:
    axis = {
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "tickfont": {"size": 13, "color": SOFT_INK},
        "fixedrange": True,
        "automargin": True,
    }
    return {
        "font": {"family": _FONT, "size": 14, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 44, "b": 40},
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "xaxis": {**axis, "showgrid": False},
        "yaxis": dict(axis),
    }
