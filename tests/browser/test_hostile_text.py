"""T27, T30: markup in every text that is kept, and every page opened in Chromium by somebody who may open it."""

import json
import sqlite3
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest

from benchmarks.serving import gunicorn
from survey_app.foundations.database import database
from tests.factories.world import KEY, make_world
from tests.safety import matrix
from tests.safety.payloads import MARKUP

pytestmark = pytest.mark.xdist_group(__name__)
ROOT = Path(__file__).parents[2]
#: Table → columns of free text, and of documents whose texts are free.
TEXTS = {
    "regions": ["name"],
    "firms": ["name", "controller", "contact"],
    "locations": ["name"],
    "studies": ["name"],
    "shoppers": ["name"],
    "people": ["name"],
    "follow_ups": ["text", "answer"],
    "consent_texts": ["text"],
}
DOCUMENTS = {
    "instrument_versions": ["definition"],
    "draft_steps": ["definition"],
    "studies": ["standards"],
    "scenarios": ["labels"],
    "assignments": ["brief"],
    "responses": ["answers"],
}
#: Who opens a page: the first who gets it.
_ROLES = ("researcher", "administrator", "location_1", "shopper_a", "customer")
#: Short enough for a story's excerpt. Braces would be piping in a question's text: that is checked on saving.
_SHORT = [payload for payload in MARKUP if len(payload) <= 45]
_TRAP = """
window.ran = [];
window.xss7 = () => window.ran.push("run");
window.alert = window.xss7;
document.addEventListener("securitypolicyviolation", (event) => window.ran.push(event.violatedDirective));
"""
_LOOK = """() => ({
  ran: window.ran,
  made: [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes]
    .filter((each) => each.name.startsWith("on") || each.name === "srcdoc"
      || (["href", "src", "action", "formaction"].includes(each.name)
        && /^\\s*(javascript|data:text)/i.test(each.value)))
    .map((each) => `${one.tagName} ${each.name}=${each.value}`)),
  text: [document.documentElement.textContent,
    ...[...document.querySelectorAll("*")].flatMap((one) => [...one.attributes].map((each) => each.value)),
    ...[...document.querySelectorAll("input, textarea")].map((one) => one.value)].join("\\n"),
})"""


class Poison:
    """Writes markup into texts; `planted` holds mark → what stands behind it."""

    def __init__(self):
        self.planted, self._payloads = {}, cycle(_SHORT)

    def text(self, place):
        mark = f"taint-{place}-{len(self.planted)}-"
        braces = not place.endswith(".definition")
        self.planted[mark] = next(each for each in self._payloads if braces or "{" not in each)
        return f"{mark} {self.planted[mark]}"

    def document(self, value, place, key=None):
        if isinstance(value, dict):
            return {name: self.document(inner, place, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.document(inner, place) for inner in value]
        if not isinstance(value, str) or key == "only_if":
            return value
        return self.text(place) if key in ("en", "pl", "fi", "story") or " " in value else value

    def all_of(self, path):
        """Write into every free text of a database. What is frozen is thawed for it."""
        with closing(sqlite3.connect(path)) as base:
            for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{trigger}"')
            base.execute("UPDATE follow_ups SET answer = 'yes', answered_at = asked_at")
            for table, column in of(TEXTS):
                self._column(base, table, column, lambda _found, place: self.text(place))
            for table, column in of(DOCUMENTS):
                self._column(
                    base, table, column, lambda found, place: json.dumps(self.document(json.loads(found), place))
                )
            base.commit()

    @staticmethod
    def _column(base, table, column, hostile):
        there = f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
        for key, found in base.execute(there).fetchall():
            changed = (hostile(found, f"{table}.{column}"), key)
            base.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", changed)  # noqa: S608


def of(columns):
    return [(table, column) for table, names in columns.items() for column in names]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A site full of markup: its world, its address, and what was planted."""
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "test.sqlite3"
    url = f"sqlite:///{path}"
    world = make_world(url, folder)
    with world.app.app_context():
        world.app.extensions["opens"].finish()
        world.finish_mail()
        database.engine.dispose()
    poison = Poison()
    poison.all_of(path)
    planted = poison.planted
    environment = {"DATABASE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": KEY, "APP_ENV": "development"}
    with gunicorn("wsgi:app", folder=ROOT, environment=environment) as (address, _seconds, _pid):
        yield world, address.rstrip("/"), planted


def pages():
    """Return (row, role) of every page about one's own things, each opened by one who may."""
    for row in matrix.rows():
        role = next((role for role in _ROLES if row.answers[role] == "200"), None)
        if row.method == "GET" and role and {relation for _kind, relation in row.of} <= {"own"}:
            yield row, role


def open_as(browser, world, address, role):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    cookies = world.cookies.get(role, {}).items()
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])
    context.add_init_script(_TRAP)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    return page


def seen(page, planted, where, wrong):
    """Look at the page that is open; return the marks on it, and note in `wrong` what ran or is not as written."""
    found = page.evaluate(_LOOK)
    if found["ran"] or found["made"]:
        wrong[where] = [*found["ran"], *found["made"]]
    text = found["text"]
    marks = {mark for mark in planted if mark in text}
    changed = [mark for mark in marks if f"{mark} {planted[mark]}" not in text]
    if changed:
        wrong[where] = [*wrong.get(where, []), *changed]
    return marks


def test_markup_in_every_text_is_shown_as_it_was_written_on_every_page(browser, hostile):
    world, address, planted = hostile
    open_pages, wrong, marks, looked = {}, {}, set(), 0
    for row, role in pages():
        page = open_pages.get(role) or open_pages.setdefault(role, open_as(browser, world, address, role))
        path = matrix.address(world, row.endpoint, row.of)
        try:
            answer = page.goto(f"{address}{path}", wait_until="domcontentloaded")
        except Exception as error:
            if "Download is starting" in str(error):
                continue
            raise
        if answer.status != 200:
            wrong[str(row)] = [answer.status]
        marks |= seen(page, planted, str(row), wrong)
        looked += 1
    for page in open_pages.values():
        page.context.close()
    assert wrong == {}
    assert looked > 50
    places = {mark.split("-")[1] for mark in marks}
    assert {f"{table}.{column}" for table, column in of(TEXTS) + of(DOCUMENTS)} - places == set()


def test_the_mutant_that_does_not_escape_is_caught(browser, hostile):
    world, address, planted = hostile
    page = open_as(browser, world, address, "researcher")

    def unescaped(route):
        answer = route.fetch()
        body = answer.text().replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
        route.fulfill(response=answer, body=body)

    page.route("**/*", unescaped)
    row = next(row for row, _role in pages() if row.endpoint == "research.home")
    wrong = {}
    page.goto(f"{address}{matrix.address(world, row.endpoint, row.of)}")
    page.wait_for_timeout(200)
    seen(page, planted, str(row), wrong)
    page.context.close()
    assert wrong
