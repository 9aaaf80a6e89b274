"""Every text of the analysis can be said in Polish and Finnish, with the right forms."""

import ast
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import analysis
from analysis.language import LANGUAGES, language
from analysis.language.catalogues import FOLDER
from analysis.language.numbers import locations
from analysis.language.words import CAPITAL, NOMINATIVE, word_forms

ROOT = Path(analysis.__file__).parent
KEYWORDS = {"say": None, "say_many": (1, 2), "noun": None}
OTHERS = LANGUAGES[1:]


def forms(text):
    return list(text) if isinstance(text, tuple | list) else [text]


def key(text):
    return forms(text)[0]


def catalogue(code):
    with (FOLDER / f"{code}.po").open("rb") as file:
        return [message for message in read_po(file) if message.id]


@pytest.fixture(scope="module")
def wanted():
    """All texts of the code, singular to plural."""
    found = extract_from_dir(ROOT, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {key(text): text for _, _, text, _, _ in found}


@pytest.fixture(scope="module")
def nouns():
    found = extract_from_dir(ROOT, method_map=[("**.py", "python")], keywords={"noun": None})
    return {text for _, _, text, _, _ in found}


def test_the_texts_are_collected(wanted):
    assert "Supported" in wanted
    assert wanted["{n} place"] == ("{n} place", "{n} places")


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_in_every_plural_form(wanted, code):
    plurals = {"pl": 3, "fi": 2}[code]
    done = {
        key(message.id)
        for message in catalogue(code)
        if not message.fuzzy
        and all(forms(message.string))
        and len(forms(message.string)) == (plurals if isinstance(message.id, tuple) else 1)
    }
    assert sorted(set(wanted) - done) == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_over(wanted, code):
    assert sorted({key(message.id) for message in catalogue(code)} - set(wanted)) == []


def places(text):
    """The named places of a text with the forms asked for."""
    return {
        (name, form)
        for _, name, spec, _ in string.Formatter().parse(text)
        if name is not None
        for form in (spec or NOMINATIVE).split(",")
    }


@pytest.mark.parametrize("code", OTHERS)
def test_every_translation_fills_the_places_of_its_text(code, nouns):
    for message in catalogue(code):
        named = {name for text in forms(message.id) for name, _ in places(text)}
        for text in forms(message.string):
            if key(message.id) in nouns:
                continue
            said = {name for name, _ in places(text)}
            missing = named - said - ({"n"} if isinstance(message.id, tuple) else set())
            assert said <= named, message.id
            assert not missing, message.id


@pytest.mark.parametrize("code", OTHERS)
def test_every_noun_has_every_form_that_is_asked_for(code, nouns):
    asked = {
        form
        for message in catalogue(code)
        if key(message.id) not in nouns
        for text in forms(message.string)
        for _, form in places(text)
        if form != CAPITAL
    }
    assert NOMINATIVE in asked
    assert "genitive" in asked
    for message in catalogue(code):
        if key(message.id) in nouns:
            assert asked <= set(word_forms(message.string)), message.id


def test_texts_stand_where_they_can_be_collected():
    """A text that is put together before it is given to `say` would never be found in a catalogue."""
    for file in ROOT.rglob("*.py"):
        if file.name == "words.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                written = node.args[: 2 if node.func.id == "say_many" else 1]
                assert all(isinstance(text, ast.Constant) for text in written), f"{file}:{node.lineno}"


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, "1 miejsce"),
        (2, "2 miejsca"),
        (5, "5 miejsc"),
        (12, "12 miejsc"),
        (22, "22 miejsca"),
        (112, "112 miejsc"),
    ],
)
def test_polish_counts_as_poles_do(n, said):
    assert locations(n).said_in(language("pl")) == said
