"""The outcome table gives the numbers of the row-wise way, whichever way the tables are cut before adding."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import DataProblem, Plan, Tables
from analysis.inference.cells import pair
from analysis.inference.eligibility import eligible_responses
from analysis.inference.outcome import tick
from analysis.inference.outcome_table import (
    OUTCOMES,
    SCALE,
    SHARE_SCALE,
    context_of,
    join_contexts,
    outcome_table,
)
from analysis.inference.sums import add_up, cell_sums, join_sums, lay_out, one_armed
from analysis.inference.two_way_variance import two_way_of_pairs, two_way_of_sums
from tests.analysis.studies import rich_studies, studies

laws = settings(max_examples=30, deadline=None)


def sums_of(tables, plan=None):
    plan = plan or Plan()
    context = context_of(tables.responses, tables.sightings, plan)
    return add_up(outcome_table(tables.responses, tables.sightings, context))


def parts_of(tables, cuts):
    """Cut responses, with their sightings, into parts."""
    edges = [0, *sorted(cuts), len(tables.responses)]
    for start, end in itertools.pairwise(edges):
        responses = tables.responses.iloc[start:end]
        yield responses, tables.sightings[tables.sightings["response_id"].isin(responses["response_id"])]


@laws
@given(studies())
def test_sums_give_the_same_bytes_as_rows(drawn):
    tables = Tables(*drawn)
    responses, left_out, _ = eligible_responses(tables.responses, Plan())
    ticks = tick(responses, tables.sightings, period="month")
    paired = pair(responses.assign(arm=responses["group"]))
    by_rows = two_way_of_pairs(paired, ticks.y)
    sums = sums_of(tables)
    layout = lay_out(sums)
    by_sums = two_way_of_sums(cell_sums(layout, "y"))
    for name in ("estimate", "se", "df", "variance_shopper", "variance_intersection", "cells", "responses"):
        assert np.array_equal(getattr(by_rows, name), getattr(by_sums, name), equal_nan=True), name
    assert by_rows.location_differences.equals(by_sums.location_differences)
    assert sorted(map(str, (*left_out, *ticks.dropped))) == sorted(map(str, sums.dropped))
    assert paired.dropped == one_armed(layout)


@laws
@given(rich_studies(), st.data())
def test_however_the_table_is_cut_the_sums_are_the_same(drawn, data):
    tables = Tables(*drawn)
    cuts = data.draw(st.lists(st.integers(0, len(tables.responses)), max_size=6))
    parts = list(parts_of(tables, cuts))
    order = data.draw(st.permutations(range(len(parts))))
    context = join_contexts([context_of(*parts[place], Plan()) for place in order])
    cut = join_sums([add_up(outcome_table(*parts[place], context)) for place in order])
    whole = sums_of(tables)
    assert context.problems == whole.context.problems
    assert context.implied == whole.context.implied
    assert context.themes == whole.context.themes
    pd.testing.assert_frame_equal(cut.table, whole.table)
    assert cut.dropped == whole.dropped


@laws
@given(rich_studies())
def test_every_outcome_is_a_whole_number_and_who_does_not_know_counts_nothing(drawn):
    tables = Tables(*drawn)
    plan = Plan()
    table = outcome_table(
        tables.responses, tables.sightings, context_of(tables.responses, tables.sightings, plan)
    ).table
    assert (table[list(OUTCOMES)].dtypes == np.int64).all()
    for column in OUTCOMES:
        if column.endswith("_known") and column.removesuffix("_known") in OUTCOMES:
            unknown = table[column] == 0
            assert (table.loc[unknown, column.removesuffix("_known")] == 0).all()


def by_hand():
    """One answer with everything in it."""
    responses = pd.DataFrame(
        {
            "response_id": ["1", "2"],
            "arm": ["complainant", "shopper"],
            "location": "A",
            "scenario": "bill",
            "index_problem": "wrong_info",
            "cost": [12.345, 0.1],
            "controls_shown": 2,
            "bogus_shown": 3,
            "beyond_answered": ["yes", "no"],
            "told_people": [4, 2],
            "felt": [-2, 1],
            "apologised": ["no", "yes"],
            "trace": [8, 1],
            "stake": [0, 7],
            "recommend": [6, 9],
        }
    )
    sightings = pd.DataFrame(
        [
            ("1", "rude", "attitude", 3, "checklist"),
            ("1", "unclear", "noise", None, "checklist"),
            ("1", "wrong_info", "noise", 4, "checklist"),
            ("1", "begging", "no_logic", 4, "coded"),
            ("1", "too_late", "outcome", 4, "checklist"),
            ("1", "name_not_given", "control", None, "checklist"),
            ("1", "fingerprint", "bogus", None, "checklist"),
            ("1", "small_deed", "beyond", None, "checklist"),
        ],
        columns=["response_id", "problem", "theme", "severity", "origin"],
    )
    return Tables(responses, sightings)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("y", (2, 0)),
        ("raw", (3, 0)),
        ("less_one", (1, 0)),
        ("coded", (3, 0)),
        ("focus", (1, 0)),
        ("others", (1, 0)),
        ("severity", (3 * SCALE, 0)),
        ("beyond", (1, 0)),
        ("beyond_known", (1, 0)),
        ("controls", (SHARE_SCALE // 2, 0)),
        ("bogus", (SHARE_SCALE // 3, 0)),
        ("cost", (12_345_000, 100_000)),
        ("displeased_told", (4 * SCALE, 0)),
        ("pleased_told", (0, 2 * SCALE)),
        ("no_apology_felt", (-20, 0)),
        ("apology_felt", (0, 10)),
        ("trace_felt2", (80 * 400, 10 * 100)),
        ("stake_at_all", (0, 1)),
        ("recommend", (-1, 1)),
    ],
)
def test_one_answer_by_hand(outcome, expected):
    tables = by_hand()
    context = context_of(tables.responses, tables.sightings, Plan())
    table = outcome_table(tables.responses, tables.sightings, context).table
    assert tuple(table[outcome]) == expected


def test_sums_that_would_not_be_exact_are_refused():
    responses = pd.DataFrame(
        {"response_id": [str(n) for n in range(10_000)], "arm": "shopper", "location": "A", "cost": 1e9}
    )
    tables = Tables(responses, pd.DataFrame({"response_id": [], "problem": []}))
    with pytest.raises(DataProblem, match="too large"):
        sums_of(tables)
