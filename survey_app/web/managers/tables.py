"""The tables of a snapshot in words: what page, print and file show alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal, get_locale
from flask_babel import gettext as _

from survey_app.rules.breakdowns import UNDATED, WHOLE_FIRM
from survey_app.rules.snapshots import Sight
from survey_app.rules.spoken import in_language

SOURCES = ("complainants", "shoppers")


def period_name(period: str) -> str:
    """Return a month or a quarter as the language writes it."""
    if period == UNDATED:
        return str(_("not dated"))
    if "Q" in period:
        year, quarter = period.split("-Q")
        return str(format_date(date(int(year), 3 * int(quarter) - 2, 1), "QQQ yyyy"))
    year, month = period.split("-")
    return str(format_date(date(int(year), int(month), 1), "LLL yyyy"))


def place_name(place: Mapping[str, Any]) -> str:
    """Return the name of a place; the whole has none of its own."""
    return _("All places") if place["key"] == WHOLE_FIRM else str(place["name"])


def number(value: float, *, signed: bool = False) -> str:
    """Return a number in tenths as the language writes it, with a real minus sign."""
    return str(format_decimal(value, "+0.0;−0.0" if signed and value else "0.0")).replace("-", "−")


def how_many(shown: str) -> str:
    """Return a band as people read it."""
    return shown.replace("-", "–")


def withheld() -> str:
    """Return what stands in place of a number that is not shown."""
    return str(_("withheld"))


def side_by_side(sight: Sight, within: str) -> dict[str, Any]:
    """Return the locations within a place as a table of text."""
    rows = [(place_name(sight.places[row["place"]]), row) for row in sight.side_by_side(within)]
    return _table(_("Place"), rows, sight=sight)


def regions(sight: Sight, within: str) -> dict[str, Any]:
    """Return the regions within a place as a table of text."""
    return _table(_("Region"), [(place_name(sight.places[row["place"]]), row) for row in sight.regions(within)])


def over_time(sight: Sight, place: str, by: str) -> dict[str, Any]:
    """Return one place, period by period, as a table of text."""
    return _table(_("Period"), [(period_name(row["period"]), row) for row in sight.over_time(place, by)])


def _table(
    first: str, rows: Sequence[tuple[str, Mapping[str, Any]]], *, sight: Sight | None = None
) -> dict[str, Any]:
    columns = [
        first,
        _("Customers: problems per response"),
        _("Their responses"),
        _("Shoppers: problems per visit"),
        _("Their visits"),
        _("Difference"),
    ]
    if sight is not None:
        columns.append(_("What chance alone makes"))
    lines = []
    for name, row in rows:
        line = [name]
        for source in SOURCES:
            shown = row[source]
            line += [number(shown["mean"]), how_many(shown["n"])] if shown else [withheld(), withheld()]
        line.append(withheld() if row["gap"] is None else number(row["gap"], signed=True))
        if sight is not None:
            line.append(_around(sight, row))
        lines.append(line)
    return {"columns": columns, "rows": lines, "caption": _("The figure in numbers")}


def _around(sight: Sight, row: Mapping[str, Any]) -> str:
    chance, middle = sight.reach_of_chance(row), sight.gap_of_all
    if chance is None or middle is None:
        return "–"
    return str(_("%(low)s to %(high)s", low=number(middle - chance), high=number(middle + chance)))


def themes(sight: Sight, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return who saw which theme in each place, as a table of text; None if no row may show it."""
    names = sight.content["themes"]
    if not any(row[source] and "themes" in row[source] for row in rows for source in SOURCES):
        return None
    lines = []
    for row in rows:
        line = [place_name(sight.places[row["place"]])]
        line += [" / ".join(_share(row[source], theme) for source in SOURCES) for theme in names]
        lines.append(line)
    columns = [_("Place"), *(str(in_language(words, str(get_locale()))) for words in names.values())]
    return {
        "columns": columns,
        "rows": lines,
        "caption": _("Customers / shoppers who saw any problem of the theme"),
    }


def one_theme(sight: Sight, rows: Sequence[Mapping[str, Any]], theme: str | None) -> dict[str, Any] | None:
    """Return who saw a theme in each place, as a table of text; None if no row may show it."""
    shown = [
        row for row in rows if any(row[source] and theme in row[source].get("themes", {}) for source in SOURCES)
    ]
    if theme is None or not shown:
        return None
    return {
        "columns": [_("Place"), _("Customers / shoppers who saw any problem of the theme")],
        "rows": [
            [place_name(sight.places[row["place"]]), " / ".join(_share(row[source], theme) for source in SOURCES)]
            for row in shown
        ],
        "caption": theme_name(sight, theme),
    }


def theme_name(sight: Sight, theme: str | None) -> str:
    """Return what a theme is called; nothing for none."""
    return str(in_language(sight.content["themes"].get(theme, ""), str(get_locale())))


def _share(shown: Mapping[str, Any] | None, theme: str) -> str:
    return f"{shown['themes'][theme]} %" if shown and theme in shown.get("themes", {}) else withheld()


def for_file(sight: Sight, rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return rows for a file: plain numbers, codes for columns, and nothing that the page does not show."""
    codes = list(sight.content["themes"])
    columns = ["place", "period", *(f"{source}_{what}" for source in SOURCES for what in ("mean", "n")), "gap"]
    columns += [f"{source}_saw_{theme}_percent" for source in SOURCES for theme in codes]
    lines = []
    for row in rows:
        line: dict[str, Any] = {"place": place_name(sight.places[row["place"]]), "period": row["period"]}
        line["gap"] = "withheld" if row["gap"] is None else row["gap"]
        for source in SOURCES:
            shown = row[source] or {}
            line[f"{source}_mean"] = shown.get("mean", "withheld")
            line[f"{source}_n"] = how_many(shown["n"]) if shown else "withheld"
            for theme in codes:
                line[f"{source}_saw_{theme}_percent"] = shown.get("themes", {}).get(theme, "withheld")
        lines.append(line)
    return columns, lines
