"""Skip rules: what they say, when they hold, and what is refused when they are saved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.rules.answered import not_given
from survey_app.rules.conditions import (
    And,
    AnyProblem,
    Compare,
    ConditionProblem,
    Has,
    Is,
    Not,
    Or,
    holds,
    read_condition,
    write_condition,
)
from survey_app.rules.definitions import read_draft
from survey_app.rules.rule_checks import rule_of
from tests.factories.instruments import small_instrument


def said(rule, answers, any_problem=False):
    return holds(read_condition(rule), answers, any_problem=any_problem)


@pytest.mark.parametrize(
    ("rule", "answers", "holds_then"),
    [
        ("channel = phone", {"channel": "phone"}, True),
        ("channel = phone", {"channel": "chat"}, False),
        ("channel = phone", {}, False),
        ("channel != phone", {}, True),
        ("channel != phone", {"channel": None}, True),
        ("not channel = phone", {}, True),
        ("stake >= 5", {"stake": 5}, True),
        ("stake < 5", {"stake": None}, False),
        ("stake > 5", {"stake": not_given("dont_know")}, False),
        ("stake is dont_know", {"stake": not_given("dont_know")}, True),
        ("stake is answered", {"stake": 0}, True),
        ("stake is answered", {"stake": None}, False),
        ("felt = -3", {"felt": -3}, True),
        ("hours > 1.5", {"hours": 1.6}, True),
        ("hours = 0.1", {"hours": 0.1}, True),
        ("where has public", {"where": ["firm", "public"]}, True),
        ("where has public", {"where": not_given("refused")}, False),
        ("problems has rude", {"problems": {"rude": 3}}, True),
        ("any_problem", {}, False),
        ("visited_on >= '2026-03-01'", {"visited_on": "2026-03-14"}, True),
        ("arrived_at < 09:30", {"arrived_at": "09:05"}, True),
        ("a = x or b = y and c = z", {"a": "x"}, True),
        ("(a = x or b = y) and c = z", {"a": "x"}, False),
    ],
)
def test_a_rule_holds_as_it_reads(rule, answers, holds_then):
    assert said(rule, answers) is holds_then


@pytest.mark.parametrize(
    ("rule", "reason", "position"),
    [
        ("channel == phone", "rule_double_equals", 9),
        ("channel phone", "rule_expected_sign", 9),
        ("channel =", "rule_expected_value", 10),
        ("= phone", "rule_expected_item", 1),
        ("(a = b", "rule_open_bracket", 7),
        ("a = b c = d", "rule_expected_joint", 7),
        ("a is sad", "rule_expected_state", 6),
        ("a = b; import os", "rule_unknown_character", 6),
        ("__import__('os')", "rule_expected_sign", 11),
        ("", "rule_expected_item", 1),
        ("(" * 40 + "a = b" + ")" * 40, "rule_too_deep", 22),
        ("not " * 40 + "a = b", "rule_too_deep", 85),
        ("a = b or " * 200 + "a = b", "rule_too_long", 1001),
    ],
)
def test_what_cannot_be_read_says_where(rule, reason, position):
    with pytest.raises(ConditionProblem) as caught:
        read_condition(rule)
    assert (caught.value.reason, caught.value.position) == (reason, position)


@given(st.text(max_size=200) | st.text(alphabet="ab01 ='<>!()\"-.:_ or and not has is", max_size=60))
def test_any_text_is_a_rule_or_refused_with_a_place_in_it(text):
    condition, position = None, 1
    try:
        condition = read_condition(text)
    except ConditionProblem as problem:
        position = problem.position
    assert 1 <= position <= len(text) + 1
    assert condition is None or read_condition(write_condition(condition)) is not None


CODES = st.sampled_from(["a", "b", "stake", "x_1", "2026-03-01", "-3", "and", "with space"])
LEAVES = st.one_of(
    st.builds(Compare, st.sampled_from(["a", "b"]), st.sampled_from(["=", "!=", "<", ">="]), CODES),
    st.builds(Has, st.sampled_from(["a", "b"]), CODES),
    st.builds(Is, st.sampled_from(["a", "b"]), st.sampled_from(["answered", "refused"])),
    st.builds(AnyProblem),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@given(CONDITIONS, st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["a", "x_1", -3, None])))
def test_a_rule_that_is_written_down_and_read_again_means_the_same(condition, answers):
    again = read_condition(write_condition(condition))
    assert write_condition(again) == write_condition(condition)
    for any_problem in (True, False):
        assert _outcome(again, answers, any_problem) == _outcome(condition, answers, any_problem)


def _outcome(condition, answers, any_problem):
    try:
        return holds(condition, answers, any_problem=any_problem)
    except TypeError:
        return "a number has no parts"


def problems(rule, *, page="feeling", item="felt"):
    return [
        (problem.reason, problem.position)
        for problem in rule_of(read_draft(checked()), rule, page=page, item=item)
    ]


def checked():
    definition = small_instrument()
    definition["pages"][1]["items"].append(
        {"code": "guess", "kind": "number", "text": {}, "dont_know": {"en": "?"}, "least": 0, "most": 10}
    )
    return definition


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("channel = phone and guess > 3 and problems has rude and any_problem", []),
        ("visited_on > '2026-01-31' or guess is dont_know", []),
        ("chanel = phone", [("rule_unknown_item", 1)]),
        ("channel = phone and standards is answered", [("rule_later_item", 21)]),
        ("felt > 3", [("rule_same_page", 1)]),
        ("channel > phone", [("rule_wrong_sign", 1)]),
        ("channel has phone", [("rule_wrong_sign", 1)]),
        ("guess has 3", [("rule_wrong_sign", 1)]),
        ("story = x", [("rule_wrong_sign", 1)]),
        ("channel = telephone", [("rule_unknown_code", 1)]),
        ("problems has ruder", [("rule_unknown_code", 1)]),
        ("guess > many", [("rule_not_a_number", 1)]),
        ("guess > 11", [("rule_out_of_range", 1)]),
        ("visited_on > yesterday", [("rule_not_a_day", 1)]),
        ("channel is dont_know", [("rule_not_offered", 1)]),
        ("chanel = phone or guess > 11", [("rule_unknown_item", 1), ("rule_out_of_range", 19)]),
    ],
)
def test_a_rule_is_checked_against_what_is_asked_before(rule, found):
    assert problems(rule) == found


def test_a_rule_looks_back_only_to_what_the_same_person_was_asked():
    assert problems("real_problem = yes", page="visit", item="standards") == [("rule_other_audience", 1)]
    assert problems("met_heard > 3", page="visit", item="standards") == []
    assert problems("real_problem = yes", page="met", item=None) == []
    assert problems("any_problem", page="story", item=None) == [("rule_later_item", 1)]
