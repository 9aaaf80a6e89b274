"""What a figure draws is what it is given: grey where nothing is shown, nothing where nothing is known."""

import math

import plotly.io as pio
import pytest

from analysis.figures import (
    BarRow,
    GapRow,
    IntervalRow,
    acceptability_figure,
    agreement_figure,
    bar_figure,
    funnel_plot,
    gap_plot,
    interval_figure,
    place_matrix,
)
from analysis.figures.colours import COMPLAINANTS, CUSTOMERS
from analysis.figures.design import shortened
from analysis.figures.template import NAME
from analysis.shapes.places import PlaceResult, Places

NOT_KNOWN = (math.nan, math.nan)


def place(name, difference, se, as_good_as=10.0):
    return PlaceResult(name, difference, se, as_good_as, 1.0, 1.0 + difference, 5, 5)


def lines(drawn):
    return [trace for trace in drawn.data if getattr(trace, "mode", "") == "lines"]


@pytest.mark.parametrize(("low", "colour"), [(0.1, COMPLAINANTS), (-0.1, CUSTOMERS)])
def test_an_interval_that_covers_zero_is_grey(low, colour):
    row = IntervalRow("a theme", "0.5", 0.5, (low, 0.9))
    drawn = interval_figure([row], x_title="more")
    assert {trace.line.color for trace in lines(drawn)} == {colour}
    gap = gap_plot(
        [GapRow("a problem", "50", 0.2, 0.7, (low, 0.9))], shoppers_label="s", complainants_label="c", x_title="x"
    )
    assert lines(gap)[0].line.color == colour


def test_where_zero_means_nothing_no_interval_is_grey():
    drawn = interval_figure([IntervalRow("some", "1", 1.0, (0.0, 2.0))], x_title="y", differences=False)
    assert lines(drawn)[0].line.color == COMPLAINANTS
    assert not drawn.layout.shapes


def test_an_interval_that_is_not_known_is_not_drawn():
    assert not lines(interval_figure([IntervalRow("one", "1", 1.0, NOT_KNOWN)], x_title="y"))


def test_the_funnel_narrows_with_the_square_root_and_names_what_lies_outside():
    rows = (place("In", 0.4, 0.5), place("Out", 3.0, 0.5), place("Small", 0.5, 1.0, 2.5))
    places = Places(rows, middle=0.5, width=2.0, outside=("Out",))
    drawn = funnel_plot(places, x_title="x", y_title="y")
    upper = next(trace for trace in drawn.data if trace.mode == "lines" and trace.y[0] > places.middle)
    assert (upper.y[-1] - 0.5) / (upper.y[0] - 0.5) == pytest.approx(math.sqrt(upper.x[0] / upper.x[-1]))
    assert [note.text for note in drawn.layout.annotations] == ["Out"]
    coloured = [trace for trace in drawn.data if trace.mode == "markers" and trace.marker.color == COMPLAINANTS]
    assert [list(trace.y) for trace in coloured] == [[3.0]]


def test_a_place_with_few_people_is_grey_in_the_matrix():
    drawn = place_matrix(
        [[0.2, -0.4], [0.9, 0.1]], places=["A", "B"], problems=["late", "rude"], thin=[False, True]
    )
    grey, shown = drawn.data
    assert [list(row) for row in shown.z] == [[0.2, -0.4], [None, None]]
    assert [list(row) for row in grey.z] == [[None, None], [0, 0]]
    assert (shown.zmin, shown.zmax) == (-1, 1)


def test_bars_begin_at_zero_and_an_unknown_one_is_not_drawn():
    drawn = bar_figure([BarRow("a", "3", 3.0, CUSTOMERS), BarRow("b", "–", math.nan, CUSTOMERS)], x_title="n")
    assert [list(bar.x) for bar in drawn.data] == [[3.0]]
    assert drawn.layout.xaxis.range[0] == 0


def test_nothing_known_is_an_empty_figure():
    words = {"x_title": "x", "y_title": "y"}
    assert not gap_plot([], shoppers_label="s", complainants_label="c", x_title="x").data
    assert not interval_figure([], x_title="x").data
    assert not bar_figure([], x_title="x").data
    assert not funnel_plot(Places(), **words).data
    assert not acceptability_figure((), **words).data
    assert not agreement_figure((), **words).data


def test_every_figure_starts_from_our_template():
    drawn = interval_figure([IntervalRow("one", "1", 1.0, (0.5, 1.5))], x_title="y")
    assert drawn.layout.template == pio.templates[NAME]


def test_what_is_shortened_stays_text():
    assert shortened("<b>a very long name of a problem</b>", 12) == "&lt;b&gt;a very l…"
