"""How the tests draw the figures of a page, and measure whether their texts can be read."""

#: Returns what is cut off or lies over another text, in words.
TEXTS_OVERLAP = """() => {
  const found = [];
  for (const figure of document.querySelectorAll("[data-figure]")) {
    const frame = figure.getBoundingClientRect();
    const texts = [...figure.querySelectorAll("svg text")].filter((t) => t.textContent.trim());
    const boxes = texts.map((t) => [t.textContent, t.getBoundingClientRect()]);
    boxes.forEach(([words, a], i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1) found.push(`cut off: ${words}`);
      boxes.slice(i + 1).forEach(([others, b]) => {
        const beside = a.right <= b.left + 1 || b.right <= a.left + 1;
        const above = a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
        if (!beside && !above) found.push(`${words} over ${others}`);
      });
    });
  }
  return found;
}"""


def draw_all(page):
    """Scroll to every figure, so that it is drawn."""
    for figure in page.locator("[data-figure]").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-figure]')].every((one) => one.querySelector('.main-svg'))"
    )
