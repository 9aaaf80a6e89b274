"""Accounts of the staff: Flask-Security with our tables, our layouts, and no session for anybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, redirect, url_for
from flask_babel import lazy_gettext as _l
from flask_login import user_logged_in, user_logged_out
from flask_security import MailUtil, RoleMixin, Security
from flask_security.datastore import UserDatastore
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from survey_app.actions.people import keep_person, note_session
from survey_app.foundations import clock
from survey_app.foundations.mail import send_mail
from survey_app.foundations.settings import Settings
from survey_app.models import Person
from survey_app.queries.people import find_person

csrf = CSRFProtect()

_CONFIG: dict[str, Any] = {
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_SSL_STRICT": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    # 19 MiB, two rounds, one lane: what OWASP asks for, and little enough for several sign-ins at once.
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19_456,
        "argon2__rounds": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_URL_PREFIX": "/account",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/home",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_URL": "/password",
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(days=3),
    "SECURITY_POST_RESET_VIEW": "/account/sign-in",
    "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": True,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_LOGIN_USER_TEMPLATE": "account/sign_in.html",
    "SECURITY_VERIFY_TEMPLATE": "account/verify.html",
    "SECURITY_RESET_PASSWORD_TEMPLATE": "account/new_password.html",
    "SECURITY_FORGOT_PASSWORD_TEMPLATE": "account/forgotten.html",
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (_l("E-mail or password is not right."), "error"),
    "SECURITY_MSG_INVALID_RESET_PASSWORD_TOKEN": (
        _l("This link was used or is not whole. Ask for a new one."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_RESET": (_l("The password is set. Sign in with it."), "success"),
    "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
}


class _People(UserDatastore):
    """People as Flask-Security asks for them: each read and each write is a transaction of its own."""

    def __init__(self) -> None:
        super().__init__(Person, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **unique: Any) -> Person | None:
        """Return a person by one unique column."""
        if case_insensitive and "email" in unique:
            unique["email"] = unique["email"].lower()
        return find_person(**unique)

    def put(self, person: Person) -> Person:
        """Keep what was changed about a person."""
        keep_person(person)
        return person

    def commit(self) -> None:
        """Do nothing: what was put is kept already."""


class _Mail(MailUtil):
    """Sends Flask-Security's mails our way, in plain text."""

    def send_mail(  # type: ignore[override]
        self, _template: str, subject: str, recipient: str, _sender: Any, body: str, *_html: Any, **_others: Any
    ) -> None:
        """Send one mail."""
        send_mail(current_app.extensions["settings"], to=recipient, subject=subject, text=body)


def set_up_accounts(app: Flask, settings: Settings) -> None:
    """Add sign-in, sign-out and reset of a password; protect every form against forgery."""
    app.config.update(_CONFIG, SECURITY_PASSWORD_SALT=settings.secret_key)
    csrf.init_app(app)
    app.extensions["people"] = Security(app, _People(), mail_util_cls=_Mail)
    user_logged_in.connect(_note_sign_in, app)
    user_logged_out.connect(_note_sign_out, app)
    app.login_manager.unauthorized_handler(_ask_to_sign_in)  # type: ignore[attr-defined]


def _ask_to_sign_in() -> Response:
    return redirect(url_for("security.login"))


def _note_sign_in(_app: Flask, user: Person, **_: Any) -> None:
    note_session(user.id, "session.begin", at=clock.now())


def _note_sign_out(_app: Flask, user: Person, **_: Any) -> None:
    if getattr(user, "id", None) is not None:
        note_session(user.id, "session.end", at=clock.now())
