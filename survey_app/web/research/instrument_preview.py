"""A draft as respondents will meet it: in each language, as wide as a phone or a desk. Nothing is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from survey_app.foundations import clock
from survey_app.foundations.tokens import new_random_id
from survey_app.queries.instruments import DraftSeen
from survey_app.queries.surveys import Answering
from survey_app.rules.answers import SEVERAL, check_answers
from survey_app.rules.definitions import hash_of, read_draft
from survey_app.rules.questionnaire import (
    Instrument,
    Item,
    Page,
    in_order,
    items_for,
    shuffled_list,
    shuffled_orders,
)
from survey_app.rules.vocabulary import LANGUAGES, ResponseState, ReviewState
from survey_app.web.answering.mistakes import message
from survey_app.web.answering.piped import Piping
from survey_app.web.answering.questions import Questions
from survey_app.web.every_page.guards import needs
from survey_app.web.every_page.input import one_value_each
from survey_app.web.research.instrument_words import in_plain_words
from survey_app.web.research.instruments import draft_or_404
from survey_app.web.research.studies import studies

_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"


@studies.route(f"/instruments/<public_id>/preview/{_LANGUAGE}", methods=["GET", "POST"])
@needs("studies.design")
def instrument_preview(public_id: str, language: str) -> Answer | str | tuple[str, int]:
    """Show one page of a draft as a respondent meets it, and check what is typed, without keeping it."""
    draft = draft_or_404(public_id)
    hired, narrow = request.args.get("who") == "shopper", request.args.get("width") == "phone"
    answering = _answering(draft, hired=hired, language=language)
    path = answering.instrument.pages if hired else _for_customers(answering.instrument)
    code = request.args.get("page")
    page = next((each for each in path if code in (None, each.code)), None)
    if page is None:
        abort(404)

    def address(target: str, **instead: str) -> str:
        chosen = {
            "page": target,
            "who": "shopper" if hired else "customer",
            "width": "phone" if narrow else "desk",
        }
        values: dict[str, Any] = {"public_id": public_id, "language": language, **chosen, **instead}
        return url_for("research.instrument_preview", **values)

    items = tuple(Piping(answering.instrument, {}).item(item) for item in _items(answering, page))
    mistakes = {}
    if request.method == "POST":
        one_value_each(may_repeat={item.code for item in items if item.kind in SEVERAL})
        checked = check_answers(items, request.form, today=answering.today, listed=answering.list_order)
        mistakes = {mistake.item: message(mistake) for mistake in checked.mistakes}
        if not mistakes:
            following = path[min(path.index(page) + 1, len(path) - 1)]
            return redirect(address(following.code), 303)
    place = path.index(page)
    shown = render_template(
        "research/instrument_preview.html",
        draft=draft,
        answering=answering,
        page=Piping(answering.instrument, {}).page(page),
        items=items,
        questions=Questions(answering, language, request.form or MultiDict(), mistakes),
        mistakes=mistakes,
        request_id=new_random_id(),
        language=language,
        address=address,
        number=place + 1,
        pages=len(path),
        path=path,
        is_last=place == len(path) - 1,
        decides=False,
        correcting=False,
        resume=None,
        kept_as=None,
        trap=None,
        shown={},
        hired=hired,
        narrow=narrow,
        rules=_rules(draft, page, language),
        layout="layouts/survey.html",
    )
    return (shown, 422) if mistakes else shown


def _for_customers(instrument: Instrument) -> tuple[Page, ...]:
    core = tuple(page for page in instrument.pages if page.stage == "core")
    return core + tuple(page for page in instrument.pages if page.stage == "block")


def _items(answering: Answering, page: Page) -> tuple[Item, ...]:
    items = items_for(page, hired=answering.hired, answers={})
    return in_order(items, page, answering.presented.get("orders", {}))


def _rules(draft: DraftSeen, page: Page, language: str) -> list[tuple[str, str]]:
    """Return the rules of a page and its questions in words: the preview shows all, whatever was answered."""
    instrument = read_draft(draft.definition)
    parts = [(page.title, page.only_if), *((item.text, item.only_if) for item in page.items)]
    return [(name[language], in_plain_words(rule, instrument, language)) for name, rule in parts if rule]


def _answering(draft: DraftSeen, *, hired: bool, language: str) -> Answering:
    read = read_draft(draft.definition)
    pages = tuple(
        replace(page, condition=None, items=tuple(replace(item, condition=None) for item in page.items))
        for page in read.pages
    )
    instrument = replace(read, pages=pages)
    return Answering(
        response_id=0,
        study_id=0,
        firm_public_id=draft.firm_public_id,
        firm_name=draft.firm_name,
        contact="",
        location_name="",
        made_up=False,
        version_hash=hash_of(draft.definition),
        instrument=instrument,
        submission_id=None,
        hired=hired,
        state=ResponseState.IN_PROGRESS,
        review=ReviewState.NOT_NEEDED,
        language=language,
        revision=0,
        answers={},
        trail={},
        presented={"problems": shuffled_list(instrument, 1), "orders": shuffled_orders(instrument, 1)},
        standards={},
        today=clock.now().date(),
    )
