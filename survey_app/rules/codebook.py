"""What the columns of an export mean: label, kind, the values that there are, and whether they point at a person.

One description for all formats: the codebook beside a file, the labels inside an SPSS file, the flag by which a
column is left out unless somebody asked for it and said why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from survey_app.rules.questionnaire import NONE_OF_THESE, Instrument, Item
from survey_app.rules.spoken import DEFAULT, in_language
from survey_app.rules.vocabulary import Channel, Need, Origin, Route

ColumnKind = Literal["text", "number", "date"]


@dataclass(frozen=True)
class Column:
    """One column; `identifying` says that what stands in it may point at a person."""

    name: str
    label: str
    kind: ColumnKind = "text"
    values: Mapping[str, str] = field(default_factory=dict)
    identifying: bool = False


_YES_NO = {"yes": "yes", "no": "no"}
_ARMS = {
    "shopper": "mystery shopper: hired, acts a problem",
    "hired_real_need": "hired, with a need of their own",
    "complainant": "genuine customer with a problem",
    "customer": "genuine customer without a problem",
}


def _codes(words: Iterable[str]) -> dict[str, str]:
    return {str(word): str(word).replace("_", " ") for word in words}


_RESPONSES = (
    Column("response_id", "Pseudonym of the response"),
    Column("arm", "Who answered", values=_ARMS),
    Column("location", "Code of the place"),
    Column("hired", "Was the person hired", values=_YES_NO),
    Column("need", "Was the need played, real, or none", values=_codes(Need)),
    Column("route", "How the response came in", values=_codes(Route)),
    Column("channel", "How customer and firm met", values=_codes(Channel)),
    Column("scenario", "Kind of problem that brought the person there"),
    Column("shopper", "Pseudonym of the hired person; empty for customers"),
    Column("visited_on", "Day of the encounter", "date"),
    Column("submitted_at", "Day on which the answers were sent, by the study's clock", "date"),
    Column("minutes", "Minutes that the encounter took", "number"),
    Column("cost", "What the response cost the study, in its currency", "number"),
    Column("index_problem", "Problems that the scenario implies; they count for nobody"),
    Column("list_hash", "Which problem list was shown"),
    Column("list_answered", "Was the problem list answered", values=_YES_NO),
    Column("beyond_answered", "Was the block about deeds beyond the standard shown", values=_YES_NO),
    Column("instrument_version", "Version of the questionnaire"),
    Column("stake", "How much was at stake", "number"),
    Column("items_shown", "Items about the handling on the list", "number"),
    Column("controls_shown", "Control items on the list", "number"),
    Column("bogus_shown", "Impossible items on the list", "number"),
    Column("felt", "How the person felt afterwards", "number"),
    Column("trace", "How much of it stays", "number"),
    Column("recommend", "Would recommend, 0 to 10", "number"),
    Column("told_people", "Number of people told about it", "number"),
    Column("apologised", "Did somebody apologise"),
    Column("recognised", "Was the shopper recognised"),
    Column("played_as_briefed", "Was the scenario played as briefed"),
    Column("flags", "Signs of a response that was not given in earnest"),
)
_SIGHTINGS = (
    Column("response_id", "Pseudonym of the response"),
    Column("problem", "Code of the problem that was seen"),
    Column("theme", "Theme of the problem"),
    Column("severity", "How bad it was, 1 to 4", "number"),
    Column("stage", "About the handling, or about the outcome", values=_codes(("handling", "outcome"))),
    Column("origin", "Ticked on the list, or coded from the story", values=_codes(Origin)),
)
#: What somebody wrote in their own words may name anybody.
_OWN_WORDS = ("text",)


def columns_of(
    table: str,
    names: Sequence[str],
    *,
    problems: Mapping[str, Mapping[str, str]],
    themes: Mapping[str, Mapping[str, str]],
    scenarios: Mapping[str, Mapping[str, str]],
) -> tuple[Column, ...]:
    """Return what the columns of a tidy table mean, in the order of the table.

    >>> columns_of("sightings", ("problem",), problems={"wait": {"en": "Waited"}}, themes={}, scenarios={})
    (Column(name='problem', label='Code of the problem that was seen', kind='text', values={'wait': 'Waited'}, ...
    """
    known = {column.name: column for column in (_RESPONSES if table == "responses" else _SIGHTINGS)}
    listed = {"problem": problems, "theme": themes, "scenario": scenarios}
    return tuple(
        _with_values(known.get(name, Column(name, name)), _english(listed.get(name, {}))) for name in names
    )


def _english(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {code: str(in_language(text, DEFAULT)) for code, text in texts.items()}


def _with_values(column: Column, values: Mapping[str, str]) -> Column:
    if not values:
        return column
    return Column(column.name, column.label, column.kind, values, column.identifying)


@dataclass(frozen=True)
class ItemColumn:
    """A column of the answers: which item it shows, and of one with several ticks, which of them."""

    column: Column
    item: str
    option: str | None = None


def item_columns(instruments: Iterable[Instrument]) -> tuple[ItemColumn, ...]:
    """Return the columns of the answers of all versions, each item once, as its newest version words it.

    Several ticks become a column each: 1 ticked, 0 not ticked, empty not shown. The problem list is a table of its
    own and not repeated here.
    """
    found: dict[str, ItemColumn] = {}
    for instrument in instruments:
        for page in instrument.pages:
            for item in page.items:
                for made in _columns_of_item(item):
                    found[made.column.name] = made
    return tuple(found.values())


def _columns_of_item(item: Item) -> list[ItemColumn]:
    label = str(in_language(item.text, DEFAULT))
    options = {option.code: str(in_language(option.text, DEFAULT)) for option in item.options}
    if item.kind in ("note", "problems", "standards"):
        return []
    if item.kind == "choices":
        return [
            ItemColumn(Column(f"{item.code}__{code}", f"{label}: {text}", "number"), item.code, code)
            for code, text in options.items()
            if code != NONE_OF_THESE
        ]
    if item.kind in ("scale", "number", "money"):
        return [ItemColumn(Column(item.code, label, "number"), item.code)]
    if item.kind == "date":
        return [ItemColumn(Column(item.code, label, "date"), item.code)]
    return [ItemColumn(Column(item.code, label, "text", options, item.kind in _OWN_WORDS), item.code)]


def codebook(tables: Mapping[str, Sequence[Column]], **about: Any) -> dict[str, Any]:
    """Return a codebook: what the file is about, then each column of each table."""
    return about | {
        "tables": {
            name: [
                {
                    "name": column.name,
                    "label": column.label,
                    "kind": column.kind,
                    "values": dict(column.values),
                    "identifying": column.identifying,
                }
                for column in columns
            ]
            for name, columns in tables.items()
        }
    }
