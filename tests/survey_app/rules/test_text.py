"""All text goes through one normaliser, and comes out as both databases, a log line and a sheet can hold it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.rules.text import TextRefused, clean_line, clean_text, name_key, refuse_unstorable

#: Any code point, halves of surrogate pairs included.
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)
UNTOUCHED = [
    "Zażółć gęślą jaźń",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "\u202eabc\u202c",
    "a\u200bb\u200dc\u2060",
    "שלום \u200f עולם",
    "e\u0301" + "\u0316" * 200,
    "١٢٣ 123",
    "𝒳 𠮷",
    "a\ufeffb",
]


def faults(cleaner, text):
    """What is wrong with what a cleaner made of a text."""
    cleaned = cleaner(text)
    try:
        refuse_unstorable(cleaned)
    except TextRefused as refused:
        return str(refused)
    return None if cleaner(cleaned) == cleaned else "cleaning again changes it"


@given(ANY_TEXT)
def test_what_was_cleaned_can_be_kept_and_stays_as_it_is(text):
    assert faults(clean_text, text) is None
    assert faults(clean_line, text) is None
    assert "\n" not in clean_line(text)


@pytest.mark.parametrize("mutant", [str, str.strip, lambda text: text.replace("\0", "")])
def test_a_cleaner_that_forgets_something_is_found(mutant):
    """The mutants: none at all, only spaces, only NUL."""
    assert any(faults(mutant, text) for text in ("a\0b", "a\x1bb", "\ud800"))


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_can_be_kept_is_kept_as_it_is(text):
    assert clean_text(text) == text == clean_line(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\vd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("\ufeff \ufeffname ", "name"),
        ("\x1b[31mred\x9b0m", "[31mred0m"),
        ("a\tb", "a\tb"),
        ("\ufffea\uffff", "a"),
    ],
)
def test_line_ends_are_one_kind_and_controls_go(typed, kept):
    assert clean_text(typed) == kept
    assert clean_line(typed) == kept.replace("\n", " ").replace("\t", " ")


@given(st.text(max_size=40))
def test_both_forms_of_a_name_have_one_key(name):
    keys = {name_key(unicodedata.normalize(form, name)) for form in ("NFC", "NFD")}
    assert len(keys) == 1
    key = keys.pop()
    assert name_key(key) == key
    assert len(key) <= 3 * len(unicodedata.normalize("NFD", name))


def test_names_that_people_read_as_one_have_one_key():
    assert name_key("Café  Nord") == name_key(" CAFÉ\u00a0nord ") == name_key("Cafe\u0301 nord")
    assert name_key("STRASSE") == name_key("Straße")
    assert name_key("Łódź") != name_key("Lodz")


def test_length_is_counted_in_characters():
    for letter in ("a", "ż", "😀"):
        refuse_unstorable(letter * 10, 10)
        with pytest.raises(TextRefused, match="11 characters do not fit: at most 10"):
            refuse_unstorable(letter * 11, 10)
