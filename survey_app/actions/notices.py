"""Set who is responsible for a firm's surveys, and what its customers are told around them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from survey_app.actions.audit import record
from survey_app.actions.finding import find_firm
from survey_app.actions.studies import NameTaken
from survey_app.foundations.database import writing
from survey_app.models import Notices
from survey_app.rules.permissions import Actor
from survey_app.rules.text import name_key
from survey_app.rules.vocabulary import LANGUAGES

#: What a firm may say in its own words.
NOTICES = ("privacy", "accessibility", "urgent", "thanks")


class NoticeIncomplete(ValueError):
    """A notice that is written in some languages only: nobody would read it in the others."""

    def __init__(self, notice: str, language: str) -> None:
        super().__init__(f"The notice {notice!r} has no text in {language!r}. Write it, or leave all empty.")
        self.notice = notice
        self.language = language


def set_notices(
    actor: Actor,
    firm_public_id: str,
    *,
    name: str,
    controller: str,
    contact: str,
    texts: Mapping[str, Mapping[str, str]],
    at: datetime,
) -> None:
    """Set a firm's name, controller and contact, and its notices, each in every language or in none.

    Who begins an answer from now on agrees to the new words; what others agreed to stays as they read it.

    Raises
    ------
    NotAllowed, NameTaken, NoticeIncomplete
    """
    for notice in NOTICES:
        written = [language for language in LANGUAGES if texts[notice].get(language)]
        lacking = [language for language in LANGUAGES if language not in written]
        if written and lacking:
            raise NoticeIncomplete(notice, lacking[0])
    try:
        with writing() as session:
            firm = find_firm(session, actor, "studies.design", firm_public_id)
            firm.name, firm.name_key = name, name_key(name)
            firm.controller, firm.contact = controller, contact
            notices = session.get(Notices, firm.id) or Notices(firm_id=firm.id)
            for notice in NOTICES:
                setattr(notices, notice, {code: text for code, text in texts[notice].items() if text})
            notices.changed_at = at
            session.add(notices)
            session.flush()
            record(session, actor, "notices.set", "firms", firm.id, at=at)
    except IntegrityError as error:
        raise NameTaken(name) from error
