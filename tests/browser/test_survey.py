"""The customers' and shoppers' pages in a real Chromium: on a phone, on a desktop, and with next to nothing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from survey_app.app import create_app
from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import NO_MAIL, sign

pytestmark = pytest.mark.xdist_group(__name__)
LARGEST_FIRST_LOAD = 50_000


def no_violations(page):
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], page.url


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.locator("h1").count() == 1


def check(page):
    """Look at a page once it is whole: half of one has half a label."""
    page.wait_for_load_state("load")
    no_violations(page)
    fits(page)


def answer_first_page(page):
    page.check("[name=channel][value=in_person]")
    page.check("[name=scenario][value=wrong_bill]")
    page.check("[name=real_problem][value=yes]")


def press(page):
    page.locator("main button.button").first.click()


@pytest.mark.parametrize("language", ["en", "pl", "fi"])
def test_the_notices_of_a_firm_can_be_read(browser, served, language):
    context = browser.new_context(viewport={"width": 320, "height": 800}, bypass_csp=True)
    page = context.new_page()
    for notice in ("privacy", "accessibility"):
        page.goto(served.links["survey"][language])
        page.click(f"a[href*='/{notice}/']")
        check(page)
        assert page.locator("html").get_attribute("lang") == language
    context.close()


@pytest.mark.parametrize("language", ["en", "pl", "fi"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_customer_reaches_a_receipt(browser, served, width, language):
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(served.links["survey"][language])
    check(page)
    press(page)
    check(page)
    press(page)
    assert page.title().startswith(("Error:", "Błąd:", "Virhe:"))
    expect(page.locator("#error-summary")).to_be_focused()
    check(page)
    answer_first_page(page)
    press(page)
    page.fill("textarea", "They sent me away twice.")
    check(page)
    press(page)
    page.check("[name=problems][value=long_wait]")
    page.check("[name='severity.long_wait'][value='3']", force=True)
    check(page)
    press(page)
    check(page)
    press(page)
    assert re.fullmatch(r"(\w{4}-){5}\w{4}", page.inner_text("#receipt-code"))
    check(page)
    page.click("a.button")
    check(page)
    press(page)
    assert page.inner_text("#receipt-code")
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_customer_without_script_and_cookies_reaches_a_receipt(browser, served, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
    context.on("response", _refuse_cookies)
    page = context.new_page()
    page.goto(served.links["survey"]["fi"])
    press(page)
    answer_first_page(page)
    press(page)
    press(page)
    assert not page.is_visible("[name='severity.rude'][value='1']")
    page.check("[name=problems][value=rude]")
    page.check("[name='severity.rude'][value='4']", force=True)
    press(page)
    press(page)
    assert page.inner_text("#receipt-code")
    context.close()


def _refuse_cookies(answer):
    assert "set-cookie" not in answer.headers


def test_the_first_load_is_light_and_asks_nobody_else(browser, served):
    context = browser.new_context()
    page = context.new_page()
    answers = []
    page.on("requestfinished", lambda request: answers.append(request))  # noqa: PLW0108 - it must be a function
    page.goto(served.links["survey"]["pl"], wait_until="networkidle")
    loaded = sum(request.sizes()["responseBodySize"] for request in answers)
    assert [request.url for request in answers if not request.url.startswith((served.address, "data:"))] == []
    assert 0 < loaded < LARGEST_FIRST_LOAD
    context.close()


def test_none_of_these_and_a_problem_exclude_one_another(browser, served):
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.links["survey"]["en"])
    press(page)
    answer_first_page(page)
    press(page)
    press(page)
    page.check("[name=problems][value=rude]")
    page.check("[name=problems][value=none]")
    assert not page.is_checked("[name=problems][value=rude]")
    page.check("[name=problems][value=rude]")
    assert not page.is_checked("[name=problems][value=none]")
    context.close()


def test_a_survey_can_be_answered_by_keyboard_alone(browser, served):
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.links["survey"]["en"])
    page.locator("main button.button").focus()
    page.keyboard.press("Enter")
    for name, value in (("channel", "phone"), ("scenario", "wrong_bill"), ("real_problem", "no")):
        page.locator(f"[name={name}]").first.focus()
        page.keyboard.press("Space")
        while page.locator(f"[name={name}]:checked").get_attribute("value") != value:
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/story")
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_shopper_files_a_visit(browser, served, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(served.links["shopper"])
    assert page.url == f"{served.address}/en/visits"
    check(page)
    page.locator(".visits li", has_text=re.compile("To be done|to be done")).locator("a").first.click()
    check(page)
    press(page)
    for _ in range(12):
        check(page)
        if page.url.endswith("/filed"):
            break
        press(page)
    assert "filed" in page.inner_text("h1")
    context.close()


@pytest.mark.parametrize(("width", "language"), [(320, "en"), (390, "pl"), (1280, "fi")])
def test_what_was_sent_can_be_seen_corrected_and_erased(browser, served, width, language):
    """T88 in Chromium; each page and state with axe."""
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(served.links["survey"][language])
    press(page)
    answer_first_page(page)
    while not page.url.endswith("/receipt"):
        press(page)
    code = page.inner_text("#receipt-code")
    page.goto(f"{served.address}/{language}/my")
    check(page)
    page.fill("#code", "0000")
    press(page)
    assert page.title().startswith(("Error:", "Błąd:", "Virhe:"))
    check(page)
    page.fill("#code", code.lower().replace("-", " "))
    press(page)
    check(page)
    page.click("a[href$='/page/encounter']")
    check(page)
    page.check("[name=channel][value=phone]")
    press(page)
    check(page)
    page.click("a[href$='/end']")
    check(page)
    page.click("form[action$='/withdraw'] button")
    check(page)
    page.click("a[href$='/end']")
    check(page)
    press(page)
    check(page)
    assert page.url.endswith("/my/erased")
    for path in ("resume", "no-connection"):
        page.goto(f"{served.address}/{language}/{path}")
        check(page)
    context.close()


@pytest.mark.parametrize(("width", "language"), [(320, "pl"), (1280, "fi")])
def test_mail_is_refused_on_a_page_of_its_own(browser, served, width, language):
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(served.links["survey"][language])
    firm = page.locator("a[href*='/privacy/']").get_attribute("href").rpartition("/")[2]
    app = create_app(Settings.from_environment({"DATA_DIR": str(served.data_dir)}))
    with app.app_context():
        token = sign(NO_MAIL, f"{firm}.{'0' * 64}")
    page.goto(f"{served.address}/{language}/no-mail/{token}")
    check(page)
    before = page.inner_text("h1")
    press(page)
    check(page)
    assert page.inner_text("h1") != before
    context.close()


def test_the_field_for_programs_catches_nobody_who_uses_a_keyboard_or_a_screen_reader(browser, served):
    """T56. Out of sight, out of the order of tabs and of what is read out, and under no name that is filled in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.links["survey"]["en"])
    press(page)
    trap = page.locator("[name=homepage]")
    assert trap.count() == 1
    assert not trap.is_visible()
    assert page.get_by_role("textbox", name="Please leave this field empty").count() == 0
    focused = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        focused.add(page.evaluate("document.activeElement.name ?? ''"))
    assert {"channel", "scenario", "minutes_waited"} <= focused
    assert "homepage" not in focused
    known = (
        "name",
        "email",
        "mail",
        "phone",
        "tel",
        "address",
        "street",
        "city",
        "zip",
        "country",
        "company",
        "card",
    )
    described = f"{trap.get_attribute('id')} {page.locator('.trap label').text_content()}".lower()
    assert [word for word in known if word in described] == []
    assert trap.get_attribute("autocomplete") == "off"
    context.close()
