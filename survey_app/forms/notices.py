"""The form of what a firm tells its customers around a survey."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from survey_app.forms.research import line, lines
from survey_app.rules.vocabulary import LANGUAGES

_LONGEST = 10_000
_NOTICES = ("privacy", "accessibility", "urgent", "thanks")


class NoticesForm(FlaskForm):
    """Name, controller, contact; and each notice in each language, under a name such as `privacy_pl`."""

    name = line()
    controller = line()
    contact = line()

    def texts(self) -> dict[str, dict[str, str]]:
        """Return the notices by name and language."""
        return {
            notice: {language: self[f"{notice}_{language}"].data or "" for language in LANGUAGES}
            for notice in _NOTICES
        }

    def words(self, notice: str) -> dict[str, Any]:
        """Return the fields of one notice by language."""
        return {language: self[f"{notice}_{language}"] for language in LANGUAGES}


for _notice in _NOTICES:
    for _language in LANGUAGES:
        setattr(NoticesForm, f"{_notice}_{_language}", lines(_LONGEST))
