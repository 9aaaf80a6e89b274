"""What the repository says of itself is true."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from analysis.shapes.version import VERSION

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_version_is_the_same_everywhere():
    assert PROJECT["version"] == VERSION
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text()


def test_every_requirement_is_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^(\S+==\S+)(?: ;.*?)? \\\n    --hash=sha256:", text, re.MULTILINE)
        lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert len(pinned) == len(lines)
        assert "://" not in text


def test_every_direct_dependency_is_pinned():
    text = (ROOT / "requirements-dev.txt").read_text().lower()
    for wish in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]:
        name = re.match(r"[\w-]+", wish).group(0).lower()
        assert re.search(rf"^{name}(\[\w+\])?==", text, re.MULTILINE), name


def test_what_we_import_ourselves_is_a_dependency_of_ours():
    """Not only of a library that we use: it could do without it in its next release."""
    named = PROJECT["dependencies"] + [wish for some in PROJECT["optional-dependencies"].values() for wish in some]
    wished = {re.match(r"[\w-]+", wish).group(0).lower() for wish in named}
    imported = set()
    for folder in ("survey_app", "analysis", "tests", "benchmarks", "migrations"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    imported.add(node.module.partition(".")[0])
    others = imported - sys.stdlib_module_names - {"survey_app", "analysis", "tests", "benchmarks", "wsgi"}
    packages = packages_distributions()
    assert "flask" in others
    borrowed = {
        name for name in others if not wished & {package.lower() for package in packages.get(name, [name])}
    }
    assert borrowed == set()


def test_links_between_documents_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_vendored_files_are_what_their_note_says():
    import hashlib  # noqa: PLC0415 - used here only

    folder = ROOT / "analysis" / "documents" / "assets"
    note = (folder / "VENDORED.md").read_text()
    rows = re.findall(r"\| `([^`]+)` \| .*? \| `([0-9a-f]{64})` \|", note)
    assert rows
    for name, digest in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
