"""XLSForm: what goes out comes back, and each mistake of a hand-made form is named by sheet, row and column."""

import io
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given

from survey_app.foundations.spreadsheets import write_sheets
from survey_app.foundations.workbooks import WorkbookRefused, read_workbook
from survey_app.rules.conditions import ConditionProblem, write_condition
from survey_app.rules.definitions import hash_of, read_instrument
from survey_app.rules.xlsform import XlsformProblem, from_xlsform, tidied, to_xlsform
from survey_app.rules.xpath import from_xpath, to_xpath
from tests.factories.instruments import rich_instrument, small_instrument
from tests.factories.studies import standard_instrument
from tests.survey_app.rules.test_conditions import CONDITIONS


def packed(sheets):
    target = io.BytesIO()
    write_sheets(target, sheets)
    return target.getvalue()


@pytest.mark.parametrize("definition", [standard_instrument, small_instrument, rich_instrument])
def test_an_instrument_goes_out_and_comes_back_as_it_was(definition):
    sheets = to_xlsform(definition())
    again = from_xlsform(read_workbook(packed(sheets)))
    assert again == tidied(definition())
    assert hash_of(again) == hash_of(tidied(definition()))
    assert to_xlsform(again) == sheets
    assert read_instrument(again) == read_instrument(definition())


def by_hand(**changes):
    """Sheets as somebody typed them, with some cells changed, and some rows or sheets taken away."""
    sheets = {
        name: [dict(row) for row in rows] for name, (_columns, rows) in to_xlsform(small_instrument()).items()
    }
    for sheet, number, column, text in changes.get("cells", ()):
        sheets[sheet][number - 2][column] = text
    for sheet, number in changes.get("without", ()):
        sheets[sheet][number - 2] = None
    for sheet in changes.get("no_sheet", ()):
        del sheets[sheet]
    return {
        name: [(number, row) for number, row in enumerate(rows, start=2) if row is not None]
        for name, rows in sheets.items()
    }


def test_the_form_made_by_hand_is_in_order_before_it_is_spoiled():
    assert from_xlsform(by_hand()) == tidied(small_instrument())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"cells": [("survey", 11, "relevant", "${channel} == 'phone'")]},
            "survey row 11, column relevant: Position 12: write one =",
        ),
        (
            {"cells": [("survey", 11, "relevant", "position(..) > 1")]},
            "survey row 11, column relevant: Position 10:",
        ),
        (
            {"cells": [("survey", 11, "relevant", "${channel} = ")]},
            "survey row 11, column relevant: Position 13",
        ),
        (
            {"cells": [("survey", 4, "name", "channel")]},
            "survey row 4, column name: The name “channel” stands there twice",
        ),
        (
            {"cells": [("survey", 4, "name", "my code")]},
            "survey row 4, column name: The code “my code”",
        ),
        (
            {"cells": [("survey", 4, "name", "meta")]},
            "survey row 4, column name: “meta” has a meaning",
        ),
        (
            {"cells": [("survey", 3, "type", "select_one chanels")]},
            "survey row 3, column type: There is no list “chanels”",
        ),
        (
            {"cells": [("survey", 4, "type", "geopoint")]},
            "survey row 4, column type: The type “geopoint”",
        ),
        (
            {"cells": [("survey", 4, "label::Polski (pl)", "")]},
            "survey row 4, column label::Polski (pl): The text in pl",
        ),
        (
            {"cells": [("choices", 2, "label::Suomi (fi)", "")]},
            "choices row 2, column label::Suomi (fi): The text in fi",
        ),
        (
            {"cells": [("choices", 3, "name", "in_person")]},
            "choices row 3, column name: The name “in_person”",
        ),
        (
            {"cells": [("survey", 4, "required", "perhaps")]},
            "survey row 4, column required: “perhaps” is neither",
        ),
        (
            {"cells": [("survey", 4, "relevent", "x")]},
            "survey row 1, column relevent: The column “relevent”",
        ),
        (
            {"cells": [("survey", 4, "label::Deutsch (de)", "x")]},
            "survey row 1, column label::Deutsch (de): The language",
        ),
        (
            {"without": [("survey", 7)]},
            "survey row 8, column type: A group begins within the group of row 2",
        ),
        (
            {"without": [("survey", 2)]},
            "survey row 3, column type: This question stands outside a group",
        ),
        (
            {"no_sheet": ["choices"]},
            "choices: This sheet is missing",
        ),
        (
            {"no_sheet": ["settings"]},
            "settings: This sheet is missing",
        ),
        (
            {"cells": [("settings", 2, "form_id", "no code!")]},
            "settings row 2, column form_id: The code",
        ),
    ],
)
def test_each_usual_mistake_is_named_where_it_is(changes, said):
    with pytest.raises(XlsformProblem) as caught:
        from_xlsform(by_hand(**changes))
    assert any(line.startswith(said) for line in str(caught.value).splitlines()), str(caught.value)


def test_all_mistakes_are_named_at_once():
    changes = {
        "cells": [("survey", 4, "type", "geopoint"), ("survey", 5, "name", "channel"), ("choices", 2, "name", "?")]
    }
    with pytest.raises(XlsformProblem) as caught:
        from_xlsform(by_hand(**changes))
    assert [(trap.sheet, trap.row) for trap in caught.value.traps] == [
        ("survey", 4),
        ("survey", 5),
        ("choices", 2),
    ]


@given(CONDITIONS)
def test_a_rule_goes_through_xpath_and_means_the_same(condition):
    kinds = {}
    try:
        once = write_condition(from_xpath(to_xpath(condition), kinds))
    except ConditionProblem as problem:
        raise AssertionError(to_xpath(condition)) from problem
    assert write_condition(from_xpath(to_xpath(from_xpath(to_xpath(condition), kinds)), kinds)) == once


@pytest.mark.parametrize(
    ("xpath", "rule"),
    [
        ("${a} != ''", "a is answered"),
        ("${a} = ''", "not a is answered"),
        ("${a} = 'dont_know'", "a is dont_know"),
        ('selected(${c}, "x") and ${n} <= -2.5', "c = x and n <= -2.5"),
        (
            "(count-selected(${problems}) > 0 and not(selected(${problems}, 'none'))) or ${n} > 1",
            "any_problem or n > 1",
        ),
    ],
)
def test_rules_as_other_programs_write_them(xpath, rule):
    assert write_condition(from_xpath(xpath, {"c": "choice"})) == rule


def workbook(fill):
    book = openpyxl.Workbook()
    book.active.title = "survey"
    fill(book.active)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_formula_is_refused_with_its_place():
    def fill(sheet):
        sheet.append(["type", "name"])
        sheet.append(["text", "=1+1"])

    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(workbook(fill))
    assert (caught.value.reason, caught.value.sheet, caught.value.row, caught.value.column) == (
        "formula",
        "survey",
        2,
        "name",
    )


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed_file:
        packed_file.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 8_000_000)
    return target.getvalue()


def many():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed_file:
        for number in range(300):
            packed_file.writestr(f"{number}.xml", b"x")
    return target.getvalue()


@pytest.mark.parametrize(
    "content", [bomb, many, lambda: b"x" * 2_000_000, lambda: workbook(lambda s: s.cell(9000, 1, "x"))]
)
def test_a_bomb_is_refused_before_it_is_unpacked(content):
    content = content()
    begun = time.process_time()
    with pytest.raises(WorkbookRefused, match="too_large"):
        read_workbook(content)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(WorkbookRefused, match="not_a_workbook"):
        read_workbook(content)
