"""T80: the connection goes, the page is closed; nothing typed is lost, it is sent once, nothing stays behind."""

import random
import re

import pytest

from tests.browser.offline import DRAFTS, KEPT, Respondent, until, walk
from tests.browser.test_survey import answer_first_page, press

pytestmark = pytest.mark.xdist_group(__name__)
#: The page at which each mutant is caught.
_AT = {"not kept": ["encounter"], "not wiped": [], "answers in the shell": ["encounter"]}


_AGE = """(milliseconds) => new Promise((done) => {
  const asked = indexedDB.open("survey", 1);
  asked.onsuccess = () => {
    const changing = asked.result.transaction("drafts", "readwrite");
    const store = changing.objectStore("drafts");
    store.getAll().onsuccess = (found) => {
      for (const record of found.target.result) store.put({ ...record, at: Date.now() - milliseconds });
    };
    changing.oncomplete = () => { asked.result.close(); done(); };
  };
})"""


@pytest.fixture
def context(browser):
    opened = browser.new_context(viewport={"width": 390, "height": 844})
    yield opened
    opened.close()


def test_nothing_typed_is_lost_when_the_connection_goes_at_every_page(context, served):
    assert walk(context, served, random.Random(1)) == []


@pytest.mark.parametrize("mutant", _AT)
def test_the_walk_catches_a_script_that_keeps_wrongly(context, served, mutant):
    found = walk(context, served, random.Random(2), at=_AT[mutant], mutant=mutant, patience=1_500)
    assert found != []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_nothing_typed_is_lost_in_fifty_walks(context, served, seed):
    chance = random.Random(seed)
    assert walk(context, served, chance, language="en", patience=15_000) == []


def kept(page):
    return page.evaluate(DRAFTS)


def first_page(context, served):
    page = context.new_page()
    page.goto(served.links["survey"]["en"])
    press(page)
    return page


def wait_for_draft(page):
    until(page, f"async () => (await {DRAFTS}).some((one) => one.typed)")


def test_a_page_that_was_saved_and_is_not_kept_says_what_to_do(context, served):
    page = first_page(context, served)
    until(page, KEPT)
    saved = page.url
    answer_first_page(page)
    press(page)
    page.wait_for_url("**/story")
    until(page, KEPT)
    context.set_offline(True)
    page.goto(saved)
    assert page.inner_text("h1") == "No connection"
    context.set_offline(False)
    page.click("text=Open it again")
    page.wait_for_selector("form.questions")


def test_a_shared_device_keeps_nothing(context, served):
    page = first_page(context, served)
    answer_first_page(page)
    wait_for_draft(page)
    page.check("[data-shared]")
    until(page, f"async () => (await {DRAFTS}).length === 0")
    page.check("[name=channel][value=phone]")
    page.wait_for_timeout(500)
    page.reload()
    assert page.is_checked("[data-shared]")
    assert not page.is_checked("[name=channel][value=phone]")
    assert kept(page) == []
    assert (
        page.evaluate("caches.open('survey-shells').then((kept) => kept.keys()).then((keys) => keys.length)") == 0
    )
    context.set_offline(True)
    until(page, "() => document.querySelector('.draft-said').textContent.includes('Leave this page open')")


def test_a_page_that_comes_after_the_switch_is_not_kept(context, served):
    """The page without answers was asked for before somebody said that the device is shared."""
    held = []
    context.route(re.compile(r"\?shell"), lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    page = first_page(context, served)
    answer_first_page(page)
    wait_for_draft(page)
    assert len(held) == 1
    page.check("[data-shared]")
    until(page, f"async () => (await {DRAFTS}).length === 0")
    with page.expect_response(re.compile(r"\?shell")):
        held[0].continue_()
    page.wait_for_timeout(500)
    assert (
        page.evaluate("caches.open('survey-shells').then((kept) => kept.keys()).then((keys) => keys.length)") == 0
    )


def test_a_draft_is_kept_for_72_hours(context, served):
    page = first_page(context, served)
    answer_first_page(page)
    wait_for_draft(page)
    address = page.url
    for hours, there in ((71, True), (73, False)):
        page.goto(served.links["survey"]["en"])
        page.evaluate(_AGE, hours * 60 * 60 * 1000)
        page.goto(address)
        if there:
            until(page, "() => document.querySelector('[name=channel][value=in_person]').checked")
        else:
            until(page, f"async () => (await {DRAFTS}).length === 0")
            assert not page.is_checked("[name=channel][value=in_person]")


@pytest.mark.parametrize("choice", ["Use the answers of this page", "Keep what was saved before"])
def test_answers_of_another_device_are_shown_and_not_overwritten(browser, context, served, choice):
    """T81, with a draft: the old device was without a connection while the other one saved."""
    page = first_page(context, served)
    until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)")
    context.set_offline(True)
    answer_first_page(page)
    press(page)
    until(page, "() => document.querySelector('.draft-said').textContent.startsWith('Not sent yet')")
    other = browser.new_context()
    elsewhere = other.new_page()
    elsewhere.goto(page.url)
    answer_first_page(elsewhere)
    elsewhere.check("[name=channel][value=phone]")
    press(elsewhere)
    elsewhere.wait_for_url("**/story")
    other.close()
    context.set_offline(False)
    page.wait_for_selector("text=These questions were answered twice")
    page.click(f"text={choice}")
    if choice.startswith("Use"):
        page.wait_for_url("**/story")
        page.click("text=Back")
    page.wait_for_selector("form.questions [name=channel]")
    expected = "in_person" if choice.startswith("Use") else "phone"
    page.wait_for_timeout(300)
    assert page.locator("[name=channel]:checked").get_attribute("value") == expected
    assert [each for each in kept(page) if each["typed"]] == []


def test_an_answer_that_was_lost_on_its_way_back_is_asked_for_again(context, served):
    """The site has saved the page, but nobody heard: the same request finds the same answer."""
    page = first_page(context, served)
    until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)")
    answer_first_page(page)
    asked = []

    def cut(route):
        if route.request.method != "POST":
            return route.continue_()
        asked.append(route.request.post_data)
        if len(asked) > 1:
            return route.continue_()
        route.fetch(max_redirects=0)
        return route.abort()

    context.route("**/encounter*", cut)
    context.set_offline(True)
    press(page)
    context.set_offline(False)
    page.wait_for_url("**/story", timeout=20_000)
    assert len(asked) >= 2
    assert len(set(asked)) == 1


def test_a_text_for_the_researchers_is_kept_as_well(context, served):
    """On `/my` and in corrections: the draft holds, and goes when it was sent."""
    respondent = Respondent(context, served, random.Random(3))
    respondent.start()
    page = respondent.page
    while not page.url.endswith("/receipt"):
        respondent.fill_in()
        respondent.press()
        page.wait_for_load_state("load")
    page.click("text=See, correct or erase your answers")
    page.click("a[href$='/page/story']")
    page.fill("textarea", "Another story.")
    wait_for_draft(page)
    page.reload()
    until(page, "() => document.querySelector('textarea').value === 'Another story.'")
    press(page)
    page.wait_for_selector("text=What you have sent")
    page.click("a[href$='/page/story']")
    until(page, f"async () => !(await {DRAFTS}).length")
    assert page.input_value("textarea") == "Another story."
