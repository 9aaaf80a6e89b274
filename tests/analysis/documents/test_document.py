"""What the document says agrees with the numbers, whichever way they point."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from analysis import Tables, compare, convert
from analysis.documents import compose_document, html_file
from analysis.documents.numbers import decimals_for
from analysis.documents.wording import SYMBOLS
from analysis.documents.wording import WORDS as VERDICTS
from analysis.language import language, said
from analysis.language.numbers import number
from analysis.shapes.about import read_about
from analysis.simulation import World, simulate
from tests.analysis.importers.test_mapping import BIRBHUM
from tests.analysis.studies import tables


def world_tables(world, random):
    """A simulated study as tidy tables: a response with n problems names the first n of a list."""
    paired, seen = simulate(world, random)
    responses = pd.DataFrame(
        {
            "response_id": [f"r{row:05d}" for row in paired.rows],
            "arm": np.where(paired.complainant, "complainant", "shopper"),
            "location": [paired.location_names[place] for place in paired.location],
            "cell": paired.cell,
            "shopper": np.where(paired.complainant, "", paired.shopper.astype(str)),
            "list_answered": "yes",
        }
    )
    rows = np.repeat(np.arange(len(seen)), seen)
    place = np.concatenate([np.arange(n) for n in seen])
    sightings = pd.DataFrame(
        {"response_id": responses["response_id"].to_numpy()[rows], "problem": [f"p{n:02d}" for n in place]}
    )
    return Tables(responses, sightings)


WORLDS = {
    "supported": World(locations=30, shoppers=20, rate_ratio=1.6, sd_shopper=0.2, sd_effect=0.2),
    "reversed": World(locations=30, shoppers=20, rate_ratio=0.6, sd_shopper=0.2, sd_effect=0.2),
    "equivalent": World(
        locations=120, shoppers=80, sd_shopper=0.1, sd_effect=0.1, complainant_responses=(3, 5), sd_response=0.1
    ),
    "inconclusive": World(locations=8, shoppers=4),
}


@pytest.fixture(scope="module")
def compared():
    return {word: compare(world_tables(world, np.random.default_rng(11))) for word, world in WORLDS.items()}


@pytest.mark.parametrize("word", WORLDS)
def test_the_card_says_the_verdict_in_word_and_shape(compared, word):
    comparison = compared[word]
    assert comparison.verdict == word
    card = compose_document(comparison).blocks[0]
    assert card.symbol == SYMBOLS[word]
    direction = {"supported": "more problems than", "reversed": "fewer problems than"}
    assert direction.get(word, "differ too little" if word == "equivalent" else "can’t tell yet") in card.headline


@pytest.mark.parametrize("word", WORLDS)
def test_the_finding_in_the_title_agrees_with_the_estimate(compared, word):
    comparison = compared[word]
    title = next(b for b in compose_document(comparison).blocks if b.kind == "figure").title
    assert ("fewer" in title) == (comparison.difference.estimate < 0)
    assert number(abs(comparison.difference.estimate), decimals_for(comparison.difference, 0.5)) in title


@pytest.mark.parametrize(("code", "fewer"), [("en", "fewer"), ("pl", "mniej"), ("fi", "vähemmän")])
@pytest.mark.parametrize("word", WORLDS)
def test_the_finding_agrees_with_the_estimate_in_every_language(compared, word, code, fewer):
    comparison = compared[word]
    document = compose_document(comparison, language_code=code)
    title = next(b for b in document.blocks if b.kind == "figure").title
    shown = language(code).number(
        abs(comparison.difference.estimate), decimals_for(comparison.difference, comparison.plan.margin)
    )
    assert shown in title
    assert shown in document.blocks[0].sentence
    for words in (title, document.blocks[0].sentence):
        assert (fewer in words) == (comparison.difference.estimate < 0)
    assert document.blocks[0].sentence.startswith(said(VERDICTS[word], language(code)))


@pytest.mark.parametrize("word", WORLDS)
def test_every_figure_has_a_table_a_method_and_its_n(compared, word):
    comparison = compared[word]
    figures = [block for block in compose_document(comparison).blocks if block.kind == "figure"]
    assert {"difference", "problems", "discovery", "overlap"} <= {figure.id for figure in figures}
    for figure in figures:
        assert figure.table.rows
        assert figure.computed
        assert re.search(r"\d+ (responses|places)", figure.note)
        assert "Source:" in figure.note
        assert all(len(row) == len(figure.table.columns) for row in figure.table.rows)


@pytest.mark.parametrize("word", WORLDS)
def test_figures_hold_only_what_json_can(compared, word):
    document = compose_document(compared[word])
    assert json.loads(json.dumps(document.to_dict(), allow_nan=False))["language"] == "en"


@pytest.mark.parametrize("word", WORLDS)
def test_a_figure_is_light_enough_for_a_phone(compared, word):
    for block in compose_document(compared[word]).blocks:
        if block.kind == "figure":
            assert len(json.dumps(block.spec).encode()) < 200_000, block.id


def test_an_interval_is_never_rounded_onto_zero_or_the_margin(compared):
    for comparison in compared.values():
        result = comparison.difference
        places = decimals_for(result, 0.5)
        for limit in (*result.ci95, *result.ci90):
            assert round(limit, places) not in (0.0, 0.5, -0.5)


def test_hostile_names_stay_text():
    hostile = '<img src=x onerror=alert(1)></script><a href="https://evil.example">x</a>'
    plain = tables(places=6)
    made = Tables(plain.responses, plain.sightings.assign(problem=hostile))
    page = html_file(compose_document(compare(made)))
    assert "<img src=x" not in page
    assert '<a href="https://evil' not in page
    assert page.count("</script>") == 2 + len(
        [b for b in compose_document(compare(made)).blocks if b.kind == "figure"]
    )


@pytest.fixture(scope="module")
def birbhum():
    mapping = BIRBHUM / "mapping.toml"
    comparison = compare(convert(BIRBHUM / "visits.csv", mapping), BIRBHUM / "plan.toml")
    return comparison, compose_document(comparison, read_about(mapping))


def test_birbhum_says_what_the_data_say(birbhum):
    comparison, _ = birbhum
    assert comparison.verdict == "reversed"
    assert comparison.range is None
    assert comparison.difference.locations == 256
    assert comparison.difference.responses + 68 + 33 == 3108


def test_birbhum_calls_people_genuine_patients_and_never_complainants(birbhum):
    _, document = birbhum
    words = json.dumps(document.to_dict()["blocks"][:1]) + " ".join(
        b.title + b.subtitle for b in document.blocks if b.kind == "figure"
    )
    assert "enuine patients" in words
    assert "omplainant" not in words


def test_birbhum_states_its_limits_and_that_it_tests_no_claim(birbhum):
    _, document = birbhum
    assert any("not yet a test of the claim" in line for line in document.blocks[0].lines)
    limits = next(b for b in document.blocks if b.kind == "section" and b.title == "What these data cannot show")
    assert len(limits.points) == 7
    assert any("They are not complainants" in point for point in limits.points)
    assert any("hangs on one problem" in point for b in document.blocks[1:2] for point in b.points)
