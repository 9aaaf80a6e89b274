"""The start page with its document, in a real Chromium, on a phone, a desktop and paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.figures import TEXTS_OVERLAP, draw_all
from tests.browser.plotly_style import FILE, injected_rules

pytestmark = pytest.mark.xdist_group(__name__)
WIDTHS = [320, 390, 1280]


@pytest.fixture
def page(browser, address, request):
    """Open the start page at a width and scroll through it; collect what went wrong on the way."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, bypass_csp=False)
    page = context.new_page()
    page.problems, page.requests = [], []
    page.on("console", lambda message: page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda sent: page.requests.append(sent.url))
    page.goto(address)
    draw_all(page)
    yield page
    context.close()


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_figures_are_drawn_under_the_policy_without_a_word_of_complaint(page):
    assert page.locator("[data-figure] .main-svg").count() >= 3
    assert page.problems == []


@pytest.mark.parametrize("page", [390], indirect=True)
def test_nothing_is_asked_of_anybody_else(page, address):
    assert [url for url in page.requests if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_nothing_is_wider_than_the_screen(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_no_text_of_a_figure_is_cut_off_or_lies_over_another(page):
    assert page.evaluate(TEXTS_OVERLAP) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(browser, address, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(address)
    draw_all(page)
    violations = Axe().run(page).response["violations"]
    context.close()
    assert [(violation["id"], len(violation["nodes"])) for violation in violations] == []


def test_without_javascript_the_tables_say_the_same(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("table").count() >= 3
    assert page.get_by_role("cell", name="−0.5", exact=True).count() == 1
    context.close()


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_on_paper_the_figures_fit(page):
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(300)
    widths = page.evaluate("[...document.querySelectorAll('.main-svg')].map((svg) => svg.clientWidth)")
    assert set(widths) == {672}
    assert len(page.pdf(format="A4")) > 10_000


def test_plotlys_own_style_is_the_file_that_we_serve(browser):
    assert FILE.read_text() == injected_rules(browser)
