"""Comparisons: ask for one, watch it, read it, publish it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer
from werkzeug.wsgi import FileWrapper

from survey_app.actions.comparisons import cancel_comparison, request_comparison, run_again
from survey_app.forms.plans import LookForm
from survey_app.forms.research import ComparisonForm, EmptyForm, PublicationForm, ReasonForm, RunAgainForm
from survey_app.foundations import clock
from survey_app.foundations.spreadsheets import TooMuchForASheet, write_xlsx
from survey_app.queries.comparing import comparison_to_do, open_study_data
from survey_app.queries.comparisons import comparison_key, find_comparison
from survey_app.queries.plans import plan_of
from survey_app.queries.stories import problems_with_stories
from survey_app.queries.studies import StudySeen, comparisons_of
from survey_app.queries.tidy import table_rows
from survey_app.rules.breakdowns import USUAL_BREAKDOWNS
from survey_app.rules.plans import DEFAULTS, make_plan, plan_as_toml
from survey_app.rules.quality import Flag
from survey_app.rules.spoken import in_language
from survey_app.rules.spreadsheets import csv_rows
from survey_app.rules.vocabulary import ComparisonState
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.headers import shows_charts
from survey_app.web.research.breakdown_words import breakdown_names
from survey_app.web.research.studies import studies, study_or_404

LOOK_AGAIN_SECONDS = "3"
_TABLE = "<any(responses, sightings):table>"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        plan=plan_of(current_actor(), public_id),
        lacking=lacking_of(study),
        comparisons=comparisons_of(current_actor(), public_id, language=str(get_locale())),
    )


def lacking_of(study: StudySeen) -> list[str]:
    """Return what a study lacks for a comparison that can say anything: what is wrong and what to do."""
    counts = study.counts
    if not study.places:
        return [_("No place takes part, so there are no pairs. Make a study with places of the firm.")]
    if not counts.complainants and not counts.customers:
        return [_("No customer has answered yet, so there are no pairs. Spread the links, then compare.")]
    if not counts.visits:
        return [_("No visit is accepted yet, so there are no pairs. Review what waits, then compare.")]
    if not any(place.paired for place in study.places):
        return [_("No place has answers from both sides, so there are no pairs. Collect what is missing first.")]
    return []


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
        publication_form=PublicationForm(data={"tables": USUAL_BREAKDOWNS}),
        reason_form=ReasonForm(),
        breakdowns=breakdown_names(),
        look_form=LookForm(formdata=None),
        step_words=step_words,
        problems=[
            (code, in_language(labels, str(get_locale())))
            for code, labels in problems_with_stories(current_actor(), seen.study_public_id)
        ],
    )
    return page, {"Refresh": LOOK_AGAIN_SECONDS} if unfinished else {}


@studies.get(f"/comparisons/<public_id>/{_TABLE}.csv")
@needs("studies.read")
def download(public_id: str, table: str) -> Answer:
    """Give a tidy table that the comparison is made from, as it is now, with pseudonymous ids, row by row."""
    pieces = _csv_pieces(_study_of(public_id), table)
    # What goes wrong at once is an error page; later it can only break the download off.
    first = next(pieces)
    return _attachment(_joined(first, pieces), f"{table}.csv", "text/csv; charset=utf-8")


@studies.get(f"/comparisons/<public_id>/{_TABLE}.xlsx")
@needs("studies.read")
def download_sheet(public_id: str, table: str) -> Answer:
    """Give the same table as an Excel file."""
    study_id = _study_of(public_id)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed, and gone, when it was sent
    try:
        with open_study_data(study_id) as data:
            write_xlsx(file, *table_rows(data, table))
    except TooMuchForASheet as problem:
        file.close()
        flash(str(problem), "error")
        return redirect(url_for("research.comparison", public_id=public_id))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return _attachment(FileWrapper(file), f"{table}.xlsx", _XLSX)


def _study_of(public_id: str) -> int:
    """Return the study of a comparison that the person may see."""
    find_comparison(current_actor(), public_id) or abort(404)
    study_id, _plan = comparison_to_do(comparison_key(public_id))
    return study_id


def _csv_pieces(study_id: int, table: str) -> Generator[str]:
    with open_study_data(study_id) as data:
        yield from csv_rows(*table_rows(data, table))


def _joined(first: str, rest: Generator[str]) -> Iterator[str]:
    with closing(rest):
        yield first
        yield from rest


@studies.get("/comparisons/<public_id>/plan.toml")
@needs("studies.read")
def download_plan(public_id: str) -> Answer:
    """Give the plan as the command line reads it."""
    seen = find_comparison(current_actor(), public_id) or abort(404)
    return _attachment(plan_as_toml(seen.plan), "plan.toml", "application/toml; charset=utf-8")


def _attachment(content: Iterable[str] | Iterable[bytes] | str, name: str, kind: str) -> Answer:
    return Response(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@studies.post("/comparisons/<public_id>/cancel")
@needs("comparisons.run")
def cancel(public_id: str) -> Answer:
    """Stop a comparison that is not finished."""
    cancel_comparison(current_actor(), public_id, at=clock.now())
    return redirect(url_for("research.comparison", public_id=public_id), 303)


@studies.post("/comparisons/<public_id>/again")
@needs("comparisons.run")
def again(public_id: str) -> Answer:
    """Put the same plan to the data as they are now; or the plan without the responses that carry a flag."""
    without = RunAgainForm().without_flagged.data
    asked = run_again(current_actor(), public_id, leave_out=list(Flag) if without else (), at=clock.now())
    return redirect(url_for("research.comparison", public_id=asked), 303)


def step_words(step: str | None) -> str:
    """Return what the worker is at, in the language of the page."""
    names = {
        "reading the responses": _("reading the responses"),
        "which responses count": _("which responses count"),
        "the primary comparison": _("the primary comparison"),
        "problem by problem": _("problem by problem"),
        "discovery": _("how soon each source finds the problems"),
        "the hypotheses": _("the hypotheses"),
        "robustness checks": _("does the answer hold if it is made otherwise"),
        "fingerprint": _("taking the fingerprint of the data"),
        "writing the document": _("writing the document"),
    }
    return str(names.get(step or "", step or ""))
