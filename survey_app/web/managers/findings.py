"""What managers see: stored sentences, figures and tables. Nothing is estimated here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _

from survey_app.foundations import clock
from survey_app.queries.publications import Published, find_publication, publications_for, sight_of
from survey_app.queries.undertakings import undertakings_of, undertakings_of_each
from survey_app.rules.breakdowns import WHOLE_FIRM
from survey_app.rules.snapshots import Sight
from survey_app.rules.spreadsheets import csv_rows
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.headers import shows_charts
from survey_app.web.managers import figures, tables

managers = Blueprint("managers", __name__, url_prefix="/manager")
managers.add_app_template_filter(tables.period_name, "period")
#: So many places are listed on the first page.
_MOST_LISTED = 6


@managers.get("")
@needs("publications.read")
def home() -> str:
    """Show one sentence a study, and one a place."""
    choices({})
    found = [(published, sight_of(current_actor(), published)) for published in publications_for(current_actor())]
    undertakings = undertakings_of_each(current_actor(), [each for each, _sight in found], on=clock.now().date())
    return render_template(
        "managers/home.html",
        findings=[
            (published, sight, _own_places(sight), undertakings[published.public_id]) for published, sight in found
        ],
    )


def _own_places(sight: Sight) -> dict[str, Any]:
    """Return the places that the first page lists: all if they are few, else those unlike the rest."""
    rows = [row for row in sight.side_by_side(WHOLE_FIRM) if row["gap"] is not None]
    listed = rows if len(sight.own) <= _MOST_LISTED else sight.unlike_the_rest(rows)[:_MOST_LISTED]
    return {
        "listed": [
            (tables.place_name(sight.places[row["place"]]), row, sight.changed(row["place"])) for row in listed
        ],
        "all": len(sight.own),
        "shown": len(rows),
    }


@managers.get("/<public_id>")
@needs("publications.read")
@shows_charts
def finding(public_id: str) -> str:
    """Show what was published of a study, or why nothing may be shown."""
    published, sight = seen(public_id)
    choices({})
    return render_template(
        "managers/finding.html",
        published=published,
        sight=sight,
        undertakings=undertakings_of(current_actor(), published, on=clock.now().date()),
        frame_words=_frame_words(),
    )


@managers.get("/<public_id>/places")
@needs("publications.read")
@shows_charts
def places(public_id: str) -> str:
    """Show a manager's places against all, never as a ranking."""
    published, sight = seen(public_id)
    within = choices({"within": sight.groups})["within"]
    rows = sight.side_by_side(within)
    return render_template(
        "managers/places.html",
        published=published,
        sight=sight,
        within=within,
        choices=[(key, tables.place_name(sight.places[key])) for key in sight.groups],
        block=_funnel(sight, rows, within) if any(row["gap"] is not None for row in rows) else None,
        table=tables.side_by_side(sight, within),
        regions=tables.regions(sight, within),
        themes=tables.themes(sight, rows),
        frame_words=_frame_words(),
    )


@managers.get("/<public_id>/places.csv")
@needs("publications.read")
def places_file(public_id: str) -> Response:
    """Give the same rows as a file."""
    _published, sight = seen(public_id)
    within = choices({"within": sight.groups})["within"]
    return _file(sight, [*sight.regions(within), *sight.side_by_side(within)], "places.csv")


@managers.get("/<public_id>/time")
@needs("publications.read")
@shows_charts
def time(public_id: str) -> str:
    """Show one place, period by period."""
    published, sight = seen(public_id)
    place, by = _place_and_period(sight)
    return render_template(
        "managers/time.html",
        published=published,
        sight=sight,
        place=place,
        by=by,
        choices=[(key, tables.place_name(sight.places[key])) for key in _followed(sight)],
        block=_line(sight, place, by) if by else None,
        frame_words=_frame_words(),
    )


@managers.get("/<public_id>/time.csv")
@needs("publications.read")
def time_file(public_id: str) -> Response:
    """Give the same rows as a file."""
    _published, sight = seen(public_id)
    place, by = _place_and_period(sight)
    return _file(sight, sight.over_time(place, by) if by else [], "time.csv")


def seen(public_id: str) -> tuple[Published, Sight]:
    """Return a publication that the manager may see, as they see it; what they may not see is not there."""
    published = find_publication(current_actor(), public_id) or abort(404)
    return published, sight_of(current_actor(), published)


def choices(allowed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what the address chooses, else the first of each; what is on no list is not there."""
    allowed_here = {**allowed, "lang": LANGUAGES}
    for name, values in request.args.lists():
        if name not in allowed_here or len(values) != 1 or values[0] not in allowed_here[name]:
            abort(404)
    return {name: request.args.get(name, next(iter(options), "")) for name, options in allowed.items()}


def _followed(sight: Sight) -> list[str]:
    """Return the places that can be followed over time."""
    return [key for key in sight.places if sight.periods_of(key)]


def _place_and_period(sight: Sight) -> tuple[str, str]:
    followed = _followed(sight)
    place = request.args.get("place", next(iter(followed), WHOLE_FIRM))
    chosen = choices({"place": followed, "by": sight.periods_of(place) if place in followed else []})
    return place, chosen["by"]


def _file(sight: Sight, rows: Iterable[Mapping[str, Any]], name: str) -> Response:
    return Response(
        csv_rows(*tables.for_file(sight, list(rows)), bom=True),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _funnel(sight: Sight, rows: Sequence[Mapping[str, Any]], within: str) -> dict[str, Any] | None:
    middle = sight.gap_of_all
    shown = [row for row in rows if row["gap"] is not None]
    points = [
        (
            chance,
            row["gap"],
            tables.place_name(sight.places[row["place"]]) if row["place"] else "",
            bool(row["place"]),
        )
        for row in (*sight.others(within), *shown)
        if (chance := sight.reach_of_chance(row)) is not None
    ]
    if middle is None or not points:
        return None
    unlike = len(sight.unlike_the_rest(shown))
    return {
        "id": "places",
        "title": _("None of %(all)s places differs from the rest by more than chance", all=len(shown))
        if not unlike
        else _("%(some)s of %(all)s places differ from the rest by more than chance", some=unlike, all=len(shown)),
        "subtitle": _(
            "How many more problems customers report per response than shoppers do. Large places stand on the "
            "right. Within the pale funnel lies what chance alone makes of the gap of all. This is no ranking."
        ),
        "spec": figures.funnel(
            points,
            middle=middle,
            x_title=_("few responses → many responses"),
            y_title=_("more problems per response"),
            all_label=_("all places"),
        ),
        "table": tables.side_by_side(sight, within),
        "computed": _(
            "Mean of customers minus mean of shoppers, in tenths. The funnel: 1.96 standard errors at the least "
            "number that the band of a place allows, from the spread of all responses."
        ),
        "note": _note(sight),
    }


def _line(sight: Sight, place: str, by: str) -> dict[str, Any]:
    rows = sight.over_time(place, by)
    periods = [row["period"] for row in rows]
    marks = [
        (periods.index(period), _("version %(version)s", version=start["version"]))
        for start in sight.content["versions"][1:]
        if (period := _period_of(start["month"], by)) in periods
    ]
    return {
        "id": "time",
        "title": _title_over_time(rows),
        "subtitle": _(
            "Problems per response, by source and period. A gap in a line: withheld. Dotted: a new version of the "
            "questionnaire."
        ),
        "spec": figures.over_time(
            [tables.period_name(period) for period in periods],
            *([row[source]["mean"] if row[source] else None for row in rows] for source in tables.SOURCES),
            names=(_("customers"), _("shoppers")),
            y_title=_("problems per response"),
            marks=marks,
        ),
        "table": tables.over_time(sight, place, by),
        "computed": _("Mean over the responses of a period, in tenths. Described, not tested."),
        "note": _note(sight),
    }


def _period_of(month: str, by: str) -> str:
    return month if by == "month" else f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def _title_over_time(rows: Sequence[Mapping[str, Any]]) -> str:
    last = next((row for row in reversed(rows) if row["gap"] is not None), None)
    if last is None:
        return str(_("In no period can both sources be shown"))
    much, period = tables.number(abs(last["gap"])), tables.period_name(last["period"])
    if last["gap"] == 0:
        return str(_("%(period)s: customers and shoppers reported equally many problems", period=period))
    if last["gap"] < 0:
        return str(
            _("%(period)s: customers reported %(much)s fewer problems than shoppers", period=period, much=much)
        )
    return str(_("%(period)s: customers reported %(much)s more problems than shoppers", period=period, much=much))


def _note(sight: Sight) -> str:
    months = sight.content["months"]
    withheld = _("Withheld is what fewer than 10 customers or 3 visits stand behind, and what would give it away.")
    if not months:
        return str(withheld)
    first, last = (tables.period_name(month) for month in (months[0], months[-1]))
    return f"{_('%(first)s to %(last)s', first=first, last=last)}. {withheld}"


def _frame_words() -> dict[str, str]:
    return {
        "how": _("How is this computed?"),
        "below": _("the table below"),
        "chart": _("Chart"),
        "table": _("Table"),
        "download": _("Download"),
    }
