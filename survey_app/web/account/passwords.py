"""Passwords: which are taken, how large a request may be, and how many are hashed at once."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from flask_security import PasswordUtil
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from survey_app.models import Person
from survey_app.queries.people import firms_of
from survey_app.rules.passwords import MOST_BYTES, SHORTEST, Weakness, too_long, weakness_of

#: Hashes at once in one process: each takes 19 MiB and a core for some 30 milliseconds.
_AT_ONCE = 2
_PATIENCE = 10
#: No form about an account is longer.
_LONGEST_FORM = 16_384
_BLUEPRINTS = ("security", "account", "people")
_FIELDS = ("password", "password_confirm", "new_password", "new_password_confirm")


class Passwords(PasswordUtil):
    """Takes what is long enough and hard to guess; compares exactly what was typed, in any script."""

    def normalize(self, password: str) -> str:
        """Change nothing."""
        return password

    def validate(  # type: ignore[override]
        self, password: str, _is_register: bool, **about: Any
    ) -> tuple[list[str] | None, str]:
        """Return why a password is not taken."""
        return refused(password, about.get("user")), password


def refused(password: str, person: Person | None) -> list[str] | None:
    """Return why a password is not taken for somebody, or None."""
    about = []
    if person is not None:
        about = [person.email.partition("@")[0], person.email, person.name, *firms_of(person)]
    weakness = weakness_of(password, about=about)
    return None if weakness is None else [words_for(weakness)]


def words_for(weakness: Weakness) -> str:
    """Return what is wrong with a password, and what to do."""
    words = {
        Weakness.TOO_SHORT: _("Choose at least %(shortest)s characters.", shortest=SHORTEST),
        Weakness.TOO_LONG: _("This is longer than %(most)s bytes. Choose a shorter one.", most=MOST_BYTES),
        Weakness.EASY_TO_GUESS: _(
            "This is among the first that others would try. Choose several words that have nothing to do with you."
        ),
    }
    return str(words[weakness])


class Patient:
    """Hashing as Flask-Security knows it, a few at a time; the others wait, or memory could run out."""

    def __init__(self, hashing: Any) -> None:
        self._hashing = hashing
        # Else the first hash would load what hashes, and two first ones at once get in each other's way.
        hashing.handler().set_backend()
        self._gate = BoundedSemaphore(_AT_ONCE)

    def hash(self, *args: Any, **options: Any) -> Any:
        """Hash a password when it is its turn."""
        return self._in_turn(self._hashing.hash, *args, **options)

    def verify(self, *args: Any, **options: Any) -> Any:
        """Compare a password when it is its turn."""
        return self._in_turn(self._hashing.verify, *args, **options)

    def _in_turn(self, work: Any, *args: Any, **options: Any) -> Any:
        if not self._gate.acquire(timeout=_PATIENCE):
            raise ServiceUnavailable(retry_after=_PATIENCE)
        try:
            return work(*args, **options)
        finally:
            self._gate.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hashing, name)


def refuse_long_passwords(app: Flask) -> None:
    """Refuse what no form about an account can be as long as, before it is read; and hash no huge password."""

    @app.before_request
    def refuse() -> None:
        if request.method != "POST" or request.blueprint not in _BLUEPRINTS:
            return
        if (request.content_length or 0) > _LONGEST_FORM:
            raise BadRequest
        request.max_content_length = _LONGEST_FORM
        if any(too_long(value) for name in _FIELDS for value in request.form.getlist(name)):
            raise BadRequest
