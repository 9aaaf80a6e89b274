"""Where somebody who signed in belongs."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey_app.rules.permissions import may_anywhere
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
