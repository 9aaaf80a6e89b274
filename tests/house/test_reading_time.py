"""docs/survey.md says how many words a customer reads; here they are counted again."""

import json
from pathlib import Path

from survey_app.rules.definitions import read_instrument
from survey_app.rules.quality import Flag, words_of_page
from survey_app.rules.vocabulary import LANGUAGES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "survey.md").read_text()


def test_the_words_of_each_page_are_those_of_the_standard_instrument():
    instrument = read_instrument(json.loads((ROOT / "survey_app" / "instruments" / "standard.json").read_text()))
    whole = dict.fromkeys(LANGUAGES, 0)
    for page in instrument.pages_for(hired=False):
        words = {language: words_of_page(instrument, page.code, language=language) for language in LANGUAGES}
        assert f"| {page.code} | {' | '.join(map(str, words.values()))} |" in PAGE
        whole = {language: whole[language] + words[language] for language in LANGUAGES}
    assert f"| **core path** | {' | '.join(f'**{words}**' for words in whole.values())} |" in PAGE
    minutes = [words / 200 for words in whole.values()]
    assert f"| minutes at 200 words a minute | {' | '.join(f'{each:.1f}' for each in minutes)} |" in PAGE
    assert max(minutes) <= 3
    for code in instrument.blocks:
        words = [words_of_page(instrument, code, language=language) for language in LANGUAGES]
        assert f"| {code}, after the receipt | {' | '.join(map(str, words))} |" in PAGE
        assert max(words) / 200 <= 2


def test_each_flag_is_explained():
    assert [flag for flag in Flag if f"| `{flag}` |" not in PAGE] == []
