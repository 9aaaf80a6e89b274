"""The plan of a study: choose, see what it can find, lock, follow it; and looks before the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.plans import PlanRefused, follow_plan, lock_plan, look_before_the_end, save_plan
from survey_app.forms.plans import LockForm, LookForm, PlanForm, fields_of
from survey_app.forms.research import EmptyForm
from survey_app.foundations import clock
from survey_app.queries.plans import plan_of
from survey_app.rules.plans import SHOPPER_ARMS
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.studies import studies, study_or_404


@studies.route("/studies/<public_id>/plan", methods=["GET", "POST"])
@needs("studies.design")
def plan(public_id: str) -> Answer | str:
    """Show the plan of a study, and keep what is chosen."""
    study, seen = study_or_404(public_id), plan_of(current_actor(), public_id) or abort(404)
    form = PlanForm(data=fields_of(seen.content) | {"revision": seen.revision})
    _offer(form)
    if not form.is_submitted() and seen.content["stopping"]["day"]:
        form.stop_day.data = date.fromisoformat(seen.content["stopping"]["day"])
    if form.validate_on_submit():
        try:
            save_plan(current_actor(), public_id, form.content(), seen_revision=form.revision.data, at=clock.now())
        except PlanRefused as refused:
            flash(sentence_of(refused), "error")
        else:
            flash(_("Kept. It is not locked yet."), "success")
            return redirect(url_for("research.plan", public_id=public_id, _anchor="power"), 303)
    return render_template(
        "research/plan.html",
        study=study,
        plan=seen,
        form=form,
        lock_form=LockForm(formdata=None, data={"revision": seen.revision}),
        empty_form=EmptyForm(),
        words=choice_words,
    )


@studies.post("/studies/<public_id>/plan/lock")
@needs("studies.design")
def lock(public_id: str) -> Answer:
    """Lock what was chosen as the next version."""
    form = LockForm()
    if form.validate_on_submit():
        try:
            number, late = lock_plan(
                current_actor(),
                public_id,
                seen_revision=form.revision.data,
                reason=form.reason.data or "",
                at=clock.now(),
            )
        except PlanRefused as refused:
            flash(sentence_of(refused), "error")
        else:
            told = (
                _("Version %(number)s is locked. It says that it was made after responses had come in.")
                if late
                else _("Version %(number)s is locked. Nobody can change it now.")
            )
            flash(told % {"number": number}, "success")
    return redirect(url_for("research.plan", public_id=public_id), 303)


@studies.post("/studies/<public_id>/plan/compare")
@needs("comparisons.run")
def follow(public_id: str) -> Answer:
    """Compare as the locked plan says."""
    try:
        asked = follow_plan(current_actor(), public_id, at=clock.now())
    except PlanRefused as refused:
        flash(sentence_of(refused), "error")
        return redirect(url_for("research.comparisons", public_id=public_id), 303)
    return redirect(url_for("research.comparison", public_id=asked), 303)


@studies.post("/comparisons/<public_id>/look")
@needs("comparisons.run")
def look(public_id: str) -> Answer:
    """Write down that somebody looks before the end, and show them."""
    form = LookForm()
    if form.validate_on_submit():
        try:
            look_before_the_end(current_actor(), public_id, reason=form.reason.data or "", at=clock.now())
        except PlanRefused as refused:
            flash(sentence_of(refused), "error")
    return redirect(url_for("research.comparison", public_id=public_id), 303)


def sentence_of(refused: PlanRefused) -> str:
    """Return what is wrong and what to do."""
    sentences = {
        "nothing_chosen": _("Nothing has been chosen yet. Fill in the plan and keep it, then lock it."),
        "changed_meanwhile": _("Somebody changed the plan meanwhile. Look at it as it is now, then go on."),
        "no_place": _(
            "No place takes part, so there would be nothing to compare. Add places to the firm and make the study"
            " with them."
        ),
        "nothing_new": _("This is what is locked already. Change something first, or leave it as it is."),
        "reason_needed": _("Say why; it is printed with it. Then try again."),
        "nothing_locked": _("No plan is locked. Lock one on the page of the plan, then compare."),
    }
    return str(sentences[refused.code])


def choice_words() -> dict[str, dict[str, str]]:
    """Return how the values of a plan are called, by field."""
    shopper, hired = (
        _("mystery shoppers, who act a problem"),
        _("hired people with a need of their own"),
    )
    return {
        "shoppers": {
            "shopper": shopper,
            "hired_real_need": hired,
            "+".join(SHOPPER_ARMS): _("both: mystery shoppers, and hired people with a need of their own"),
        },
        "complainants": {
            "complainant": _("customers with a problem"),
            "customer": _("customers without a problem"),
        },
        "routes": {"invited": _("by a personal invitation"), "open": _("by an open link or QR code")},
        "scale": {
            "difference": _("how many problems more each response names"),
            "ratio": _("how many times as many problems each response names"),
        },
        "period": {"month": _("month by month"), "none": _("all months together")},
        "stopping": {
            "day": _("on a day that is fixed now"),
            "responses": _("at a number of responses that is fixed now"),
            "none": _("whenever somebody closes the study"),
        },
    }


def _offer(form: PlanForm) -> None:
    """Offer the values of each choice in words."""
    words: Any = choice_words()
    for name in ("shoppers", "complainants", "scale", "period", "stopping"):
        form[name].choices = list(words[name].items())
