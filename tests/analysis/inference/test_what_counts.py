"""Which responses and which sightings count, and that what does not is counted with its reason."""

import pandas as pd
import pytest

from analysis import Plan, Tables, compare
from analysis.inference.eligibility import eligible_responses
from analysis.inference.outcome import tick
from analysis.shapes import read_plan


def eligible(columns, plan=None):
    base = {"response_id": [str(n) for n in range(len(next(iter(columns.values()))))], "location": "A"}
    table = Tables(pd.DataFrame(base | columns), pd.DataFrame(columns=["response_id", "problem"]))
    kept, dropped, warnings = eligible_responses(table.responses, read_plan(plan))
    return kept["response_id"].tolist(), {row.reason: row.count for row in dropped}, warnings


def test_arms_that_are_not_compared_are_counted():
    kept, dropped, _ = eligible({"arm": ["shopper", "customer", "complainant", "hired_real_need", "customer"]})
    assert kept == ["0", "2"]
    assert dropped == {
        "arm 'hired_real_need' is not among those compared": 1,
        "arm 'customer' is not among those compared": 2,
    }


def test_the_plan_may_name_several_arms_a_side():
    plan = {"shoppers": ["shopper", "hired_real_need"]}
    assert eligible({"arm": ["shopper", "hired_real_need", "complainant"]}, plan)[0] == ["0", "1", "2"]


def test_routes_hold_for_complainants_only():
    columns = {
        "arm": ["shopper", *["complainant"] * 4],
        "route": ["assigned", "invited", "open", "brought_in", ""],
    }
    kept, dropped, _ = eligible(columns)
    assert kept == ["0", "1", "2"]
    assert dropped == {"route 'brought_in' is not in the plan": 1, "the route is not known": 1}
    assert eligible(columns, {"routes": ["open"]})[0] == ["0", "2"]


def test_no_column_of_routes_is_warned_of():
    assert any("`route`" in warning for warning in eligible({"arm": ["complainant"]})[2])


def test_flags_are_excluded_when_the_plan_says_so():
    columns = {"arm": ["complainant"] * 4, "flags": ["", "speeding", "burst;speeding", "speed"]}
    assert eligible(columns)[0] == ["0", "1", "2", "3"]
    kept, dropped, _ = eligible(columns, {"exclude_flags": ["speeding"]})
    assert kept == ["0", "3"]
    assert dropped == {"flag 'speeding' is excluded by the plan": 2}


def test_flags_after_a_blank_are_flags_too():
    columns = {"arm": ["complainant"], "flags": ["burst; speeding"]}
    assert eligible(columns, {"exclude_flags": ["speeding"]})[0] == []


def test_the_window_holds_for_genuine_customers_only():
    columns = {
        "arm": ["shopper", "complainant", "complainant", "complainant", "complainant"],
        "visited_on": ["2026-01-01", "2026-01-01", "2026-01-01", "", "2026-01-01"],
        "submitted_at": ["2026-06-01", "2026-01-15T23:59", "2026-01-16", "2026-01-02", ""],
    }
    assert len(eligible(columns)[0]) == 5
    kept, dropped, _ = eligible(columns, {"window_days": 14})
    assert kept == ["0", "1"]
    assert dropped == {
        "the date of the visit or of the answer is not known": 2,
        "answered more than 14 days after the visit": 1,
    }


def test_a_window_without_dates_drops_every_customer():
    kept, dropped, _ = eligible({"arm": ["shopper", "complainant"]}, {"window_days": 14})
    assert kept == ["0"]
    assert sum(dropped.values()) == 1


def test_an_unanswered_list_is_dropped_and_an_answered_one_without_a_tick_is_zero():
    responses = pd.DataFrame(
        {
            "response_id": ["s", "c", "d", "e"],
            "arm": ["shopper", "complainant", "complainant", "complainant"],
            "location": "A",
            "list_answered": ["yes", "TRUE", "no", ""],
        }
    )
    sightings = pd.DataFrame({"response_id": ["s"], "problem": ["rude"]})
    result = compare(Tables(responses, sightings))
    assert result.difference.estimate == -1
    assert result.difference.responses == 2
    assert ("the problem list was not answered", 2) in [(row.reason, row.count) for row in result.dropped]


def ticks(sightings, responses=None, **how):
    people = pd.DataFrame({"response_id": ["1", "2"], "arm": ["shopper", "complainant"], "location": "A"})
    tables = Tables(people if responses is None else responses, pd.DataFrame(sightings))
    return tick(tables.responses, tables.sightings, period="month", **how)


def test_a_problem_named_twice_counts_once():
    seen = ticks({"response_id": ["1", "1", "1"], "problem": ["rude", "rude", "unclear"]})
    assert seen.y.tolist() == [2, 0]
    assert [(row.reason, row.count) for row in seen.dropped] == [
        ("the same problem was named twice in a response", 1)
    ]


def test_themes_that_never_count_and_outcomes_are_left_out():
    seen = ticks(
        {
            "response_id": ["1"] * 6,
            "problem": ["a", "b", "c", "d", "e", "f"],
            "theme": ["control", "bogus", "beyond", "outcome", "reach", "outcome"],
            "stage": ["", "", "", "", "outcome", "handling"],
        }
    )
    assert seen.problems == ("f",)
    assert seen.y.tolist() == [1, 0]
    assert sum(row.count for row in seen.dropped) == 5


def test_without_theme_and_stage_all_is_handling_with_a_warning():
    assert any("theme" in warning for warning in ticks({"response_id": ["1"], "problem": ["a"]}).warnings)
    assert not ticks({"response_id": ["1"], "problem": ["a"], "theme": ["reach"]}).warnings


def test_coded_stories_count_only_in_the_secondary_outcome():
    sightings = {"response_id": ["1", "1"], "problem": ["a", "b"], "origin": ["", "coded"]}
    assert ticks(sightings).y.tolist() == [1, 0]
    assert ticks(sightings, origins=("checklist", "coded")).y.tolist() == [2, 0]


def people(**columns):
    base = {"response_id": ["1", "2", "3"], "arm": ["shopper", "complainant", "complainant"], "location": "A"}
    return pd.DataFrame(base | columns)


EVERYBODY_SAW_BOTH = {"response_id": ["1", "2", "3"] * 2, "problem": ["a"] * 3 + ["b"] * 3}


def test_what_one_arm_says_is_implied_is_removed_from_both_in_the_scenario():
    responses = people(scenario=["x", "x", "z"], index_problem=["", "a; q", ""])
    seen = ticks(EVERYBODY_SAW_BOTH, responses)
    assert seen.y.tolist() == [1, 1, 2]
    assert seen.raw.tolist() == [2, 2, 2]
    assert seen.implied[:, seen.problems.index("a")].tolist() == [True, True, False]


def test_without_scenarios_the_cell_decides_what_is_implied():
    responses = people(cell=["x", "x", "z"], index_problem=["a", "", ""])
    assert ticks(EVERYBODY_SAW_BOTH, responses).y.tolist() == [1, 1, 2]


def test_a_dropped_response_implies_nothing():
    responses = people(scenario="x", index_problem=["", "", "a"], list_answered=["yes", "yes", "no"])
    result = compare(Tables(responses, pd.DataFrame(EVERYBODY_SAW_BOTH)))
    assert result.difference.shoppers_mean == 2


def test_implied_problems_are_left_out_of_their_own_test():
    """Problem a is implied in scenario x, so only scenario z says how often it is seen."""
    responses = pd.DataFrame(
        {
            "response_id": ["1", "2", "3", "4"],
            "arm": ["shopper", "complainant"] * 2,
            "location": "A",
            "scenario": ["x", "x", "z", "z"],
            "index_problem": ["a", "a", "", ""],
        }
    )
    sightings = pd.DataFrame({"response_id": ["1", "2", "4"], "problem": "a"})
    row = compare(Tables(responses, sightings)).problems[0]
    assert row.result.estimate == 1
    assert row.total == 1


def test_the_plan_of_files_and_mappings_hashes_alike(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('routes = ["open", "invited"]\nmargin = 0.5\n')
    assert read_plan(path).hash() == Plan().hash() == read_plan({}).hash()
    assert read_plan({"margin": 1}).hash() == read_plan({"margin": 1.0}).hash() != Plan().hash()


@pytest.mark.parametrize(("scale", "margin"), [("ratio", 0.2231), ("difference", 0.5)])
def test_the_default_margin_follows_the_scale(scale, margin):
    assert read_plan({"scale": scale}).margin == margin
