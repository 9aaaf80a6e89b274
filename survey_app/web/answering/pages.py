"""Show a page of questions and take what was posted. Customers and shoppers come here through their own doors."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as Answer

from survey_app.actions.responses import OWN, RECEIPT, Conflict, Going, Incomplete, save_page
from survey_app.foundations import clock
from survey_app.foundations.tokens import hash_of_secret, keyed_hash, new_random_id
from survey_app.queries.surveys import Answering
from survey_app.rules.answers import SEVERAL, Mistake, check_answers
from survey_app.rules.permissions import Actor
from survey_app.rules.quality import Flag
from survey_app.rules.questionnaire import (
    Item,
    Page,
    asked_answers,
    decides_on_pages,
    in_order,
    items_for,
    path_for,
)
from survey_app.rules.text import clean_line
from survey_app.web.answering.filled import fields_of, in_words
from survey_app.web.answering.mistakes import message
from survey_app.web.answering.piped import Piping
from survey_app.web.answering.questions import Questions
from survey_app.web.every_page.input import one_value_each

#: A field that people neither see nor reach; programs fill it in.
TRAP = "homepage"
#: A hidden field that only a page that was shown can send.
SHOWN = "shown"
#: What the script of a page asks for when it sends one: where to go on, instead of a redirect.
_SCRIPT_ASKS = "application/json"
#: Address of a page by its code; `receipt` is where a sent response leads.
Address = Callable[[str], str]
_LONGEST_ID = 43
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Door:
    """Through which door a page is answered: by whom, in which language, and how its addresses are made.

    `correcting` is the door of those who come back to what they have sent. `resume` is the code with which a draft
    goes on on another device, and the address to write it at. `kept_as` is the name under which the browser keeps
    what was not sent yet, and `shell_of` gives the address of a page without anybody's answers.
    """

    actor: Actor
    language: str
    address: Address
    layout: str
    kept_as: str
    shell_of: Callable[[str], str] | None = None
    correcting: bool = False
    resume: tuple[str, str] | None = None


def draft_name(secret: str) -> str:
    """Return the name under which a browser keeps a draft: a hash, so that what it keeps opens nothing."""
    return hash_of_secret(secret)[:32]


def show_page(answering: Answering, code: str, door: Door) -> Answer | str:
    """Return a page with the answers that are stored, and what kept the response from being sent.

    A page that a skip rule hides leads on to the next that is asked.
    """
    page = _page(answering, code)
    items = _items(answering, page)
    if page.items and not items:
        return redirect(door.address(_next_asked(answering, page)))
    mistakes = [Mistake(item.code, "required") for item in items if item.code == request.args.get("missing")]
    return _render(answering, page, items, door, fields_of(items, answering.answers), mistakes, new_random_id())


def show_shell(answering: Answering, code: str, door: Door) -> str:
    """Return a page as this respondent sees it, but without any answer, so that a browser may keep it."""
    page = _page(answering, code)
    items = _items(answering, page, told={})
    if page.items and not items:
        raise NotFound
    return _render(answering, page, items, door, MultiDict(), [], new_random_id(), blank=True)


def take_page(answering: Answering, code: str, door: Door) -> Answer | tuple[str, int]:
    """Check and save a posted page, and lead on; or show it again with what to mend."""
    page = _page(answering, code)
    items = _items(answering, page)
    one_value_each(may_repeat={item.code for item in items if item.kind in SEVERAL})
    checked = check_answers(
        items,
        request.form,
        today=answering.today,
        listed=answering.list_order,
        standards=answering.standards,
    )
    request_id = clean_line(request.form.get("request_id", "")) or new_random_id()
    if len(request_id) > _LONGEST_ID:
        raise BadRequest
    going = _going()
    if checked.mistakes and going != "back":
        return _render(answering, page, items, door, request.form, list(checked.mistakes), request_id), 422
    outcome = save_page(
        door.actor,
        answering.response_id,
        page=page.code,
        answers=checked.answers,
        request_id=request_id,
        seen_revision=_revision(answering),
        language=door.language,
        going=going,
        correcting=door.correcting,
        noticed=_noticed(answering, page),
        at=clock.now(),
    )
    if isinstance(outcome, Conflict):
        return _render_conflict(answering, page, items, door, outcome, checked.answers), 409
    if isinstance(outcome, Incomplete):
        return lead_on(f"{door.address(outcome.page)}?missing={outcome.item}")
    return lead_on(door.address(outcome.leads_to), whole=outcome.leads_to in (RECEIPT, OWN))


def lead_on(address: str, *, whole: bool = False) -> Answer:
    """Lead on from what was saved: a browser by a redirect, the script of the page by saying where to.

    `whole` tells the script that the site has all there is, so that it forgets all that it has kept.
    """
    if request.accept_mimetypes.best != _SCRIPT_ASKS:
        return redirect(address, 303)
    return Answer(json.dumps({"leads_to": address, "whole": whole}), mimetype=_SCRIPT_ASKS)


def _noticed(answering: Answering, page: Page) -> list[Flag]:
    """Return what a customer's request gives away: a field that nobody sees filled in, a page not shown."""
    if answering.submission_id is None:
        return []
    shown = hmac.compare_digest(request.form.get(SHOWN, "").encode(), _proof(answering, page).encode())
    filled = bool(request.form.get(TRAP, "").strip())
    return [*([Flag.TRAP_FILLED] if filled else []), *([] if shown else [Flag.NOT_SHOWN])]


def _proof(answering: Answering, page: Page) -> str:
    """Return what shows that a page was shown to this respondent, and to nobody else. It does not run out."""
    return keyed_hash("shown", f"{answering.submission_id}:{page.code}")[:22]


def _going() -> Going:
    asked = request.args.get("go")
    return "back" if asked == "back" else "further" if asked == "further" else "on"


def _next_asked(answering: Answering, page: Page) -> str:
    path = path_for(answering.instrument, hired=answering.hired, answers=answering.answers)
    whole = answering.instrument.pages_for(hired=answering.hired)
    if page not in whole:
        return RECEIPT
    later = whole[whole.index(page) :]
    return next((each.code for each in path if each in later), path[-1].code)


def _page(answering: Answering, code: str) -> Page:
    page = answering.instrument.page(code)
    if page is None:
        raise NotFound
    on_path = page in answering.instrument.pages_for(hired=answering.hired)
    if not on_path and code != answering.presented.get("block"):
        raise NotFound
    return page


def _items(answering: Answering, page: Page, *, told: Mapping[str, Any] | None = None) -> tuple[Item, ...]:
    """Return what is asked, in this respondent's order: a hired person's channel and scenario are known.

    `told` are the answers that texts may repeat, if not all of them.
    """
    answers = asked_answers(answering.instrument, answering.answers)
    items = items_for(page, hired=answering.hired, answers=answers)
    piping = Piping(answering.instrument, answers if told is None else told)
    return tuple(
        piping.item(item)
        for item in in_order(items, page, answering.presented.get("orders", {}))
        if not (answering.hired and item.code in ("channel", "scenario"))
    )


def _revision(answering: Answering) -> int:
    given = request.form.get("revision", "")
    return int(given) if _WHOLE.fullmatch(given) else answering.revision


def _render(
    answering: Answering,
    page: Page,
    items: tuple[Item, ...],
    door: Door,
    fields: MultiDict[str, str],
    mistakes: list[Mistake],
    request_id: str,
    *,
    blank: bool = False,
) -> str:
    path = path_for(answering.instrument, hired=answering.hired, answers=answering.answers)
    place = path.index(page) if page in path else None
    messages = {mistake.item: message(mistake) for mistake in mistakes}
    decides = decides_on_pages(answering.instrument, page)
    return render_template(
        "answering/page.html",
        layout=door.layout,
        answering=answering,
        page=Piping(answering.instrument, {} if blank else answering.answers).page(page),
        items=items,
        questions=Questions(answering, door.language, fields, messages),
        mistakes=messages,
        request_id=request_id,
        language=door.language,
        address=door.address,
        number=None if place is None else place + 1,
        pages=len(path),
        is_last=place == len(path) - 1 and (not decides or any(item.code in answering.answers for item in items)),
        decides=decides,
        correcting=door.correcting,
        resume=door.resume if place is not None and not blank else None,
        kept_as=door.kept_as,
        without_answers=door.shell_of(page.code) if door.shell_of else None,
        blank=blank,
        trap=TRAP if answering.submission_id is not None else None,
        shown={SHOWN: _proof(answering, page)} if answering.submission_id is not None else {},
    )


def _render_conflict(
    answering: Answering,
    page: Page,
    items: tuple[Item, ...],
    door: Door,
    conflict: Conflict,
    answers: dict[str, Any],
) -> str:
    def words(item: Item, value: Any) -> str:
        return in_words(
            item,
            value,
            instrument=answering.instrument,
            language=door.language,
            standards=answering.standards,
        )

    kept = {"csrf_token", "request_id", "revision"}
    return render_template(
        "answering/conflict.html",
        layout=door.layout,
        answering=answering,
        page=page,
        language=door.language,
        address=door.address,
        request_id=new_random_id(),
        revision=conflict.revision,
        kept_as=door.kept_as,
        fields=[(name, value) for name, value in request.form.items(multi=True) if name not in kept],
        conflicts=[
            (item, words(item, conflict.stored[item.code]), words(item, answers[item.code]))
            for item in items
            if item.code in conflict.stored
        ],
        questions=Questions(answering, door.language, MultiDict(), {}),
    )
