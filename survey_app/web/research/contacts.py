"""People to be invited: brought as a table, written to once, their addresses deleted."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.contacts import ask_to_write, forget_address, forget_list, take_in_contacts
from survey_app.forms.contacts import AddressForm, ContactsForm
from survey_app.forms.research import EmptyForm
from survey_app.foundations import clock
from survey_app.queries.contacts import ListSeen, lists_of
from survey_app.queries.studies import StudySeen
from survey_app.rules.contacts import LIKELY, read_contacts
from survey_app.rules.tables import BroughtTable, Mistake
from survey_app.rules.vocabulary import LetterKind
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.languages import NAMES
from survey_app.web.research.brought_tables import (
    MOST_SHOWN,
    chosen_columns,
    heading,
    in_words,
    look_over,
)
from survey_app.web.research.links import channel_choices
from survey_app.web.research.studies import studies, study_or_404

#: So long addresses are kept if nobody says otherwise.
_KEPT = timedelta(days=90)


@studies.route("/studies/<public_id>/contacts", methods=["GET", "POST"])
@needs("contacts.keep")
def contacts(public_id: str) -> Answer | str:
    """Show the lists of people, and take a new one in: first the table is looked over, then it is taken in."""
    study = study_or_404(public_id)
    today = clock.now().date()
    form = ContactsForm(
        delete_on=today + _KEPT, language=str(get_locale()), name=_("List of %(day)s", day=format_date(today))
    )
    form.today = today
    form.place.choices = [(place.public_id, place.name) for place in study.places]
    form.language.choices = list(NAMES.items())
    form.channel.choices = [("", _("the customer says")), *channel_choices()]
    seen = look_over(form, LIKELY, lambda table: _take_in(study, form, table))
    if seen.taken_in:
        return redirect(url_for("research.contacts", public_id=public_id), 303)
    return render_template(
        "research/contacts.html",
        study=study,
        form=form,
        table=seen.table,
        mistakes=[in_words(mistake) for mistake in seen.mistakes[:MOST_SHOWN]],
        more=max(0, len(seen.mistakes) - MOST_SHOWN),
        heading=heading(seen.mistakes),
        lists=lists_of(current_actor(), public_id),
        button=EmptyForm(),
        address_form=AddressForm(),
    )


def _take_in(study: StudySeen, form: ContactsForm, table: BroughtTable) -> list[Mistake]:
    """Take the people of a table in, or return what is wrong with it."""
    places = {place.name: place.public_id for place in study.places}
    people, mistakes = read_contacts(
        table,
        chosen_columns(form, LIKELY),
        places=places | {place.code: place.public_id for place in study.places},
        place=form.place.data,
        language=form.language.data,
    )
    if mistakes:
        return mistakes
    taken = take_in_contacts(
        current_actor(),
        study.public_id,
        people,
        name=form.name.data or _("List of %(day)s", day=format_date(form.today)),
        delete_on=form.delete_on.data,
        channel=form.channel.data or None,
        closes_on=form.closes_on.data,
        at=clock.now(),
    )
    said = [ngettext("%(num)s person was taken in.", "%(num)s people were taken in.", taken.new)]
    if taken.known:
        said.append(ngettext("%(num)s was known already.", "%(num)s were known already.", taken.known))
    if taken.no_mail:
        said.append(ngettext("%(num)s wants no mail from you.", "%(num)s want no mail from you.", taken.no_mail))
    flash(" ".join(said), "success")
    return []


@studies.post("/studies/<public_id>/contacts/<list_id>/<any(invitation, reminder):letter>")
@needs("contacts.keep")
def write_to(public_id: str, list_id: str, letter: str) -> Answer:
    """Let the worker invite, or remind, the people of a list."""
    _list_or_404(public_id, list_id)
    new = ask_to_write(current_actor(), public_id, list_id, LetterKind(letter), at=clock.now())
    flash(
        ngettext("%(num)s letter is being sent.", "%(num)s letters are being sent.", new)
        if new
        else _("There is nobody to write to."),
        "success",
    )
    return redirect(url_for("research.contacts", public_id=public_id), 303)


@studies.post("/studies/<public_id>/contacts/<list_id>/delete")
@needs("contacts.keep")
def delete_list(public_id: str, list_id: str) -> Answer:
    """Delete the addresses of a list."""
    _list_or_404(public_id, list_id)
    gone = forget_list(current_actor(), public_id, list_id, at=clock.now())
    flash(ngettext("%(num)s address is deleted.", "%(num)s addresses are deleted.", gone), "success")
    return redirect(url_for("research.contacts", public_id=public_id), 303)


@studies.post("/studies/<public_id>/contacts/delete")
@needs("contacts.keep")
def delete_address(public_id: str) -> Answer:
    """Delete one person's address."""
    study_or_404(public_id)
    form = AddressForm()
    if form.validate_on_submit():
        found = forget_address(current_actor(), public_id, form.email.data, at=clock.now())
        flash(_("The address is deleted.") if found else _("This address is on no list of the study."), "success")
    return redirect(url_for("research.contacts", public_id=public_id), 303)


def _list_or_404(public_id: str, list_id: str) -> ListSeen:
    study_or_404(public_id)
    found = (each for each in lists_of(current_actor(), public_id) if each.public_id == list_id)
    return next(found, None) or abort(404)
