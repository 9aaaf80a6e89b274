"""Results in, Plotly figures out; nothing is computed here."""

from analysis.figures.acceptability import acceptability_figure as acceptability_figure
from analysis.figures.agreement import agreement_figure as agreement_figure
from analysis.figures.bars import BarRow as BarRow
from analysis.figures.bars import bar_figure as bar_figure
from analysis.figures.difference import difference_figure as difference_figure
from analysis.figures.discovery_curves import discovery_figure as discovery_figure
from analysis.figures.funnel import funnel_plot as funnel_plot
from analysis.figures.gap_plot import GapRow as GapRow
from analysis.figures.gap_plot import gap_plot as gap_plot
from analysis.figures.intervals import IntervalRow as IntervalRow
from analysis.figures.intervals import interval_figure as interval_figure
from analysis.figures.matrix import place_matrix as place_matrix
