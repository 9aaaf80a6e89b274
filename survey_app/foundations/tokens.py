"""Secrets and signatures. Each has one purpose, so that one can never stand in for another."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from flask import current_app
from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode, want_bytes

#: Crockford's base 32: no letter that could be taken for a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS = 24
#: Letters that are not in the alphabet, and what somebody who types them has read.
_MISREAD = str.maketrans("OIL", "011")
#: Spaces, hyphens and dashes, as people and phones put them between groups.
_NOT_OF_A_CODE = re.compile(r"[\s\-\u2010-\u2015\u00ad]+")
_SECRET_LETTERS = 32
#: For what an address that wants no more mail is signed, in a link and by whoever reads it.
NO_MAIL = "no-mail"


class ExactSigner(TimestampSigner):
    """Signs with a time, and takes a signature only as it writes it: base 64 can write one in many ways."""

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        """Return whether a signature is right, and is written the one way that counts."""
        return super().verify_signature(value, sig) and base64_encode(base64_decode(sig)) == want_bytes(sig)


def new_random_id() -> str:
    """Return 128 random bits as 22 characters that may stand in an address."""
    return secrets.token_urlsafe(16)


def sign(purpose: str, value: str) -> str:
    """Return a value with a signature that holds for one purpose and does not run out."""
    return _signer(purpose).sign(value).decode()


def read_signed(purpose: str, token: str) -> str | None:
    """Return the value of a token that `sign` made for this purpose, or None.

    Base 64 can write one signature in many ways; only the one that `sign` writes is taken.
    """
    try:
        value = _signer(purpose).unsign(token).decode()
    except (BadSignature, UnicodeError):
        return None
    return value if sign(purpose, value) == token else None


def personal_secret(purpose: str, row_id: int, generation: int) -> str:
    """Return the secret of one person's link; a new generation makes all earlier ones worthless."""
    return _letters(_keyed(purpose, f"{row_id}:{generation}"), _SECRET_LETTERS).lower()


def hash_of_secret(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_for_counting(purpose: str, who: str) -> str:
    """Return what stands for an account or a network where tries are counted; it names nobody without the key."""
    return _keyed(f"count:{purpose}", who).hex()


def keyed_hash(purpose: str, secret: str) -> str:
    """Return what is kept of a secret that somebody could guess by trying: worthless without the site's key."""
    return _keyed(f"hash:{purpose}", secret).hex()


def new_key() -> str:
    """Return 256 random bits, for a cookie."""
    return secrets.token_urlsafe(32)


def derive_key(secret_key: str, purpose: str) -> bytes:
    """Return a key of its own for one purpose, made from the site's key."""
    return hmac.digest(secret_key.encode(), f"key:{purpose}".encode(), "sha256")


def receipt_code(submission_id: str) -> str:
    """Return the receipt of a submission: 24 letters and digits (120 bits) in six groups of four."""
    return _grouped(_letters(_keyed("receipt", submission_id), _CODE_LETTERS))


def resume_code(submission_id: str) -> str:
    """Return the code with which a submission goes on on another device until it is sent."""
    return _grouped(_letters(_keyed("resume", submission_id), _CODE_LETTERS))


def read_code(typed: str) -> str | None:
    """Return a receipt or resume code as it was given out, however it was typed, or None if it cannot be one.

    >>> read_code("abcd efgh jkmn pqrs tvwx yzol")
    'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01'
    """
    letters = _NOT_OF_A_CODE.sub("", typed.upper()).translate(_MISREAD)
    whole = len(letters) == _CODE_LETTERS and set(letters) <= set(_ALPHABET)
    return _grouped(letters) if whole else None


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _signer(purpose: str) -> Signer:
    return Signer(current_app.secret_key or b"", salt=f"survey:{purpose}", digest_method=hashlib.sha256)


def _keyed(purpose: str, value: str) -> bytes:
    key = current_app.secret_key or b""
    key = key.encode() if isinstance(key, str) else key
    return hmac.digest(key, f"{purpose}:{value}".encode(), "sha256")


def _letters(digest: bytes, count: int) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(count))
