"""Whatever is sent, wherever: the headers are there, nothing is run or breaks, and what is kept is as it was."""

import json
import re
import statistics
import time
from html.parser import HTMLParser
from itertools import cycle, islice
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import text
from werkzeug.exceptions import default_exceptions

from survey_app.foundations.database import reading
from survey_app.rules.text import clean_line, clean_text
from survey_app.web.public import survey
from tests.safety import matrix
from tests.safety.payloads import MARKUP, SQL, TEXTS
from tests.safety.test_forged import LOOKED_AT, SENT

ROWS = matrix.rows()
#: In `make test` each door gets so many; over all doors each payload comes many times.
_SQL_EACH = 6
#: The payloads that sleep do so for 20 seconds.
_LEAST_SLEEP = 10
_SENTENCES = {
    "Content-Security-Policy": re.compile(
        r"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:( blob:)?; "
        r"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        r"(; style-src-attr 'unsafe-inline')?"
    ),
    "X-Content-Type-Options": re.compile("nosniff"),
    "Referrer-Policy": re.compile("no-referrer"),
    "Permissions-Policy": re.compile(r"(\w+=\(\)(, )?)+"),
    "Cross-Origin-Opener-Policy": re.compile("same-origin"),
    "Cross-Origin-Resource-Policy": re.compile("same-origin"),
    "X-Frame-Options": re.compile("DENY"),
}
_TELLING = {"Server", "X-Powered-By", "Access-Control-Allow-Origin"}


def lacking(answer, *, static=False):
    """Return what a response lacks of the headers that every one has."""
    found = [name for name, value in _SENTENCES.items() if not value.fullmatch(answer.headers.get(name, ""))]
    found += [name for name in _TELLING if name in answer.headers]
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code != 304 and not kind:
        found.append("Content-Type")
    if kind.startswith("text/") and "charset=utf-8" not in kind.replace('"', "").lower():
        found.append(f"charset of {kind}")
    if not static and answer.headers.get("Cache-Control") != "no-store":
        found.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    return found


@pytest.mark.any_database
def test_every_door_answers_with_the_headers(world):
    """T22, T25. Pages, redirects, refusals and downloads."""
    wrong = {}
    rows = [row for row in ROWS if {relation for _kind, relation in row.of} <= {"own", "missing"}]
    for row in rows:
        for role in ("anybody", "shopper_a", "administrator"):
            looks = row.method == "GET" or row.answers[role] not in ("200", "302", "303")
            found = lacking(matrix.ask(world, role, row.endpoint, row.method, row.of)) if looks else []
            if found:
                wrong[f"{row} as {role}"] = found
    for row, role in SENT:
        if found := lacking(matrix.ask(world, role, row.endpoint, "POST", row.of)):
            wrong[f"{row} as {role}"] = found
        world.restore()
    assert wrong == {}


@pytest.mark.any_database
@pytest.mark.parametrize("code", [*sorted(set(default_exceptions) - {401}), 0])
def test_every_error_answers_with_the_headers_and_a_page(world, monkeypatch, code):
    """T22. Each status that there is, and an error that nobody foresaw (0)."""

    def breaks():
        if code:
            raise default_exceptions[code]
        raise KeyError("canary of the inside")

    monkeypatch.setitem(world.app.view_functions, "public.start", breaks)
    answer = world.client("anybody").get("/")
    assert answer.status_code == (code or 500)
    assert lacking(answer) == []
    page = answer.get_data(as_text=True)
    if code != 304:
        assert page.count("<h1>") == 1
    assert "canary" not in page


@pytest.mark.any_database
def test_requests_that_are_refused_early_get_the_headers(world):
    """T22. Too large, another host, another method, and static files in every way they can be asked for."""
    client, asset = world.client("anybody"), world.app.jinja_env.globals["asset"]("css/site.css")
    answers = [
        client.post(f"/en/s/{world.thing('link')}", data={"a": "x" * 2_000_000}),
        client.get("/", headers={"Host": "evil.example"}),
        client.put("/livez"),
        client.get("/nowhere"),
        client.post(asset),
        client.options("/"),
    ]
    assert [answer.status_code for answer in answers] == [413, 400, 405, 404, 404, 200]
    assert [lacking(answer) for answer in answers] == [[]] * len(answers)
    with client.get(asset) as answer:
        unchanged = {"If-None-Match": answer.headers["ETag"]}
    for headers in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=999999-"}, {"Accept-Encoding": "br"}, unchanged):
        for method in ("GET", "HEAD"):
            with client.open(asset, method=method, headers=headers) as answer:
                answer.get_data()
                assert lacking(answer, static=True) == [], f"{method} {headers} {answer.status_code}"


@pytest.mark.any_database
def test_a_response_without_a_header_is_found(world):
    """The mutants: each header gone, and a policy that allows scripts in the page."""
    answer = world.client("anybody").get("/")
    for name in (*_SENTENCES, "Cache-Control"):
        kept = answer.headers.pop(name)
        assert lacking(answer)
        answer.headers[name] = kept
    answer.headers["Content-Security-Policy"] += "; script-src 'unsafe-inline'"
    assert lacking(answer)


# --- markup ---


_LEADING = ("href", "src", "action", "formaction")
_RUNNING = re.compile(r"\s*(javascript:|data:text).*xss7", re.IGNORECASE)


class _Reader(HTMLParser):
    """Finds what a page would run of what was sent."""

    def __init__(self):
        super().__init__()
        self.found, self._in_script = [], False

    def handle_starttag(self, tag, attributes):
        self._in_script = tag == "script"
        for name, value in attributes:
            runs = name.startswith("on") or name == "srcdoc"
            leads = name in _LEADING and _RUNNING.match(value or "")
            if runs or leads:
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data):
        if self._in_script and "xss7" in data:
            self.found.append(data)

    def handle_endtag(self, _tag):
        self._in_script = False


def run(page):
    """Return what of the payloads a browser would run, or the template engine has run."""
    reader = _Reader()
    reader.feed(page)
    return reader.found + [word for word in (str(7191 * 7), "dict_items", "SECRET_KEY") if word in page]


def with_payloads(path, payloads):
    """Return an address with a payload in place of each of its parts in turn, and others asked for behind."""
    parts = path.split("/")
    for place in range(1, len(parts)):
        payload = next(payloads)
        yield "/".join([*parts[:place], quote(payload, safe=""), *parts[place + 1 :]])
    yield path


@pytest.mark.any_database
def test_nothing_that_is_asked_for_becomes_markup(world):
    """T28. In each part of an address, as a parameter, as a header, at every door and on the pages of errors."""
    payloads, reflected = cycle(MARKUP), {}
    for row in [*LOOKED_AT, *(row for row, _role in SENT)]:
        role = "shopper_a" if row.endpoint.startswith("shoppers") else "administrator"
        for path in with_payloads(matrix.address(world, row.endpoint, row.of), payloads):
            names = ("lang", "missing", "next", "go", next(payloads))
            with world.client(role).open(
                path,
                method=row.method,
                query_string=dict(zip(names, payloads, strict=False)),
                headers={
                    name: next(payloads).encode("ascii", "ignore").decode()
                    for name in ("Referer", "User-Agent", "Accept-Language", "X-Forwarded-For", "X-Requested-With")
                },
                data={"back": next(payloads)} if row.method == "POST" else None,
            ) as answer:
                assert answer.status_code < 500, f"{row} {path}"
                if answer.mimetype == "text/html" and (found := run(answer.get_data(as_text=True))):
                    reflected[path] = found
    assert reflected == {}


@pytest.mark.any_database
def test_markup_in_every_field_comes_back_as_text(world):
    """T28, T27 without a browser. What a form is refused for, or what was kept, is shown as it was typed."""
    reflected = {}
    for row, role in SENT:
        body = matrix.form(world, row.endpoint, row.of) | {"csrf_token": world.proofs[role]}
        free = [name for name in texts_of(row.endpoint) if name not in ("email", "password", "password_confirm")]
        for start in range(0, len(MARKUP) if free else 0, len(free) or 1):
            payload = dict(zip(free, islice(cycle(MARKUP), start, None), strict=False))
            client = world.client(role)
            answer = client.post(matrix.address(world, row.endpoint, row.of), data=body | payload)
            assert answer.status_code != 429
            world.forget_guesses()
            pages = [answer]
            if answer.status_code == 303:
                pages.append(client.get(answer.headers["Location"]))
            for page in pages:
                assert page.status_code < 500
                if found := run(page.get_data(as_text=True)):
                    reflected[f"{row} {payload}"] = found
        world.restore()
    assert reflected == {}


@pytest.mark.parametrize("payload", MARKUP)
def test_a_page_that_does_not_escape_is_found(payload):
    """The mutant: the payload as it is, in text, in an attribute and in a script."""
    pages = (f"<p>{payload}</p>", f'<a href="{payload}">', f"<a title='{payload}'>", f"<script>{payload}</script>")
    harmless = {"{0.__class__}", "%(secret)s", "{{7191*7}}", "{% debug %}", "{{config}}"}
    assert payload in harmless or "`" in payload or any(run(page) for page in pages)


# --- SQL ---


DOORS = [*((row, "") for row in LOOKED_AT), *SENT]


def send_sql(world, row, role, payloads, times):
    """Send payloads in every place of a request to one door, so many times; return what breaks or is held up."""
    role = role or ("shopper_a" if row.endpoint.startswith("shoppers") else "administrator")
    faults, taken = [], []
    for path in islice(cycle(with_payloads(matrix.address(world, row.endpoint, row.of), payloads)), times):
        client = world.client(role)
        client.set_cookie("other", quote(next(payloads)))
        body = None
        if row.method == "POST":
            body = matrix.form(world, row.endpoint, row.of)
            body |= {name: next(payloads) for name in texts_of(row.endpoint)}
            body |= {"csrf_token": world.proofs[role]}
        begun = time.perf_counter()
        with client.open(
            path,
            method=row.method,
            query_string={name: next(payloads) for name in ("lang", "missing", "next", "sort", "limit", "q")},
            headers={"User-Agent": next(payloads), "X-Forwarded-For": next(payloads)},
            data=body,
        ) as answer:
            answer.get_data()
            if answer.status_code >= 500:
                faults.append(f"{row} {path}: {answer.status_code}")
            if answer.status_code == 429:
                world.forget_guesses()
        taken.append(time.perf_counter() - begun)
    if max(taken) > max(_LEAST_SLEEP, 3 * statistics.median(taken)):
        faults.append(f"{row}: one of {times} took {max(taken):.0f} s")
    changed = world.changed()
    if changed and row.method == "GET":
        faults.append(f"{row} changed {changed}")
    if changed:
        if not (world.rows()["firms"] and world.rows()["people"]):
            faults.append(f"{row} emptied a table")
        world.restore()
    return faults


def test_no_database_runs_what_is_sent_as_text(world):
    """T35. In each part of an address, each parameter, header, cookie and field."""
    payloads = cycle(SQL)
    assert [fault for door in DOORS for fault in send_sql(world, *door, payloads, _SQL_EACH)] == []


def look_up_as_text(link, **_when):
    """Look for a link by a statement that is put together from what was sent."""
    with reading() as session:
        session.execute(text(f"SELECT id FROM invitations WHERE public_id = '{link}'"))  # noqa: S608 - the mutant


def test_a_statement_that_is_put_together_is_found(world, monkeypatch):
    """The mutant: one query that trusts what stands in an address."""
    monkeypatch.setattr(survey, "look_behind", look_up_as_text)
    payloads, greeting = cycle(SQL), next(door for door in DOORS if door[0].endpoint == "survey.greet")
    assert any(send_sql(world, *greeting, payloads, _SQL_EACH) for _ in range(10))


# --- texts ---


def texts_of(endpoint):
    """Return the fields of an endpoint's form that take any text."""
    closed = {
        "csrf_token",
        "currency",
        "channel",
        "scenario",
        "decision",
        "shoppers",
        "complainants",
        "period",
        "tables",
        "theme",
        "state",
    }
    things = matrix.things_in_form(endpoint)
    return [name for name in matrix.FORMS[endpoint] if name not in closed and name not in things]


FREE = {
    "research.new_firm": ("firms", {"name": clean_line, "controller": clean_line, "contact": clean_line}),
    "research.take_on_shopper": ("shoppers", {"name": clean_line}),
    "research.shoppers": ("assignments", {"brief": clean_text}),
    "research.new_study": ("studies", {"name": clean_line}),
    "research.publish": ("proposals", {"lead": clean_text}),
    "research.withdraw": ("publications", {"reason": clean_text}),
    "research.response": ("reviews", {"reason": clean_text}),
}


@pytest.mark.parametrize("endpoint", FREE)
def test_texts_are_kept_as_the_one_rule_says_or_refused(world, endpoint):
    """T59. The same on both databases, since both are held against the rule."""
    row, role = next((row, role) for row, role in SENT if row.endpoint == endpoint)
    table, fields = FREE[endpoint]
    before = set(world.rows()[table])
    for given in TEXTS:
        body = matrix.form(world, endpoint, row.of) | dict.fromkeys(fields, given)
        answer = world.client(role).post(
            matrix.address(world, endpoint, row.of),
            data=_sendable(body | {"csrf_token": world.proofs[role]}),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in (200, 303, 409), repr(given)
        new = set(world.rows()[table]) - before
        kept = {name: rule(_as_sent(given)) for name, rule in fields.items()}
        if new:
            for text in kept.values():
                assert any(_in_line(text, line) for line in new), f"{given!r}: {text!r} not in {new}"
            world.restore()
        else:
            assert not all(kept.values()), repr(given)
            assert endpoint != "research.publish"


def _sendable(body):
    """Return a form in the bytes of a client that does not care: halves of surrogate pairs included."""
    return urlencode({name: str(value).encode("utf-8", "surrogatepass") for name, value in body.items()})


def _in_line(text, line):
    """Whether a row, as it is printed, holds a text: as it is, or in a document as SQLite keeps it."""
    return any(form in line for form in (repr(text)[1:-1], text, repr(json.dumps(text))[2:-2]))


def _as_sent(text):
    """Return a text as it arrives: half a pair is no character, so its bytes stay as a form writes them."""
    return re.sub("[\ud800-\udfff]", lambda half: quote(half[0].encode("utf-8", "surrogatepass")), text)


@pytest.mark.parametrize("letter", ["a", "ż", "😀", "e\u0301"])
def test_length_is_counted_in_characters_on_both_databases(world, letter):
    """T61. Up to the limit kept whole, beyond it refused with a message; never cut."""
    row, role = next((row, role) for row, role in SENT if row.endpoint == "research.new_firm")
    for length in (199, 200, 201):
        name = (letter * 201)[:length]
        body = matrix.form(world, row.endpoint, row.of) | {"name": name, "csrf_token": world.proofs[role]}
        answer = world.client(role).post(matrix.address(world, row.endpoint, row.of), data=body)
        assert answer.status_code == (303 if length <= 200 else 200)
        assert any(repr(name)[1:-1] in line for line in world.rows()["firms"]) == (length <= 200)
        world.restore()


NUMBERS = [
    "1e309",
    "NaN",
    "-0",
    "٣",
    "1,5",
    "1.5",
    "1 000",
    "1,000",
    "−1",
    "0x10",
    "1_0",
    "",
    " 2 ",
    "²",
    "9" * 400,
]
DAYS = [
    "2028-02-29",
    "2027-02-29",
    "0000-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-3-1",
    "٢٠٢٦-٠٣-١٤",
    "2026-03-29",
    "",
]


def test_numbers_and_days_are_checked_or_refused_alike(world):
    """T62. In each number and day of the staff's forms and of the questions."""
    verdicts = {}
    cases = [
        ("research.shoppers", "fee", NUMBERS),
        ("research.shoppers", "stake", NUMBERS),
        ("research.shoppers", "due_on", DAYS),
        ("research.comparisons", "margin", NUMBERS),
        ("research.comparisons", "window_days", NUMBERS),
        ("research.response", "revision", NUMBERS),
        ("survey.save", "visited_on", DAYS),
        ("survey.save", "revision", NUMBERS),
    ]
    for endpoint, field, values in cases:
        row, role = next((row, role) for row, role in SENT if row.endpoint == endpoint)
        for value in values:
            body = matrix.form(world, endpoint, row.of) | {field: value, "csrf_token": world.proofs[role]}
            answer = world.client(role).post(matrix.address(world, endpoint, row.of), data=body)
            assert answer.status_code in (200, 303, 409, 422), f"{endpoint} {field} {value!r}"
            verdicts[endpoint, field, value] = answer.status_code == 303
            if world.changed():
                world.restore()
    taken = {case for case, yes in verdicts.items() if yes}
    assert {value for endpoint, field, value in taken if field == "fee"} >= {"1,5", "1.5", " 2 "}
    assert {value for endpoint, field, value in taken if field == "due_on"} >= {"2028-02-29", "2026-03-29"}
    assert {value for endpoint, field, value in taken if field == "visited_on"} == {"2026-03-29", ""}
    days = {value for _endpoint, field, value in taken if field == "due_on"}
    assert not days & {"2027-02-29", "0000-01-01", "9999-12-31", "10000-01-01", ""}
    assert not {value for endpoint, field, value in taken if field != "revision"} & {"1e309", "NaN", "0x10", "²"}
