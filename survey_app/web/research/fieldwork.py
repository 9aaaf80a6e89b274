"""Fieldwork: shoppers' assignments, and reviews."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.fieldwork import ReviewProblem, assign, review_response
from survey_app.forms.research import AssignmentForm, ReviewForm
from survey_app.foundations import clock
from survey_app.queries.studies import ResponseSeen, assignments_of, find_firm, find_response
from survey_app.web.answering.reading import PageInWords, pages_in_words
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.links import channel_choices
from survey_app.web.research.studies import studies, study_or_404


@studies.route("/studies/<public_id>/shoppers", methods=["GET", "POST"])
@needs("studies.design")
def shoppers(public_id: str) -> Answer | str:
    """Show who is asked to visit where, what was filed, and ask for another visit."""
    study = study_or_404(public_id)
    form = AssignmentForm(**{name: request.args.get(name) for name in ("place", "scenario", "channel")})
    firm = find_firm(current_actor(), study.firm_public_id) or abort(404)
    form.shopper.choices = [(public, f"{name} ({code})") for public, code, name in firm.shoppers]
    form.place.choices = [(place.public_id, place.name) for place in study.places]
    form.scenario.choices = [(code, labels[str(get_locale())]) for code, labels in study.scenarios]
    form.channel.choices = channel_choices()
    if form.validate_on_submit():
        assign(
            current_actor(),
            public_id,
            shopper_public_id=form.shopper.data,
            location_public_id=form.place.data,
            scenario=form.scenario.data,
            channel=form.channel.data,
            due_on=form.due_on.data,
            fee_cents=int(100 * form.fee.data),
            stake=form.stake.data,
            brief=dict.fromkeys(("en", "pl", "fi"), form.brief.data),
            at=clock.now(),
        )
        flash(_("The visit is assigned."), "success")
        return redirect(url_for("research.shoppers", public_id=public_id), 303)
    return render_template(
        "research/shoppers.html",
        study=study,
        form=form,
        has_shoppers=bool(firm.shoppers),
        assignments=assignments_of(current_actor(), public_id),
    )


@studies.route("/responses/<public_id>", methods=["GET", "POST"])
@needs("responses.review")
def response(public_id: str) -> Answer | str | tuple[str, int]:
    """Show a shopper's response, and take the reviewer's decision."""
    seen = find_response(current_actor(), public_id) or abort(404)
    form = ReviewForm(revision=seen.revision)
    status = 200
    if form.validate_on_submit():
        try:
            review_response(
                current_actor(),
                public_id,
                decision=form.decision.data,
                reason=form.reason.data or "",
                revision=form.revision.data,
                at=clock.now(),
            )
        except ReviewProblem as problem:
            form.reason.errors = [str(problem)]
            status = 409
        else:
            return redirect(url_for("research.shoppers", public_id=seen.study_public_id), 303)
    page = render_template("research/response.html", response=seen, form=form, answers=_answers(seen))
    return page, status if request.method == "POST" else 200


def _answers(seen: ResponseSeen) -> list[PageInWords]:
    if seen.instrument is None:
        return []
    return pages_in_words(
        seen.instrument, seen.answers, hired=True, language=str(get_locale()), standards=seen.standards
    )
