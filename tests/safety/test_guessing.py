"""Guessing is counted by the network that it comes from, whoever says what; equal answers tell nobody anything."""

import os
import re
import secrets
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from itertools import count

import pytest
from sqlalchemy import update

from survey_app.app import create_app
from survey_app.foundations.database import database, writing
from survey_app.foundations.settings import ROOT, Settings
from survey_app.foundations.tokens import receipt_code
from survey_app.models import Person
from survey_app.rules.limits import OWN_CODE_NETWORK, OWN_CODES_IN_A_FLOOD, Limit
from survey_app.web.every_page import limits
from tests.factories.world import KEY
from tests.safety import matrix

#: Door → the kind of code that it takes.
CODES = {"/en/my": "receipt", "/en/resume": "resume"}
GUESSER, ANOTHER = "198.51.100.{}", "203.0.113.9"


def send_code(app, door, code, address, **headers):
    """Send a code from an address; return the status."""
    with app.test_client(use_cookies=False).post(
        door, data={"code": code}, environ_base={"REMOTE_ADDR": address}, headers=headers
    ) as answer:
        return answer.status_code


def wrong_code():
    return receipt_code(secrets.token_hex(8))


def guesses(app, door, tries, address=lambda n: GUESSER.format(n % 250 + 1)):
    """Send wrong codes, each from an address of its own in one network; return how often which status came."""
    with app.app_context():
        codes = [wrong_code() for _ in range(tries)]
    return Counter(send_code(app, door, code, address(n)) for n, code in enumerate(codes))


@pytest.mark.parametrize("door", CODES)
def test_a_network_has_so_many_wrong_codes_and_another_is_not_touched(world, door):
    """T54. When they are used up a right code is not looked at either; the survey itself stays open."""
    found = guesses(world.app, door, OWN_CODE_NETWORK.tries + 20)
    assert found == {404: OWN_CODE_NETWORK.tries, 429: 20}
    right = world.thing(CODES[door])
    guesser = {"environ_base": {"REMOTE_ADDR": GUESSER.format(7)}}
    with world.app.test_client().post(door, data={"code": right}, **guesser) as refused:
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= OWN_CODE_NETWORK.seconds
    assert send_code(world.app, door, right, ANOTHER) == 303
    for endpoint, of in (("survey.greet", "link own"), ("survey.page", "token own + page own")):
        path = matrix.address(world, endpoint, matrix.things(of))
        assert world.app.test_client().get(path, **guesser).status_code == 200
    for endpoint, of in (("survey.start", "link own"), ("survey.save", "token own + page own")):
        path, body = matrix.address(world, endpoint, matrix.things(of)), matrix.form(world, endpoint)
        assert world.app.test_client().post(path, data=body, **guesser).status_code == 303


@pytest.mark.parametrize("door", CODES)
def test_right_codes_cost_nothing(world, door):
    right = world.thing(CODES[door])
    for _ in range(OWN_CODE_NETWORK.tries + 5):
        assert send_code(world.app, door, right, ANOTHER) == 303
    assert send_code(world.app, door, "nonsense", ANOTHER) == 404


def test_in_a_flood_from_many_networks_each_has_few_and_right_codes_still_open(world, monkeypatch):
    """T54. The budget of everybody together, here a small one."""
    few = 8
    monkeypatch.setattr(limits, "OWN_CODE_EVERYBODY", Limit("own-code-everybody", few, 600))
    networks = count()
    far = guesses(world.app, "/en/my", few, lambda _n: f"10.0.{next(networks)}.1")
    assert far == {404: few}
    late = guesses(world.app, "/en/resume", OWN_CODE_NETWORK.tries)
    assert late == {404: OWN_CODES_IN_A_FLOOD, 429: OWN_CODE_NETWORK.tries - OWN_CODES_IN_A_FLOOD}
    for door, kind in CODES.items():
        assert send_code(world.app, door, world.thing(kind), ANOTHER) == 303


@contextmanager
def _uncounted(*_counted):
    yield limits.Attempt()


@pytest.mark.any_database
@pytest.mark.parametrize(
    "broken",
    [("network_of", lambda address: address), ("attempt", _uncounted), ("left", lambda *_: True)],
    ids=["by address", "uncounted", "in a flood as ever"],
)
def test_limits_that_can_be_got_round_are_found(world, monkeypatch, broken):
    """The mutants."""
    monkeypatch.setattr(limits, *broken)
    with pytest.raises(AssertionError):
        test_in_a_flood_from_many_networks_each_has_few_and_right_codes_still_open(world, monkeypatch)


# --- whose address it is ---


PROXY = "192.0.2.{}"
#: How many proxies of ours there are → who has opened the connection, and what they have written behind it.
PROXIES = {
    0: (ANOTHER, ""),
    1: (PROXY.format(1), f"{ANOTHER}"),
    2: (PROXY.format(1), f"{ANOTHER}, {PROXY.format(2)}"),
}
#: What a client may claim of itself, each time something else.
CLAIMS = ("{}", "{}, 10.9.9.9", "10.9.9.9, {}", "unknown", "", "{}:443", "[2001:db8::{}]", "x" * 300)


@contextmanager
def behind(world, trusted):
    """Give the application of the world, trusting so many proxies."""
    settings = world.app.extensions["settings"]
    environment = {
        "APP_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": KEY,
        "PROXY_HOPS": str(trusted),
    }
    app = create_app(Settings.from_environment(environment))
    yield app
    with app.app_context():
        app.extensions["opens"].finish()
        database.engine.dispose()


def claimed(hops):
    """Yield, for each try of one client, who opens the connection and which headers arrive."""
    connected, written = PROXIES[hops]
    for number in range(100):
        claim = CLAIMS[number % len(CLAIMS)].format(f"10.{number}.7.7")
        told = ", ".join(part for part in (claim, written) if part)
        yield connected, {"X-Forwarded-For": told, "X-Real-IP": claim, "Forwarded": f"for={claim}"}


def tried_by_one(app, hops):
    """Let one client send 100 wrong codes, each time claiming to be another; return the statuses."""
    with app.app_context():
        code = wrong_code()
    return Counter(send_code(app, "/en/my", code, address, **headers) for address, headers in claimed(hops))


@pytest.mark.any_database
@pytest.mark.parametrize("hops", PROXIES)
def test_the_address_is_the_one_that_our_own_proxies_tell(world, hops):
    """T21."""
    with behind(world, hops) as app:
        assert tried_by_one(app, hops) == {404: OWN_CODE_NETWORK.tries, 429: 100 - OWN_CODE_NETWORK.tries}
        with app.test_request_context():
            assert limits._tries(OWN_CODE_NETWORK, "203.0.113.0/24") == OWN_CODE_NETWORK.tries


@pytest.mark.any_database
@pytest.mark.parametrize("hops", [0, 1])
def test_trusting_one_proxy_too_many_is_found(world, hops):
    """The mutant: a client can be whoever it says."""
    with behind(world, hops + 1) as app:
        assert tried_by_one(app, hops)[404] > OWN_CODE_NETWORK.tries


# --- who has an account ---


#: One of each kind of address, all of one length.
ADDRESSES = {
    "on the staff": "location_2@example.com",
    "unknown": "somewhere_@example.com",
    "disabled": "other_firm@example.com",
    "invited": "invited___@example.com",
}
_EACH_TIME = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*')
_KEPT_OUT = {"Date", "Set-Cookie"}


def told(world, path, email):
    """Return all that can be seen of what is answered to somebody who asks in with an address."""
    body = {"email": email, "password": "a wrong password", "csrf_token": world.proofs["anybody"]}
    answer = world.client("anybody").post(path, data=body)
    page = _EACH_TIME.sub(r"\1", answer.get_data(as_text=True)).replace(email, "…")
    headers = [(name, value) for name, value in answer.headers if name not in _KEPT_OUT]
    cookies = [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")]
    return answer.status_code, headers, cookies, page


def with_all_addresses(world):
    """Disable one account, and bring the one that was invited to the length of the others."""
    with world.app.app_context(), writing() as session:
        session.execute(update(Person).where(Person.email == ADDRESSES["disabled"]).values(active=False))
        session.execute(
            update(Person).where(Person.email == "invited@example.com").values(email=ADDRESSES["invited"])
        )


@pytest.mark.parametrize("path", ["/account/sign-in", "/account/password"])
def test_nobody_learns_who_has_an_account(world, path):
    """T53: status, headers and body; how long it takes is compared in `make assurance`."""
    with_all_addresses(world)
    faces = {kind: told(world, path, email) for kind, email in ADDRESSES.items()}
    assert faces["on the staff"][0] == 200
    assert {kind: face for kind, face in faces.items() if face != faces["unknown"]} == {}
    world.finish_mail()


@pytest.mark.any_database
def test_a_page_that_tells_is_found(world, monkeypatch):
    """The mutant: Flask-Security as it answers without being asked to be generic."""
    with_all_addresses(world)
    monkeypatch.setitem(world.app.config, "SECURITY_RETURN_GENERIC_RESPONSES", False)
    faces = [told(world, "/account/sign-in", email) for email in ADDRESSES.values()]
    assert faces[0] != faces[1]


def test_an_invitation_that_is_used_or_was_never_made_looks_alike(world):
    """T53."""
    faces = set()
    for token in (world.thing("reset"), "x" * len(world.thing("reset")), "nothing"):
        for method in ("GET", "POST"):
            with world.client("anybody").open(
                f"/account/invitation/{token}", method=method, data={"csrf_token": world.proofs["anybody"]}
            ) as answer:
                faces.add((answer.status_code, _EACH_TIME.sub(r"\1", answer.get_data(as_text=True))))
    assert len(faces) == 1
    assert faces.pop()[0] == 404


def test_the_first_who_sign_in_at_one_moment_do_not_meet_a_half_loaded_hash(tmp_path):
    """T10 found it: of a worker's first two hashes, run at once, one ended with an error of ours."""
    code = (
        "from passlib.hash import argon2\n"
        "from survey_app.app import create_app\n"
        "def loaded(): return '_NoBackend' not in [base.__name__ for base in argon2.__mro__]\n"
        "before = loaded()\n"
        "create_app()\n"
        "print(before, loaded())\n"
    )
    environment = os.environ | {"APP_ENV": "test", "DATA_DIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert told.stdout.split() == ["False", "True"], told.stderr
