"""Tidy tables come in from files however a spreadsheet writes them."""

import pytest

from analysis import DataProblem, read
from analysis.importers.csv_files import read_text_table

SIGHTINGS = "response_id,problem\n2,rude\n"


@pytest.fixture
def write(tmp_path):
    def write(content, name="responses.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_separators_marks_and_line_endings_do_not_matter(write, separator, mark, ending):
    rows = [["response_id", "arm", "location"], ["1", "shopper", "Łódź"], ["2", "complainant", "Łódź"]]
    text = mark + ending.join(separator.join(row) for row in rows)
    tables = read(write(text), write(SIGHTINGS, "s.csv"))
    assert tables.responses["location"].tolist() == ["Łódź", "Łódź"]


def test_two_ways_to_write_a_letter_are_one_location(write):
    text = "response_id,arm,location\n1,shopper,\u00d3\n2,complainant,O\u0301\n"
    assert read(write(text), write(SIGHTINGS, "s.csv")).responses["location"].nunique() == 1


def test_words_that_mean_missing_elsewhere_stay_words(write):
    """NA is also Namibia; only an empty cell is missing."""
    text = "response_id,arm,location\n1,shopper,NA\n2,complainant,null\n"
    assert read(write(text), write(SIGHTINGS, "s.csv")).responses["location"].tolist() == ["NA", "null"]


def test_rows_are_counted_as_a_spreadsheet_does(write):
    """Quoted line breaks do not begin a row; empty rows count but are passed over."""
    table = read_text_table(write('a,b\n1,"two\nlines"\n\n,\n3,4\n'))
    assert table.index.tolist() == [2, 5]
    assert table["b"].tolist() == ["two\nlines", "4"]


def test_many_rows_come_in_whole(write):
    text = "a,b\n" + "".join(f"{n},x\n" for n in range(120_001))
    table = read_text_table(write(text))
    assert len(table) == 120_001
    assert table.index[-1] == 120_002


def test_ids_stay_text(write):
    text = "response_id,arm,location\n007,shopper,A\n7,complainant,A\n"
    tables = read(write(text), write("response_id,problem\n007,rude\n", "s.csv"))
    assert tables.responses["response_id"].tolist() == ["007", "7"]


def test_a_short_row_is_refused_with_its_number(write):
    with pytest.raises(DataProblem) as caught:
        read_text_table(write("a,b,c\n1,2,3\n1,2\n"))
    assert (caught.value.row, caught.value.column) == (3, "b")
