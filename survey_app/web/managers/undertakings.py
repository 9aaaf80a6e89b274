"""What managers will do about a finding: add it, change it, say what became of it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.undertakings import UndertakingRefused, add_undertaking, change_undertaking
from survey_app.forms.undertakings import ChangeUndertakingForm, NewUndertakingForm
from survey_app.foundations import clock
from survey_app.queries.publications import find_publication
from survey_app.queries.undertakings import PERMISSION, find_undertaking, places_to_choose
from survey_app.rules.spoken import in_language
from survey_app.rules.vocabulary import UndertakingState
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.managers.findings import managers


@managers.app_template_filter("undertaking_state")
def state_name(state: str) -> str:
    """Return what became of something, in words."""
    words = {
        UndertakingState.OPEN: _("to be done"),
        UndertakingState.DONE: _("done"),
        UndertakingState.DROPPED: _("dropped"),
    }
    return str(words[UndertakingState(state)])


@managers.route("/<public_id>/actions/new", methods=["GET", "POST"])
@needs(PERMISSION)
def new_undertaking(public_id: str) -> Answer | str:
    """Add something to be done about a finding."""
    published = find_publication(current_actor(), public_id) or abort(404)
    places = places_to_choose(current_actor(), published)
    if not places or not published.shows:
        abort(404)
    form = NewUndertakingForm()
    form.today = clock.now().date()
    form.place.choices = [(key, name or _("All places")) for key, name in places]
    themes = published.content["themes"]
    names = [(code, str(in_language(words, str(get_locale())))) for code, words in themes.items()]
    form.theme.choices = [("", _("The finding as a whole")), *names]
    if form.validate_on_submit():
        add_undertaking(
            current_actor(),
            public_id,
            place=form.place.data,
            theme=form.theme.data,
            what=form.what.data,
            owner=form.owner.data,
            due_on=form.due_on.data,
            at=clock.now(),
        )
        flash(_("Added. Whoever sees the finding of these places sees it."), "success")
        return redirect(url_for("managers.finding", public_id=public_id, _anchor="actions"), 303)
    return render_template("managers/new_undertaking.html", published=published, form=form)


@managers.route("/actions/<public_id>", methods=["GET", "POST"])
@needs(PERMISSION)
def undertaking(public_id: str) -> Answer | str:
    """Change something to be done, or say what became of it."""
    found = find_undertaking(current_actor(), public_id, on=clock.now().date()) or abort(404)
    kept, publication = found
    form = ChangeUndertakingForm(obj=kept)
    form.today, form.kept_day = clock.now().date(), kept.due_on
    form.state.choices = [(state.value, state_name(state)) for state in UndertakingState]
    if form.validate_on_submit():
        try:
            change_undertaking(
                current_actor(),
                public_id,
                what=form.what.data,
                owner=form.owner.data,
                due_on=form.due_on.data,
                state=UndertakingState(form.state.data),
                note=form.note.data or "",
                seen_revision=form.revision.data,
                at=clock.now(),
            )
        except UndertakingRefused as refused:
            form.form_errors.append(_sentence(refused))
            kept, publication = find_undertaking(current_actor(), public_id, on=form.today) or abort(404)
            # What is kept now is shown beside what was typed: to send it again is a choice.
            form.revision.data = kept.revision
        else:
            flash(_("Kept."), "success")
            return redirect(url_for("managers.finding", public_id=publication, _anchor="actions"), 303)
    return render_template("managers/undertaking.html", kept=kept, publication=publication, form=form)


def _sentence(refused: UndertakingRefused) -> str:
    sentences = {
        "changed_meanwhile": _(
            "Somebody changed this meanwhile. Below stands what they kept, and in the fields what you typed. Look"
            " at both, then send again."
        ),
        "other_state": _("What is settled can be opened again, and only then be settled otherwise."),
    }
    return str(sentences[refused.code])
