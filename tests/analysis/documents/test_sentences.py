"""The sentences of hypotheses, steps and checks: in three languages, with the same numbers."""

import re

import pytest

from analysis import compare
from analysis.checks.all_checks import CHECKS
from analysis.documents.check_wording import CHECK_NAMES
from analysis.documents.hypothesis_wording import step_sentence
from analysis.language import Words, language, said
from tests.analysis.documents.two_languages import left_over, numbers
from tests.analysis.studies import tables
from tests.analysis.whole_study import PLAN, STUDIES, whole_study

#: What Polish and English, or Finnish and English, happen to write alike.
ALIKE = {"pl": {"plan", "problem", "test", "minus", "standard"}, "fi": set()}


@pytest.fixture(scope="module")
def compared():
    found = {word: compare(whole_study(**how), PLAN) for word, how in STUDIES.items()}
    return found | {"thin": compare(tables(places=3), PLAN), "bare": compare(tables(places=8), PLAN)}


def sentences(comparison):
    yield comparison.sentence
    yield from (found.sentence for found in comparison.hypotheses)
    yield from (step_sentence(step) for step in comparison.steps)
    yield from (check.sentence for check in comparison.checks)
    yield from (name for check in comparison.checks for name in check.columns)
    yield from comparison.warnings


@pytest.mark.parametrize("word", STUDIES)
def test_each_study_gets_its_verdict(compared, word):
    assert compared[word].verdict == word


@pytest.mark.parametrize("code", ["pl", "fi"])
@pytest.mark.parametrize("study", [*STUDIES, "thin", "bare"])
def test_every_sentence_is_said_whole_and_with_the_same_numbers(compared, study, code):
    for sentence in sentences(compared[study]):
        assert isinstance(sentence, Words), sentence
        other = said(sentence, language(code))
        assert other != sentence
        assert not left_over(sentence, other, ALIKE[code]), (sentence, other)
        assert numbers(sentence, "en") == numbers(other, code), (sentence, other)
        assert not re.search(r"\bnan\b", other)
        assert "{" not in other


def test_a_study_with_everything_leaves_no_hypothesis_out(compared):
    assert [found.id for found in compared["supported"].hypotheses if not found.estimable] == []
    assert all(step.reason is None for step in compared["supported"].steps)


def test_every_check_has_a_name():
    assert {check.id for check in CHECKS} <= set(CHECK_NAMES)


@pytest.mark.parametrize("study", STUDIES)
def test_the_label_of_the_plan_stands_in_every_sentence(study):
    named = compare(whole_study(**STUDIES[study]), {**PLAN, "label_complainants": "Genuine patients"})
    said_of_them = [named.sentence, *(found.sentence for found in named.hypotheses)]
    assert not any("omplainants" in sentence for sentence in said_of_them)
    assert "enuine patients" in " ".join(said_of_them)
