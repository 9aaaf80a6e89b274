"""Guessing is counted by the network that it comes from, whoever says what; equal answers tell nobody anything."""

import secrets
from collections import Counter
from contextlib import contextmanager
from itertools import count

import pytest

from survey_app.foundations.tokens import receipt_code
from survey_app.rules.limits import OWN_CODE_NETWORK, OWN_CODES_IN_A_FLOOD, Limit
from survey_app.web.every_page import limits
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
