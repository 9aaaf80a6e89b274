"""Every text of the pages is there in Polish and Finnish."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "survey_app" / "translations"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def catalogue(path):
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """All texts that the code and the templates want translated."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-k", "_l", "-k", "gettext"]
    subprocess.run([*command, "-F", FOLDER / "babel.cfg", "-o", target, "."], cwd=ROOT, check=True)
    return {message.id for message in catalogue(target) if message.id}


@pytest.mark.parametrize("language", ["pl", "fi"])
def test_every_text_is_translated(texts, language):
    found = {
        message.id
        for message in catalogue(FOLDER / language / "LC_MESSAGES" / "messages.po")
        if message.id and not message.fuzzy and all(_forms(message.string))
    }
    assert sorted(map(str, texts - found)) == []


@pytest.mark.parametrize("language", ["pl", "fi"])
def test_no_translation_is_left_over(texts, language):
    kept = {m.id for m in catalogue(FOLDER / language / "LC_MESSAGES" / "messages.po") if m.id}
    assert sorted(map(str, kept - texts)) == []


@pytest.mark.parametrize("language", ["pl", "fi"])
def test_placeholders_are_the_same(language):
    for message in catalogue(FOLDER / language / "LC_MESSAGES" / "messages.po"):
        if message.id:
            wanted = set(PLACEHOLDER.findall(_forms(message.id)[-1]))
            for form in _forms(message.string):
                assert set(PLACEHOLDER.findall(form)) <= wanted, message.id


def _forms(text):
    return list(text) if isinstance(text, tuple | list) else [text]
