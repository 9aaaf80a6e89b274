"""Write to the people on a list: each once, whatever happens to the worker."""

from __future__ import annotations

from datetime import datetime

import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from survey_app.actions.contacts import JOB, begin_letter, end_letter, secret_of_contact, settle_letters
from survey_app.foundations import clock
from survey_app.foundations.mail import MailRefused, MailServerAway, send_mail, sends_by_folder
from survey_app.foundations.queue import ring
from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import NO_MAIL, sign
from survey_app.queries.contacts import LetterToWrite, letters_to_write
from survey_app.rules.vocabulary import LetterKind, LetterState

log = structlog.get_logger()
_LONGEST_SUBJECT = 150


def write_letters(list_id: int) -> None:
    """Send the next letters of a list, then let other work have its turn; stop where the mail server is away."""
    settle()
    letters = letters_to_write(list_id, at=clock.now())
    for letter in letters:
        if not begin_letter(letter.letter_id, at=clock.now()):
            continue
        state = _send(letter, at=clock.now())
        end_letter(letter.letter_id, state, at=clock.now())
        if state == LetterState.WAITING:
            return
    if letters:
        ring(JOB, list_id)


def settle() -> None:
    """Settle letters whose sender was stopped in the act."""
    settle_letters(again=sends_by_folder(_settings()), at=clock.now())


def _send(letter: LetterToWrite, *, at: datetime) -> LetterState:
    """Send one letter; return what became of it."""
    if letter.door not in ("open", "not_yet") or at.date() >= letter.delete_on:
        return LetterState.SKIPPED
    try:
        _write(letter)
    except MailServerAway as away:
        log.warning("the mail server is away", kind=type(away.__cause__).__name__)
        return LetterState.WAITING
    except MailRefused:
        return LetterState.FAILED
    except OSError as error:
        log.warning("a mail may or may not have been taken", kind=type(error).__name__)
        return LetterState.UNCERTAIN
    return LetterState.SENT


def _write(letter: LetterToWrite) -> None:
    settings = _settings()
    link = f"{settings.public_url}/{letter.language}/s/{secret_of_contact(letter.invitation_id)}"
    token = sign(NO_MAIL, f"{letter.firm_public_id}.{letter.address_hash}")
    stop = f"{settings.public_url}/{letter.language}/no-mail/{token}"
    reminder = letter.kind == LetterKind.REMINDER
    with force_locale(letter.language):
        values = {"letter": letter, "link": link, "stop": stop, "reminder": reminder}
        text = render_template("mail/invitation_to_answer.txt", **values)
        html = render_template("mail/invitation_to_answer.html", **values)
        subject = _("%(firm)s: how were you treated?", firm=letter.firm_name)
        if reminder:
            subject = _("A reminder from %(firm)s: how were you treated?", firm=letter.firm_name)
    send_mail(
        settings,
        to=letter.email,
        subject="".join(character for character in subject if character.isprintable())[:_LONGEST_SUBJECT],
        text=text,
        html=html,
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        name=f"{letter.contact_public_id}-{letter.kind}",
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
