"""The stories behind a number, for those who may read responses."""

from __future__ import annotations

from flask import abort, render_template
from flask_babel import get_locale

from survey_app.forms.research import EmptyForm
from survey_app.queries.stories import stories_behind
from survey_app.rules.spoken import in_language
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.studies import studies, study_or_404


@studies.get("/studies/<public_id>/problems/<problem>")
@needs("responses.review")
def stories(public_id: str, problem: str) -> str:
    """Show what those wrote who saw a problem."""
    seen = stories_behind(current_actor(), public_id, problem) or abort(404)
    return render_template(
        "research/stories.html",
        study=study_or_404(public_id),
        seen=seen,
        form=EmptyForm(),
        label=in_language(seen.labels, str(get_locale())),
    )
