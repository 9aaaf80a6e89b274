"""A shopper's visits: the link that opens them, the brief, the report."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, abort, g, redirect, render_template, session, url_for
from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.responses import RECEIPT, begin_visit
from survey_app.foundations import clock
from survey_app.queries.assignments import (
    AssignmentSeen,
    KnownShopper,
    assignments_for,
    find_assignment,
    shopper_by_secret,
    shopper_by_session,
)
from survey_app.queries.surveys import Answering, find_by_assignment
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import LANGUAGES, ActorKind, AssignmentState
from survey_app.web.answering.kept import keeps_answers
from survey_app.web.answering.pages import Door, draft_name, show_page, take_page
from survey_app.web.every_page.errors import kept_answers
from survey_app.web.every_page.guards import guarded, public
from survey_app.web.every_page.limits import count_bad_link, refuse_guessers

View = TypeVar("View", bound=Callable[..., Any])

shoppers = Blueprint("shoppers", __name__)
_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"
#: Group → states in it; what a shopper must do something about comes first.
_GROUPS = {
    "needs_you": (AssignmentState.RETURNED, AssignmentState.OPEN),
    "waits": (AssignmentState.FILED,),
    "decided": (AssignmentState.ACCEPTED, AssignmentState.REJECTED),
}


def shopper_only(view: View) -> View:
    """Let in whoever came by a personal link that still holds; tell others to open theirs."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        known = session.get("shopper")
        shopper = shopper_by_session(*known) if isinstance(known, list) else None
        if shopper is None:
            why = _(
                "We have forgotten you, for your safety. "
                "Open your personal link in another window, then send them."
            )
            return kept_answers(why) or render_template("shoppers/no_link.html", wrong=False), 403
        g.shopper = shopper
        return view(*args, **kwargs)

    return guarded(cast(View, checked), "visits.file")


def _shopper() -> KnownShopper:
    return cast(KnownShopper, g.shopper)


@shoppers.get("/shopper/<secret>")
@public
def enter(secret: str) -> Answer | tuple[str, int]:
    """Exchange a personal link for a signed cookie, and leave its secret out of the address from then on."""
    refuse_guessers()
    shopper = shopper_by_secret(secret)
    if shopper is None:
        count_bad_link()
        return render_template("shoppers/no_link.html", wrong=True), 404
    session["shopper"] = [shopper.public_id, shopper.generation]
    session.permanent = True
    return redirect(url_for("shoppers.visits", language=str(get_locale())), 303)


@shoppers.get("/visits")
@shopper_only
def choose_language() -> Answer:
    """Lead to the visits in the language of the person or their browser."""
    return redirect(url_for("shoppers.visits", language=str(get_locale())))


@shoppers.get(f"/{_LANGUAGE}/visits")
@shopper_only
def visits(language: str) -> str:
    """Show what the shopper is asked to do, what was filed, and what became of it."""
    assigned = assignments_for(_shopper().id)
    groups = {
        group: [each for state in states for each in assigned if each.state == state]
        for group, states in _GROUPS.items()
    }
    return render_template("shoppers/visits.html", groups=groups, language=language)


@shoppers.get(f"/{_LANGUAGE}/visits/<public_id>")
@shopper_only
def brief(language: str, public_id: str) -> str:
    """Show where to go, what to play, and what to look at."""
    return render_template("shoppers/brief.html", visit=_assignment(public_id), language=language)


@shoppers.post(f"/{_LANGUAGE}/visits/<public_id>/begin")
@shopper_only
def begin(language: str, public_id: str) -> Answer:
    """Begin the report, or go on with it."""
    begin_visit(_actor(), public_id, language=language, at=clock.now())
    answering = _report(public_id)
    first = answering.instrument.pages_for(hired=True)[0].code
    return redirect(_address(language, public_id)(first), 303)


@shoppers.get(f"/{_LANGUAGE}/visits/<public_id>/filed")
@shopper_only
def filed(language: str, public_id: str) -> str:
    """Say that the report is filed, and what happens next."""
    visit = _assignment(public_id)
    filed_at = format_datetime(visit.filed_at, "medium", rebase=False) if visit.filed_at else None
    return render_template(
        "shoppers/filed.html",
        visit=visit,
        filed_at=filed_at,
        language=language,
        kept_as=draft_name(public_id),
    )


@shoppers.get(f"/{_LANGUAGE}/visits/<public_id>/<code>")
@shopper_only
def page(language: str, public_id: str, code: str) -> Answer | str:
    """Show a page of the report; once filed, it can be read no more unless a review returned it."""
    answering = _answering(public_id, code)
    if not answering.may_answer_core:
        return redirect(_address(language, public_id)(RECEIPT))
    return show_page(answering, code, _door(language, public_id))


@shoppers.post(f"/{_LANGUAGE}/visits/<public_id>/<code>")
@keeps_answers
@shopper_only
def save(language: str, public_id: str, code: str) -> Answer | tuple[str, int]:
    """Save a page of the report and lead on; once filed, nothing is taken unless a review returned it."""
    answering = _answering(public_id, code)
    if not answering.may_answer_core:
        return redirect(_address(language, public_id)(RECEIPT), 303)
    return take_page(answering, code, _door(language, public_id))


def _actor() -> Actor:
    return Actor(ActorKind.SHOPPER, _shopper().id)


def _assignment(public_id: str) -> AssignmentSeen:
    return find_assignment(_shopper().id, public_id) or abort(404)


def _report(public_id: str) -> Answering:
    return find_by_assignment(public_id, shopper_id=_shopper().id, at=clock.now()) or abort(404)


def _answering(public_id: str, code: str) -> Answering:
    """Return the report that has this page; other pages do not exist, whatever the report's state."""
    answering = _report(public_id)
    if code not in [page.code for page in answering.instrument.pages_for(hired=True)]:
        abort(404)
    return answering


def _address(language: str, public_id: str) -> Callable[[str], str]:
    def address(code: str) -> str:
        if code == RECEIPT:
            return url_for("shoppers.filed", language=language, public_id=public_id)
        return url_for("shoppers.page", language=language, public_id=public_id, code=code)

    return address


def _door(language: str, public_id: str) -> Door:
    return Door(
        _actor(),
        language,
        _address(language, public_id),
        "layouts/shopper.html",
        kept_as=draft_name(public_id),
    )
