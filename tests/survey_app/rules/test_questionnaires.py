"""What may be published, what is asked of whom, and in which order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from survey_app.rules.answered import not_given, state_of
from survey_app.rules.answers import check_answers
from survey_app.rules.checking import findings_of
from survey_app.rules.definitions import read_draft, read_instrument
from survey_app.rules.findings import SENTENCES, QuestionnaireProblem
from survey_app.rules.questionnaire import (
    asked_answers,
    decides_on_pages,
    in_order,
    items_for,
    path_for,
    shuffled_orders,
)
from survey_app.rules.shape import shaped
from survey_app.web.answering.filled import fields_of
from survey_app.web.answering.piped import Piping
from tests.factories.instruments import rich_instrument, small_instrument
from tests.factories.studies import standard_instrument

TODAY = date(2026, 11, 24)
RICH = read_instrument(rich_instrument())
ITEMS = {item.code: item for item in RICH.items}


def found(definition):
    known = shaped(definition)
    return [finding for finding in findings_of(known, read_draft(known)) if finding.blocking]


def reasons(definition):
    return [(finding.reason, finding.code) for finding in found(definition)]


def changed(change):
    definition = rich_instrument()
    change(definition)
    return definition


def item_of(definition, code):
    return next(item for page in definition["pages"] for item in page["items"] if item["code"] == code)


@pytest.mark.parametrize("definition", [standard_instrument, small_instrument, rich_instrument])
def test_what_is_in_order_has_nothing_that_blocks(definition):
    assert found(definition()) == []


@pytest.mark.parametrize(
    ("change", "reason", "code"),
    [
        (lambda d: item_of(d, "agree")["text"].pop("fi"), "text_missing", "agree"),
        (lambda d: item_of(d, "agree")["options"].pop(), "scale_words", "agree"),
        (lambda d: item_of(d, "agree").update({"from": 7}), "scale_ends", "agree"),
        (lambda d: item_of(d, "pain").update({"to": 40}), "scale_ends", "pain"),
        (lambda d: item_of(d, "spent").pop("currencies"), "no_currencies", "spent"),
        (lambda d: item_of(d, "where").update(options=[]), "no_options", "where"),
        (lambda d: item_of(d, "where")["options"][0].update(code="refused"), "code_reserved", "where"),
        (lambda d: item_of(d, "channel")["options"][0].update(exclusive=True), "exclusive_kind", "channel"),
        (lambda d: item_of(d, "channel")["options"][0].update(code="pigeon"), "key_item_options", "channel"),
        (lambda d: item_of(d, "scenario").update(only_if="any_problem"), "key_item_open", "scenario"),
        (lambda d: item_of(d, "scenario").update(kind="text"), "key_item_kind", "scenario"),
        (lambda d: item_of(d, "pain").update(code="not"), "code_reserved", "not"),
        (lambda d: item_of(d, "pain").update(code="agree"), "code_twice", "agree"),
        (lambda d: item_of(d, "weeks").update(least=9, most=3), "range_ends", "weeks"),
        (lambda d: item_of(d, "problems").update(severity=[]), "list_incomplete", "problems"),
        (lambda d: item_of(d, "problems").update(dont_know={"en": "?"}), "open_kind", "problems"),
        (lambda d: item_of(d, "pain").update(only_if="where has nowher"), "rule_unknown_code", "pain"),
        (lambda d: item_of(d, "pain")["text"].update(en="You said {wher}"), "pipe_unknown", "pain"),
        (lambda d: item_of(d, "pain")["text"].update(en="You said {agree}"), "pipe_later", "pain"),
        (lambda d: item_of(d, "pain")["text"].update(en="You said {problems}"), "pipe_kind", "pain"),
        (lambda d: item_of(d, "pain")["text"].update(en="A { brace"), "pipe_brace", "pain"),
        (lambda d: item_of(d, "told")["text"].update(en="No name"), "pipe_differs", "told"),
        (lambda d: d["pages"].pop(0), "key_item_missing", ""),
        (lambda d: d.update(implied={"nothing": ["rude"]}), "implied_unknown", "rude"),
    ],
)
def test_each_mistake_is_found_where_it_is(change, reason, code):
    assert (reason, code) in reasons(changed(change))
    with pytest.raises(QuestionnaireProblem):
        read_instrument(changed(change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(extra=1), "“extra” at definition"),
        (lambda d: d["pages"][0]["items"][0].update(requird=True), r"“requird” at pages\[0\].items\[0\]"),
        (lambda d: d["pages"][0]["items"][0].update(required="yes"), r"pages\[0\].items\[0\].required"),
        (lambda d: d["pages"][0]["items"][0].pop("kind"), "“kind”"),
        (lambda d: d["pages"][0].update(items={}), "no list"),
        (lambda d: d["pages"][0].update(code="a b"), "letters"),
        (lambda d: d["pages"][0]["items"][0].update(kind="sql"), "none of"),
        (lambda d: d["pages"][0]["title"].update(de="x"), "“de”"),
        (lambda d: d["pages"][0]["title"].update(en="x" * 6000), "6000 characters"),
        (lambda d: d["pages"].extend(d["pages"] * 60), "room for 100"),
        (lambda d: d["pages"][0]["items"][0].update({"from": True}), "from"),
        (lambda d: d["pages"][0].update(items=[3]), "no object"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_place(change, words):
    with pytest.raises(QuestionnaireProblem, match=words):
        shaped(changed(change))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["pages", "themes", "problems", "title", "implied", "code", "schema"]))
def test_no_json_breaks_the_reader(value, key):
    for definition in (value, small_instrument() | {key: value}):
        reason = None
        try:
            shaped(definition)
        except QuestionnaireProblem as problem:
            reason = problem.finding.reason
        assert reason is None or reason in SENTENCES


def test_shaping_is_done_once():
    assert shaped(shaped(rich_instrument())) == shaped(rich_instrument())


def check(code, *values, **others):
    fields = MultiDict([*((code, value) for value in values), *others.items()])
    checked = check_answers([ITEMS[code]], fields, today=TODAY, listed=[], standards=[])
    return checked.answers.get(code), [mistake.reason for mistake in checked.mistakes]


@pytest.mark.parametrize(
    ("code", "values", "others", "meant"),
    [
        ("agree", ["5"], {}, 5),
        ("agree", ["dont_know"], {}, not_given("dont_know")),
        ("where", ["dont_know"], {}, not_given("dont_know")),
        ("where", ["nowhere"], {}, ["nowhere"]),
        ("weeks", [""], {"weeks.dont_know": "yes"}, not_given("dont_know")),
        ("weeks", [""], {"weeks.refused": "yes"}, not_given("refused")),
        ("weeks", ["3"], {"weeks.dont_know": "yes"}, 3),
        ("weeks", [""], {}, None),
        ("pain", [""], {"pain.dont_know": "yes"}, None),
        ("spent", ["12,50"], {"spent.currency": "PLN"}, {"amount": "12.50", "currency": "PLN"}),
    ],
)
def test_not_to_answer_is_an_answer_where_it_is_offered(code, values, others, meant):
    assert check(code, *values, **others) == (meant, [])
    again = fields_of([ITEMS[code]], {code: meant})
    assert check(code, *again.getlist(code), **{k: v for k, v in again.items() if k != code}) == (meant, [])


@pytest.mark.parametrize(
    ("code", "values", "reason"),
    [
        ("where", ["nowhere", "public"], "exclusive"),
        ("where", ["dont_know", "public"], "exclusive"),
        ("pain", ["dont_know"], "not_a_number"),
        ("agree", ["6"], "unknown_choice"),
    ],
)
def test_what_contradicts_itself_is_asked_again(code, values, reason):
    assert check(code, *values) == (None, [reason])


def test_a_note_asks_nothing():
    assert check("thanks") == (None, [])
    assert state_of({}, "thanks") == "not_shown"


def test_what_became_of_a_question_can_be_told_apart():
    answers = {"agree": 3, "weeks": None, "where": not_given("dont_know"), "spent": not_given("refused")}
    assert [state_of(answers, code) for code in ("agree", "weeks", "where", "spent", "pain")] == [
        "answered",
        "skipped",
        "dont_know",
        "refused",
        "not_shown",
    ]


def path(answers, hired=False):
    return [page.code for page in path_for(RICH, hired=hired, answers=answers)]


def test_a_page_with_a_rule_is_there_only_when_it_holds():
    assert "outside" not in path({})
    assert "outside" in path({"where": ["public"]})
    assert decides_on_pages(RICH, RICH.page("before"))
    assert not decides_on_pages(RICH, RICH.page("encounter"))


def test_answers_to_what_is_hidden_now_decide_nothing():
    answers = {"where": ["nowhere"], "pain": 9, "told": "friends"}
    assert asked_answers(RICH, answers) == {"where": ["nowhere"]}
    last = RICH.page("after")
    assert {item.code for item in items_for(last, hired=False, answers=asked_answers(RICH, answers))} == {
        "agree",
        "thanks",
    }


def test_the_order_of_one_respondent_is_drawn_once_and_stays():
    orders = {tuple(shuffled_orders(RICH, seed)["items"]["where"]) for seed in range(40)}
    assert orders == {("firm", "public"), ("public", "firm")}
    assert shuffled_orders(RICH, 5) == shuffled_orders(RICH, 5)
    (where,) = in_order([ITEMS["where"]], RICH.page("before"), {"items": {"where": ["public", "firm"]}})
    assert [option.code for option in where.options] == ["public", "firm", "other", "nowhere"]


def test_a_page_is_shuffled_around_what_stays():
    seen = {tuple(shuffled_orders(RICH, seed)["pages"]["before"]) for seed in range(40)}
    assert seen == {("where", "weeks", "spent"), *seen}
    assert len(seen) == 6
    arranged = in_order(
        RICH.page("before").items, RICH.page("before"), {"pages": {"before": ["spent", "where", "weeks"]}}
    )
    assert [item.code for item in arranged] == ["hello", "spent", "where", "weeks"]


def test_what_was_answered_is_repeated_and_never_read_as_more():
    told = ITEMS["told"]
    piped = Piping(RICH, {"pain": 7, "where": ["public"]}).item(told)
    assert piped.text["en"] == "You said 7. {braces}"
    hostile = Piping(RICH, {"story": "{pain}<b>{{"}).item(ITEMS["agree"])
    assert hostile.text["en"] == "You wrote: {pain}<b>{{"
    assert Piping(RICH, {}).item(told).text["fi"] == "Sanoit …. {sulut}"
