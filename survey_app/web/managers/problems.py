"""One problem of a finding: its gap over all places, its theme place by place, and released quotations."""

from __future__ import annotations

from flask import abort, render_template
from flask_babel import get_locale

from survey_app.queries.quotations import quotations_in
from survey_app.rules.breakdowns import WHOLE_FIRM
from survey_app.rules.spoken import in_language
from survey_app.web.every_page.guards import needs
from survey_app.web.managers import tables
from survey_app.web.managers.findings import choices, managers, seen


@managers.get("/<public_id>/problems/<problem>")
@needs("publications.read")
def problem(public_id: str, problem: str) -> str:
    """Show one problem: nothing but what the snapshot holds, and quotations that were not taken out since."""
    published, sight = seen(public_id)
    choices({})
    row = sight.problem(problem) or abort(404)
    return render_template(
        "managers/problem.html",
        published=published,
        sight=sight,
        row=row,
        name=in_language(row["names"], str(get_locale())),
        theme=tables.theme_name(sight, row["theme"]),
        places=tables.one_theme(sight, sight.side_by_side(WHOLE_FIRM), row["theme"]),
        quoted=quotations_in(published, problem),
    )
