"""Mails about an account, written beside the pages: how long one takes tells nobody who has an account."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

import structlog
from flask import Flask, current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_security import MailUtil
from flask_security.recoverable import generate_reset_password_token

from survey_app.foundations.mail import MailRefused, send_mail
from survey_app.foundations.settings import Settings
from survey_app.models import Person
from survey_app.queries.people import find_person

log = structlog.get_logger()


class Letters:
    """Sends mails one after the other beside the pages; what waits is sent before the process ends."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._desk: ThreadPoolExecutor | None = None

    def post(self, write: Any, *args: Any) -> Future[None]:
        """Let a mail be written and sent."""
        with self._lock:
            if self._desk is None:
                self._desk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")
            return self._desk.submit(self._send, write, *args)

    def finish(self) -> None:
        """Wait until all are sent."""
        with self._lock:
            desk, self._desk = self._desk, None
        if desk is not None:
            desk.shutdown(wait=True)

    def _send(self, write: Any, *args: Any) -> None:
        with self._app.app_context():
            try:
                write(*args)
            except (OSError, MailRefused) as error:
                log.error("a mail could not be sent", kind=type(error).__name__)
            except Exception as error:
                log.error("a mail could not be written", kind=type(error).__name__, exc_info=error)


class NoMail(MailUtil):
    """Sends none of Flask-Security's own mails: ours are sent from here."""

    def send_mail(self, *_args: Any, **_others: Any) -> None:
        """Send nothing."""


def letters() -> Letters:
    """Return where mails are posted."""
    found: Letters = current_app.extensions["letters"]
    return found


def write_reset(email: str) -> None:
    """Write the link to a new password to whoever has this address, if anybody on the staff has."""
    person = find_person(email=email)
    if person is not None and person.active:
        write(
            person, "password", address=public(f"/account/password/{reset_token(person)}?lang={person.language}")
        )


def write_changed(person_id: int) -> None:
    """Tell somebody that their password was changed."""
    person = find_person(id=person_id)
    if person is not None:
        write(person, "password_changed", address=public("/account/password"))


def write_factors_forgotten(person_id: int) -> None:
    """Tell somebody that an administrator had their second factor forgotten."""
    person = find_person(id=person_id)
    if person is not None and person.active:
        write(person, "factors_forgotten", address=public("/account/sign-in"))


def reset_token(person: Person) -> str:
    """Return what stands in the address of a link to a new password."""
    return str(generate_reset_password_token(person))  # type: ignore[no-untyped-call]


def write(person: Person, letter: str, **values: Any) -> None:
    """Write one letter to a person in their language."""
    subjects = {
        "password": lambda: _("Choose a new password"),
        "password_changed": lambda: _("Your password was changed"),
        "invitation": lambda: _("You are invited to Two Witnesses"),
        "another_role": lambda: _("You have another role in Two Witnesses"),
        "factors_forgotten": lambda: _("Set up a new second factor"),
    }
    with force_locale(person.language):
        text = render_template(f"mail/{letter}.txt", person=person, site=public("/"), **values)
        subject = str(subjects[letter]())
    send_mail(_settings(), to=person.email, subject=subject, text=text)


def public(path: str) -> str:
    """Return a whole address under the site's own name."""
    return _settings().public_url + path


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
