"""Two small figures of the managers' pages, which the web process makes without Plotly."""

import plotly.graph_objects as go
import pytest

from analysis.figures import colours
from survey_app.web.managers import figures

HOSTILE = '<a href="https://evil.example">x</a>'


def both():
    points = [(1.0, 0.5, HOSTILE, True), (1.0, 0.5, "Two", True), (0.4, 2.0, "", False)]
    yield figures.funnel(points, middle=0.6, x_title=HOSTILE, y_title="y", all_label="all")
    yield figures.over_time(
        [HOSTILE, "Q2"], [1.0, None], [None, 2.0], names=(HOSTILE, "s"), y_title="y", marks=[(1, HOSTILE)]
    )


def test_colours_are_those_of_the_documents():
    names = ("INK", "SOFT_INK", "LINE", "WASH", "SHOPPERS", "COMPLAINANTS")
    assert [getattr(figures, name) for name in names] == [getattr(colours, name) for name in names]
    assert figures.GREY == colours.CUSTOMERS


@pytest.mark.parametrize("number", [0, 1])
def test_plotly_takes_them_and_names_become_no_markup(number):
    spec = list(both())[number]
    go.Figure(spec)
    assert "<a" not in str(spec)
    assert "&lt;a" in str(spec)


def test_equal_places_do_not_hide_each_other():
    funnel = next(both())
    dots = [
        (x, y)
        for trace in funnel["data"]
        if trace["mode"] == "markers"
        for x, y in zip(trace["x"], trace["y"], strict=True)
    ]
    assert len(set(dots)) == 3


def test_a_withheld_number_is_a_gap_in_the_line():
    line = list(both())[1]
    assert line["data"][0]["y"] == [1.0, None]
    assert not line["data"][0]["connectgaps"]
