"""`python -m tests.browser.screenshots FOLDER`: the README's pictures, taken from the running demonstration."""

import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import chromium
from tests.browser.server import serving

SIZES = {390: 780, 1280: 900}
#: Pictures that the README shows: (who, page, width).
README = {
    ("start", "start", 1280),
    ("start", "start", 390),
    ("survey", "3-problems", 390),
    ("survey", "5-receipt", 390),
    ("shopper", "brief", 390),
    ("research", "study", 1280),
    ("manager", "finding", 1280),
    ("manager", "problems", 390),
}


def start(page, served, language):
    page.goto(f"{served.address}/?lang={language}")
    draw(page)
    yield "start"


def survey(page, served, language):
    """Walk through the survey; the first Continue meets the questions that must be answered."""
    page.goto(served.links["survey"][language])
    yield "0-greeting"
    press(page)
    press(page)
    yield "1-mistakes"
    for name, value in (("channel", "in_person"), ("scenario", "wrong_bill"), ("real_problem", "yes")):
        page.check(f"[name={name}][value={value}]")
    page.check("[name=stake][value='7']", force=True)
    yield "1-encounter"
    press(page)
    yield "2-story"
    press(page)
    box = page.locator("[name=problems]").first
    box.check()
    page.check(f"[name='severity.{box.get_attribute('value')}'][value='3']", force=True)
    page.locator(".theme .tick input").nth(2).check()
    yield "3-problems"
    press(page)
    yield "4-feeling"
    press(page)
    yield "5-receipt"
    page.click("a.button")
    yield "6-block"
    press(page)
    yield "7-thanks"
    page.goto(f"{served.address}/{language}/s/nowhere")
    yield "8-unknown"


def shopper(page, served, language):
    page.goto(f"{served.address}/{language}/visits")
    yield "no-link"
    page.goto(served.links["shopper"])
    page.goto(f"{served.address}/{language}/visits")
    yield "visits"
    page.locator(".visits a").last.click()
    yield "brief"
    press(page)
    yield "report"
    page.goto(page.url.rpartition("/")[0] + "/visit")
    yield "own-part"


def research(page, served, language):
    yield from sign_in(page, served, "researcher", language)
    yield "home"
    page.locator(".lines a[href*='/studies/']", has_text="How problems are handled").first.click()
    yield "study"


def manager(page, served, language):
    yield from sign_in(page, served, "manager", language)
    yield "home"
    page.locator(".finding h2 a", has_text="2026").first.click()
    draw(page)
    yield "finding"
    page.evaluate("document.getElementById('problems').scrollIntoView()")
    page.wait_for_timeout(300)
    yield "problems"


def sign_in(page, served, role, language):
    page.goto(f"{served.address}/account/sign-in?lang={language}")
    yield "sign-in"
    page.fill("[name=email]", served.links["logins"][role]["email"])
    page.fill("[name=password]", served.links["logins"][role]["password"])
    press(page)
    button = page.locator(f"footer button[lang={language}]")
    if button.count():
        button.click()


def press(page):
    page.locator("main button.button").first.click()
    page.wait_for_load_state("load")


def draw(page):
    """Let every figure be drawn."""
    for figure in page.locator("[data-figure]").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelectorAll('.main-svg').length >= 3")
    page.evaluate("scrollTo(0, 0)")


def take(folder):
    with tempfile.TemporaryDirectory() as data, serving(data) as served, chromium() as browser:
        for width, height in SIZES.items():
            for walk in (start, survey, shopper, research, manager):
                context = browser.new_context(viewport={"width": width, "height": height})
                page = context.new_page()
                for name in walk(page, served, "en"):
                    if (walk.__name__, name, width) in README:
                        page.screenshot(path=folder / f"{walk.__name__}-{name}-{width}.png")
                context.close()
            print(f"{width} px: done", flush=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    take(target)
