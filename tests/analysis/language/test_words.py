"""Words keep what they were made of, and every language writes numbers in its own way."""

import copy
import json
import pickle
from datetime import date

import pytest

from analysis.language import (
    ENGLISH,
    Day,
    Group,
    Joined,
    Listed,
    Number,
    Percent,
    forms_of_name,
    language,
    noun,
    said,
    say,
    say_many,
)

THIN = "\N{NO-BREAK SPACE}"
INSIDE = say("{low} to {high}", low=Number(-0.45, 2), high=Number(12345.6, 1))


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "−0.45 to 12,345.6"),
        ("pl", f"od −0,45 do 12{THIN}345,6"),
        ("fi", f"−0,45 … 12{THIN}345,6"),
    ],
)
def test_a_sentence_is_said_with_the_numbers_of_the_language(code, written):
    assert INSIDE.said_in(language(code)) == written


@pytest.mark.parametrize(
    ("code", "share", "many", "day"),
    [
        ("en", f"25.6{THIN}%", "a, b and c", "5 March 2026"),
        ("pl", "25,6%", "a, b i c", "5 marca 2026"),
        ("fi", f"25,6{THIN}%", "a, b ja c", "5. maaliskuuta 2026"),
    ],
)
def test_percentages_lists_and_days(code, share, many, day):
    speech = language(code)
    assert said(Percent(0.256, 1), speech) == share
    assert said(Listed(["a", "b", "c"]), speech) == many
    assert said(Day(date(2026, 3, 5)), speech) == day


def test_what_is_not_estimable_is_a_dash_everywhere():
    for code in ("en", "pl", "fi"):
        assert said(Number(float("nan")), language(code)) == said(Percent(float("nan")), language(code)) == "–"


def test_english_words_are_text_like_any_other():
    assert INSIDE == "−0.45 to 12,345.6"
    assert json.loads(json.dumps({"warnings": [INSIDE]})) == {"warnings": ["−0.45 to 12,345.6"]}


@pytest.mark.parametrize("again", [copy.deepcopy, copy.copy, lambda words: pickle.loads(pickle.dumps(words))])  # noqa: S301
def test_words_survive_a_copy_and_another_process(again):
    all_kinds = Joined("; ", [INSIDE, Percent(0.5), Listed(["a"]), Group("Patients", noun("complainants"))])
    copied = again(all_kinds)
    assert copied == all_kinds
    assert copied.said_in(language("pl")) == all_kinds.said_in(language("pl")) != all_kinds


def test_a_noun_is_said_in_the_form_that_the_sentence_asks_for():
    words = say("Responses of {who}", who=noun("mystery shoppers"))
    assert words.said_in(language("pl")) == "Odpowiedzi tajemniczych klientów"
    assert words.said_in(language("fi")) == "Haamuasiakkaiden vastaukset"


def test_a_study_can_name_its_people():
    words = say("Responses of {who}", who=noun("complainants"))
    named = {"nominative": "prawdziwi pacjenci", "genitive": "prawdziwych pacjentów"}
    assert words.said_in(language("pl").naming({"complainants": named})) == "Odpowiedzi prawdziwych pacjentów"
    unknown = forms_of_name("Genuine patients", language("pl"))
    speech = language("pl").naming({"complainants": unknown})
    assert words.said_in(speech) == "Odpowiedzi osób z grupy „Genuine patients”"
    english = ENGLISH.naming({"complainants": forms_of_name("Genuine patients", ENGLISH)})
    assert words.said_in(english) == "Responses of genuine patients"
    group = Group("Genuine patients", noun("complainants"))
    assert say("{who:capital} were asked; {who} answered", who=group) == (
        "Genuine patients were asked; genuine patients answered"
    )


def test_a_text_without_translation_stays_english():
    assert say_many("{n} such text", "{n} such texts", 2).said_in(language("fi")) == "2 such texts"
