"""No spreadsheet runs what we export, however it reads the file; and what was written comes back exactly."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.importers import safe_cells
from survey_app.rules.spreadsheets import csv_rows, original_cell, safe_cell

DELIMITERS = (",", ";", "\t")
TRIGGERS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%", "＝", "＋", "－", "＠"]
LEADS = ["", " ", "  ", "\ufeff", '"', "'", "''", ' "', "\u00a0", "\u200b", "x;", "x,", "x\t", "x\n", 'x;"', 'a";']
DANGEROUS = [f"{lead}{trigger}1+1" for lead in LEADS for trigger in TRIGGERS]
#: Letters that meet each other badly, and any others.
NASTY = st.text(st.sampled_from("=+-@%|,;\t\n\r'\" a1＝\ufeff\u00a0😀"), max_size=12)
TEXTS = NASTY | st.text(max_size=30)
#: What a cell begins with that a spreadsheet would run.
LIVE = re.compile("[ \u00a0\u200b\ufeff]*[=+\\-@%＝＋－＠]")


def written(texts, delimiter, escape=True):
    """A file of one row of texts; without the escape, the mutant."""
    columns = [f"c{number}" for number in range(len(texts))]
    if escape:
        return "".join(csv_rows(columns, [dict(zip(columns, texts, strict=True))], delimiter=delimiter))
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([columns, texts])
    return file.getvalue()


def ways_to_read(file):
    """Yield the cells of a file as programs take it apart: with each delimiter, and blind to quotes."""
    for delimiter in DELIMITERS:
        yield from (cell for row in csv.reader(io.StringIO(file, newline=""), delimiter=delimiter) for cell in row)
        yield from (cell for line in re.split(r"[\r\n]", file) for cell in line.split(delimiter))


def live_cells(texts, delimiter, **how):
    return [cell for cell in ways_to_read(written(texts, delimiter, **how)) if LIVE.match(cell)]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_dangerous_is_live(text, delimiter):
    assert live_cells(["first", text, "last"], delimiter) == []


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(DELIMITERS))
def test_nothing_at_all_is_live(texts, delimiter):
    assert live_cells(texts, delimiter) == []


@pytest.mark.parametrize("text", ["=1+1", "-2+3", "x;=1+1;y", "x\n@SUM(1)", '";=1+1;"'])
def test_a_file_without_the_escape_is_found(text):
    """The mutant: every cell in quotes, and no apostrophe."""
    assert any(live_cells(["first", text, "last"], delimiter, escape=False) for delimiter in DELIMITERS)


@given(TEXTS)
def test_the_escape_has_an_exact_way_back(text):
    assert original_cell(safe_cell(text)) == text
    assert safe_cells.original_cell(safe_cell(text)) == text


@given(TEXTS)
def test_both_packages_have_one_rule(text):
    assert safe_cells.original_cell(text) == original_cell(text)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(DELIMITERS))
def test_nothing_at_all_is_live_and_all_comes_back(texts, delimiter):
    assert live_cells(texts, delimiter) == []
    assert [safe_cells.original_cell(safe_cell(text)) for text in texts] == texts


def test_harmless_text_stays_as_it_is():
    for text in (
        "turku",
        "Turku, Kauppatori",
        "’t is so",
        "a = b",
        "5 - 3",
        "50 %",
        "a@b.example",
        "2026-03-14",
        "1|2",
    ):
        assert safe_cell(text) == text == original_cell(text)


def test_numbers_stay_numbers():
    assert [safe_cell(value) for value in (-3, -0.5, 0, None, True)] == [-3, -0.5, 0, None, True]
    file = "".join(csv_rows(["n", "t", "nothing"], [{"n": -3.5, "t": "-3.5", "nothing": ""}]))
    assert file == '"n","t","nothing"\n-3.5,"\'-3.5",""\n'


def test_a_long_file_comes_in_pieces():
    pieces = list(csv_rows(["a"], ({"a": "x" * 1000} for _ in range(1000)), bom=True))
    assert len(pieces) > 10
    assert max(map(len, pieces)) < 70_000
    assert pieces[0].startswith('\ufeff"a"\n')
