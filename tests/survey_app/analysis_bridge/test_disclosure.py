"""Nobody can work out from published tables what too few people stand behind."""

import numpy as np
import pytest

from survey_app.analysis_bridge.disclosure import withholding
from survey_app.analysis_bridge.disclosure.hierarchy import MOST_CELLS, Hierarchy
from survey_app.analysis_bridge.disclosure.tables import SOURCES, audit, lost, shown_tables
from survey_app.analysis_bridge.disclosure.withholding import Why
from survey_app.rules.breakdowns import BREAKDOWNS, BreakdownProblem, read_breakdowns
from survey_app.rules.privacy import customers_may_show, visits_may_show
from tests.factories.breakdowns import HIERARCHIES, Responses, added_up, drawn_study, worked_out

NEEDED = {"complainants": 10, "shoppers": 3}


def few_of(source, responses):
    if source == "complainants":
        return lambda rows: not customers_may_show(len(rows))
    return lambda rows: not visits_may_show(len(rows), len({responses.shopper[row] for row in rows}))


def shown_groups(tree, source):
    return {cell.group for cell in tree.published} - set(source.why)


def secrets_worked_out(tree, responses, audited):
    return [
        (source, secret)
        for source in SOURCES
        for secret in worked_out(
            tree,
            responses[source],
            shown_groups(tree, audited[source]),
            few=few_of(source, responses[source]),
            needed=NEEDED[source],
        )
    ]


@pytest.mark.parametrize("hierarchy", HIERARCHIES)
def test_nothing_withheld_can_be_worked_out(hierarchy):
    shown = 0
    for seed in range(20):
        tree, responses = drawn_study(seed, hierarchy=hierarchy, places=4, months=3)
        audited = audit(tree, added_up(responses))
        assert secrets_worked_out(tree, responses, audited) == []
        shown += sum(len(shown_groups(tree, audited[source])) for source in SOURCES)
    assert shown > 20 * 2 * 3, "withholding everything would pass as well"


@pytest.mark.slow
@pytest.mark.parametrize("hierarchy", HIERARCHIES)
def test_nothing_withheld_can_be_worked_out_of_larger_studies(hierarchy):
    for seed in range(100, 120):
        chosen = [breakdown for number, breakdown in enumerate(BREAKDOWNS) if (seed >> number % 6) & 1]
        tree, responses = drawn_study(seed, hierarchy=hierarchy, places=9, months=9, chosen=chosen or BREAKDOWNS)
        assert secrets_worked_out(tree, responses, audit(tree, added_up(responses))) == []


def test_without_a_threshold_the_auditor_finds_the_secrets(monkeypatch):
    assert _found_by_a_mutant(monkeypatch, lambda *_everything: {})


def test_with_the_threshold_only_the_auditor_finds_the_secrets(monkeypatch):
    def threshold_only(groups, chosen, whole, counts):
        return {int(number): Why.FEW for number in np.flatnonzero(chosen & counts.few) if number != whole}

    found = _found_by_a_mutant(monkeypatch, threshold_only)
    assert any(secret.exact for _source, secret in found)


def test_without_linear_programming_the_auditor_finds_narrow_limits(monkeypatch):
    monkeypatch.setattr(withholding.Limits, "unsafe", lambda *_everything: iter(()))
    found = []
    for seed in range(20):
        tree, responses = drawn_study(seed, hierarchy="regions")
        found += secrets_worked_out(tree, responses, audit(tree, added_up(responses)))
    assert found
    assert not any(secret.exact for _source, secret in found)


def _found_by_a_mutant(monkeypatch, mutant):
    monkeypatch.setattr("survey_app.analysis_bridge.disclosure.tables.withhold", mutant)
    found = []
    for seed in range(3):
        tree, responses = drawn_study(seed, hierarchy="regions")
        found += secrets_worked_out(tree, responses, audit(tree, added_up(responses)))
    return found


def a_study(counts, *, chosen=("location-whole",), regions=None, problems=1):
    """Return a study of customers by place, each with so many problems, and of four visits a place."""
    places = tuple(f"p{number}" for number in range(len(counts)))
    tree = Hierarchy(places, regions or {}, ("2026-01",), read_breakdowns(chosen))

    def responses(numbers, shoppers):
        location = [place for place, number in zip(places, numbers, strict=True) for _ in range(number)]
        return Responses(
            location=location,
            month=["2026-01"] * len(location),
            shopper=[f"s{row % 2}" if shoppers else "" for row in range(len(location))],
            problems=np.full(len(location), problems),
            themes={"staff": np.concatenate([np.arange(number) % 2 == 0 for number in numbers])},
        )

    return tree, {"complainants": responses(counts, False), "shoppers": responses([4] * len(counts), True)}


def rows_of(tree, responses):
    return {row["place"]: row for row in shown_tables(tree, audit(tree, added_up(responses)))[0]["rows"]}


def test_nine_are_withheld_and_ten_are_shown():
    rows = rows_of(*a_study([9, 10, 9, 20, 30]))
    assert {place for place, row in rows.items() if row["complainants"] is None} == {"p0", "p2"}
    assert rows["p1"]["complainants"] == {"n": "10-19", "mean": 1.0, "themes": {"staff": 50}}
    assert rows["p0"] == {
        "place": "p0",
        "period": "whole",
        "complainants": None,
        "shoppers": {"n": "3-9", "mean": 1.0, "themes": {"staff": 50}},
        "gap": None,
    }


def test_what_is_withheld_leaves_no_trace_of_its_size():
    nine, four = (rows_of(*a_study([few, 9, 25])) for few in (9, 4))
    assert nine["p0"] == four["p0"]
    assert nine["p2"] == four["p2"]


def test_one_place_too_few_takes_the_next_smallest_with_it():
    tree, responses = a_study([4, 12, 40])
    assert {
        cell.place: audit(tree, added_up(responses))["complainants"].why.get(cell.group) for cell in tree.cells
    } == {
        "all": None,
        "p0": Why.FEW,
        "p1": Why.GIVES_AWAY,
        "p2": None,
    }


def test_two_places_that_are_few_together_take_another_with_them():
    tree, responses = a_study([4, 5, 12, 40])
    assert sorted(audit(tree, added_up(responses))["complainants"].why.values()) == ["few", "few", "gives_away"]


def test_an_empty_place_is_protected_like_any_other():
    tree, responses = a_study([0, 12, 40])
    assert sorted(audit(tree, added_up(responses))["complainants"].why.values()) == ["few", "gives_away"]


def test_that_nobody_saw_a_problem_is_no_less_secret():
    tree, responses = a_study([4, 8, 40, 50])
    quiet = responses["complainants"]
    quiet.problems[:12] = 0
    why = audit(tree, added_up(responses))["complainants"].why
    assert sorted(why.values()) == ["few", "few", "gives_away"], "that both saw nothing would follow from the sums"


def test_visits_of_one_shopper_are_withheld_however_many():
    tree, responses = a_study([20, 20, 20])
    alone = responses["shoppers"]
    alone.shopper[:4] = ["s0"] * 4
    assert sorted(audit(tree, added_up(responses))["shoppers"].why.values()) == ["few", "gives_away"]


def test_a_region_of_one_place_shares_its_fate():
    tree, responses = a_study(
        [4, 12, 40, 30],
        chosen=("location-whole", "region-whole"),
        regions={"r": frozenset({"p0"}), "s": frozenset({"p1", "p2", "p3"})},
    )
    tables = shown_tables(tree, audit(tree, added_up(responses)))
    assert [row["place"] for table in tables for row in table["rows"] if row["complainants"] is None] == [
        "r",
        "s",
        "p0",
        "p1",
    ]


def test_the_same_is_withheld_whatever_the_order_of_responses(random):
    tree, responses = drawn_study(7, hierarchy="regions")
    mixed = {}
    for source, rows in responses.items():
        order = random.permutation(len(rows.location))
        mixed[source] = Responses(
            *([getattr(rows, name)[row] for row in order] for name in ("location", "month", "shopper")),
            problems=rows.problems[order],
            themes={name: seen[order] for name, seen in rows.themes.items()},
        )
    assert shown_tables(tree, audit(tree, added_up(responses))) == shown_tables(tree, audit(tree, added_up(mixed)))


def test_what_is_lost_is_counted():
    tree, responses = a_study([4, 12, 40])
    assert lost(tree, audit(tree, added_up(responses))) == [
        {"id": "location-whole", "source": "complainants", "rows": 3, "shown": 1, "few": 1, "gives_away": 1},
        {"id": "location-whole", "source": "shoppers", "rows": 3, "shown": 3, "few": 0, "gives_away": 0},
    ]


def test_more_cells_than_can_be_checked_are_refused():
    places = tuple(str(number) for number in range(MOST_CELLS // 12 + 1))
    months = tuple(f"2026-{number:02}" for number in range(1, 13))
    with pytest.raises(BreakdownProblem, match="Choose quarters"):
        Hierarchy(places, {}, months, read_breakdowns(["location-month"]))
    assert Hierarchy(places, {}, months, read_breakdowns(["location-quarter"])).size < MOST_CELLS


def test_a_table_on_no_list_is_refused():
    with pytest.raises(BreakdownProblem, match="There is no table 'location-week'"):
        read_breakdowns(["location-week"])
