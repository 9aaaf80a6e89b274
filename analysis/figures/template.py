"""The one Plotly template: what every figure starts from, registered under the name of the product."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
import plotly.io as pio

from analysis.figures.colours import COMPLAINANTS, CUSTOMERS, HIRED_REAL_NEED, INK, LINE, SHOPPERS, SOFT_INK

NAME: Final = "two_witnesses"
FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

_AXIS: Final[dict[str, Any]] = {
    "title": {"font": {"size": 13, "color": SOFT_INK}, "standoff": 12},
    "gridcolor": LINE,
    "linecolor": LINE,
    "zeroline": False,
    "tickfont": {"size": 13, "color": SOFT_INK},
    # Ticks that nobody sees keep the numbers of both axes apart where they meet.
    "ticks": "outside",
    "ticklen": 6,
    "tickcolor": "rgba(0,0,0,0)",
    "fixedrange": True,
    "automargin": True,
}

TEMPLATE: Final = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 14, "color": INK},
        "colorway": [COMPLAINANTS, SHOPPERS, HIRED_REAL_NEED, CUSTOMERS],
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 44, "b": 56},
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "annotationdefaults": {"showarrow": False},
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
)
pio.templates[NAME] = TEMPLATE
