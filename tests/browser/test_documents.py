"""The stand-alone document in a real Chromium: in three languages, on a phone, on a desktop and on paper."""

import pytest

from analysis import compare, convert
from analysis.documents import compose_document, html_file
from analysis.language import LANGUAGES
from analysis.shapes.about import read_about
from tests.analysis.importers.test_mapping import BIRBHUM
from tests.analysis.whole_study import PLAN, STUDIES, whole_study
from tests.browser.figures import TEXTS_OVERLAP, draw_all

pytestmark = pytest.mark.xdist_group(__name__)
WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The document of Birbhum and of a made-up study with every figure, by name and language."""
    folder = tmp_path_factory.mktemp("documents")
    mapping = BIRBHUM / "mapping.toml"
    studies = {
        "birbhum": (compare(convert(BIRBHUM / "visits.csv", mapping), BIRBHUM / "plan.toml"), read_about(mapping)),
        "supported": (compare(whole_study(**STUDIES["supported"]), PLAN), None),
    }
    made = {}
    for name, (comparison, about) in studies.items():
        for language in LANGUAGES:
            path = folder / f"{name}-{language}.html"
            path.write_text(
                html_file(compose_document(comparison, about, language_code=language)), encoding="utf-8"
            )
            made[name, language] = path.as_uri()
    return made


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["birbhum", "supported"])
def test_every_text_of_every_figure_can_be_read(page, files, name, language):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(files[name, language])
        draw_all(page)
        assert page.evaluate(TEXTS_OVERLAP) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.problems == []


def test_a_text_that_is_too_long_would_be_found(page, files):
    page.goto(files["supported", "pl"])
    draw_all(page)
    page.evaluate(
        """() => Plotly.relayout(document.querySelector("[data-figure]"),
        {"xaxis.title.text": "a very long title of an axis that no phone on earth has room for, however wide"})"""
    )
    page.wait_for_timeout(200)
    assert any(found.startswith("cut off: a very long title") for found in page.evaluate(TEXTS_OVERLAP))


def test_chart_table_and_download_are_beneath_each_figure(page, files):
    page.goto(files["birbhum", "pl"])
    draw_all(page)
    figure = page.locator("#problems")
    figure.get_by_role("button", name="Tabela").click()
    assert not figure.locator(".table-scroll").is_visible()
    figure.get_by_role("button", name="Wykres").click()
    assert not figure.locator(".figure-drawing").is_visible()
    page.emulate_media(media="print")
    assert figure.locator(".table-scroll").is_visible()
    page.emulate_media(media="screen")
    for kind in ("SVG", "CSV"):
        with page.expect_download() as caught:
            figure.get_by_role("button", name=kind).click()
        content = caught.value.path().read_text(encoding="utf-8-sig")
        assert caught.value.suggested_filename == f"problems.{kind.lower()}"
        assert "Ponad 50 rupii" in content
    assert page.problems == []
