"""Answers are checked once, for every door: what is typed comes out as it was meant, or with a reason."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from survey_app.rules.answers import check_answers
from survey_app.rules.definitions import list_hash, read_instrument
from survey_app.rules.findings import QuestionnaireProblem
from survey_app.rules.questionnaire import items_for, list_answered, seen_problems, shuffled_list
from survey_app.rules.text import clean_text
from survey_app.web.answering.filled import fields_of
from tests.factories.studies import standard_instrument

TODAY = date(2026, 11, 24)
STANDARD = read_instrument(standard_instrument())
ITEMS = {item.code: item for item in STANDARD.items}
LISTED = [problem.code for problem in STANDARD.problems]


def check(code, *values, **others):
    fields = MultiDict([*((code, value) for value in values), *others.items()])
    checked = check_answers([ITEMS[code]], fields, today=TODAY, listed=LISTED, standards=["greeted"])
    return checked.answers.get(code), [mistake.reason for mistake in checked.mistakes]


@pytest.mark.parametrize(
    ("code", "typed", "meant"),
    [
        ("minutes_waited", "15", 15),
        ("minutes_waited", " 1 500 ", 1500),
        ("hours_lost", "1,5", 1.5),
        ("felt", "-3", -3),
        ("felt", "−3", -3),
        ("hours_lost", "1.5", 1.5),
        ("minutes_waited", "٣", 3),
        ("minutes_waited", "-0", 0),
        ("visited_on", "2024-02-29", "2024-02-29"),
        ("visited_on", "2026-11-24", "2026-11-24"),
        ("arrived_at", "9.05", "09:05"),
        ("started_at_hour", "0", 0),
        ("story", " a\r\nb\x00 ", "a\nb"),
        ("channel", "phone", "phone"),
        ("channel", "", None),
        ("minutes_waited", "", None),
    ],
)
def test_what_is_typed_comes_out_as_meant(code, typed, meant):
    value, reasons = check(code, typed)
    assert value == meant
    assert reasons == (["required"] if meant is None and ITEMS[code].required else [])


@pytest.mark.parametrize(
    ("code", "typed", "reason"),
    [
        ("minutes_waited", "soon", "not_a_number"),
        ("minutes_waited", "1.5", "not_whole"),
        ("minutes_waited", "-1", "out_of_range"),
        ("minutes_waited", "NaN", "not_a_number"),
        ("minutes_waited", "1e400", "not_a_number"),
        ("minutes_waited", "9" * 15, "out_of_range"),
        ("minutes_waited", "9" * 5000, "not_a_number"),
        ("minutes_waited", "1_000", "not_a_number"),
        ("minutes_waited", "1,500", "ambiguous_number"),
        ("money_lost", "12.345", "too_fine"),
        ("felt", "4", "unknown_choice"),
        ("channel", "pigeon", "unknown_choice"),
        ("visited_on", "2026-11-25", "in_the_future"),
        ("visited_on", "24.11.2026", "not_a_date"),
        ("visited_on", "0001-01-01", "not_a_date"),
        ("visited_on", "0000-01-01", "not_a_date"),
        ("visited_on", "9999-12-31", "in_the_future"),
        ("visited_on", "2025-02-29", "not_a_date"),
        ("arrived_at", "25:00", "not_a_time"),
        ("started_at_hour", "24", "out_of_range"),
        ("story", "x" * 5001, "too_long"),
    ],
)
def test_what_cannot_be_meant_has_a_reason(code, typed, reason):
    assert check(code, typed) == (None, [reason])


def test_money_has_an_amount_and_a_currency():
    assert check("money_lost", "12,5", **{"money_lost.currency": "EUR"})[0] == {
        "amount": "12.50",
        "currency": "EUR",
    }
    assert check("money_lost", "12", **{"money_lost.currency": "shells"})[1] == ["unknown_choice"]


def test_the_problem_list_takes_ticks_with_severity():
    value, reasons = check("problems", "rude", "long_wait", **{"severity.rude": "4", "severity.unclear": "2"})
    assert (value, reasons) == ({"long_wait": None, "rude": 4}, [])
    assert check("problems", "none") == ({"none": None}, [])
    assert check("problems", "none", "rude") == ({"rude": None}, [])
    assert check("problems", "invented")[1] == ["unknown_choice"]
    assert check("problems", "rude", **{"severity.rude": "5"})[1] == ["unknown_choice"]
    assert check("problems") == (None, [])


def test_none_of_these_answers_the_list_and_sees_nothing():
    assert list_answered({"problems": {"none": None}})
    assert seen_problems({"problems": {"none": None}}) == {}
    assert not list_answered({"problems": None})


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "felt": st.integers(-3, 3),
            "story": st.text(max_size=50).map(clean_text).filter(bool),
            "minutes_waited": st.integers(0, 100000),
            "problems": st.dictionaries(st.sampled_from(LISTED), st.sampled_from([None, 1, 2, 3, 4]), min_size=1),
            "beyond": st.just(["small_deed", "followed_up"]),
            "standards": st.just({"greeted": "no"}),
            "money_lost": st.just({"amount": "12.50", "currency": "PLN"}),
            "visited_on": st.dates(date(2000, 1, 1), TODAY).map(str),
        },
    )
)
def test_a_form_shows_what_is_stored_and_gives_it_back(answers):
    items = [ITEMS[code] for code in answers]
    checked = check_answers(items, fields_of(items, answers), today=TODAY, listed=LISTED, standards=["greeted"])
    assert checked.mistakes == ()
    assert checked.answers == answers


@given(st.text())
def test_cleaned_text_can_be_held_by_both_databases(text):
    cleaned = clean_text(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean_text(cleaned) == cleaned


def test_apologised_is_asked_only_of_those_who_saw_something():
    feeling = STANDARD.page("feeling")

    def asked(answers, hired=False):
        return {item.code for item in items_for(feeling, hired=hired, answers=answers)}

    assert "apologised" in asked({"problems": {"rude": None}})
    assert "apologised" not in asked({"problems": {"none": None}})
    assert "ask_back" not in asked({}, hired=True)


def test_the_list_is_shuffled_by_heading_and_within_and_the_seed_says_how():
    orders = {tuple(shuffled_list(STANDARD, seed)) for seed in range(50)}
    assert len(orders) == 50
    headings = {problem.code: problem.heading for problem in STANDARD.problems}
    for order in orders:
        assert sorted(order) == sorted(LISTED)
        blocks = [headings[code] for code in order]
        assert sum(one != following for one, following in pairwise(blocks)) == 5
    assert shuffled_list(STANDARD, 7) == shuffled_list(STANDARD, 7)


def test_the_standard_instrument_asks_what_it_should():
    assert [page.code for page in STANDARD.pages if page.stage == "core"] == [
        "encounter",
        "story",
        "problems",
        "feeling",
    ]
    assert set(STANDARD.blocks) == {"h2h", "met", "duties", "beyond", "circumstances"}
    counted = [problem for problem in STANDARD.problems if problem.theme not in ("control", "bogus")]
    assert (len(counted), len(STANDARD.problems)) == (31, 36)
    assert [item.code for item in STANDARD.items if item.required] == ["channel", "scenario", "real_problem"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": 2}, "schema"),
        ({"pages": []}, "no core page"),
        ({"themes": []}, "heading"),
        ({"title": {"en": "Only English"}}, "text in pl"),
        ({"code": "with space"}, "code"),
    ],
)
def test_a_definition_that_cannot_be_used_says_where(change, words):
    with pytest.raises(QuestionnaireProblem, match=words):
        read_instrument(standard_instrument() | change)


def test_two_lists_with_the_same_wording_have_the_same_hash():
    other = standard_instrument()
    assert list_hash(other) == list_hash(standard_instrument())
    other["problems"][0]["text"]["en"] += "!"
    assert list_hash(other) != list_hash(standard_instrument())
