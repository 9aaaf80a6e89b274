"""One's own account: password, second factor, and where one is signed in."""

from __future__ import annotations

from typing import cast

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from survey_app.actions.staff_sessions import end_all_sessions, end_session
from survey_app.foundations import clock
from survey_app.models import Person
from survey_app.queries.staff_sessions import sessions_of
from survey_app.web.account.home import account
from survey_app.web.account.sessions import this_session
from survey_app.web.every_page.guards import current_actor, signed_in


@account.get("/account")
@signed_in
def mine() -> str:
    """Show how one signs in, and where one is signed in."""
    person = cast(Person, current_user)
    return render_template(
        "account/mine.html",
        person=person,
        sessions=sessions_of(person.id, at=clock.now()),
        this=this_session(),
        codes_left=len(person.mf_recovery_codes or []),
    )


@account.post("/account/sessions/<public_id>/end")
@signed_in
def end_one(public_id: str) -> Response:
    """End one of one's sessions."""
    end_session(current_actor(), public_id, at=clock.now())
    flash(_("That session is ended."), "success")
    return redirect(url_for("account.mine"), 303)


@account.post("/account/sessions/end-others")
@signed_in
def end_others() -> Response:
    """End all of one's sessions but this one."""
    end_all_sessions(current_actor(), but=this_session().id, at=clock.now())
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("account.mine"), 303)
