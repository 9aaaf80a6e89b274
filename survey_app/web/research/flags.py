"""Flags in words: what was noticed, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.rules.quality import Flag

#: What the address of the list says → whether responses with or without flags are asked for.
FILTERS = {"with": True, "without": False}


def flag_name(flag: str) -> str:
    """Return the name of a flag, as short as a cell of a table."""
    names = {
        Flag.TOO_FAST: lambda: _("too fast"),
        Flag.TRAP_FILLED: lambda: _("hidden field filled in"),
        Flag.NOT_SHOWN: lambda: _("page was not opened"),
        Flag.STRAIGHT_LINE: lambda: _("all in one line"),
        Flag.IMPOSSIBLE: lambda: _("impossible problem"),
        Flag.SAME_TEXT: lambda: _("same text"),
        Flag.BURST: lambda: _("burst"),
    }
    return str(names[Flag(flag)]()) if flag in names else flag


def flag_reason(flag: str, why: Mapping[str, Any]) -> str:
    """Return the sentence that says why a response carries a flag."""
    reasons = {
        Flag.TOO_FAST: lambda: _(
            "Sent after %(seconds)s seconds; the pages can hardly be read in less than %(least)s.", **why
        ),
        Flag.TRAP_FILLED: lambda: _(
            "A field that nobody sees was filled in, as programs do (page “%(page)s”).", **why
        ),
        Flag.NOT_SHOWN: lambda: _("The page “%(page)s” was sent without having been opened.", **why),
        Flag.STRAIGHT_LINE: lambda: _(
            "All %(answers)s answers on scales stand in one line: at one end, or in the middle.", **why
        ),
        Flag.IMPOSSIBLE: lambda: _("Something was ticked that cannot have happened."),
        Flag.SAME_TEXT: lambda: ngettext(
            "%(num)s other response has (nearly) the same text.",
            "%(num)s other responses have (nearly) the same text.",
            int(why["others"]),
        ),
        Flag.BURST: lambda: _(
            "One of %(responses)s responses that came through one link within %(minutes)s minutes, "
            "far more than usual there.",
            **why,
        ),
    }
    return str(reasons[Flag(flag)]()) if flag in reasons else flag
