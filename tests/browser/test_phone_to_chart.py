"""One answer, from a customer's phone to a manager's page: four people in Chromium, and the real worker."""

import re

import pytest

from tests.browser.test_survey import answer_first_page, check, press

pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture
def person(browser, request):
    """Open a browser of one's own."""
    opened = []

    def come(width):
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
        opened.append(context)
        return context.new_page()

    yield come
    for context in opened:
        context.close()


def sign_in(page, served, role):
    page.goto(f"{served.address}/account/sign-in")
    login = served.links["logins"][role]
    page.fill("[name=email]", login["email"])
    page.fill("[name=password]", login["password"])
    press(page)


def assign_a_visit(page):
    page.click(".tabs >> text=Shoppers")
    page.select_option("[name=scenario]", "late_or_missing_delivery")
    page.fill("[name=due_on]", "2027-01-31")
    page.fill("[name=fee]", "12.50")
    page.fill("[name=stake]", "5")
    page.fill("[name=brief]", "Ask where the parcel is.")
    page.click("text=Assign the visit >> nth=-1")
    check(page)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_one_answer_goes_from_a_phone_to_a_managers_page(person, served, width):
    researcher = person(width)
    sign_in(researcher, served, "researcher")
    researcher.click("text=How problems are handled")
    study = researcher.url
    assign_a_visit(researcher)

    customer = person(390)
    customer.goto(served.links["survey"]["en"])
    press(customer)
    answer_first_page(customer)
    press(customer)
    customer.fill("textarea", "Nobody knew where my parcel was.")
    press(customer)
    customer.check("[name=problems][value=no_update]")
    press(customer)
    press(customer)
    assert customer.is_visible("#receipt-code")

    shopper = person(width)
    shopper.goto(served.links["shopper"])
    shopper.locator(".visits li", has_text="A delivery was late").locator("a").first.click()
    assert "Ask where the parcel is." in shopper.inner_text("main")
    press(shopper)
    while not shopper.url.endswith("/filed"):
        press(shopper)
        shopper.wait_for_load_state("load")

    researcher.goto(study)
    researcher.click(".tabs >> text=Shoppers")
    researcher.locator(".todo").first.click()
    check(researcher)
    researcher.click("button:text-is('Accept')")
    researcher.click(".tabs >> text=Comparisons")
    press(researcher)
    assert re.search(r"/comparisons/\w{20}$", researcher.url)
    researcher.wait_for_selector("[data-verdict]", timeout=60_000)
    check(researcher)
    assert researcher.get_attribute("[data-verdict]", "data-verdict") == "inconclusive"
    researcher.fill("[name=lead]", "Too early to say.")
    researcher.click("text=See what managers would get")
    researcher.wait_for_selector("h1:text-is('Everything would be withheld')", timeout=60_000)
    check(researcher)
    researcher.click("text=Publish to managers")
    assert "Managers see it" in researcher.inner_text("main")

    manager = person(width)
    sign_in(manager, served, "manager")
    manager.click("text=How problems are handled")
    check(manager)
    said = manager.inner_text("main")
    assert "at least 10 responses of customers with a problem" in said
    assert "parcel" not in said
    assert "Too early" not in said
