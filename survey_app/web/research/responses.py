"""What customers have sent: reading it, asking one question back, and telling what was changed because of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.own import FollowUpProblem, ask_back, tell_change
from survey_app.forms.research import ChangeForm, FollowUpForm
from survey_app.foundations import clock
from survey_app.queries.responses import changes_of, find_answers, responses_of
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.web.answering.reading import pages_in_words
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.flags import FILTERS, flag_name, flag_reason
from survey_app.web.research.studies import studies, study_or_404


@studies.route("/studies/<public_id>/responses", methods=["GET", "POST"])
@needs("responses.review")
def responses(public_id: str) -> Answer | str:
    """List what customers have sent, and tell them what was changed because of it."""
    study, form = study_or_404(public_id), ChangeForm()
    if form.validate_on_submit():
        texts = {language: form[language].data for language in LANGUAGES}
        tell_change(current_actor(), public_id, texts=texts, at=clock.now())
        flash(_("Respondents read it from now on with their receipt code."), "success")
        return redirect(url_for("research.responses", public_id=public_id), 303)
    asked = request.args.get("flags", "")
    lines, older = responses_of(
        current_actor(), public_id, before=request.args.get("before"), flagged=FILTERS.get(asked)
    )
    scenarios = {code: labels[str(get_locale())] for code, labels in study.scenarios}
    return render_template(
        "research/responses.html",
        study=study,
        lines=lines,
        older=older,
        scenarios=scenarios,
        form=form,
        changes=changes_of(current_actor(), public_id),
        flag_name=flag_name,
        asked=asked if asked in FILTERS else None,
    )


@studies.route("/answers/<public_id>", methods=["GET", "POST"])
@needs("responses.review")
def answers(public_id: str) -> Answer | str | tuple[str, int]:
    """Show what one customer has sent, and ask one question back."""
    seen, form, status = find_answers(current_actor(), public_id) or abort(404), FollowUpForm(), 200
    if form.validate_on_submit():
        try:
            ask_back(current_actor(), public_id, text=form.question.data, at=clock.now())
        except FollowUpProblem as problem:
            form.question.errors = [_PROBLEMS[str(problem)]()]
            status = 409
        else:
            flash(_("The question is asked. The answer will stand here."), "success")
            return redirect(url_for("research.answers", public_id=public_id), 303)
    pages = pages_in_words(
        seen.instrument, seen.answers, block=seen.block, hired=False, language=str(get_locale())
    )
    reasons = [flag_reason(flag, why) for flag, why in seen.flags.items()]
    return render_template("research/answers.html", seen=seen, form=form, answers=pages, reasons=reasons), status


_PROBLEMS = {
    "not_wanted": lambda: _("This customer did not say that they would answer a question."),
    "waiting": lambda: _("A question waits for its answer already."),
}
