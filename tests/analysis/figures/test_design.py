"""The figures keep to the design: one set of colours, text that stays text."""

import re
from pathlib import Path

from analysis.documents.html_file import ASSETS
from analysis.figures import colours, design


def test_the_figures_use_the_colours_of_the_tokens():
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (ASSETS / "tokens.css").read_text()))
    named = {
        "ink": colours.INK,
        "soft-ink": colours.SOFT_INK,
        "wash": colours.WASH,
        "line": colours.LINE,
        "shoppers": colours.SHOPPERS,
        "complainants": colours.COMPLAINANTS,
        "complainants-text": colours.COMPLAINANTS_TEXT,
        "hired-real-need": colours.HIRED_REAL_NEED,
        "customers": colours.CUSTOMERS,
    }
    assert named.items() <= tokens.items()


def test_no_other_colour_is_written_in_a_figure():
    folder = Path(design.__file__).parent
    for file in folder.glob("*.py"):
        if file.name != "colours.py":
            assert not re.findall(r"#[0-9a-fA-F]{6}", file.read_text()), file


def test_words_cannot_become_markup():
    assert design.text("<b>&</b>") == "&lt;b&gt;&amp;&lt;/b&gt;"
    assert design.wrapped("a <br> b") == "a &lt;br&gt; b"
