"""Links through which people who were taken on choose their first password; nothing of a link is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app

from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import read_signed, sign
from survey_app.models import Person
from survey_app.queries.people import find_person

_PURPOSE = "staff invitation"


def invitation_link(person: Person, *, lasts: timedelta, at: datetime) -> str:
    """Return the whole address of an invitation, in their language: until when it holds is signed with it."""
    settings: Settings = current_app.extensions["settings"]
    token = sign(_PURPOSE, f"{person.fs_uniquifier}.{int((at + lasts).timestamp())}")
    return f"{settings.public_url}/account/invitation/{token}?lang={person.language}"


def invited_by(token: str, *, at: datetime) -> Person | None:
    """Return who was invited by a link that still holds, or None: used, too old and made up look alike."""
    uniquifier, _dot, until = (read_signed(_PURPOSE, token) or "").rpartition(".")
    if not until.isdigit() or int(until) < at.timestamp():
        return None
    person = find_person(fs_uniquifier=uniquifier)
    return person if person is not None and person.active and person.password is None else None
