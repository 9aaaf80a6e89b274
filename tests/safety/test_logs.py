"""What is logged and audited says what happened, one line an event, and nothing that anybody sent."""

import json
import re
import socket
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from survey_app.foundations.database import reading, writing
from survey_app.foundations.tokens import new_random_id
from tests.assurance.entries import LOG
from tests.assurance.faults import ALOUD, WORDS
from tests.assurance.guessing import Guesser
from tests.assurance.places import SQLITE, a_place
from tests.assurance.site import a_site, ask
from tests.factories.instruments import small_instrument
from tests.factories.people import make_person
from tests.factories.studies import make_open_study
from tests.safety import matrix
from tests.safety.test_forged import SENT
from tests.safety.test_hostile import texts_of

#: In all that is sent, with what ends a line, colours a terminal, or ends a string.
CANARY = "kanarek"
HOSTILE = CANARY + '-{}\r\n{{"event": "forged"}}\x1b[31m\0\u2028end'
ADDRESS = "203.0.113.77"
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "a key of thirty-two letters or more: 0123456789",
    "PUBLIC_URL": "https://survey.example",
    "TRUSTED_HOSTS": "127.0.0.1",
    "PROXY_HOPS": "1",
    "MAIL_URL": "smtp://127.0.0.1:1",
}
EVENTS = {
    "too many tries",
    "many survey links that lead nowhere",
    "a mail could not be sent",
    "unexpected error",
    "database error",
    "Invalid request",
    "Error handling request",
}
#: What a person is called where nobody answers for themselves: staff write it, and the audit may name it.
NAMES = ("email", "code")


class _Hostile(Guesser):
    """Somebody who puts the canary into all that they send."""

    def __init__(self, site, **how):
        super().__init__(site, ADDRESS, **how)
        self.headers |= {
            "User-Agent": f"{CANARY}-agent",
            "Referer": f"https://{CANARY}.example/",
            "Cookie": self.headers.get("Cookie", f"session={CANARY}; __Host-session={CANARY}-cookie"),
            "Accept-Language": f"pl-{CANARY}",
        }

    def get(self, path):
        return ask(self.port, path, timeout=30, headers=self.headers)[0]


def provoke(site):
    """Send the canary everywhere, until each kind of line was logged."""
    link = make_open_study(definition=small_instrument()).links[0]
    make_person(f"{CANARY}@example.com", name=f"{CANARY} name")
    somebody = _Hostile(site, signing_in=True)
    nobody = _Hostile(site)
    for path, times in (("/shopper/", 11), ("/account/invitation/", 11), ("/account/password/", 11), ("/s/", 55)):
        nobody.get(f"{path}{CANARY}%0d%0a%1b%5b31m")
        for _ in range(times):
            nobody.get(f"{path}{CANARY}-token")
    for path in ("/en/my", "/en/resume"):
        for _ in range(20):
            nobody.send(path, code=HOSTILE.format("code"))
    for _ in range(12):
        somebody.send("/account/sign-in", email=f"{CANARY}@example.com", password=HOSTILE.format("password"))
    somebody.send("/account/password", email=f"{CANARY}@example.com")
    _answer(site, link)
    assert nobody.get(f"/break/{CANARY}-path?{CANARY}-query") == 500
    for line in (f"GET /\x1b[31m{CANARY} HTTP/1.1\0", f"{CANARY} / HTTP/1.1", f"GET / {CANARY}"):
        _say(site.port, f"{line}\r\nHost: {CANARY}\r\n\r\n")
    _say(site.port, f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{CANARY}\x1b: \0\r\n\r\n")


def _answer(site, link):
    """Send a story: once it is saved, once the application breaks, once the database has lost a table."""
    page = ask(site.port, f"/en/s/{link}", timeout=30)[2]
    begun = {name: re.search(rf'name="{name}"\s+value="([^"]+)"', page)[1] for name in ("submission", "consent")}
    first = _posted(site, f"/en/s/{link}", 303, begun)
    key = {"channel": "phone", "scenario": "delay", "real_problem": "yes"}
    story = _posted(site, first, 303, key | _request(0))
    _posted(site, story, 303, {"story": HOSTILE.format("saved")} | _request(1))
    _posted(site, story, 500, {"story": HOSTILE.format("break")} | _request(2))
    with writing() as session:
        session.execute(text("ALTER TABLE page_requests RENAME TO gone"))
    _posted(site, story, 503, {"story": HOSTILE.format("lost")} | _request(2))
    with writing() as session:
        session.execute(text("ALTER TABLE gone RENAME TO page_requests"))


def _request(revision):
    return {"request_id": new_random_id(), "revision": str(revision)}


def _posted(site, path, expected, body):
    """Send a form; return where it led."""
    headers = {"X-Forwarded-For": ADDRESS, "User-Agent": f"{CANARY}-agent"}
    how = {"timeout": 30, "method": "POST", "headers": headers}
    status, answered, _page = ask(site.port, path, body=urlencode(body), **how)
    assert status == expected, f"{path}: {status}"
    return answered["Location"]


def _say(port, request):
    """Say to the server what no browser says."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.encode())
        while connection.recv(4096):
            pass


def faults_of(log):
    """Return what is wrong with a log: lines that are no event, and what was sent to us."""
    faults = []
    for line in log.split("\n")[:-1]:
        try:
            event = json.loads(line)
        except ValueError:
            event = {}
        if not {"event", "level", "timestamp"} <= set(event):
            faults.append(f"no event: {line[:120]!r}")
        if not line.isascii() or not line.isprintable():
            faults.append(f"a character that a terminal obeys: {line[:120]!r}")
    sent = (CANARY, "forged", "203.0.113", "127.0.0.1")
    return faults + [f"{word} was logged" for word in sent if word in log.lower()]


def log_of(mutant):
    """Return what a site in production has logged and audited after everything was sent to it."""
    with a_place(SQLITE) as place:
        with a_site(place, mutant=mutant, settings=PRODUCTION) as site:
            provoke(site)
        with reading() as session:
            audit = repr(session.execute(text("SELECT * FROM audit")).all())
        return (place.folder / LOG).read_text(), audit


@pytest.mark.xdist_group("assurance-sqlite")
def test_a_log_is_one_line_an_event_and_quotes_nobody():
    """T40. Tokens, codes, passwords, cookies, addresses and answers, with line ends, colours and NUL."""
    log, audit = log_of(ALOUD)
    assert faults_of(log) == []
    assert {json.loads(line)["event"] for line in log.splitlines()} >= EVENTS
    assert CANARY not in audit


@pytest.mark.xdist_group("assurance-sqlite")
def test_a_log_that_quotes_is_found():
    """The mutant: errors with their words, and gunicorn's own lines as they are."""
    faults = faults_of(log_of(WORDS)[0])
    assert f"{CANARY} was logged" in faults
    assert "127.0.0.1 was logged" in faults


@pytest.mark.any_database
def test_no_audit_line_quotes_what_was_typed(world):
    """T40. Whatever stands in a free field of a form."""
    quoting = {}
    with world.app.app_context(), reading() as session:
        before = session.scalar(text("SELECT count(*) FROM audit"))
    for row, role in SENT:
        free = [name for name in texts_of(row.endpoint) if name not in NAMES]
        body = matrix.form(world, row.endpoint, row.of) | {"csrf_token": world.proofs[role]}
        body |= {name: f"{CANARY} {name}" for name in free}
        with world.client(role).post(matrix.address(world, row.endpoint, row.of), data=body) as answer:
            answer.get_data()
        with world.app.app_context(), reading() as session:
            written = session.execute(text("SELECT * FROM audit ORDER BY id")).all()[before:]
        if CANARY in repr(written):
            quoting[str(row)] = written
        world.restore()
        world.forget_guesses()
    assert quoting == {}
