"""A study as a whole: its name, money and clock; a copy of it; the archive."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.studies import NameTaken, StudyProblem, archive_study, copy_study, set_study
from survey_app.forms.research import EmptyForm, StudyCopyForm, StudySettingsForm
from survey_app.foundations import clock
from survey_app.queries.studies import StudySeen
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.studies import studies, study_or_404


@studies.route("/studies/<public_id>/settings", methods=["GET", "POST"])
@needs("studies.design")
def settings(public_id: str) -> Answer | str:
    """Show what a study is called, its money and its clock, and change them."""
    study = study_or_404(public_id)
    form = StudySettingsForm(data={"name": study.name, "currency": study.currency, "time_zone": study.time_zone})
    if study.currency not in form.currency.choices:
        form.currency.choices = [study.currency, *form.currency.choices]
    if form.validate_on_submit():
        try:
            set_study(
                current_actor(),
                public_id,
                name=form.name.data,
                currency=form.currency.data,
                time_zone=form.time_zone.data,
                at=clock.now(),
            )
        except NameTaken:
            form.name.errors = [_("This firm has a study of this name already.")]
        except StudyProblem:
            known = form.currency.data == study.currency
            field = form.time_zone if known else form.currency
            field.errors = [
                _("This time zone is not known. Write one such as Europe/Helsinki.")
                if known
                else _(
                    "Fees or costs are written down in %(currency)s already. Keep it, or copy the study.",
                    currency=study.currency,
                )
            ]
        else:
            flash(_("Kept."), "success")
            return redirect(url_for("research.settings", public_id=public_id), 303)
    return _show(study, form, StudyCopyForm(formdata=None))


@studies.post("/studies/<public_id>/copy")
@needs("studies.design")
def copy(public_id: str) -> Answer | str:
    """Make a study that asks the same at the same places."""
    study, form = study_or_404(public_id), StudyCopyForm()
    if form.validate_on_submit():
        try:
            made = copy_study(current_actor(), public_id, name=form.copy_name.data, at=clock.now())
        except NameTaken:
            form.copy_name.errors = [_("This firm has a study of this name already.")]
        else:
            flash(_("This is the copy. Nothing has been collected in it yet."), "success")
            return redirect(url_for("research.study", public_id=made), 303)
    return _show(study, StudySettingsForm(formdata=None, obj=study), form)


@studies.post("/studies/<public_id>/archive")
@needs("studies.design")
def archive(public_id: str) -> Answer:
    """Put a study out of the way."""
    try:
        archive_study(current_actor(), public_id, archived=True, at=clock.now())
    except StudyProblem:
        flash(_("The study still takes answers. Close it first, then put it into the archive."), "error")
    else:
        flash(_("The study is in the archive. All of it is kept."), "success")
    return redirect(url_for("research.settings", public_id=public_id), 303)


@studies.post("/studies/<public_id>/unarchive")
@needs("studies.design")
def unarchive(public_id: str) -> Answer:
    """Take a study back out of the archive."""
    archive_study(current_actor(), public_id, archived=False, at=clock.now())
    flash(_("The study is back in the list."), "success")
    return redirect(url_for("research.settings", public_id=public_id), 303)


def _show(study: StudySeen, form: StudySettingsForm, copy_form: StudyCopyForm) -> str:
    return render_template(
        "research/study_settings.html", study=study, form=form, copy_form=copy_form, empty_form=EmptyForm()
    )
