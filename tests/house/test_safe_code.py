"""What must not stand in the code or the templates: text that is run, and markup that nobody escapes."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "analysis" / "documents").rglob("*.html")]
CODE = [
    path
    for folder in ("survey_app", "analysis")
    for path in (ROOT / folder).rglob("*.py")
] + [ROOT / "wsgi.py"]  # fmt: skip

#: What a template must not have, and why.
_MARKUP = {
    "a filter that trusts": re.compile(r"\|\s*safe\b"),
    "escaping turned off": re.compile(r"autoescape\s+false", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[^>{}]*\son[a-z]+\s*=", re.IGNORECASE),
    "a style in an attribute": re.compile(r"<[^>{}]*\sstyle\s*=", re.IGNORECASE),
    "an address that runs": re.compile(r"javascript:", re.IGNORECASE),
    "a script in the page": re.compile(r"<script(?![^>]*(\bsrc=|type=\"application/json\"))", re.IGNORECASE),
    "JSON that is not escaped": re.compile(
        r"type=\"application/json\"[^>]*>(?!\s*\{\{[^}]*\|\s*tojson\s*\}\})", re.IGNORECASE
    ),
    "something from another site": re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.IGNORECASE),
}
#: Templates that stand alone, with what they may have of these: one file to keep, opened from a disk.
_ALONE = {"file.html": {"a script in the page"}}


def faults_of_template(text):
    return {name for name, pattern in _MARKUP.items() if pattern.search(text)}


def faults_of_code(source):
    """Return which constructs of a source run text as code, as SQL, as a shell's, or as trusted markup."""
    return {fault for node in ast.walk(ast.parse(source)) for fault in _faults_of(node)}


def _faults_of(node):
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = {alias.name for alias in node.names} | {getattr(node, "module", None)}
        if modules & {"pickle", "marshal", "shelve", "yaml", "dill"}:
            yield "a format that runs what it reads"
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in ("eval", "exec", "compile") and isinstance(node.func, ast.Name):
        yield "code from text"
    if name in ("eval", "query") and isinstance(node.func, ast.Attribute) and _made_of_parts(node):
        yield "an expression from parts"
    if name in ("text", "exec_driver_sql", "execute", "executescript", "literal_column") and _made_of_parts(node):
        yield "SQL from parts"
    if name in ("Markup", "render_template_string"):
        yield "trusted markup"
    if any(word.arg == "shell" and getattr(word.value, "value", True) for word in node.keywords):
        yield "a shell"


def _made_of_parts(call):
    """Whether the first argument is put together: an f-string, a sum, a format."""
    first = call.args[0] if call.args else None
    return (
        (isinstance(first, ast.JoinedStr) and any(isinstance(part, ast.FormattedValue) for part in first.values))
        or (isinstance(first, ast.BinOp) and isinstance(first.op, ast.Add | ast.Mod) and _has_text(first))
        or (isinstance(first, ast.Call) and getattr(first.func, "attr", "") == "format")
    )


def _has_text(node):
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_trust_nothing(path):
    """T33, T34."""
    assert faults_of_template(path.read_text()) - _ALONE.get(path.name, set()) == set()


#: Looked at, and put together of names of ours only: a table, a word of a constraint, a file that we ship.
_LOOKED_AT = {
    "survey_app/foundations/database.py": {"SQL from parts"},
    "survey_app/foundations/backups.py": {"SQL from parts"},
    "survey_app/models/people.py": {"SQL from parts"},
    "analysis/documents/html_file.py": {"trusted markup"},
}


def test_no_code_runs_text():
    """T36, beside the rules of ruff that `make check` asks (S102, S301, S307, S602, S608 and others)."""
    found = {str(path.relative_to(ROOT)): faults_of_code(path.read_text()) for path in CODE}
    assert {path: faults for path, faults in found.items() if faults - _LOOKED_AT.get(path, set())} == {}


@pytest.mark.parametrize(
    "mutant",
    [
        "{{ name | safe }}",
        "{% autoescape false %}",
        '<p onclick="x()">',
        "<script>let a = 1</script>",
        '<script type="application/json">{{ data }}</script>',
        '<a href="javascript:x()">',
        '<img src="https://elsewhere.example/a.png">',
        '<p style="color: red">',
    ],
)
def test_a_template_that_trusts_is_found(mutant):
    assert faults_of_template(mutant)


@pytest.mark.parametrize(
    "mutant",
    [
        "eval(given)",
        "import pickle",
        "from yaml import load",
        "session.execute(text(f'SELECT * FROM people WHERE name = {name}'))",
        "text('SELECT ' + name)",
        "text('SELECT %s' % name)",
        "connection.execute('SELECT {}'.format(name))",
        "frame.query(f'a > {given}')",
        "Markup(given)",
        "render_template_string(given)",
        "run(command, shell=True)",
    ],
)
def test_code_that_runs_text_is_found(mutant):
    assert faults_of_code(mutant)
