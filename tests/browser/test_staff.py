"""The pages of researchers and managers in a real Chromium."""

import math
import re
from urllib.parse import urlsplit

import pytest

from tests.browser.test_survey import answer_first_page, check

pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture
def sign_in(browser, served):
    contexts = []

    def enter(role, width):
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{served.address}/account/sign-in")
        check(page)
        login = served.links["logins"][role]
        page.fill("[name=email]", login["email"])
        page.fill("[name=password]", login["password"])
        page.click("main button.button")
        return page

    yield enter
    for context in contexts:
        context.close()


def addresses(page, selector):
    """Return where the links of a page lead."""
    return page.locator(selector).evaluate_all("links => links.map((link) => link.href)")


def follow_all(page, selector):
    """Open each page that a list links to, and come back."""
    for address in dict.fromkeys(addresses(page, selector)):
        page.goto(address)
        for figure in page.locator("[data-figure]").all():
            figure.scroll_into_view_if_needed()
        figures = page.locator("[data-figure]").count()
        page.wait_for_function(f"() => document.querySelectorAll('.main-svg').length >= {figures}")
        yield page


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_a_researcher_can_read_everything(sign_in, width):
    page = sign_in("researcher", width)
    check(page)
    studies = page.locator(".lines a[href*='/studies/']").evaluate_all("links => links.map((link) => link.href)")
    firms = page.locator(".lines a[href*='/firms/']").evaluate_all("links => links.map((link) => link.href)")
    for address in dict.fromkeys([*firms, *studies]):
        page.goto(address)
        check(page)
        for part in follow_all(page, ".tabs a"):
            check(part)
            for comparison in follow_all(part, ".lines a[href*='/comparisons/']"):
                check(comparison)
    assert page.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_tables_are_looked_over_and_their_mistakes_named(sign_in, width):
    page = sign_in("researcher", width)
    study = page.locator(".lines a[href*='/studies/']", has_text="How problems are handled").first
    address = study.evaluate("link => link.href")
    for part, rows in (
        ("contacts", "e-mail;name\nanna@example;Anna"),
        ("brought-in", "text;date\nLost.;tomorrow"),
    ):
        page.goto(f"{address}/{part}")
        page.fill("[name=content]", rows)
        for _ in range(2):
            page.click("form[enctype] button.button")
            check(page)
        assert "Row 2, column" in page.inner_text(".error-summary")
    page.goto(f"{address}/links")
    page.click("td a[href*='/links/']")
    check(page)
    page.goto(page.locator(".crumbs a[href*='/firms/']").first.evaluate("link => link.href") + "/notices")
    check(page)
    assert page.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_stories_behind_a_number_can_be_read(sign_in, width):
    page = sign_in("researcher", width)
    page.locator(".lines a[href*='/studies/']", has_text="made-up").first.click()
    page.click(".tabs a[href$='/comparisons']")
    page.locator(".lines a[href*='/comparisons/']").first.click()
    page.goto(page.locator("a[href*='/problems/']").first.evaluate("link => link.href"))
    check(page)
    assert page.locator(".tab-group-open").count() == 1
    assert page.complaints == []


def test_whoever_comes_after_the_last_wanted_answer_is_told_so(sign_in):
    page = sign_in("researcher", 390)
    page.locator(".lines a[href*='/studies/']", has_text="How problems are handled").first.click()
    page.click(".tabs a[href$='/links']")
    before = set(addresses(page, "td a[href*='/s/']"))
    page.fill("[name=cap]", "1")
    page.click("button:text-is('Make the link')")
    page.wait_for_selector(".message")
    (made,) = set(addresses(page, "td a[href*='/s/']")) - before
    page.goto(made)
    page.locator("main button.button").first.click()
    answer_first_page(page)
    page.locator("main button.button").first.click()
    page.wait_for_load_state("load")
    page.goto(made)
    check(page)
    assert page.inner_text("h1") == "This survey has all the answers it needs"


def test_qr_codes_print_on_as_many_sheets_as_they_fill(sign_in, served):
    page = sign_in("researcher", 1280)
    study = page.locator(".lines a[href*='/studies/']", has_text="How problems are handled").first
    sheet = f"{study.evaluate('link => link.href')}/sheet"
    page.goto(sheet)
    one = page.locator("#link option").nth(1).get_attribute("value")
    for per, link in ((2, ""), (8, ""), (4, one), (8, one)):
        page.goto(f"{sheet}?per={per}&link={link}")
        check(page)
        cards = page.locator(".card").count()
        assert cards == per if link else cards > 0
        assert page.locator(".card-address").first.inner_text().startswith(served.address[7:] + "/s/")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == math.ceil(cards / per)
    assert page.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_manager_reads_a_sentence_and_a_chart(sign_in, width):
    page = sign_in("manager", width)
    assert page.url.endswith("/manager")
    check(page)
    verdicts = set()
    for finding in list(page.locator(".finding h2 a").evaluate_all("links => links.map((link) => link.href)")):
        page.goto(finding)
        verdicts.add(page.locator("[data-verdict]").get_attribute("data-verdict"))
        for part in follow_all(page, ".tabs a"):
            check(part)
            for chosen in follow_all(part, ".chosen a"):
                check(chosen)
    assert verdicts == {"supported", "reversed"}
    assert page.complaints == []


def test_a_coder_is_told_that_there_is_nothing_yet(sign_in):
    page = sign_in("coder", 390)
    check(page)
    assert "nothing" in page.inner_text("h1").lower()


def test_signing_out_ends_the_session(sign_in, served):
    page = sign_in("manager", 1280)
    cookies = page.context.cookies()
    page.click("text=Sign out")
    page.goto(f"{served.address}/manager")
    assert "/account/sign-in" in page.url
    assert cookies


@pytest.mark.parametrize(("width", "language"), [(390, "pl"), (1280, "en"), (390, "fi")])
def test_every_part_of_a_study_stands_in_a_group_with_the_present_one_marked(sign_in, width, language):
    page = sign_in("researcher", width)
    page.click(f"footer button[lang={language}]")
    page.locator(".lines a[href*='/studies/']", has_text="How problems are handled").first.click()
    groups = page.locator(".tab-group")
    names = groups.locator(".tab-group-name").all_inner_texts()
    assert len(set(names)) == 3
    parts = addresses(page, ".tab-group a:visible")
    assert len(set(parts)) == 12
    for address in parts:
        page.goto(address)
        present = page.locator(".tab-group", has=page.locator(f"a[href='{urlsplit(address).path}'][aria-current]"))
        assert present.locator(".tab-group-open").count() == 1
        assert page.locator(".tab-group-open, .tab-group [aria-current]").count() == 2
