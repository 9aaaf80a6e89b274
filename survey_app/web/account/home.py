"""Where somebody who signed in belongs."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.actions.people import choose_language
from survey_app.foundations import clock
from survey_app.rules.permissions import may_anywhere
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.web.every_page.addresses import local_address
from survey_app.web.every_page.guards import current_actor, signed_in

account = Blueprint("account", __name__)


@account.get("/home")
@signed_in
def home() -> Response | str:
    """Lead to the pages of the person's role."""
    if may_anywhere(current_actor(), "studies.read"):
        return redirect(url_for("research.home"))
    if may_anywhere(current_actor(), "publications.read"):
        return redirect(url_for("managers.home"))
    return render_template("account/nothing_here.html")


@account.post(f"/account/language/<any({', '.join(LANGUAGES)}):chosen>")
@signed_in
def language(chosen: str) -> Response:
    """Show the pages in another language, beginning with the one that was open."""
    choose_language(current_actor(), chosen, at=clock.now())
    back = local_address(request.form.get("back", ""), otherwise=url_for("account.home"))
    return redirect(back, 303)
