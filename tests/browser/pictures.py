"""`python -m tests.browser.pictures FOLDER [LANGUAGE ...]`: pictures of every page, to be looked at by eye.

Each page of the demonstration, for everybody who may open it, on a phone, on a desk and as printed, in three
languages. Says how many pages there are, and which of the site's pages nobody opened.
"""

import secrets
import sys
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from survey_app.app import create_app
from survey_app.foundations.settings import Settings
from tests.browser.accounts import every_page as accounts
from tests.browser.chromium import chromium
from tests.browser.screenshots import press, sign_in, survey
from tests.browser.screenshots import shopper as shopper_visits
from tests.browser.server import serving

#: How wide a page is met. Paper is A4 between margins of 1 cm.
SIZES = {"390": 390, "1280": 1280, "paper": 718}
LANGUAGES = ("en", "pl", "fi")
ROLES = ("researcher", "manager", "administrator", "coder")
#: So many pages of a kind are enough: three studies, three findings.
_MOST_OF_A_KIND = 3
#: Steps that only a program takes, or that lead on to another page at once.
_NOT_PAGES = {
    "account.home",
    "health.livez",
    "health.readyz",
    "own.choose",
    "shoppers.choose_language",
    "shoppers.enter",
    "static",
    "survey.go_on",
    "survey.open_link",
    "survey.worker",
}


def nobody(page, served, language):
    """Open what stands open to everybody."""
    page.goto(f"{served.address}/?lang={language}")
    yield "start"
    page.goto(served.links["survey"][language])
    for part in ("privacy", "accessibility"):
        page.goto(page.locator(f"a[href*='/{part}/']").first.evaluate("link => link.href"))
        yield part
        page.go_back()
    for path in ("resume", "no-connection", "visits"):
        page.goto(f"{served.address}/{language}/{path}")
        yield path
    page.goto(f"{served.address}/{language}/no-mail/wrong")
    yield "no-mail-wrong"


def own(page, served, language):
    """Answer, then see, correct and erase what was sent."""
    page.goto(served.links["survey"][language])
    press(page)
    for name, value in (("channel", "in_person"), ("scenario", "wrong_bill"), ("real_problem", "yes")):
        page.check(f"[name={name}][value={value}]")
    while not page.url.endswith("/receipt"):
        press(page)
    code = page.inner_text("#receipt-code")
    page.goto(f"{served.address}/{language}/my")
    yield "ask"
    page.fill("#code", "0000")
    press(page)
    yield "ask-mistake"
    page.fill("#code", code)
    press(page)
    yield "see"
    page.click("a[href$='/page/encounter']")
    yield "page"
    page.go_back()
    page.click("a[href$='/end']")
    yield "end"
    press(page)
    yield "erased"


def questionnaire(page, served, language):
    """Begin the draft of a questionnaire and open its parts."""
    for _name in sign_in(page, served, "researcher", language):
        pass
    page.goto(f"{served.address}/research")
    page.goto(page.locator(".lines a[href*='/firms/']").first.evaluate("link => link.href") + "/instruments")
    page.fill("[name=code]", f"draft_{secrets.token_hex(3)}")
    press(page)
    yield "pages"
    parts = page.locator(".tabs a").evaluate_all("links => links.map((link) => link.href)")
    for part in (".outline-page h2 a", ".outline-page li a"):
        page.goto(page.locator(part).first.evaluate("link => link.href"))
        yield urlsplit(page.url).path.rpartition("/")[2]
        page.go_back()
    for address in parts[1:]:
        page.goto(address)
        yield urlsplit(address).path.split("/")[4]


def every_link(role):
    """Return a walk that follows every link which somebody in a role is offered."""

    def walk(page, served, language):
        for _name in sign_in(page, served, role, language):
            pass
        page.goto(f"{served.address}/home")
        yield "home"
        met, ahead, pages = {}, _links(page, served), {urlsplit(page.url).path}
        while ahead:
            path = ahead.pop(0)
            kind = page_of(path)
            if path in pages or kind is None or met.get(kind, 0) >= _MOST_OF_A_KIND:
                continue
            pages.add(path)
            if "text/html" not in page.request.head(served.address + path).headers.get("content-type", ""):
                continue
            met[kind] = met.get(kind, 0) + 1
            page.goto(served.address + path)
            yield f"{kind.partition('.')[2]}-{met[kind]}"
            ahead += _links(page, served)

    walk.__name__ = role
    return walk


def _links(page, served):
    addresses = page.locator("a[href]").evaluate_all("links => links.map((link) => link.href)")
    return [urlsplit(address).path for address in addresses if address.startswith(served.address)]


WALKS = (nobody, survey, own, shopper_visits, questionnaire, *(every_link(role) for role in ROLES), accounts)


@cache
def _routes():
    with tempfile.TemporaryDirectory() as folder:
        return create_app(Settings.from_environment({"DATA_DIR": folder})).url_map


def page_of(path):
    """Return the name of the page that stands at a path, or None."""
    try:
        return _routes().bind("localhost").match(path, method="GET")[0]
    except HTTPException:
        return None


def pages_of_the_site():
    """Return the names of all pages that can be opened: no files, no steps between pages."""
    found = {rule.endpoint for rule in _routes().iter_rules() if "GET" in rule.methods}
    return {name for name in found - _NOT_PAGES if not name.endswith(("_file", "download", "_sheet", "_plan"))}


def take(folder, languages):
    """Take every picture, and return how many, and the pages that nobody opened."""
    taken, unopened = 0, pages_of_the_site()
    with tempfile.TemporaryDirectory() as data, serving(data) as served, chromium() as browser:
        for language in languages:
            for size, width in SIZES.items():
                for walk in WALKS:
                    context = browser.new_context(viewport={"width": width, "height": 900})
                    page = context.new_page()
                    for name in walk(page, served, language):
                        unopened.discard(page_of(urlsplit(page.url).path))
                        draw(page)
                        picture(page, folder / language / size, f"{walk.__name__}-{name}")
                        taken += 1
                    context.close()
                print(f"{language}, {size}: {taken} pictures", flush=True)
    return taken, unopened


def draw(page):
    """Let every figure of the page be drawn."""
    for figure in page.locator("[data-figure]").all():
        figure.scroll_into_view_if_needed()
    count = page.locator("[data-figure]").count()
    page.wait_for_function(f"() => document.querySelectorAll('.main-svg').length >= {count}")
    page.evaluate("scrollTo(0, 0)")


def picture(page, folder, name):
    """Save the whole page; for paper as it is printed, and its sheets as well."""
    if folder.name == "paper":
        page.emulate_media(media="print")
        page.pdf(path=folder / f"{name}.pdf", format="A4", prefer_css_page_size=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    page.emulate_media(media="screen")


if __name__ == "__main__":
    count, unopened = take(Path(sys.argv[1]), sys.argv[2:] or LANGUAGES)
    print(f"{count} pictures in {sys.argv[1]}.")
    if unopened:
        sys.exit(f"Nobody opened {len(unopened)} pages: {', '.join(sorted(unopened))}")
