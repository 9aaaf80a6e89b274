"""What nobody's browser sent by itself: forged forms, other hosts, other sites, two things of two owners."""

import json
import re
from urllib.parse import urlsplit

import pytest

from survey_app.web.every_page.addresses import local_address
from tests.factories.world import ROLES, proof_of_origin
from tests.journeys.html_forms import read_page
from tests.safety import matrix

ROWS = matrix.rows()
_TAKEN = {"200", "302", "303"}
#: Doors that take a form, with things that are one's own, and the first role that it is taken from.
SENT = [
    (row, next(role for role in reversed(ROLES) if row.answers[role] in _TAKEN))
    for row in ROWS
    if row.method == "POST"
    and all(relation == "own" for _kind, relation in row.of)
    and _TAKEN & {*row.answers.values()}
]
LOOKED_AT = [row for row in ROWS if row.method == "GET" and all(relation == "own" for _kind, relation in row.of)]
#: Customers have no session: the signed token, or the code, is their proof.
PROVEN_BY_TOKEN = {
    *("survey.start", "survey.save", "survey.refuse_mail"),
    *("own.open_", "own.resume", "own.correct", "own.answer", "own.withdraw", "own.erase"),
}
#: Fields that no form has, each with a value that would show.
EXTRA = {
    "id": "987654321",
    "role": "administrator",
    "scope": "all",
    "firm_id": "987654321",
    "location_id": "987654321",
    "shopper_id": "987654321",
    "study_id": "987654321",
    "public_id": "canary-public-id",
    "status": "canary-status",
    "state": "canary-state",
    "review": "accepted",
    "is_verified": "1",
    "created_at": "1999-09-09",
    "made_at": "1999-09-09",
    "score": "987654321",
    "token": "canary-token",
    "fs_uniquifier": "canary-uniquifier",
    "for_everybody": "1",
    "made_up": "1",
    "fee_cents": "987654321",
}
ELSEWHERE = [
    "https://evil.example",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/..",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/home\r\nSet-Cookie: a=b",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://localhost@evil.example",
    "https://localhost.evil.example",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "\u3000//evil.example",
    "／／evil.example",
    "evil.example",
]


def post(world, row, role, body, **how):
    """Send a form as somebody; return the whole answer, with no file left open behind it."""
    with world.client(role).post(matrix.address(world, row.endpoint, row.of), data=body, **how) as answer:
        answer.get_data()
        return answer


def _things_in_forms():
    for row, _role in SENT:
        for field, kind in matrix.things_in_form(row.endpoint).items():
            if kind not in ("revision", "submission", "consent", "receipt", "resume", "day"):
                yield pytest.param(row, kind, id=f"{row.endpoint} {field}")


@pytest.mark.parametrize(("row", "kind"), list(_things_in_forms()))
def test_a_foreign_thing_in_a_form_is_refused_like_a_missing_one(world, row, kind):
    """T3. Two things in an address are cells of the matrix; these come with a form."""
    faces = []
    for relation in ("foreign", "missing"):
        answer = matrix.ask(world, "researcher", row.endpoint, "POST", row.of, **{kind: relation})
        faces.append(matrix.face(answer, world, (*row.of, (kind, relation))))
        assert answer.status_code in (200, 404)
        assert world.changed() == set()
    assert faces[0] == faces[1]


def test_somebody_elses_submission_begins_nothing_through_another_link(world):
    """T3. A token that began answers through one link is no use at another."""
    path = f"/en/s/{world.thing('link', 'foreign')}"
    answer = world.client("anybody").post(path, data={"submission": world.thing("token")})
    assert answer.status_code in (200, 404)
    assert world.changed() == set()


@pytest.mark.parametrize(("row", "role"), SENT, ids=[row.endpoint for row, _role in SENT])
def test_fields_that_no_form_has_change_nothing(world, row, role):
    """T4. What is written is what the form alone would have written."""
    body = matrix.form(world, row.endpoint, row.of) | {"csrf_token": world.proofs[role]}
    plain = post(world, row, role, body)
    written, lines = world.changed(), world.rows()
    world.restore()
    stuffed = post(world, row, role, EXTRA | body)
    assert (stuffed.status_code, world.changed()) == (plain.status_code, written)
    after = world.rows()
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in lines.items()}
    found = [name for name, rows in after.items() if re.search("canary|987654321|1999-09-09", repr(rows))]
    assert found == []
    meant = {"account": {"people"}, "security": {"people"}, "people": {"people", "grants"}}
    assert not ({"grants", "people"} - meant.get(row.endpoint.partition(".")[0], set())) & written


@pytest.mark.any_database
@pytest.mark.parametrize(("row", "role"), SENT, ids=[row.endpoint for row, _role in SENT])
def test_a_form_that_cannot_prove_its_origin_is_refused(world, row, role):
    """T16. Without a proof, with one that was tampered with, with one of another session."""
    other = "location_2" if role != "location_2" else "location_1"
    if row.endpoint in PROVEN_BY_TOKEN:
        proofs = [("submission", ""), ("submission", world.thing("token")[:-3]), ("submission", "A" * 22)]
        if row.endpoint != "survey.start":
            return  # its token stands in the address: a cell of the matrix, and of the tampered tokens
    else:
        own = world.proofs[role]
        proofs = [("csrf_token", proof) for proof in (None, "", own[:-2], own[2:], world.proofs[other])]
    for name, proof in proofs:
        body = matrix.form(world, row.endpoint, row.of) | {name: proof}
        answer = post(world, row, role, {field: value for field, value in body.items() if value is not None})
        assert answer.status_code == (200 if row.endpoint in PROVEN_BY_TOKEN else 400), f"{name}={proof}"
        assert world.changed() == set()


@pytest.mark.any_database
def test_the_proof_of_a_session_that_ended_is_refused(world):
    """T16. A proof lives as long as its session."""
    client = world.client("researcher")
    old = world.proofs["researcher"]
    client.post("/account/sign-out", data={"csrf_token": old})
    assert proof_of_origin(client) != old
    assert client.post("/account/sign-out", data={"csrf_token": old}).status_code == 400


@pytest.mark.any_database
@pytest.mark.parametrize(("row", "role"), SENT, ids=[row.endpoint for row, _role in SENT])
def test_other_kinds_of_content_and_doubled_fields_are_refused(world, row, role):
    """T16, T63. What another site can send without asking: plain text; and what has two meanings."""
    body = matrix.form(world, row.endpoint, row.of) | {"csrf_token": world.proofs[role]}
    for kind in ("text/plain", "application/json", "application/xml", "application/octet-stream", ""):
        headers = {} if row.endpoint in PROVEN_BY_TOKEN else {"X-CSRFToken": world.proofs[role]}
        answer = post(world, row, role, json.dumps(body), content_type=kind, headers=headers)
        assert answer.status_code == 400, kind
    for name in sorted(set(body) - {"csrf_token", "places"}):
        doubled = {field: [value, "another"] if field == name else [value] for field, value in body.items()}
        if row.endpoint != "survey.save":
            assert post(world, row, role, doubled).status_code == 400, name
    assert world.changed() == set()


@pytest.mark.parametrize("stale", ["the proof", "the session"])
def test_a_page_that_stood_open_too_long_is_sent_again_as_it_was(world, stale):
    """T18. Nothing that was typed is lost, and one click goes on."""
    row = next(row for row, _role in SENT if row.endpoint == "shoppers.save")
    client = world.client("shopper_a" if stale == "the proof" else "anybody")
    typed = matrix.form(world, row.endpoint, row.of) | {"story": "<It> was \"long\" & 'sad'", "csrf_token": "old"}
    if stale == "the session":
        typed["csrf_token"] = world.proofs["anybody"]
    path = matrix.address(world, row.endpoint, row.of)
    answer = client.post(path, data=typed)
    assert answer.status_code == (400 if stale == "the proof" else 403)
    assert world.changed() == set()
    if stale == "the session":
        client.get(f"/shopper/{world.thing('secret')}")
    [form] = [form for form in read_page(answer.get_data(as_text=True))[0] if form.action == path]
    kept = dict(form.fixed)
    assert {name: value for name, value in kept.items() if name != "csrf_token"} == {
        name: value for name, value in typed.items() if name != "csrf_token"
    }
    assert client.post(path, data=kept).status_code == 303
    assert "responses" in world.changed()


def test_neither_head_nor_options_nor_trace_changes_anything(world):
    """T17, for what the matrix does not try; TRACE is not answered at all (T26)."""
    for row in LOOKED_AT:
        path = matrix.address(world, row.endpoint, row.of)
        for role in ("anybody", "shopper_a", "location_1", "administrator"):
            expected = int(row.answers[role].replace(matrix.SIGN_IN, "302"))
            for method, status in (("HEAD", {expected}), ("OPTIONS", {200, expected}), ("TRACE", {405})):
                with world.client(role).open(path, method=method) as answer:
                    assert answer.status_code in status, f"{method} {row} as {role}"
    assert world.changed() == set()


@pytest.mark.any_database
def test_nothing_leads_to_another_site(world):
    """T19. Each such address, at every door that leads on, as a field and in the address."""
    astray = []
    doors = [(row, role) for row, role in SENT if row.answers[role] in ("302", "303")]
    for row, role in doors:
        body = matrix.form(world, row.endpoint, row.of) | {"csrf_token": world.proofs[role]}
        for target in (
            ELSEWHERE if {"back", "next"} & set(body) or row.endpoint.startswith("security") else ELSEWHERE[:6]
        ):
            extra = dict.fromkeys(("next", "back", "return_to", "url"), target)
            if row.endpoint in ("survey.save", "shoppers.save"):
                extra = {}
            answer = post(world, row, role, body | extra, query_string=dict.fromkeys(("next", "url"), target))
            assert answer.status_code < 500, f"{row}: {target!r}"
            if leads_away(answer.headers.get("Location", "/")):
                astray.append(f"{row}: {target!r} leads to {answer.headers['Location']!r}")
            if world.changed():
                world.restore()
    assert astray == []


def leads_away(location):
    """Whether a browser would take an address for one of another site: it drops tabs, and reads \\ as /."""
    seen = re.sub("[\t\r\n]", "", location).strip().replace("\\", "/")
    return seen.startswith("//") or bool(urlsplit(seen).scheme)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_only_what_we_write_ourselves_is_a_local_address(target):
    assert local_address(target, otherwise="/home") in ("/home", "/%5cevil.example", "/%09/evil.example")


@pytest.mark.parametrize("mutant", [lambda given: given, lambda given: given if given.startswith("/") else "/"])
def test_a_redirect_that_trusts_too_much_is_found(mutant):
    """The mutants: no check, and only the first letter."""
    assert any(leads_away(mutant(target)) for target in ELSEWHERE)


def test_addresses_of_our_own_are_taken():
    for address in ("/", "/home", "/research/studies/abc?lang=pl&x=%C5%BC", "/en/a/x.y-z_/page"):
        assert local_address(address, otherwise="/home") == address


@pytest.mark.any_database
def test_another_host_is_refused_at_every_door(world):
    """T20."""
    for endpoint, method in sorted(matrix.doors(world.app)):
        row = next(row for row in ROWS if row.door == (endpoint, method))
        path = matrix.address(world, endpoint, row.of)
        for host in ("evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example"):
            answer = world.client("administrator").open(path, method=method, headers={"Host": host})
            assert answer.status_code == 400, f"{row} {host}"
            assert "evil" not in answer.get_data(as_text=True) + str(answer.headers)
    assert world.changed() == set()


@pytest.mark.any_database
def test_other_sites_are_allowed_nothing(world):
    """T26. No CORS, no answer to a preflight, no lists of files, nothing of the inside."""
    for row in LOOKED_AT:
        path = matrix.address(world, row.endpoint, row.of)
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        ):
            answer = world.client("administrator").open(
                path, method="OPTIONS" if len(headers) > 1 else "GET", headers=headers
            )
            answer.get_data()
            assert [name for name, _value in answer.headers if name.startswith("Access-Control")] == [], row
            answer.close()


@pytest.mark.any_database
def test_there_are_no_lists_of_files_and_nothing_of_the_inside(world):
    """T26."""
    asset = world.app.jinja_env.globals["asset"]("")
    for path in (
        *("/.git", "/.git/config", "/.git/HEAD", "/.env", "/config", "/config.py", "/instance", "/instance/"),
        *("/instance/survey.sqlite3", "/test.sqlite3", "/survey.db", "/pyproject.toml", "/wsgi.py", "/admin"),
        *("/static", "/static/", asset, f"{asset}css", f"{asset}css/", f"{asset}../../../wsgi.py"),
        *(f"{asset}..%2f..%2f..%2fwsgi.py", f"{asset}%2e%2e/%2e%2e/wsgi.py", "/account/fs-static/"),
        *("/account/fs-static/..%2f__init__.py", "//etc/passwd", "/..%5c..%5cetc%5cpasswd", "/server-status"),
    ):
        for role in ("anybody", "administrator"):
            assert world.client(role).get(path).status_code in (400, 404), path
