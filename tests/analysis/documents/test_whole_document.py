"""The document of a study with everything: each block in three languages; titles agree with their numbers."""

import json
import math
import re
from dataclasses import asdict, replace

import pytest

from analysis import compare
from analysis.documents import compose_document, compose_for_managers
from analysis.documents.managers_document import may_be_told
from tests.analysis.documents.two_languages import left_over, numbers
from tests.analysis.studies import tables
from tests.analysis.whole_study import PLAN, PROBLEMS, STUDIES, whole_study

FIGURES = [
    "difference",
    "steps",
    "themes",
    "problems",
    "discovery",
    "overlap",
    "severity",
    "cost",
    "days",
    "dose",
    "funnel",
    "matrix",
    "ranks",
]
#: The words of this study itself, which are in English in every language, and what is written alike by chance.
OF_THE_STUDY = {word for code in PROBLEMS for word in code.split("_")}
ALIKE = {"pl": {"problem", "plan", "test", "minus", "zero", "standard", "same"}, "fi": set()}
#: Codes, hashes and what is typed; and the one text whose numbers Finnish writes as words.
NOT_WORDS = re.compile(r"python -m analysis|analysis \d|difference, margin|[0-9a-f]{64}$|In simulated studies")


@pytest.fixture(scope="module")
def compared():
    return {word: compare(whole_study(**how), PLAN) for word, how in STUDIES.items()}


@pytest.fixture(scope="module")
def documents(compared):
    return {
        (word, code): compose_document(comparison, language_code=code)
        for word, comparison in compared.items()
        for code in ("en", "pl", "fi")
    }


def figures(document):
    return {block.id: block for block in document.blocks if block.kind == "figure"}


def texts(value):
    """Every text that a reader sees, in order; no drawing, which has its own below, and nothing repeatable."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("kind", "id", "spec", "language", "symbol", "verdict"):
                yield from texts(item)


def drawn_texts(spec):
    """The texts of a drawing: titles of axes, notes in it, names in its legend."""
    layout = spec["layout"]
    yield from (layout[axis]["title"]["text"] for axis in ("xaxis", "yaxis") if "title" in layout.get(axis, {}))
    yield from (note["text"] for note in layout.get("annotations", ()))
    yield from (trace["name"] for trace in spec["data"] if "name" in trace)


def test_a_study_with_everything_has_every_figure(documents):
    assert list(figures(documents["supported", "en"])) == FIGURES


@pytest.mark.parametrize("code", ["pl", "fi"])
@pytest.mark.parametrize("word", STUDIES)
def test_no_english_is_left_and_every_number_is_the_same(documents, word, code):
    english, other = documents[word, "en"].to_dict(), documents[word, code].to_dict()
    pairs = list(zip(texts(english), texts(other), strict=True))
    for one, two in zip(
        figures(documents[word, "en"]).values(), figures(documents[word, code]).values(), strict=True
    ):
        pairs += zip(drawn_texts(one.spec), drawn_texts(two.spec), strict=True)
    assert len(pairs) > 300
    for one, two in pairs:
        if NOT_WORDS.match(one):
            continue
        assert not left_over(one, two, OF_THE_STUDY | ALIKE[code]), (one, two)
        assert numbers(one, "en") == numbers(two, code), (one, two)


def test_a_document_left_in_english_would_be_found(documents):
    english = documents["supported", "en"].to_dict()
    assert sum(bool(left_over(text, text, OF_THE_STUDY)) for text in texts(english)) > 100


@pytest.mark.parametrize("word", STUDIES)
def test_each_title_agrees_with_its_numbers(compared, documents, word):
    comparison, found = compared[word], figures(documents[word, "en"])
    assert ("fewer" in found["difference"].title) == (comparison.difference.estimate < 0)
    clear = [row for row in comparison.themes if row.ci95[0] > 0 or row.ci95[1] < 0]
    assert ("No theme" in found["themes"].title) == (not clear)
    for row in clear:
        who = "Complainants report more" if row.estimate > 0 else "Mystery shoppers report more"
        assert who in found["themes"].title
    third = next(row for row in comparison.hypotheses if row.id == "H3")
    grave = (
        "cannot be told"
        if third.ci95[0] <= 0 <= third.ci95[1]
        else "less grave"
        if third.estimate < 0
        else "graver"
    )
    assert grave in found["severity"].title
    steps = [row for row in comparison.steps if row.ci95[0] > 0 or row.ci95[1] < 0]
    assert found["steps"].title.startswith("What clearly makes a difference") == bool(steps)
    low, high = comparison.cost.saving_ci95
    assert ("more by" in found["cost"].title) == (low > 0)
    assert ("less by" in found["cost"].title) == (high < 0)
    days = [comparison.cost.days_to_coverage[side] for side in ("complainant", "shopper")]
    assert [f"{value:.1f}" for value in days] == numbers_in(found["days"].title)[1:]
    outside = len(comparison.places.outside)
    assert found["funnel"].title.startswith(str(outside) if outside else "No place")


def numbers_in(title):
    """The numbers of a title in the order in which they stand: 80, then one by source."""
    return [word.strip(",") for word in title.replace(":", "").split() if word[0].isdigit()]


@pytest.mark.parametrize("word", STUDIES)
def test_every_block_has_its_number_of_people_its_method_and_a_table(documents, word):
    for block in figures(documents[word, "en"]).values():
        assert block.table.rows
        assert block.computed.endswith(".")
        assert "Source: not stated." in block.note
        assert all(len(row) == len(block.table.columns) for row in block.table.rows)
        assert len(json.dumps(block.spec, allow_nan=False).encode()) < 200_000
        assert block.spec["layout"]["template"]["layout"]["font"]["size"] == 14


def test_hypotheses_stand_in_their_order_with_what_would_refute_them(documents):
    blocks = documents["supported", "en"].blocks
    section = next(block for block in blocks if getattr(block, "title", "").startswith("The ten hypotheses"))
    assert [term.split(" ")[0] for term, _ in section.terms] == [f"H{n}" for n in range(1, 11)]
    assert all("efuted if" in words or "poken against if" in words for _, words in section.terms)


def test_what_managers_read_names_no_place_and_no_shopper(compared):
    for comparison in compared.values():
        managers = json.dumps(asdict(compose_for_managers(comparison)))
        assert not re.search(r"Branch |\bS\d\d\b", managers)
    assert re.search(r"Branch |\bS\d\d\b", json.dumps(asdict(compose_document(compared["supported"]))))


def test_a_bare_study_says_what_is_missing():
    comparison = compare(tables(places=8), PLAN)
    document = compose_document(comparison)
    said = json.dumps(document.to_dict())
    assert "this step is missing" in said
    assert "there is no column `cost`" in said
    assert not re.search(r"\bnan\b", said, re.IGNORECASE)
    assert set(figures(document)) <= set(FIGURES)


def test_a_matrix_of_many_places_with_few_people_is_not_drawn():
    comparison = compare(whole_study(places=24, visits=2), PLAN)
    assert "matrix" not in figures(compose_document(comparison))


def test_places_by_hand():
    responses, sightings = tables(places=2, per_cell=2).responses, tables(places=2, per_cell=2).sightings
    found = compare(tables(places=2, per_cell=2), PLAN).places
    y = responses["response_id"].map(sightings.groupby("response_id").size()).fillna(0)
    of = y.groupby([responses["location"], responses["arm"]])
    means, spread = of.mean(), of.var(ddof=1).groupby("arm").mean()
    for row in found.rows:
        assert row.difference == pytest.approx(means[row.location, "complainant"] - means[row.location, "shopper"])
        assert row.se == pytest.approx(math.sqrt(spread.sum() / 2))
        assert row.as_good_as == pytest.approx(4)


def test_managers_read_what_is_seen_then_themes_how_soon_and_at_what_cost(compared):
    blocks = compose_for_managers(compared["supported"]).blocks
    order = [getattr(block, "id", block.kind) for block in blocks]
    assert order[:5] == ["verdict", "problems", "themes", "discovery", "overlap"]
    assert order.index("overlap") < order.index("cost") < order.index("days") < order.index("difference")


@pytest.mark.parametrize(("people", "told"), [(9, False), (10, True)])
def test_managers_read_what_a_group_felt_only_if_enough_people_are_in_it(compared, people, told):
    comparison = compared["supported"]
    groups = {"displeased_people": 40, "pleased_people": people}
    changed = [
        replace(found, numbers={**found.numbers, **groups}) if found.id == "H6" else found
        for found in comparison.hypotheses
    ]
    read = compose_for_managers(replace(comparison, hypotheses=tuple(changed))).blocks
    assert any(block.title == "How many people are told" for block in read if block.kind == "section") == told


def test_of_a_curve_through_all_feelings_managers_read_nothing(compared):
    found = next(found for found in compared["supported"].hypotheses if found.id == "H9")
    assert not may_be_told(found)
