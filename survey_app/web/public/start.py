"""The start page: the claim, and the comparison of the demonstration."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey_app.queries.documents import find_document
from survey_app.web.every_page.headers import shows_charts

public = Blueprint("public", __name__)


@public.get("/")
@shows_charts
def start() -> str:
    """Show what the site is about and what the demonstration found."""
    return render_template("public/start.html", document=find_document("birbhum"))
