"""Errors as pages that say what happened and what to do, and nothing of the inside."""

from __future__ import annotations

import math
import secrets
from typing import Any

import structlog
from flask import Flask, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, ServiceUnavailable, TooManyRequests

from survey_app.rules.permissions import NotAllowed
from survey_app.rules.text import clean_text

log = structlog.get_logger()
_OURS = 500
#: Seconds after which to try again when the database does not answer.
RETRY_AFTER = 10
#: Attribute of a view whose posted answers are kept on the page when they could not be saved.
KEEPS_ANSWERS = "keeps_answers"
_MINUTE = 60


def set_up_errors(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.before_request(_refuse_unwritable_addresses)
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(CSRFError, _show_unproven)
    app.register_error_handler(TooManyRequests, _show_too_many)
    app.register_error_handler(NotAllowed, lambda _error: _show(NotFound()))
    app.register_error_handler(DBAPIError, _show_unavailable)
    app.register_error_handler(PoolTimeoutError, _show_unavailable)
    app.register_error_handler(Exception, _show_unexpected)


def _refuse_unwritable_addresses() -> None:
    """Answer an address with control characters as one that does not exist; PostgreSQL would refuse to look."""
    for value in (request.view_args or {}).values():
        if clean_text(str(value)) != str(value):
            raise NotFound


def _show(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    code = error.code or 500
    headers = {
        name: value
        for name, value in error.get_headers()
        if name.lower() not in ("content-type", "content-length")
    }
    return _page(code, log_error("no answer", error) if code >= _OURS else None), code, headers


def _show_unproven(_error: CSRFError) -> tuple[str, int]:
    """Say what to do when a form cannot prove where it came from: most often it stood open too long."""
    if answers := kept_answers(_("This page has stood open too long. Send them once more, and they are taken.")):
        return answers, CSRFError.code
    page = render_template(
        "errors/error.html",
        title=_("This page has stood open too long"),
        remedy=_("Go back, load the page again, and send it once more. Sign in again if you are asked to."),
        reference=None,
    )
    return page, CSRFError.code


def _show_too_many(error: TooManyRequests) -> tuple[str, int, dict[str, str]]:
    """Say how long to wait. Nothing was tried, so the page says nothing about what was sent."""
    seconds = int(error.retry_after) if isinstance(error.retry_after, int) else RETRY_AFTER
    minutes = math.ceil(seconds / _MINUTE)
    page = render_template(
        "errors/error.html",
        title=_("Too many tries"),
        remedy=ngettext(
            "Wait for %(num)s minute, then try again. Until then nothing is looked at, not even what is right.",
            "Wait for %(num)s minutes, then try again. Until then nothing is looked at, not even what is right.",
            minutes,
        ),
        reference=None,
    )
    return page, 429, {"Retry-After": str(seconds)}


def _show_unavailable(error: Exception) -> tuple[str, int, dict[str, str]]:
    page = _failed(ServiceUnavailable.code, log_error("database error", error))
    return page, ServiceUnavailable.code, {"Retry-After": str(RETRY_AFTER)}


def _show_unexpected(error: Exception) -> tuple[str, int]:
    return _failed(InternalServerError.code, log_error("unexpected error", error)), InternalServerError.code


def _failed(code: int, reference: str) -> str:
    """Return the page of an error of ours; if answers were posted, with all of them, to be sent again."""
    why = _(
        "The site cannot save them right now. Leave this page open, wait a minute, and send them again; "
        "they can be sent as often as you like and count once."
    )
    return kept_answers(why, reference) or _page(code, reference)


def kept_answers(why: str, reference: str | None = None) -> str | None:
    """Return a page with all answers that were posted and a button to send them again; None if none were.

    Nothing was written, since each action is one transaction; the request id is sent along, so that sending again
    is the same request. Where a proof of origin was asked for, the page has a fresh one.
    """
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, KEEPS_ANSWERS, False):
        return None
    fields = list(request.form.items(multi=True))
    if any(name == "csrf_token" for name, _value in fields):
        fields = [("csrf_token", generate_csrf()), *(field for field in fields if field[0] != "csrf_token")]
    return render_template(
        "answering/not_sent.html",
        address=request.full_path.rstrip("?"),
        fields=fields,
        why=why,
        reference=reference,
    )


def log_error(event: str, error: Exception) -> str:
    """Write the error to the log under a reference that the page shows."""
    reference = secrets.token_hex(4)
    log.error(event, reference=reference, kind=type(error).__name__, exc_info=error)
    return reference


def _page(code: int, reference: str | None = None) -> str:
    titles = {
        400: _("This request cannot be read"),
        404: _("There is no such page"),
        405: _("This page cannot be asked in that way"),
        413: _("That is too large"),
        503: _("The site is not available right now"),
    }
    remedies = {
        404: _("Check the address, or begin at the start page."),
        503: _("Nothing was changed. Please try again in a minute."),
    }
    return render_template(
        "errors/error.html",
        title=titles.get(code, _("Something went wrong")),
        remedy=remedies.get(code, _("Go back and try again. If it happens again, tell us.")),
        reference=reference,
    )
