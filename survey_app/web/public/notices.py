"""What anybody may read around a firm's surveys: the privacy notice, and how accessible the pages are."""

from __future__ import annotations

from flask import abort, render_template

from survey_app.queries.notices import find_notices
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.web.every_page.guards import public
from survey_app.web.public.survey import survey

_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"


@survey.get(f"/{_LANGUAGE}/privacy/<firm_id>")
@public
def privacy(language: str, firm_id: str) -> str:
    """Say who is responsible, what is kept, for how long, and what one may ask for."""
    return render_template("public/privacy.html", firm=find_notices(firm_id) or abort(404), language=language)


@survey.get(f"/{_LANGUAGE}/accessibility/<firm_id>")
@public
def accessibility(language: str, firm_id: str) -> str:
    """Say what works with what, and whom to tell if something does not."""
    return render_template(
        "public/accessibility.html", firm=find_notices(firm_id) or abort(404), language=language
    )
