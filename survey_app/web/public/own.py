"""What customers find with a code: the draft that goes on on another device, and what they have sent.

A signed token in the address stands for the code, so these pages need no cookie either.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as Answer

from survey_app.actions.own import answer_follow_up, erase_response, withdraw_response
from survey_app.actions.responses import OWN
from survey_app.foundations import clock
from survey_app.foundations.tokens import read_code, read_signed, receipt_code, sign
from survey_app.queries.own import Own, find_draft, find_own, find_sent
from survey_app.rules.answers import Mistake
from survey_app.rules.permissions import CUSTOMER
from survey_app.rules.text import clean_text
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.web.answering.kept import keeps_answers
from survey_app.web.answering.mistakes import message
from survey_app.web.answering.pages import Door, draft_name, lead_on, show_page, take_page
from survey_app.web.answering.reading import pages_in_words
from survey_app.web.every_page.guards import public
from survey_app.web.every_page.limits import attempt_own_code, note_bad_survey_link
from survey_app.web.public.survey import OWN_PURPOSE, PURPOSE


@dataclass(frozen=True)
class Refused:
    """An answer to what was asked back that could not be kept, and why: it stays on the page to be shortened."""

    follow_up: str
    text: str
    why: str


own = Blueprint("own", __name__)
_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"
LONGEST_ANSWER = 5_000
Found = TypeVar("Found")


@own.get("/my")
@public
def choose() -> Answer:
    """Lead to the page in the language of the browser."""
    return redirect(url_for("own.ask", language=str(get_locale())))


@own.get(f"/{_LANGUAGE}/my")
@public
def ask(language: str) -> str:
    """Ask for the receipt code."""
    return render_template("own/ask.html", language=language, typed="", wrong=False, resuming=False)


@own.post(f"/{_LANGUAGE}/my")
@public
def open_(language: str) -> Answer | tuple[str, int]:
    """Lead whoever has the receipt code to what they have sent."""
    typed = request.form.get("code", "")
    submission_id = _look_up(typed, find_sent)
    if submission_id is None:
        return _ask_again(language, typed, resuming=False)
    return redirect(url_for("own.see", language=language, token=sign(OWN_PURPOSE, submission_id)), 303)


@own.get(f"/{_LANGUAGE}/resume")
@public
def ask_to_resume(language: str) -> str:
    """Ask for the code with which a draft goes on."""
    return render_template("own/ask.html", language=language, typed="", wrong=False, resuming=True)


@own.post(f"/{_LANGUAGE}/resume")
@public
def resume(language: str) -> Answer | tuple[str, int]:
    """Lead whoever has the resume code to the page where they stopped."""
    typed = request.form.get("code", "")
    draft = _look_up(typed, find_draft)
    if draft is None:
        return _ask_again(language, typed, resuming=True)
    submission_id, page = draft
    token = sign(PURPOSE, submission_id)
    if page is None:
        return redirect(url_for("survey.go_on", language=language, token=token), 303)
    return redirect(url_for("survey.page", language=language, token=token, code=page), 303)


def _look_up(typed: str, find: Callable[[str], Found | None]) -> Found | None:
    """Return what a code leads to; one that leads nowhere is a guess, and counted."""
    with attempt_own_code() as made:
        code = read_code(typed)
        found = find(code) if code else None
        if found is not None:
            made.succeed()
        return found


def _ask_again(language: str, typed: str, *, resuming: bool) -> tuple[str, int]:
    page = render_template("own/ask.html", language=language, typed=typed, wrong=True, resuming=resuming)
    return page, 404


@own.get(f"/{_LANGUAGE}/my/<token>")
@public
def see(language: str, token: str) -> str:
    """Show what was sent, what was asked back, and what was changed because of it."""
    return _show(language, token)


def _show(language: str, token: str, refused: Refused | None = None) -> str:
    found = _find(token)
    answering = found.answering
    return render_template(
        "own/see.html",
        own=found,
        answering=answering,
        language=language,
        token=token,
        kept_as=draft_name(token),
        answers=pages_in_words(
            answering.instrument,
            answering.answers,
            hired=False,
            block=answering.presented.get("block"),
            language=language,
        ),
        refused=refused,
    )


@own.get(f"/{_LANGUAGE}/my/<token>/page/<code>")
@public
def page(language: str, token: str, code: str) -> Answer | str:
    """Show a page of what was sent, to be corrected."""
    return show_page(_sent(token).answering, code, _door(language, token))


@own.post(f"/{_LANGUAGE}/my/<token>/page/<code>")
@public
@keeps_answers
def correct(language: str, token: str, code: str) -> Answer | tuple[str, int]:
    """Keep the corrected page as a new revision."""
    return take_page(_sent(token).answering, code, _door(language, token))


@own.get(f"/{_LANGUAGE}/my/<token>/answers.json")
@public
def download(language: str, token: str) -> Answer:  # noqa: ARG001 - the address is in a language, the file is not
    """Give all that is kept of a response as a file."""
    found = _find(token)
    answer = Answer(json.dumps(_kept(found), ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="answers.json"'
    return answer


@own.post(f"/{_LANGUAGE}/my/<token>/answer/<follow_up>")
@public
@keeps_answers
def answer(language: str, token: str, follow_up: str) -> Answer | tuple[str, int]:
    """Keep the answer to a question that was asked back."""
    text = clean_text(request.form.get("answer", ""))
    if not text:
        return redirect(url_for("own.see", language=language, token=token, _anchor=follow_up), 303)
    if len(text) > LONGEST_ANSWER:
        too_long = Mistake(follow_up, "too_long", {"most": LONGEST_ANSWER, "found": len(text)})
        return _show(language, token, Refused(follow_up, text, message(too_long))), 422
    answer_follow_up(_submission(token), follow_up, text=text, at=clock.now())
    return lead_on(url_for("own.see", language=language, token=token, _anchor="conversation"))


@own.get(f"/{_LANGUAGE}/my/<token>/end")
@public
def end(language: str, token: str) -> str:
    """Ask whether the answers shall count no more, or be erased."""
    found = _find(token)
    return render_template("own/end.html", own=found, answering=found.answering, language=language, token=token)


@own.post(f"/{_LANGUAGE}/my/<token>/withdraw")
@public
def withdraw(language: str, token: str) -> Answer:
    """Let the answers count no more."""
    withdraw_response(_submission(token), at=clock.now())
    return redirect(url_for("own.see", language=language, token=token), 303)


@own.post(f"/{_LANGUAGE}/my/<token>/erase")
@public
def erase(language: str, token: str) -> Answer:
    """Erase the answers; the code leads nowhere from now on."""
    erase_response(_submission(token), at=clock.now())
    return redirect(url_for("own.erased", language=language), 303)


@own.get(f"/{_LANGUAGE}/my/erased")
@public
def erased(language: str) -> str:
    """Say that nothing is kept any more."""
    return render_template("own/erased.html", language=language)


def _submission(token: str) -> str:
    submission_id = read_signed(OWN_PURPOSE, token)
    if submission_id is None:
        note_bad_survey_link()
        abort(404)
    return submission_id


def _find(token: str) -> Own:
    return find_own(_submission(token), at=clock.now()) or abort(404)


def _sent(token: str) -> Own:
    """Return what may still be corrected: what was withdrawn may not."""
    found = _find(token)
    return abort(404) if found.withdrawn else found


def _door(language: str, token: str) -> Door:
    def address(code: str) -> str:
        if code == OWN:
            return url_for("own.see", language=language, token=token)
        return url_for("own.page", language=language, token=token, code=code)

    return Door(CUSTOMER, language, address, "layouts/survey.html", draft_name(token), correcting=True)


def _kept(found: Own) -> dict[str, Any]:
    answering = found.answering
    return {
        "receipt": receipt_code(answering.submission_id or ""),
        "firm": answering.firm_name,
        "location": answering.location_name,
        "language": answering.language,
        "submitted_at": found.submitted_at.isoformat(timespec="hours"),
        "withdrawn": found.withdrawn,
        "answers": dict(answering.answers),
        "order_of_the_list": answering.list_order,
        "agreed_to": found.consent,
        "flags": dict(found.flags),
        "conversation": [
            {"asked": asked.text, "asked_on": asked.asked_at.date().isoformat(), "answer": asked.answer}
            for asked in found.follow_ups
        ],
    }
