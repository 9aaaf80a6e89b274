"""The figures keep to the design: one set of colours, text that stays text."""

import re
from pathlib import Path

from analysis.documents.html_file import ASSETS
from analysis.figures import design


def test_the_figures_use_the_colours_of_the_tokens():
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (ASSETS / "tokens.css").read_text()))
    named = {
        "ink": design.INK,
        "soft-ink": design.SOFT_INK,
        "wash": design.WASH,
        "line": design.LINE,
        "shoppers": design.SHOPPERS,
        "complainants": design.COMPLAINANTS,
        "complainants-text": design.COMPLAINANTS_TEXT,
        "hired-real-need": design.HIRED_REAL_NEED,
        "customers": design.CUSTOMERS,
    }
    assert named.items() <= tokens.items()


def test_no_other_colour_is_written_in_a_figure():
    folder = Path(design.__file__).parent
    for file in folder.glob("*.py"):
        if file.name != "design.py":
            assert set(re.findall(r"#[0-9a-fA-F]{6}", file.read_text())) <= {"#ffffff"}, file


def test_words_cannot_become_markup():
    assert design.text("<b>&</b>") == "&lt;b&gt;&amp;&lt;/b&gt;"
    assert design.wrapped("a <br> b") == "a &lt;br&gt; b"
