"""Firms, places and studies: what a researcher sets up, and how far it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.fieldwork import add_shopper, replace_link
from survey_app.actions.studies import (
    NameTaken,
    NewStudy,
    StudyProblem,
    add_locations,
    close_study,
    make_firm,
    make_study,
    open_study,
)
from survey_app.forms.research import EmptyForm, FirmForm, PlacesForm, ShopperForm, StudyForm
from survey_app.foundations import clock
from survey_app.foundations.settings import ROOT
from survey_app.queries.collection import collection_of
from survey_app.queries.studies import FirmSeen, StudySeen, find_firm, find_study, firms_for, studies_for
from survey_app.web.every_page.addresses import public_address
from survey_app.web.every_page.guards import current_actor, needs

studies = Blueprint("research", __name__, url_prefix="/research")
#: A place from which no customer has answered for so long is named.
_SILENT = timedelta(days=7)
_STANDARD = ROOT / "survey_app" / "instruments" / "standard.json"


@studies.get("")
@needs("studies.read")
def home() -> str:
    """Show the studies, those first in which somebody waits for a review."""
    lines = sorted(studies_for(current_actor()), key=lambda line: line.counts.waiting == 0)
    return render_template("research/home.html", studies=lines, firms=firms_for(current_actor()))


@studies.route("/firms/new", methods=["GET", "POST"])
@needs("firms.make")
def new_firm() -> Answer | str:
    """Make a firm."""
    form = FirmForm()
    if form.validate_on_submit():
        try:
            public_id = make_firm(
                current_actor(),
                name=form.name.data,
                controller=form.controller.data,
                contact=form.contact.data,
                at=clock.now(),
            )
        except NameTaken:
            form.name.errors = [_("There is a firm of this name already.")]
        else:
            return redirect(url_for("research.firm", public_id=public_id), 303)
    return render_template("research/new_firm.html", form=form)


@studies.get("/firms/<public_id>")
@needs("studies.read")
def firm(public_id: str) -> str:
    """Show a firm with its places, shoppers and studies."""
    return _show_firm(_firm(public_id), PlacesForm(time_zone="Europe/Warsaw"), ShopperForm())


@studies.post("/firms/<public_id>/places")
@needs("studies.design")
def add_places(public_id: str) -> Answer | str:
    """Add places to a firm."""
    seen, form = _firm(public_id), PlacesForm()
    if form.validate_on_submit():
        try:
            added = add_locations(
                current_actor(), public_id, form.lines(), time_zone=form.time_zone.data, at=clock.now()
            )
        except NameTaken:
            form.places.errors = [_("One of these codes is taken. Give each place a code of its own.")]
        except StudyProblem as problem:
            form.time_zone.errors = [str(problem)]
        else:
            flash(_("%(count)s places were added.", count=len(added)), "success")
            return redirect(url_for("research.firm", public_id=public_id), 303)
    return _show_firm(seen, form, ShopperForm())


@studies.post("/firms/<public_id>/shoppers")
@needs("studies.design")
def take_on_shopper(public_id: str) -> Answer | str:
    """Take a shopper on, and show their link once."""
    seen, form = _firm(public_id), ShopperForm()
    if form.validate_on_submit():
        try:
            _public_id, secret = add_shopper(
                current_actor(), public_id, code=form.code.data, name=form.name.data, at=clock.now()
            )
        except NameTaken:
            form.code.errors = [_("Another shopper has this code.")]
        else:
            link = public_address("shoppers.enter", secret=secret)
            return render_template("research/shopper_link.html", firm=seen, name=form.name.data, link=link)
    return _show_firm(seen, PlacesForm(), form)


@studies.post("/firms/<public_id>/shoppers/<shopper_id>/link")
@needs("studies.design")
def new_link(public_id: str, shopper_id: str) -> str:
    """Replace a shopper's link, and show the new one once."""
    seen = _firm(public_id)
    name, secret = replace_link(current_actor(), public_id, shopper_id, at=clock.now())
    link = public_address("shoppers.enter", secret=secret)
    return render_template("research/shopper_link.html", firm=seen, name=name, link=link)


def _show_firm(seen: FirmSeen, places: PlacesForm, shopper: ShopperForm) -> str:
    return render_template("research/firm.html", firm=seen, places_form=places, shopper_form=shopper)


@studies.route("/firms/<public_id>/studies/new", methods=["GET", "POST"])
@needs("studies.design")
def new_study(public_id: str) -> Answer | str:
    """Make a study with the standard instrument."""
    seen, form = _firm(public_id), StudyForm(data={"time_zone": "Europe/Warsaw"})
    form.places.choices = [(place, name) for place, _code, name in seen.places]
    if form.validate_on_submit():
        try:
            study_id = make_study(
                current_actor(),
                public_id,
                NewStudy(
                    name=form.name.data,
                    currency=form.currency.data,
                    time_zone=form.time_zone.data,
                    definition=standard_instrument(),
                ),
                location_public_ids=form.places.data,
                at=clock.now(),
            )
        except NameTaken:
            form.name.errors = [_("This firm has a study of this name already.")]
        except StudyProblem:
            form.time_zone.errors = [_("This time zone is not known. Write one such as Europe/Helsinki.")]
        else:
            return redirect(url_for("research.study", public_id=study_id), 303)
    return render_template("research/new_study.html", firm=seen, form=form)


@studies.get("/studies/<public_id>")
@needs("studies.read")
def study(public_id: str) -> str:
    """Show how far a study is, place by place."""
    return render_template(
        "research/study.html",
        study=study_or_404(public_id),
        form=EmptyForm(),
        collection=collection_of(current_actor(), public_id),
        silent_since=clock.now() - _SILENT,
    )


@studies.post("/studies/<public_id>/open")
@needs("studies.design")
def open_(public_id: str) -> Answer:
    """Let a study take answers."""
    return _change(public_id, open_study)


@studies.post("/studies/<public_id>/close")
@needs("studies.design")
def close(public_id: str) -> Answer:
    """Let a study begin no new answers."""
    return _change(public_id, close_study)


def _change(public_id: str, action: Callable[..., None]) -> Answer:
    try:
        action(current_actor(), public_id, at=clock.now())
    except StudyProblem as problem:
        flash(str(problem), "error")
    return redirect(url_for("research.study", public_id=public_id), 303)


def study_or_404(public_id: str) -> StudySeen:
    """Return a study that the person may see; a foreign one looks like a missing one."""
    return find_study(current_actor(), public_id) or abort(404)


def _firm(public_id: str) -> FirmSeen:
    return find_firm(current_actor(), public_id) or abort(404)


@cache
def standard_instrument() -> dict[str, Any]:
    """Return the definition of the standard questionnaire."""
    definition: dict[str, Any] = json.loads(_STANDARD.read_text(encoding="utf-8"))
    return definition
