"""`python -m tests.browser.screenshots FOLDER`: the pictures of the README from the demonstration."""

import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import chromium
from tests.browser.server import serving


def take(folder):
    with tempfile.TemporaryDirectory() as data, serving(data) as address, chromium() as browser:
        for width, height in ((390, 780), (1280, 900)):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(address)
            page.screenshot(path=folder / f"start-{width}.png")
            figure = page.locator("#problems")
            figure.scroll_into_view_if_needed()
            page.wait_for_selector("#problems .main-svg")
            page.evaluate("document.getElementById('problems').scrollIntoView()")
            page.wait_for_timeout(300)
            page.screenshot(path=folder / f"problems-{width}.png")
            page.close()
            print(f"{width} px: start-{width}.png, problems-{width}.png")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    take(target)
