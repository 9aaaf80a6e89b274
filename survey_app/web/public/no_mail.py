"""Want no more mail: a page behind the link in every invitation, which writes only when the button is pressed."""

from __future__ import annotations

from flask import abort, render_template

from survey_app.actions.contacts import want_no_mail
from survey_app.foundations import clock
from survey_app.foundations.tokens import NO_MAIL, read_signed
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.web.every_page.guards import public
from survey_app.web.every_page.limits import note_bad_survey_link
from survey_app.web.public.survey import survey

_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"


@survey.get(f"/{_LANGUAGE}/no-mail/<token>")
@public
def ask_no_mail(language: str, token: str) -> str:
    """Ask whether really no more mail is wanted: programs that look through mails open links, too."""
    _read(token)
    return render_template("public/no_mail.html", language=language, token=token, done=False)


@survey.post(f"/{_LANGUAGE}/no-mail/<token>")
@public
def refuse_mail(language: str, token: str) -> str:
    """Write to this address no more, and delete it. Mail programs may press the button for their reader."""
    firm, address_hash = _read(token)
    want_no_mail(firm, address_hash, at=clock.now())
    return render_template("public/no_mail.html", language=language, token=token, done=True)


def _read(token: str) -> tuple[str, str]:
    value = read_signed(NO_MAIL, token)
    if value is None:
        note_bad_survey_link()
        abort(404)
    firm, _dot, address_hash = value.partition(".")
    return firm, address_hash
