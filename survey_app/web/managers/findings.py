"""What managers see: stored sentences, figures and tables. Nothing is computed here."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from survey_app.queries.publications import find_publication, publications_for
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.headers import shows_charts

managers = Blueprint("managers", __name__, url_prefix="/manager")


@managers.get("")
@needs("publications.read")
def home() -> str:
    """Show one sentence a study."""
    return render_template("managers/home.html", publications=publications_for(current_actor()))


@managers.get("/<public_id>")
@needs("publications.read")
@shows_charts
def finding(public_id: str) -> str:
    """Show what was published of a study, or why nothing may be shown."""
    published = find_publication(current_actor(), public_id) or abort(404)
    return render_template("managers/finding.html", published=published)
