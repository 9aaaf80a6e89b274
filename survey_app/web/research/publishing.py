"""Propose what managers may see, look at what the audit left, freeze it, withdraw it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.publications import (
    PublicationProblem,
    propose_publication,
    publish_proposal,
    withdraw_publication,
)
from survey_app.forms.research import PublicationForm, ReasonForm
from survey_app.foundations import clock
from survey_app.queries.publishing import find_proposal
from survey_app.rules.vocabulary import ProposalState
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.breakdown_words import breakdown_names
from survey_app.web.research.comparisons import LOOK_AGAIN_SECONDS
from survey_app.web.research.studies import studies, study_or_404


@studies.post("/comparisons/<public_id>/publish")
@needs("comparisons.publish")
def publish(public_id: str) -> Answer:
    """Ask for the audit of what is to be published."""
    form = PublicationForm()
    if not form.validate_on_submit():
        if form.tables.errors:
            abort(400)
        flash(_("Write at most 2,000 characters."), "error")
        return redirect(url_for("research.comparison", public_id=public_id), 303)
    try:
        asked = propose_publication(
            current_actor(), public_id, lead=form.lead.data or "", tables=form.tables.data or (), at=clock.now()
        )
    except PublicationProblem as problem:
        flash(str(problem), "error")
        return redirect(url_for("research.comparison", public_id=public_id), 303)
    return redirect(url_for("research.proposal", public_id=asked), 303)


@studies.get("/proposals/<public_id>")
@needs("comparisons.publish")
def proposal(public_id: str) -> tuple[str, dict[str, str]]:
    """Show what the audit left of a proposal; while it is not finished, the page looks again by itself."""
    seen = find_proposal(current_actor(), public_id) or abort(404)
    unfinished = seen.state in (ProposalState.REQUESTED, ProposalState.RUNNING)
    page = render_template(
        "research/proposal.html",
        proposal=seen,
        study=study_or_404(seen.study_public_id),
        breakdowns=breakdown_names(),
        form=ReasonForm(),
    )
    return page, {"Refresh": LOOK_AGAIN_SECONDS} if unfinished else {}


@studies.post("/proposals/<public_id>/publish")
@needs("comparisons.publish")
def publish_audited(public_id: str) -> Answer:
    """Freeze what the audit left: managers see it from now on."""
    form = ReasonForm()
    seen = find_proposal(current_actor(), public_id) or abort(404)
    if form.validate_on_submit():
        try:
            publish_proposal(current_actor(), public_id, reason=form.reason.data or "", at=clock.now())
        except PublicationProblem as problem:
            flash(str(problem), "error")
            return redirect(url_for("research.proposal", public_id=public_id), 303)
        flash(_("Published. Managers see it now."), "success")
    return redirect(url_for("research.comparison", public_id=seen.comparison_public_id), 303)


@studies.post("/publications/<public_id>/withdraw")
@needs("comparisons.publish")
def withdraw(public_id: str) -> Answer:
    """Take a publication away from managers."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            withdraw_publication(current_actor(), public_id, reason=form.reason.data or "", at=clock.now())
        except PublicationProblem as problem:
            flash(str(problem), "error")
        else:
            flash(_("Withdrawn. Managers do not see it any more."), "success")
    return redirect(url_for("research.home"), 303)
