"""Tokens of each kind, the door that each opens, and ways to tamper with one; in `make assurance` more often."""

import base64
import hashlib
import random
from collections import Counter
from itertools import count
from urllib.parse import quote

from itsdangerous import Signer, URLSafeTimedSerializer
from scipy.stats import chi2, spearmanr

from tests.factories.world import KEY

#: Kind of token → the door that it opens, and it alone.
DOORS = {
    "link": "/s/{}",
    "single_link": "/s/{}",
    "token": "/en/a/{}/encounter",
    "secret": "/shopper/{}",
    "reset": "/account/password/{}",
}
#: What a door answers to whoever it lets in.
LETS_IN = {"/s/{}": 200, "/en/a/{}/encounter": 200, "/shopper/{}": 303, "/account/password/{}": 200}
_NETWORKS = count()
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def opens(world, door, token):
    """Return whether a door lets in whoever comes with this, each from a network of its own.

    An error of ours is no answer, nor is one to a token that nobody looked at.
    """
    network = next(_NETWORKS)
    address = f"10.{network >> 8 & 255}.{network & 255}.1"
    path = door.format(quote(token, safe=""))
    with world.app.test_client().get(path, environ_base={"REMOTE_ADDR": address}) as answer:
        status = answer.status_code
    assert status < 429, f"{door} {token!r}: {status}"
    return status == LETS_IN[door]


def tampered(kind, token, chance):
    """Return another token than a true one: a bit, a cut, a letter more, other case, key, salt or algorithm."""
    way = chance.choice(["bit", "bit", "bit", "cut", "grow", "swap", "case", "forge"])
    place = chance.randrange(len(token))
    if way == "bit":
        return token[:place] + chr(ord(token[place]) ^ 1 << chance.randrange(7)) + token[place + 1 :]
    if way == "cut":
        return token[:place] or "."
    if way == "grow":
        return token[:place] + chance.choice("Az09-_.= %\u017c") + token[place:]
    if way == "swap":
        other = chance.randrange(len(token))
        letters = list(token)
        letters[place], letters[other] = letters[other], letters[place]
        return "".join(letters)
    if way == "case":
        return token.swapcase()
    return forged(kind, token, chance)


def forged(kind, token, chance):
    """Return a token that is whole and made by somebody else: with another key, salt or algorithm."""
    value = token.rpartition(".")[0] if kind == "token" else token
    key, salt, algorithm = chance.choice(
        [
            (KEY + "!", "survey:submission", "sha256"),
            (KEY, "survey:receipt", "sha256"),
            (KEY, "survey:submission", "sha1"),
            ("", "survey:submission", "sha256"),
        ]
    )
    if kind == "reset":
        salt = chance.choice(["change-me-salt", "reset-salt"])
        return URLSafeTimedSerializer(KEY + "!", salt=salt).dumps([1, "x", "y"])
    return Signer(key, salt=salt, digest_method=getattr(hashlib, algorithm)).sign(value).decode()


def accepted(world, kind, trials, seed, *, opens=opens):
    """Try so many tampered tokens of a kind; return those that were taken."""
    chance, true = random.Random(seed), world.thing(kind)
    tries = (tampered(kind, true, chance) for _ in range(trials))
    return [token for token in tries if token != true and opens(world, DOORS[kind], token)]


def faults_of(tokens, alphabets):
    """Return what is wrong with many tokens of a kind, made one after the other, as far as numbers can tell."""
    faults = []
    if len(set(tokens)) < len(tokens):
        faults.append("two are the same")
    if {len(token) for token in tokens} != {len(alphabets)}:
        return [*faults, "the length differs"]
    places = [place for place, alphabet in enumerate(alphabets) if len(alphabet) > 1]
    for place in places:
        alphabet = alphabets[place]
        counts = Counter(token[place] for token in tokens)
        if set(counts) - set(alphabet):
            faults.append(f"letter {place + 1} is not of the alphabet")
            continue
        wanted = len(tokens) / len(alphabet)
        distance = sum((counts[letter] - wanted) ** 2 / wanted for letter in alphabet)
        if chi2.sf(distance, len(alphabet) - 1) < 0.001 / len(places):
            faults.append(f"letter {place + 1} is not even")
        order = [alphabet.index(token[place]) for token in tokens]
        if len(set(order)) > 1 and spearmanr(range(len(order)), order).pvalue < 0.001 / len(places):
            faults.append(f"letter {place + 1} goes with the order")
    return faults


def lasting_faults(make, alphabets, number):
    """Return what is wrong with so many tokens, and with the next ones too: one sample in 500 is odd by chance."""
    faults = faults_of([make(n) for n in range(number)], alphabets)
    return faults and faults_of([make(n) for n in range(number, 2 * number)], alphabets)


def base64_alphabets(size):
    """Return which letters may stand where in so many bytes as base 64 without padding: few at the end."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    whole, rest = divmod(8 * size, 6)
    last = [letters[:: 2 ** (6 - rest)]] if rest else []
    assert len(base64.urlsafe_b64encode(bytes(size)).rstrip(b"=")) == whole + len(last)
    return [letters] * whole + last


def receipt_alphabets():
    return ([_BASE32] * 4 + ["-"]) * 5 + [_BASE32] * 4


def secret_alphabets():
    return [_BASE32.lower()] * 32


def public_alphabets():
    return [_BASE32.lower()] * 20
