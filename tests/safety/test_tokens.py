"""A token opens one door, only as it was given out, says nothing of another, and is not in the database."""

import re
import secrets

import pytest

from survey_app.foundations.database import reading
from survey_app.foundations.tokens import (
    hash_of_secret,
    new_random_id,
    personal_secret,
    read_signed,
    receipt_code,
    sign,
)
from survey_app.models.columns import new_public_id
from survey_app.queries.assignments import shopper_by_secret
from survey_app.queries.surveys import find_invitation
from tests.safety import tampering
from tests.safety.tampering import DOORS, LETS_IN, accepted, lasting_faults, opens

#: `make assurance` makes 100,000 of each, and tampers 10,000 times.
_MADE, _TAMPERED = 2_000, 150
_WORD = re.compile(r"[\w.\-]{16,}")
#: How each kind is made for the n-th row, and which letters may stand where.
KINDS = {
    "row in an address": (lambda _n: new_public_id(), tampering.public_alphabets()),
    "submission": (lambda _n: new_random_id(), tampering.base64_alphabets(16)),
    "single link": (lambda _n: secrets.token_urlsafe(20), tampering.base64_alphabets(20)),
    "personal link": (lambda n: personal_secret("shopper", n, 1), tampering.secret_alphabets()),
    "personal link, renewed": (lambda n: personal_secret("shopper", 1, n), tampering.secret_alphabets()),
    "receipt": (lambda n: receipt_code(f"submission {n}"), tampering.receipt_alphabets()),
}


@pytest.mark.any_database
def test_each_token_opens_its_own_door_and_no_other(world):
    """T7."""
    with world.app.app_context():
        issued = {kind: world.thing(kind) for kind in DOORS} | {
            "a submission that is not begun": world.thing("submission"),
            "receipt": receipt_code("a submission"),
            "proof of origin": world.proofs["administrator"],
            "session of staff": world.cookies["administrator"]["session"],
            "session of a shopper": world.cookies["shopper_a"]["session"],
            "row": world.thing("study"),
        }
    opened = {(kind, door) for kind, token in issued.items() for door in LETS_IN if opens(world, door, token)}
    assert opened == set(DOORS.items())
    for token in issued.values():
        if token not in (world.cookies["administrator"]["session"], world.cookies["shopper_a"]["session"]):
            client = world.app.test_client()
            client.set_cookie("session", token)
            assert client.get("/home").status_code == 302
            assert client.get("/en/visits").status_code == 403


@pytest.mark.any_database
def test_a_session_of_one_kind_is_none_of_the_other(world):
    """T7."""
    assert world.client("shopper_a").get("/home").headers["Location"] == "/account/sign-in"
    assert world.client("administrator").get("/en/visits").status_code == 403


@pytest.mark.any_database
@pytest.mark.parametrize("kind", DOORS)
def test_a_token_that_was_tampered_with_opens_nothing(world, kind):
    """T8."""
    assert accepted(world, kind, _TAMPERED, seed=8) == []


@pytest.mark.any_database
def test_a_door_that_forgives_a_letter_is_found(world):
    """The mutant: letter case does not matter."""
    true = world.thing("token")
    found = accepted(
        world, "token", _TAMPERED, 8, opens=lambda _world, _door, token: token.lower() == true.lower()
    )
    assert found


@pytest.mark.any_database
def test_every_way_to_write_a_signature_but_ours_is_refused(world):
    """T8. The last letter of base 64 has bits that nobody reads."""
    with world.app.app_context():
        token = sign("submission", "abc")
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        assert [letter for letter in letters if read_signed("submission", token[:-1] + letter)] == [token[-1]]
        assert read_signed("receipt", token) is None
    reset = world.thing("reset")
    assert opens(world, DOORS["reset"], reset)
    assert not [extra for extra in "\u017c!= " if opens(world, DOORS["reset"], reset[:-3] + extra + reset[-3:])]
    cookie = world.cookies["administrator"]["session"]
    assert _comes_in(world, cookie)
    assert not _comes_in(world, cookie[:-3] + "!" + cookie[-3:])


def _comes_in(world, cookie):
    client = world.app.test_client(use_cookies=False)
    return client.get("/account", headers={"Cookie": f"session={cookie}"}).status_code == 200


_BASE32 = tampering._BASE32.lower()
#: Ways to make tokens that are not as they should be.
BROKEN = {
    "counted": lambda n: f"{n:020d}",
    "uneven": lambda _n: "".join(_BASE32[secrets.randbelow(28)] for _ in range(20)),
    "by time": lambda n: (
        new_public_id()[:18] + "".join(tampering._BASE32.lower()[n // each % 32] for each in (63, 6400))
    ),
    "twice": lambda n: "0123456789abcdefghjk" if n % 1000 < 2 else new_public_id(),
}


@pytest.mark.any_database
@pytest.mark.parametrize("kind", KINDS)
def test_tokens_are_even_unlike_and_tell_no_order(world, kind):
    """T51."""
    with world.app.app_context():
        assert lasting_faults(*KINDS[kind], _MADE) == []


@pytest.mark.parametrize("mutant", BROKEN)
def test_tokens_that_are_not_are_found(mutant):
    assert lasting_faults(BROKEN[mutant], tampering.public_alphabets(), _MADE)


def usable(world, words):
    """Return the words of a dump that would open the door of somebody."""
    found = []
    with world.app.app_context(), reading() as session:
        for word in words:
            invitation = find_invitation(session, word)
            personal = invitation is not None and invitation.kind == "single"
            if personal or shopper_by_secret(word) or read_signed("submission", word):
                found.append(word)
    return found


def test_the_database_holds_nothing_that_opens_a_door(world):
    """T52. Hashes of personal secrets only: none of ours is in a dump, and no word of the dump opens anything."""
    dump = repr(world.rows())
    issued = [
        world.thing(kind, relation)
        for kind in ("single_link", "secret", "token", "submission", "reset")
        for relation in world.things[kind]
    ]
    assert [token for token in issued if token in dump] == []
    assert [value for cookies in world.cookies.values() for value in cookies.values() if value in dump] == []
    words = set(_WORD.findall(dump))
    assert hash_of_secret(world.thing("secret")) in words
    assert usable(world, words) == []
    assert usable(world, {*words, world.thing("secret")}) == [world.thing("secret")]


def test_a_new_link_ends_the_old_one_and_its_sessions(world):
    """What is personal can be made anew: the old secret, and whoever came by it, are out at once."""
    client = world.client("shopper_a")
    assert client.get("/en/visits").status_code == 200
    researcher = world.client("researcher")
    path = f"/research/firms/{world.thing('firm')}/shoppers/{world.thing('shopper')}/link"
    page = researcher.post(path, data={"csrf_token": world.proofs["researcher"]}).get_data(as_text=True)
    assert client.get("/en/visits").status_code == 403
    assert not opens(world, DOORS["secret"], world.thing("secret"))
    assert opens(world, DOORS["secret"], re.search(r"/shopper/(\w{32})", page)[1])
