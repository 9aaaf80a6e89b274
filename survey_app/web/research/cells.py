"""Who is missing where: the cells of a study that lack complainants or shoppers, and what to do about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import render_template, request, url_for
from flask_babel import gettext as _

from survey_app.foundations import clock
from survey_app.queries.cells import LACKS, MOST_SHOWN, Cell, Lack, cells_of
from survey_app.queries.links import LinkLine, links_of
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.studies import studies, study_or_404


@dataclass(frozen=True)
class Advice:
    """What to do about a cell: a sentence, and the page where it is done, where there is one."""

    sentence: str
    label: str = ""
    address: str = ""


@studies.get("/studies/<public_id>/cells")
@needs("studies.read")
def cells(public_id: str) -> str:
    """Show which cells lack whom, and what to do."""
    study = study_or_404(public_id)
    by_month = request.args.get("months") != "together"
    lack = cast(Lack, request.args.get("lack")) if request.args.get("lack") in LACKS else None
    place = next((place.public_id for place in study.places if place.public_id == request.args.get("place")), None)
    found = cells_of(current_actor(), public_id, by_month=by_month, lack=lack, location_public_id=place)
    links: dict[str, list[LinkLine]] = {}
    for link in links_of(current_actor(), public_id, at=clock.now()).open:
        links.setdefault(link.location_public_id, []).append(link)
    today = clock.now().date()
    return render_template(
        "research/cells.html",
        study=study,
        cells=found,
        advice=[_advice(public_id, cell, links, today=today) for cell in found.shown],
        by_month=by_month,
        lack=lack,
        lacks=LACKS,
        place=place,
        most=MOST_SHOWN,
    )


def _advice(study: str, cell: Cell, links: Mapping[str, Sequence[LinkLine]], *, today: date) -> Advice:
    if cell.lacks == "shoppers":
        return _to_find_shoppers(study, cell, today=today)
    if cell.lacks == "complainants":
        return _to_find_complainants(study, cell, links.get(cell.location_public_id, ()))
    return Advice(_("Both have answered."))


def _to_find_shoppers(study: str, cell: Cell, *, today: date) -> Advice:
    shoppers = url_for(
        "research.shoppers",
        public_id=study,
        place=cell.location_public_id,
        scenario=cell.scenario,
        channel=cell.channel,
    )
    if cell.waiting:
        return Advice(_("A visit is filed and waits for a review."), _("Review it"), shoppers)
    if cell.under_way:
        return Advice(_("A visit is asked for. Wait for it."), _("See the visits"), shoppers)
    if cell.month is not None and cell.month < today.replace(day=1):
        whole = url_for("research.cells", public_id=study, months="together", place=cell.location_public_id)
        return Advice(
            _("The month is over; a visit made now counts in its own. See whether all months together pair up."),
            _("All months together"),
            whole,
        )
    if cell.scenario is None or cell.channel is None:
        return Advice(_("Nobody said how or why they came, so no visit can match."))
    return Advice(_("Send a shopper with this scenario, through this channel."), _("Ask for a visit"), shoppers)


def _to_find_complainants(study: str, cell: Cell, links: Sequence[LinkLine]) -> Advice:
    fitting = [link for link in links if link.channel in (None, cell.channel)]
    working = [link for link in fitting if link.door == "open"]
    if not fitting:
        make = url_for("research.links", public_id=study, place=cell.location_public_id)
        return Advice(_("There is no link for this place and channel."), _("Make one"), make)
    if not working:
        change = url_for("research.link", public_id=study, link_id=fitting[0].public_id)
        return Advice(_("Its link is not open now."), _("Change its days or its cap"), change)
    if not any(link.opens for link in working):
        sheet = url_for("research.sheet", public_id=study, link=working[0].public_id)
        return Advice(_("Nobody has opened its link. Put the code up where people come by."), _("Print it"), sheet)
    invite = url_for("research.contacts", public_id=study)
    return Advice(
        _("Its link is opened, but nobody with this problem has answered. Invite people who complained."),
        _("Invite people"),
        invite,
    )
