"""Links for customers: made, changed, closed, counted, and printed as QR codes."""

from __future__ import annotations

import segno
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.fieldwork import NewLink, change_invitation, close_invitation, make_invitations
from survey_app.forms.links import ChangeLinkForm, NewLinkForm
from survey_app.forms.research import EmptyForm
from survey_app.foundations import clock
from survey_app.queries.links import find_link, links_of
from survey_app.rules.vocabulary import Channel, InvitationKind
from survey_app.web.every_page.addresses import public_address
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.languages import NAMES
from survey_app.web.every_page.words import words_of
from survey_app.web.research.studies import studies, study_or_404

#: How many cards fit on a sheet of A4.
_CARDS = (2, 4, 8)


def channel_choices() -> list[tuple[str, str]]:
    """Return the channels, as a form offers them."""
    return [(channel.value, words_of(channel)) for channel in Channel]


def _languages() -> list[tuple[str, str]]:
    return [("", _("that of the phone")), *NAMES.items()]


@studies.route("/studies/<public_id>/links", methods=["GET", "POST"])
@needs("studies.design")
def links(public_id: str) -> Answer | str:
    """Show the links of a study with what came through them, and make one."""
    study, form = study_or_404(public_id), NewLinkForm(place=request.args.get("place"))
    form.place.choices = [(place.public_id, place.name) for place in study.places]
    if len(study.places) > 1:
        form.place.choices.append(("", _("each place: one link for every one")))
    form.channel.choices = [("", _("the customer says")), *channel_choices()]
    form.language.choices = _languages()
    secret = None
    if form.validate_on_submit():
        new = NewLink(
            kind=InvitationKind.SINGLE if form.single.data else InvitationKind.OPEN,
            channel=form.channel.data or None,
            language=form.language.data or None,
            opens_on=form.opens_on.data,
            closes_on=form.closes_on.data,
            cap=form.cap.data,
        )
        made = make_invitations(
            current_actor(), public_id, new, location_public_id=form.place.data or None, at=clock.now()
        )
        if new.kind == InvitationKind.OPEN:
            flash(_("The link is made.") if len(made) == 1 else _("The links are made."), "success")
            return redirect(url_for("research.links", public_id=public_id), 303)
        secret = public_address("survey.open_link", code=made[0])
    return render_template(
        "research/links.html",
        study=study,
        form=form,
        secret=secret,
        links=links_of(current_actor(), public_id, at=clock.now()),
        close_form=EmptyForm(),
    )


@studies.route("/studies/<public_id>/links/<link_id>", methods=["GET", "POST"])
@needs("studies.design")
def link(public_id: str, link_id: str) -> Answer | str:
    """Set the days, the cap and the language of a link, and how many people met it."""
    study = study_or_404(public_id)
    found = find_link(current_actor(), public_id, link_id, at=clock.now()) or abort(404)
    form = ChangeLinkForm(
        language=found.language or "",
        opens_on=found.opens_on,
        closes_on=found.closes_on,
        cap=found.cap,
        reached=found.reached,
    )
    form.language.choices = _languages()
    if form.validate_on_submit():
        change_invitation(
            current_actor(),
            public_id,
            link_id,
            language=form.language.data or None,
            opens_on=form.opens_on.data,
            closes_on=form.closes_on.data,
            cap=form.cap.data,
            reached=form.reached.data,
            at=clock.now(),
        )
        flash(_("The link is changed."), "success")
        return redirect(url_for("research.links", public_id=public_id), 303)
    address = public_address("survey.open_link", code=link_id)
    return render_template("research/link.html", study=study, link=found, form=form, address=address)


@studies.post("/studies/<public_id>/links/<link_id>/close")
@needs("studies.design")
def close_link(public_id: str, link_id: str) -> Answer:
    """Let a link begin no new answers."""
    close_invitation(current_actor(), public_id, link_id, at=clock.now())
    return redirect(url_for("research.links", public_id=public_id), 303)


@studies.get("/studies/<public_id>/sheet")
@needs("studies.read")
def sheet(public_id: str) -> str:
    """Show the open links as cards to print and put up: one card each, or a sheet full of one."""
    study = study_or_404(public_id)
    choices = [link for link in links_of(current_actor(), public_id, at=clock.now()).open if not link.closed]
    per = next((size for size in _CARDS if str(size) == request.args.get("per")), _CARDS[0])
    chosen = [link for link in choices if link.public_id == request.args.get("link")]
    cards = chosen * per or choices
    addresses = {link.public_id: public_address("survey.open_link", code=link.public_id) for link in cards}
    return render_template(
        "research/sheet.html",
        study=study,
        choices=choices,
        chosen=chosen[0].public_id if chosen else "",
        per=per,
        sizes=_CARDS,
        sheets=[cards[first : first + per] for first in range(0, len(cards), per)],
        addresses=addresses,
        pictures={
            key: segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4)
            for key, address in addresses.items()
        },
    )
