"""Release a part of a story for managers to read, and take it back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.quotations import QuotationProblem, release_quotation, take_back_quotation
from survey_app.forms.quotations import QuotationForm
from survey_app.forms.research import EmptyForm
from survey_app.foundations import clock
from survey_app.queries.quotations import story_to_quote
from survey_app.rules.quotations import cover, perhaps_names
from survey_app.rules.spoken import in_language
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.studies import studies, study_or_404


@studies.route("/studies/<public_id>/problems/<problem>/stories/<response_id>", methods=["GET", "POST"])
@needs("responses.review")
def quote(public_id: str, problem: str, response_id: str) -> Answer | str:
    """Show a story beside what would be released of it, and release that."""
    story = story_to_quote(current_actor(), public_id, problem, response_id) or abort(404)
    form = QuotationForm(text=story.released or cover(story.text, story.names))
    if form.validate_on_submit():
        try:
            release_quotation(
                current_actor(), public_id, problem, response_id, text=form.text.data or "", at=clock.now()
            )
        except QuotationProblem as refused:
            form.text.errors = [_in_words(refused)]
        else:
            flash(_("Released. Managers read it from the next publication on, if enough people stand behind it."))
            return redirect(url_for("research.stories", public_id=public_id, problem=problem), 303)
    return render_template(
        "research/quotation.html",
        study=study_or_404(public_id),
        story=story,
        problem=problem,
        label=in_language(story.labels, str(get_locale())),
        form=form,
        perhaps_names=perhaps_names(form.text.data or ""),
    )


@studies.post("/quotations/<public_id>/take-back")
@needs("responses.review")
def take_back(public_id: str) -> Answer:
    """Take a quotation out of every page of managers."""
    if not EmptyForm().validate_on_submit():
        abort(400)
    study, problem = take_back_quotation(current_actor(), public_id, at=clock.now())
    flash(_("Taken out. No manager reads it any more."), "success")
    return redirect(url_for("research.stories", public_id=study, problem=problem), 303)


def _in_words(refused: QuotationProblem) -> str:
    words = {
        "not_wanted": _("They did not agree to be quoted, so nothing of it can be released."),
        "empty": _("Nothing is left of it. Leave some of their words."),
        "too_long": _("It is too long. Leave more out."),
        "not_their_words": _("Something in it is not in the story. Only cover or leave out words; add none."),
        "tells": _("Cover this as well: %(words)s", words=" · ".join(refused.words)),
    }
    return str(words[refused.code])
