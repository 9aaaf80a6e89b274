"""The picture in ARCHITECTURE.md is the code."""

import re
from importlib import import_module
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
#: Everything stands on these, so their arrows are not drawn.
GROUND = {"foundations", "shapes", "language"}


def drawn_arrows():
    picture = re.search(r"```mermaid\n(.*?)```", (ROOT / "ARCHITECTURE.md").read_text(), re.DOTALL).group(1)
    arrows = re.findall(r"^\s*(\w+)(?:\(\[.*?\]\))? --> (\w+)$", picture, re.MULTILINE)
    return {arrow for arrow in arrows if arrow[0] != "wsgi"}


def room(module):
    """The name of a module's room in the picture."""
    parts = module.split(".")
    return {"__main__": "main"}.get(parts[1], parts[1]) if len(parts) > 1 else parts[0]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("survey_app", "analysis", cache_dir=None)


def test_every_arrow_of_the_code_is_drawn_and_no_other(graph):
    arrows = {
        (room(importer), room(imported))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }
    real = {(a, b) for a, b in arrows if a != b and b not in GROUND}
    assert real == drawn_arrows()


def test_there_is_no_circle_between_modules(graph):
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            assert graph.find_shortest_chain(imported, module) is None, f"{module} and {imported}"


def test_what_is_loaded_by_name_exists():
    cli = (ROOT / "survey_app" / "cli" / "demonstration.py").read_text()
    names = re.findall(r'"(survey_app\.[\w.]+)"', cli + (ROOT / "survey_app" / "app.py").read_text())
    assert set(names) >= {"survey_app.analysis_bridge.demonstration", "survey_app.cli.demonstration"}
    for name in names:
        import_module(name)


def test_every_folder_in_the_table_exists():
    table = (ROOT / "ARCHITECTURE.md").read_text().partition("## Where things live")[2]
    for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE):
        base = ""
        for path in re.findall(r"`([^`]+)`", row):
            folder = path if (ROOT / path).exists() else base + path
            assert (ROOT / folder).exists(), path
            base = path.rsplit("/", 2)[0] + "/" if path.count("/") > 1 else base


def test_no_module_of_the_analysis_bears_the_name_of_a_public_callable():
    names = {path.stem for path in (ROOT / "analysis").rglob("*.py")}
    callables = {"read", "compare", "convert", "two_way", "verdict", "sign_flip", "rarefaction", "coverage"}
    assert not names & (callables | {"size_at_coverage"})
