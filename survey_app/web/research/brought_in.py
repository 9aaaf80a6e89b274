"""Complaints from outside, brought in as a table: looked over, then taken in, ready for coding."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import force_locale, get_locale, ngettext
from werkzeug.wrappers import Response as Answer

from survey_app.actions.brought_in import bring_in
from survey_app.forms.contacts import BroughtInForm
from survey_app.foundations import clock
from survey_app.queries.brought_in import MOST_SHOWN as MOST_LINES
from survey_app.queries.brought_in import brought_into
from survey_app.queries.studies import StudySeen
from survey_app.rules.brought_in import LIKELY, Known, Otherwise, read_complaints
from survey_app.rules.tables import BroughtTable, Mistake
from survey_app.rules.vocabulary import LANGUAGES, Basis, Channel
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.languages import NAMES
from survey_app.web.every_page.words import words_of
from survey_app.web.research.brought_tables import (
    MOST_SHOWN,
    chosen_columns,
    heading,
    in_words,
    look_over,
)
from survey_app.web.research.links import channel_choices
from survey_app.web.research.studies import studies, study_or_404


@studies.route("/studies/<public_id>/brought-in", methods=["GET", "POST"])
@needs("responses.import")
def brought_in(public_id: str) -> Answer | str:
    """Show what was brought in, and take more in: first the table is looked over, then it is taken in."""
    study = study_or_404(public_id)
    form = BroughtInForm(language=str(get_locale()))
    form.place.choices = [(place.public_id, place.name) for place in study.places]
    form.channel.choices = [("", "–"), *channel_choices()]
    form.language.choices = [("", "–"), *NAMES.items()]
    form.basis.choices = [(basis.value, words_of(basis)) for basis in Basis]
    seen = look_over(form, LIKELY, lambda table: _take_in(study, form, table), workbooks=True)
    if seen.taken_in:
        return redirect(url_for("research.brought_in", public_id=public_id), 303)
    lines, total, coded = brought_into(current_actor(), public_id)
    return render_template(
        "research/brought_in.html",
        study=study,
        form=form,
        table=seen.table,
        mistakes=[in_words(mistake) for mistake in seen.mistakes[:MOST_SHOWN]],
        more=max(0, len(seen.mistakes) - MOST_SHOWN),
        heading=heading(seen.mistakes),
        lines=lines,
        total=total,
        coded=coded,
        most=MOST_LINES,
    )


def _take_in(study: StudySeen, form: BroughtInForm, table: BroughtTable) -> list[Mistake]:
    """Take the complaints of a table in, or return what is wrong with it."""
    complaints, mistakes = read_complaints(
        table,
        chosen_columns(form, LIKELY),
        known=_known(study),
        otherwise=Otherwise(
            place=form.place.data, channel=form.channel.data or None, language=form.language.data or None
        ),
        today=clock.now().date(),
    )
    if mistakes:
        return mistakes
    new, known = bring_in(
        current_actor(),
        study.public_id,
        complaints,
        basis=Basis(form.basis.data),
        note=form.note.data or "",
        at=clock.now(),
    )
    said = [ngettext("%(num)s complaint was taken in.", "%(num)s complaints were taken in.", new)]
    if known:
        said.append(ngettext("%(num)s was there already.", "%(num)s were there already.", known))
    flash(" ".join(said), "success")
    return []


def _known(study: StudySeen) -> Known:
    """Return the words that a table may use: codes, and names in each language."""
    places = {place.name: place.public_id for place in study.places}
    channels = {channel.value: channel.value for channel in Channel}
    for language in LANGUAGES:
        with force_locale(language):
            channels |= {words_of(channel): channel.value for channel in Channel}
    scenarios = {label: code for code, labels in study.scenarios for label in labels.values()}
    return Known(
        places=places | {place.code: place.public_id for place in study.places},
        channels=channels,
        scenarios=scenarios | {code: code for code, _labels in study.scenarios},
    )
