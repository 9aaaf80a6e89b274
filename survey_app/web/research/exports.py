"""Take the data of a study out: ask and say why, watch the file being made, take it."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer
from werkzeug.wsgi import FileWrapper

from survey_app.actions.exports import note_download, request_export
from survey_app.forms.research import EmptyForm, ExportForm
from survey_app.foundations import clock
from survey_app.foundations.files import export_path
from survey_app.queries.exports import exports_of, find_export
from survey_app.rules.vocabulary import ExportFormat, ExportState
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.studies import studies, study_or_404

_LOOK_AGAIN_SECONDS = "5"


@studies.route("/studies/<public_id>/exports", methods=["GET", "POST"])
@needs("exports.make")
def exports(public_id: str) -> Answer | str | tuple[str, dict[str, str]]:
    """Show what one has taken out of a study, and ask for more."""
    study, form = study_or_404(public_id), ExportForm()
    form.kind.choices = [
        ("csv", _("CSV: opens everywhere")),
        ("xlsx", _("XLSX: Excel")),
        ("parquet", _("Parquet: fast in R and pandas, however large")),
        ("sav", _("SAV: SPSS, with labels of variables and values")),
    ]
    if form.validate_on_submit():
        request_export(
            current_actor(),
            public_id,
            kind=ExportFormat(form.kind.data),
            identifying=form.identifying.data,
            reason=form.reason.data,
            at=clock.now(),
        )
        return redirect(url_for("research.exports", public_id=public_id), 303)
    made = exports_of(current_actor(), public_id, at=clock.now())
    waiting = any(line.state in (ExportState.REQUESTED, ExportState.RUNNING) for line in made)
    page = render_template("research/exports.html", study=study, form=form, exports=made, empty_form=EmptyForm())
    return (page, {"Refresh": _LOOK_AGAIN_SECONDS}) if waiting and not form.is_submitted() else page


@studies.post("/exports/<public_id>/file")
@needs("exports.make")
def take_export(public_id: str) -> Answer:
    """Give the file, and write down that it was taken. Only whoever said why gets it, until it expires."""
    seen = find_export(current_actor(), public_id, at=clock.now()) or abort(404)
    path = export_path(seen.public_id)
    if seen.state is not ExportState.READY or not path.is_file():
        abort(404)
    note_download(current_actor(), seen.id, at=clock.now())
    return Response(
        FileWrapper(path.open("rb")),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="two-witnesses-{seen.format}-{seen.public_id}.zip"',
            "Content-Length": str(path.stat().st_size),
        },
    )
