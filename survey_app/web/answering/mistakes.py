"""What was wrong with an answer, in words that say what to do."""

from __future__ import annotations

from flask_babel import gettext as _

from survey_app.rules.answers import Mistake


def message(mistake: Mistake) -> str:
    """Return the sentence for a mistake, the same in the summary and beside the field."""
    details = mistake.details
    sentence: str = {
        "required": lambda: _("Please answer this question; we cannot use the answers without it."),
        "not_a_number": lambda: _("Write a number, for example 15."),
        "ambiguous_number": lambda: _(
            "A comma before three digits can mean thousands or a fraction. Write for example 1500 or 1.5."
        ),
        "too_fine": lambda: _("Write at most two digits after the comma or point."),
        "not_whole": lambda: _("Write a whole number, without a fraction."),
        "out_of_range": lambda: _("Write a number from %(least)s to %(most)s.", **details),
        "not_a_date": lambda: _("Write the day as year, month and day, for example 2026-03-14."),
        "in_the_future": lambda: _("This day is still to come. Choose today or an earlier day."),
        "not_a_time": lambda: _("Write the time as hours and minutes, for example 14:30."),
        "too_long": lambda: _(
            "This has %(found)s characters; there is room for %(most)s. Please shorten it.", **details
        ),
        "exclusive": lambda: _(
            "One of the answers that you ticked shuts out the others. Leave either it or them."
        ),
        "unknown_choice": lambda: _("Choose one of the answers that are offered."),
    }[mistake.reason]()
    return sentence
