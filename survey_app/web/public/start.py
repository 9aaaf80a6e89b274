"""The start page: the claim, and a comparison that everybody may see."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey_app.queries.publications import publication_for_everybody
from survey_app.web.every_page.guards import public as for_everybody
from survey_app.web.every_page.headers import shows_charts

public = Blueprint("public", __name__)


@public.get("/")
@for_everybody
@shows_charts
def start() -> str:
    """Show what the site is about and what was found on real data."""
    return render_template("public/start.html", published=publication_for_everybody())
