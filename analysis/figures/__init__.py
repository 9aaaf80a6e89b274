"""Results in, Plotly figures out; nothing is computed here."""

from analysis.figures.difference import difference_figure as difference_figure
from analysis.figures.discovery_curves import discovery_figure as discovery_figure
from analysis.figures.gap_plot import gap_plot as gap_plot
