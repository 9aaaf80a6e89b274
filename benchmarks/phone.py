"""How soon a customer can use each page on a slow phone: 390 px, 1.6 Mbit/s, 150 ms, a CPU four times slower.

The limits are those that we set ourselves: 1.5 seconds for the first page, cold, and 1 second for each next one.
Without the service worker: what it fetches would pass by the slow network that is put before the page.
"""

from __future__ import annotations

import statistics
import tempfile
from typing import Any

from tests.browser.chromium import chromium
from tests.browser.server import serving

RUNS = 5
FIRST_LIMIT, NEXT_LIMIT, BYTES_LIMIT = 1500, 1000, 50_000
_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
#: When the page is laid out and its script has run: it can be read, and pressed.
_USABLE = """() => {
  const painted = performance.getEntriesByName("first-contentful-paint")[0];
  const [page] = performance.getEntriesByType("navigation");
  return performance.timeOrigin + Math.max(painted ? painted.startTime : 0, page.domContentLoadedEventEnd);
}"""
_PAINTED = """() => performance.getEntriesByName("first-contentful-paint").length > 0
  && performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd > 0"""
_REQUIRED = (
    "[name=channel][value=in_person]",
    "[name=scenario][value=wrong_bill]",
    "[name=real_problem][value=yes]",
)


def report_phone() -> None:
    """Print the median milliseconds until each page of the survey is usable, and what the first one transfers."""
    taken: dict[str, list[float]] = {}
    weights = []
    with tempfile.TemporaryDirectory() as folder, serving(folder) as served, chromium() as browser:
        for _ in range(RUNS):
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, service_workers="block"
            )
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", _NETWORK)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            loaded: list[Any] = []
            page.on("requestfinished", lambda request, loaded=loaded: loaded.append(request))
            begun = page.evaluate("Date.now()")
            page.goto(served.links["survey"]["pl"])
            taken.setdefault("first page, cold", []).append(_usable(page) - begun)
            page.wait_for_load_state("networkidle")
            weights.append(sum(sum(request.sizes()[part] for part in _PARTS) for request in loaded))
            while not page.url.endswith("/receipt"):
                for name in _REQUIRED:
                    if page.locator(name).count():
                        page.check(name)
                page.wait_for_timeout(1500)
                page.evaluate(
                    "document.addEventListener('click', () => sessionStorage.setItem('pressed', Date.now()), true)"
                )
                here = page.url
                page.locator("main button.button").first.click()
                page.wait_for_url(lambda url, here=here: url != here)
                pressed = float(page.evaluate("sessionStorage.getItem('pressed')"))
                taken.setdefault(page.url.rpartition("/")[2], []).append(_usable(page) - pressed)
            context.close()
    for name, each in taken.items():
        limit = FIRST_LIMIT if name == "first page, cold" else NEXT_LIMIT
        print(
            f"{'usable on a slow phone: ' + name:<58} {statistics.median(each):>10.0f} ms   "
            f"{'limit':<40} {limit:>10} ms   ratio {statistics.median(each) / limit:.3f}"
        )
    weight = statistics.median(weights)
    print(
        f"{'transferred by the first page, all files':<58} {weight:>10.0f} B    "
        f"{'limit':<40} {BYTES_LIMIT:>10} B    ratio {weight / BYTES_LIMIT:.3f}"
    )


_PARTS = ("requestHeadersSize", "responseHeadersSize", "responseBodySize")


def _usable(page: Any) -> float:
    page.wait_for_function(_PAINTED)
    return float(page.evaluate(_USABLE))


if __name__ == "__main__":
    report_phone()
