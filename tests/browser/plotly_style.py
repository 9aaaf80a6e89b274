"""Plotly's own style rules, as a file: under our content policy it may not inject them itself.

`python -m tests.browser.plotly_style` writes the file again after an update of Plotly; a test compares the two.
"""

from pathlib import Path

from tests.browser.chromium import chromium

ASSETS = Path(__file__).parents[2] / "analysis" / "documents" / "assets"
FILE = ASSETS / "plotly-style.css"
_RULES = """() => [...document.getElementById("plotly.js-style-global").sheet.cssRules].map((r) => r.cssText)"""


def injected_rules(browser):
    """Return what Plotly injects into a page without a policy, as the text of a style sheet."""
    plotly = next(ASSETS.glob("plotly-cartesian-*.min.js"))
    page = browser.new_page()
    page.set_content('<div id="chart"></div>')
    page.add_script_tag(path=str(plotly))
    page.evaluate("() => Plotly.newPlot('chart', [{x: [1], y: [1]}])")
    rules = page.evaluate(_RULES)
    page.close()
    head = f"/* The rules that {plotly.stem} injects, as a file: made by python -m tests.browser.plotly_style */\n"
    return head + "\n".join(rules) + "\n"


if __name__ == "__main__":
    with chromium() as started:
        FILE.write_text(injected_rules(started))
