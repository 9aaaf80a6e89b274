"""A table that somebody brings, on a page: read, looked over with its columns, its mistakes in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.foundations.workbooks import WorkbookRefused, read_workbook_apart
from survey_app.rules.brought_in import LONGEST_TEXT
from survey_app.rules.tables import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    BroughtTable,
    Mistake,
    TableRefused,
    decode,
    likely_column,
    read_table,
    write_table,
)

#: So many mistakes are shown; the others are counted.
MOST_SHOWN = 50
#: How a packed file, such as a workbook, begins.
_PACKED = b"PK"


@dataclass(frozen=True)
class Brought:
    """What was brought: its text, the table if it can be read, or the one mistake why not."""

    text: str = ""
    table: BroughtTable | None = None
    mistake: Mistake | None = None


def take_table(form: Any, *, workbooks: bool = False) -> Brought:
    """Return the table of a form: a new file if there is one, else the text that the page kept."""
    content = form.file.data.read() if form.file.data else b""
    try:
        text = _text_of(content, workbooks=workbooks) if content else form.content.data or ""
        return Brought(text, read_table(text)) if text.strip() else Brought(mistake=Mistake("empty"))
    except TableRefused as refused:
        return Brought("" if content else form.content.data or "", mistake=refused.mistake)


def _text_of(content: bytes, *, workbooks: bool) -> str:
    """Return the text of a CSV file, or of the first sheet of a workbook that has rows, as CSV."""
    if not (workbooks and content.startswith(_PACKED)):
        return decode(content)
    try:
        sheets = read_workbook_apart(content)
    except WorkbookRefused as refused:
        raise TableRefused(Mistake(refused.reason, refused.row, refused.column)) from None
    return next((write_table(rows) for rows in sheets.values() if rows), "")


@dataclass(frozen=True)
class LookedOver:
    """What became of a table: as it can be read, what is wrong with it, and whether it was taken in."""

    table: BroughtTable | None = None
    mistakes: tuple[Mistake, ...] = ()
    taken_in: bool = False


def look_over(
    form: Any,
    likely: Mapping[str, tuple[str, ...]],
    take_in: Callable[[BroughtTable], list[Mistake]],
    *,
    workbooks: bool = False,
) -> LookedOver:
    """Read the table of a form; once somebody has looked its columns over, take it in or say what is wrong."""
    if not (form.is_submitted() and form.validate()):
        return LookedOver()
    brought = take_table(form, workbooks=workbooks)
    if brought.table is None:
        return LookedOver(mistakes=(brought.mistake,) if brought.mistake else ())
    looked_over = not form.file.data and form.looked_over.data
    offer_columns(form, brought.table, likely, anew=not looked_over)
    form.content.data, form.looked_over.data = brought.text, "y"
    if not looked_over:
        return LookedOver(brought.table)
    mistakes = tuple(take_in(brought.table))
    return LookedOver(brought.table, mistakes, taken_in=not mistakes)


def offer_columns(form: Any, table: BroughtTable, likely: Mapping[str, tuple[str, ...]], *, anew: bool) -> None:
    """Let the page choose the columns of a table; those that bear a likely name are chosen beforehand."""
    for what, names in likely.items():
        field = form[f"{what}_column"]
        field.choices = [("", "–"), *((column, column) for column in table.columns)]
        if anew or (field.data and field.data not in table.columns):
            field.data = likely_column(table.columns, names)


def chosen_columns(form: Any, likely: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return which column holds what, as the form says."""
    return {what: form[f"{what}_column"].data or "" for what in likely}


def in_words(mistake: Mistake) -> str:
    """Return what is wrong, where, and what to do."""
    values = {"found": mistake.found[:60], "most": MOST_ROWS}
    reasons = {
        "too_large": lambda: _("The table is larger than %(most)s kB. Split it.", most=MOST_BYTES // 1000),
        "not_utf8": lambda: _(
            "The letters of this file cannot be read. Save it as “CSV UTF-8” and bring it again."
        ),
        "not_a_workbook": lambda: _("This is not an Excel file that can be read. Save it as .xlsx, or as CSV."),
        "workbook_too_large": lambda: _("This Excel file holds too much. Save the one sheet as CSV."),
        "formula": lambda: _("This cell holds a formula. Put its value there instead."),
        "empty": lambda: _("There is no row with anything in it. The first row names the columns."),
        "quotes": lambda: _("A quotation mark is opened and not closed, or stands where none may. Mend it."),
        "too_many_cells": lambda: _(
            "It has more cells than the first row names. Put text with the separator in it in quotes."
        ),
        "too_many_rows": lambda: _("There are more than %(most)s rows. Split the table.", **values),
        "too_many_columns": lambda: _("There are more than %(most)s columns. Take some out.", most=MOST_COLUMNS),
        "column_without_name": lambda: _("The column has no name. Give it one."),
        "column_twice": lambda: _("Two columns bear this name. Rename one."),
        "no_such_column": lambda: _("The table has no such column. Choose another."),
        "no_address_column": lambda: _("Choose the column that holds the addresses."),
        "no_address": lambda: _("The address is missing. Write it, or take the row out."),
        "not_an_address": lambda: _(
            "“%(found)s” is not one e-mail address such as name@example.com. Correct it.", **values
        ),
        "address_twice": lambda: _("The same address stands in row %(found)s. Take one out.", **values),
        "name_too_long": lambda: _("The name is longer than 200 characters, or has several lines. Shorten it."),
        "language_unknown": lambda: _("“%(found)s” is none of the languages. Write en, pl or fi.", **values),
        "no_text_column": lambda: _("Choose the column that holds the complaints."),
        "no_text": lambda: _("The complaint is missing. Write it, or take the row out."),
        "text_too_long": lambda: _(
            "The complaint has %(found)s characters; there is room for %(room)s. Shorten it.",
            found=mistake.found,
            room=LONGEST_TEXT,
        ),
        "not_a_day": lambda: _("“%(found)s” is not a day. Write it as 2026-03-14 or 14.3.2026.", **values),
        "day_to_come": lambda: _("“%(found)s” is still to come, or before 2000. Correct it.", **values),
        "not_a_web_address": lambda: _("“%(found)s” is not a web address that begins with https://.", **values),
        "number_too_long": lambda: _("The number is longer than 100 characters. Shorten it."),
        "number_twice": lambda: _("The same number stands in row %(found)s. Take one out.", **values),
        "channel_unknown": lambda: _("“%(found)s” is none of the channels. Write for example: phone.", **values),
        "scenario_unknown": lambda: _(
            "“%(found)s” is not a scenario of the study. Write its code or name as the study has it.", **values
        ),
        "place_unknown": lambda: _(
            "“%(found)s” is not a place of the study. Write its code or name as the study has it.", **values
        ),
    }
    return _where(mistake) + str(reasons[mistake.reason]())


def _where(mistake: Mistake) -> str:
    if mistake.row and mistake.column:
        return str(_("Row %(row)s, column “%(column)s”:", row=mistake.row, column=mistake.column)) + " "
    if mistake.row:
        return str(_("Row %(row)s:", row=mistake.row)) + " "
    return ""


def heading(mistakes: Sequence[Mistake]) -> str:
    """Return how many mistakes there are, and that nothing was taken in."""
    words = ngettext(
        "Nothing was taken in: %(num)s mistake must be mended first.",
        "Nothing was taken in: %(num)s mistakes must be mended first.",
        len(mistakes),
    )
    return str(words)
