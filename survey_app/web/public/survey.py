"""The survey that customers answer: a link, pages of questions, a receipt. No cookie, no account, no script.

A signed submission token in the address is the proof of origin, so these pages need no session, and no time limit.
"""

from __future__ import annotations

from typing import cast

import segno
from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import get_locale
from werkzeug.wrappers import Response as Answer

from survey_app.actions.opens import Opens
from survey_app.actions.responses import RECEIPT, start_response
from survey_app.foundations import clock
from survey_app.foundations.settings import ROOT
from survey_app.foundations.tokens import new_random_id, read_signed, receipt_code, resume_code, sign
from survey_app.queries.notices import find_notices
from survey_app.queries.surveys import Answering, Invited, find_by_submission, look_behind
from survey_app.rules.permissions import CUSTOMER
from survey_app.rules.vocabulary import LANGUAGES, ResponseState
from survey_app.web.answering.kept import keeps_answers
from survey_app.web.answering.pages import Door, draft_name, show_page, show_shell, take_page
from survey_app.web.every_page.addresses import public_address
from survey_app.web.every_page.guards import public
from survey_app.web.every_page.limits import note_bad_survey_link
from survey_app.web.public.greetings import greeting_of

survey = Blueprint("survey", __name__)
_WORKER = (ROOT / "survey_app" / "static" / "js" / "survey-worker.js").read_text()
PURPOSE = "submission"
OWN_PURPOSE = "own"
_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"
#: Stands for the token in a page that a browser keeps; `survey-worker.js` puts it back from the address.
STANDS_FOR_ADDRESS = "-token-"
#: Why a link lets nobody in → the status of the page that says so.
_STATUS = {"unknown": 404, "not_yet": 200, "closed": 410, "full": 410, "expired": 410, "used": 410}


@survey.record_once
def count_opens(state: BlueprintSetupState) -> None:
    """Give the application its counter of opened links."""
    app = cast(Flask, state.app)
    app.extensions["opens"] = Opens(app)


@survey.get("/survey-worker.js")
@public
def worker() -> Answer:
    """Give the service worker, at the top so that it may serve the pages of questions."""
    return Answer(_WORKER, mimetype="text/javascript")


@survey.get(f"/{_LANGUAGE}/no-connection")
@public
def no_connection(language: str) -> str:
    """Say what to do without a connection; the browser keeps this page for where it kept no other."""
    return render_template("survey/no_connection.html", language=language)


@survey.get("/s/<code>")
@public
def open_link(code: str) -> Answer | tuple[str, int]:
    """Greet whoever comes by a link, in the language of the link, else of their phone."""
    language = str(get_locale())
    invited = look_behind(code, at=clock.now())
    if invited is not None and invited.language not in (None, language):
        return redirect(url_for("survey.greet", language=invited.language, code=code))
    return _greet(code, language, invited)


@survey.get(f"/{_LANGUAGE}/s/<code>")
@public
def greet(language: str, code: str) -> Answer | tuple[str, int]:
    """Say who asks, why, how long it takes and what becomes of the answers."""
    return _greet(code, language, look_behind(code, at=clock.now()))


@survey.post(f"/{_LANGUAGE}/s/<code>")
@public
@keeps_answers
def start(language: str, code: str) -> Answer | tuple[str, int]:
    """Begin a response and lead to its first page."""
    submission_id = read_signed(PURPOSE, request.form.get("submission", ""))
    invited = look_behind(code, at=clock.now())
    if submission_id is None or invited is None:
        return _greet(code, language, invited)
    door, submission_id = start_response(
        code,
        submission_id=submission_id,
        request_id=new_random_id(),
        consent=greeting_of(invited, language).consent(language),
        agreed_to=request.form.get("consent", ""),
        at=clock.now(),
    )
    if door == "reworded":
        return _greet(code, language, look_behind(code, at=clock.now()), reworded=True)
    if door != "open":
        return _turn_away(door, invited, code, language)
    answering = find_by_submission(submission_id, at=clock.now())
    if answering is None:
        abort(404)
    token = sign(PURPOSE, submission_id)
    if not answering.may_answer_core:
        return redirect(url_for("survey.receipt", language=language, token=token), 303)
    return redirect(_first_page(answering, language, token), 303)


@survey.get(f"/{_LANGUAGE}/a/<token>/")
@public
def go_on(language: str, token: str) -> Answer:
    """Lead to the first page."""
    return redirect(_first_page(_find(token), language, token))


def _first_page(answering: Answering, language: str, token: str) -> str:
    first = answering.instrument.pages_for(hired=False)[0].code
    return url_for("survey.page", language=language, token=token, code=first)


@survey.get(f"/{_LANGUAGE}/a/<token>/<code>")
@public
def page(language: str, token: str, code: str) -> Answer | str:
    """Show a page of questions; once sent, core pages lead to the receipt."""
    answering = _find(token)
    core = code in [each.code for each in answering.instrument.pages_for(hired=False)]
    if core and not answering.may_answer_core:
        return redirect(url_for("survey.receipt", language=language, token=token))
    door = _door(language, token, answering)
    if "shell" not in request.args:
        return show_page(answering, code, door)
    shell = show_shell(answering, code, door)
    return shell.replace(token, STANDS_FOR_ADDRESS)


@survey.post(f"/{_LANGUAGE}/a/<token>/<code>")
@public
@keeps_answers
def save(language: str, token: str, code: str) -> Answer | tuple[str, int]:
    """Save a page of questions and lead on."""
    answering = _find(token)
    return take_page(answering, code, _door(language, token, answering))


@survey.get(f"/{_LANGUAGE}/a/<token>/{RECEIPT}")
@public
def receipt(language: str, token: str) -> Answer | str:
    """Thank, show the receipt, and offer the block that was drawn."""
    answering = _find(token)
    if answering.state != ResponseState.SUBMITTED or answering.submission_id is None:
        return redirect(_first_page(answering, language, token))
    code = receipt_code(answering.submission_id)
    block = answering.instrument.page(answering.presented.get("block", ""))
    answered = block is not None and any(item.code in answering.answers for item in block.items)
    return render_template(
        "survey/receipt.html",
        answering=answering,
        firm=find_notices(answering.firm_public_id),
        language=language,
        token=token,
        code=code,
        kept_as=draft_name(token),
        own=sign(OWN_PURPOSE, answering.submission_id),
        picture=segno.make(code, error="m").svg_data_uri(scale=4, border=2),
        block=None if answered else block,
        block_answered=answered,
    )


def _find(token: str) -> Answering:
    """Return the response of a token; a token that nobody signed looks like a page that does not exist."""
    submission_id = read_signed(PURPOSE, token)
    answering = find_by_submission(submission_id, at=clock.now()) if submission_id else None
    if answering is None:
        note_bad_survey_link()
        abort(404)
    return answering


def _door(language: str, token: str, answering: Answering) -> Door:
    def address(code: str) -> str:
        if code == RECEIPT:
            return url_for("survey.receipt", language=language, token=token)
        return url_for("survey.page", language=language, token=token, code=code)

    resume = None
    if answering.submission_id is not None and answering.state == ResponseState.IN_PROGRESS:
        resume = (
            resume_code(answering.submission_id),
            public_address("own.ask_to_resume", language=language),
        )
    return Door(
        CUSTOMER,
        language,
        address,
        "layouts/survey.html",
        kept_as=draft_name(token),
        shell_of=lambda code: f"{address(code)}?shell",
        resume=resume,
    )


def _greet(
    code: str, language: str, invited: Invited | None, *, reworded: bool = False
) -> Answer | tuple[str, int]:
    if invited is None or invited.door != "open":
        return _turn_away(invited.door if invited else "unknown", invited, code, language)
    if request.method == "GET":
        opens: Opens = current_app.extensions["opens"]
        opens.note(invited.invitation_public_id, on=clock.now().date())
    submission_id = invited.submission_id or new_random_id()
    greeting = greeting_of(invited, language)
    page = render_template(
        "survey/greeting.html",
        invited=invited,
        code=code,
        language=language,
        submission=sign(PURPOSE, submission_id),
        greeting=greeting,
        consent=greeting.consent(language).hash,
        reworded=reworded,
    )
    return page, 200


def _turn_away(door: str, invited: Invited | None, code: str, language: str) -> tuple[str, int]:
    if door == "unknown":
        note_bad_survey_link()
    turned_away = render_template(
        "survey/turned_away.html", door=door, invited=invited, code=code, language=language
    )
    return turned_away, _STATUS[door]
