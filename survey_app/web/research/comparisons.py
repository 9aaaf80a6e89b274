"""Comparisons: ask for one, watch it, read it, publish it."""

from __future__ import annotations

import csv
import io

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.comparisons import (
    PublicationProblem,
    cancel_comparison,
    publish_comparison,
    request_comparison,
)
from survey_app.forms.research import ComparisonForm, EmptyForm, PublicationForm
from survey_app.foundations import clock
from survey_app.queries.comparing import comparison_to_do, study_data
from survey_app.queries.comparisons import comparison_key, find_comparison
from survey_app.queries.studies import comparisons_of
from survey_app.queries.tidy import RESPONSES, SIGHTINGS, response_rows, sighting_rows
from survey_app.rules.plans import DEFAULTS, make_plan, plan_as_toml
from survey_app.rules.spreadsheets import safe_cell
from survey_app.rules.vocabulary import ComparisonState
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.headers import shows_charts
from survey_app.web.research.studies import studies, study_or_404

_LOOK_AGAIN_SECONDS = "3"


@studies.route("/studies/<public_id>/comparisons", methods=["GET", "POST"])
@needs("comparisons.run")
def comparisons(public_id: str) -> Answer | str:
    """Show the comparisons of a study, and ask for one."""
    study = study_or_404(public_id)
    form = ComparisonForm(data={key: DEFAULTS[key] for key in ("margin", "window_days", "period")})
    form.complainants.choices = [
        ("complainant", _("customers with a problem")),
        ("customer", _("customers without a problem")),
    ]
    form.shoppers.choices = [
        ("shopper", _("mystery shoppers, who act a problem")),
        ("hired_real_need", _("hired people with a need of their own")),
    ]
    form.period.choices = [("month", _("month by month")), ("none", _("all months together"))]
    if form.validate_on_submit():
        plan = make_plan(
            shoppers=(form.shoppers.data,),
            complainants=(form.complainants.data,),
            margin=form.margin.data,
            window_days=form.window_days.data,
            period=form.period.data,
            conflict_of_interest=form.conflict_of_interest.data or "",
            range_applies=form.complainants.data == "complainant",
            label_complainants="Complainants" if form.complainants.data == "complainant" else "Customers",
        )
        asked = request_comparison(current_actor(), public_id, plan, at=clock.now())
        return redirect(url_for("research.comparison", public_id=asked), 303)
    return render_template(
        "research/comparisons.html",
        study=study,
        form=form,
        comparisons=comparisons_of(current_actor(), public_id),
    )


@studies.get("/comparisons/<public_id>")
@needs("studies.read")
@shows_charts
def comparison(public_id: str) -> tuple[str, dict[str, str]]:
    """Show a comparison in whichever state it is; while it is not finished, the page looks again by itself."""
    seen = find_comparison(current_actor(), public_id) or abort(404)
    unfinished = seen.state in (ComparisonState.REQUESTED, ComparisonState.RUNNING)
    page = render_template(
        "research/comparison.html",
        comparison=seen,
        study=study_or_404(seen.study_public_id),
        unfinished=unfinished,
        form=EmptyForm(),
        publication_form=PublicationForm(),
    )
    return page, {"Refresh": _LOOK_AGAIN_SECONDS} if unfinished else {}


@studies.get("/comparisons/<public_id>/<any(responses, sightings):table>.csv")
@needs("studies.read")
def download(public_id: str, table: str) -> Answer:
    """Give the tidy tables that the comparison is made from, as they are now, with pseudonymous ids."""
    find_comparison(current_actor(), public_id) or abort(404)
    study_id, _plan = comparison_to_do(comparison_key(public_id))
    data = study_data(study_id)
    columns, rows = (RESPONSES, response_rows(data)) if table == "responses" else (SIGHTINGS, sighting_rows(data))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    return _attachment(text.getvalue(), f"{table}.csv", "text/csv")


@studies.get("/comparisons/<public_id>/plan.toml")
@needs("studies.read")
def download_plan(public_id: str) -> Answer:
    """Give the plan as the command line reads it."""
    seen = find_comparison(current_actor(), public_id) or abort(404)
    return _attachment(plan_as_toml(seen.plan), "plan.toml", "application/toml")


def _attachment(text: str, name: str, kind: str) -> Answer:
    return Response(
        text,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@studies.post("/comparisons/<public_id>/cancel")
@needs("comparisons.run")
def cancel(public_id: str) -> Answer:
    """Stop a comparison that is not finished."""
    cancel_comparison(current_actor(), public_id, at=clock.now())
    return redirect(url_for("research.comparison", public_id=public_id), 303)


@studies.post("/comparisons/<public_id>/publish")
@needs("comparisons.publish")
def publish(public_id: str) -> Answer:
    """Freeze what managers may see of it."""
    form = PublicationForm()
    if form.validate_on_submit():
        try:
            publish_comparison(current_actor(), public_id, lead=form.lead.data or "", at=clock.now())
        except PublicationProblem as problem:
            flash(str(problem), "error")
        else:
            flash(_("Published. Managers see it now."), "success")
    return redirect(url_for("research.comparison", public_id=public_id), 303)
