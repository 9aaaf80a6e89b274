"""Sessions of the staff: the cookie carries a key, and the row that it opens says whether it still holds."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import structlog
from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import current_user, user_logged_in, user_logged_out
from flask_security.utils import set_request_attr
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import DBAPIError

from survey_app.actions.staff_sessions import begin_session, end_all_sessions, note_seen
from survey_app.foundations import clock
from survey_app.foundations.tokens import ExactSigner
from survey_app.models import Person
from survey_app.queries.staff_sessions import OpenSession, find_session
from survey_app.rules.permissions import Actor
from survey_app.rules.sessions import SEEN_EVERY
from survey_app.rules.vocabulary import ActorKind
from survey_app.web.every_page.languages import WAITING_LANGUAGE

log = structlog.get_logger()
#: Under which name the cookie carries the key.
KEY = "staff"
#: What a browser is told to forget when somebody signs out.
_FORGET = '"cache", "cookies", "storage"'
_LOGOUT = "security.logout"


class _Cookies(SecureCookieSessionInterface):
    """Cookies as Flask signs them, each in one way of writing only."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what writes and reads the cookie."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = ExactSigner
        return serializer


def set_up_sessions(app: Flask) -> None:
    """Let a cookie in only while its row holds, and no other proof of who somebody is."""
    app.session_interface = _Cookies()
    manager = app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(_whose)
    # Flask-Security would take signed tokens in headers and addresses as well; they outlive a session.
    manager._request_callback = None
    manager.session_protection = None
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.after_request(_forget_in_the_browser)


def this_session() -> OpenSession:
    """Return the session through which the person who is signed in came."""
    if "staff_session" not in g:
        _ = current_user.is_authenticated
    return cast(OpenSession, g.staff_session)


def renew_session() -> None:
    """End all sessions of the person who is signed in, and go on in a new one."""
    person = cast(Person, current_user)
    if person.is_authenticated and KEY in session:
        end_all_sessions(Actor(ActorKind.PERSON, person.id), at=clock.now())
        g.pop("staff_session", None)
        _begin(current_app, person)


def _whose(uniquifier: str) -> Person | None:
    """Return who comes by this cookie, or None if its session has ended."""
    key, now = session.get(KEY), clock.now()
    found = find_session(key, at=now) if isinstance(key, str) else None
    if found is None or found[0].fs_uniquifier != uniquifier:
        return None
    person, g.staff_session = found
    _note_seen(found[1], now)
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return person


def _note_seen(found: OpenSession, now: datetime) -> None:
    if now - found.seen_at < SEEN_EVERY:
        return
    try:
        note_seen(found.id, at=now)
    except DBAPIError as error:
        log.warning("a session's use could not be noted", kind=type(error.orig).__name__)


def _begin(_app: Flask, user: Person, **_: object) -> None:
    """Begin a session under a new key; a proof against forgery from before signing in is worth nothing after."""
    for gone in ("_remember", "tf_since", WAITING_LANGUAGE):
        session.pop(gone, None)
    session.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    session[KEY] = begin_session(user.id, at=clock.now())


def _end(_app: Flask, user: Person, **_: object) -> None:
    """End all of somebody's sessions at the server, so that no cookie opens anything, whoever kept it."""
    session.pop(KEY, None)
    g.pop("staff_session", None)
    if getattr(user, "id", None) is not None:
        end_all_sessions(Actor(ActorKind.PERSON, user.id), at=clock.now())


def _forget_in_the_browser(response: Response) -> Response:
    if request.endpoint == _LOGOUT and response.status_code in (302, 303):
        response.headers["Clear-Site-Data"] = _FORGET
    return response
