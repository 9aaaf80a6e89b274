"""Begin, save and send a response. Each is one transaction; the same request again finds the same answer."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.quotations import take_out_quotations_of
from survey_app.foundations.database import writing
from survey_app.foundations.tokens import hash_of_secret, receipt_code, resume_code
from survey_app.models import (
    Assignment,
    ConsentText,
    InstrumentVersion,
    Invitation,
    PageRequest,
    Response,
    Sighting,
    Study,
)
from survey_app.queries.instruments import instrument_of
from survey_app.queries.surveys import door_behind, find_invitation
from survey_app.rules.answered import given
from survey_app.rules.consent import Consent
from survey_app.rules.definitions import hash_of
from survey_app.rules.doors import Door
from survey_app.rules.lifecycles import may_follow
from survey_app.rules.merging import merge_answers
from survey_app.rules.permissions import CUSTOMER, Actor, NotAllowed, require_own
from survey_app.rules.quality import OF_ANSWERS, Flag, flags_of_one, sketch_of, texts_of
from survey_app.rules.questionnaire import (
    Instrument,
    asked_answers,
    items_for,
    path_for,
    seen_problems,
    shuffled_list,
    shuffled_orders,
)
from survey_app.rules.quotations import MAY_QUOTE
from survey_app.rules.vocabulary import (
    AssignmentState,
    InvitationKind,
    Need,
    Origin,
    ResponseState,
    ReviewState,
    Route,
)

#: Where a page request leads: to a page by its code, or to one of these.
RECEIPT = "receipt"
OWN = "own"
#: What every page of every respondent runs: by table where no object is needed afterwards.
_WITH_VERSION = (
    select(Response, InstrumentVersion.id, InstrumentVersion.hash)
    .join(InstrumentVersion, InstrumentVersion.id == Response.version_id)
    .where(Response.id == bindparam("response_id"))
    .with_for_update(of=Response)
)
_ANSWERED = select(PageRequest.answered).where(
    PageRequest.response_id == bindparam("response_id"),
    PageRequest.request_id == bindparam("request_id"),
    PageRequest.payload_hash == bindparam("payload_hash"),
)
_PAGE_REQUEST = insert(cast(Table, PageRequest.__table__))
_SIGHTING = insert(cast(Table, Sighting.__table__))


@dataclass(frozen=True)
class Saved:
    """The page was taken; `leads_to` is the code of the next page, or `receipt`."""

    leads_to: str


@dataclass(frozen=True)
class Conflict:
    """Nothing was written: another page gave these items other answers meanwhile, up to this revision."""

    stored: Mapping[str, Any]
    revision: int


@dataclass(frozen=True)
class Incomplete:
    """Saved but not sent: this item must be answered first, and it is on this page."""

    page: str
    item: str


Outcome = Saved | Conflict | Incomplete
#: Continue or Send; Back; or Continue only, where an answer may take away the pages that were to come.
Going = Literal["on", "back", "further"]


def start_response(
    code: str, *, submission_id: str, request_id: str, consent: Consent, agreed_to: str, at: datetime
) -> tuple[Door | Literal["unknown", "reworded"], str]:
    """Begin a customer's response through a link; the same submission again begins nothing new.

    Parameters
    ----------
    code : what stands in the link
    submission_id, request_id : made when the greeting was shown
    consent : what a customer is told before the first question, as it reads now
    agreed_to : hash of what this customer was told
    at : the moment

    Returns
    -------
    (door, submission_id)
        "reworded" if the customer agreed to something else than what holds now. The id is another one if a
        single-use link resumes its draft.
    """
    with writing() as session:
        invitation = find_invitation(session, code)
        if invitation is None:
            return "unknown", submission_id
        session.refresh(invitation, with_for_update=True)
        known = select(Response.submission_id).where(Response.invitation_id == invitation.id)
        if session.scalar(known.where(Response.submission_id == submission_id)):
            return "open", submission_id
        single = invitation.kind == InvitationKind.SINGLE
        draft = session.scalar(select(Response.submission_id).where(Response.draft_of == invitation.id))
        study = session.get_one(Study, invitation.study_id)
        door = door_behind(session, invitation, study.state, begun=draft is not None, at=at)
        if door != "open" or draft is not None:
            return door, draft or submission_id
        if session.scalar(select(Response.id).where(Response.submission_id == submission_id)) is not None:
            return "unknown", submission_id  # it began through another link
        if agreed_to != consent.hash:
            return "reworded", submission_id
        version = session.get_one(InstrumentVersion, study.version_id)
        response = _new_response(session, study, version, language=consent.language, at=at)
        response.submission_id = submission_id
        response.resume_hash = hash_of_secret(resume_code(submission_id))
        response.consent_id = _keep_consent(session, consent, at=at)
        response.location_id = invitation.location_id
        response.invitation_id = None if single else invitation.id
        response.draft_of = invitation.id if single else None
        response.hired = False
        response.route = Route.INVITED if single else Route.OPEN
        response.channel = invitation.channel
        response.scenario = invitation.scenario
        response.cost_cents = 0
        session.add(response)
        session.flush()
        session.execute(
            _PAGE_REQUEST,
            {
                "response_id": response.id,
                "request_id": request_id,
                "payload_hash": hash_of([]),
                "page": "start",
                "revision": 0,
                "answered": "",
                "received_at": at,
            },
        )
        record(session, CUSTOMER, "response.start", "responses", response.id, at=at)
        return "open", submission_id


def _keep_consent(session: Session, consent: Consent, *, at: datetime) -> int:
    """Return the id of a consent text; what reads the same is kept once."""
    known = select(ConsentText.id).where(ConsentText.hash == consent.hash)
    found = session.scalar(known)
    if found is None:
        try:
            with session.begin_nested():
                text = ConsentText(
                    hash=consent.hash, language=consent.language, text=consent.text, first_used_at=at
                )
                session.add(text)
        except IntegrityError:
            return session.scalars(known).one()
        found = text.id
    return found


def begin_visit(actor: Actor, assignment_public_id: str, *, language: str, at: datetime) -> None:
    """Begin a shopper's response to an assignment of their own; if it is begun already, do nothing.

    Raises
    ------
    NotAllowed
        If the assignment is not theirs, or takes no response any more.
    """
    with writing() as session:
        assignment = session.scalar(
            select(Assignment)
            .where(Assignment.public_id == assignment_public_id, Assignment.shopper_id == actor.id)
            .with_for_update()
        )
        if assignment is None:
            raise NotAllowed("assignment")
        if session.scalar(select(Response.id).where(Response.assignment_id == assignment.id)) is not None:
            return
        if assignment.state != AssignmentState.OPEN:
            raise NotAllowed("assignment")
        study = session.get_one(Study, assignment.study_id)
        version = session.get_one(InstrumentVersion, study.version_id)
        response = _new_response(session, study, version, language=language, at=at)
        response.location_id = assignment.location_id
        response.assignment_id = assignment.id
        response.shopper_id = assignment.shopper_id
        response.hired = True
        response.need = Need.PLAYED
        response.route = Route.ASSIGNED
        response.review = ReviewState.WAITING
        response.channel = assignment.channel
        response.scenario = assignment.scenario
        response.cost_cents = assignment.fee_cents
        response.answers = {"channel": assignment.channel, "scenario": assignment.scenario}
        session.add(response)
        session.flush()
        record(session, actor, "response.start", "responses", response.id, at=at)


def _new_response(
    session: Session, study: Study, version: InstrumentVersion, *, language: str, at: datetime
) -> Response:
    instrument = instrument_of(session, version_id=version.id, version_hash=version.hash)
    seed = secrets.randbelow(2**31)
    return Response(
        firm_id=study.firm_id,
        study_id=study.id,
        version_id=version.id,
        list_hash=version.list_hash,
        language=language,
        presented=_presented(instrument, seed),
        started_at=at,
    )


def _presented(instrument: Instrument, seed: int) -> dict[str, Any]:
    """Return the orders that a respondent sees, with the seed that they were drawn from."""
    orders = shuffled_orders(instrument, seed)
    drawn: dict[str, Any] = {"seed": seed, "problems": shuffled_list(instrument, seed)}
    return drawn | {"orders": orders} if orders else drawn


def save_page(
    actor: Actor,
    response_id: int,
    *,
    page: str,
    answers: Mapping[str, Any],
    request_id: str,
    seen_revision: int,
    language: str,
    going: Going,
    correcting: bool = False,
    noticed: Collection[Flag] = (),
    at: datetime,
) -> Outcome:
    """Merge the checked answers of one page into the response; on the last core page, send it.

    A customer who comes back with the receipt code corrects: each page is a new revision of what was sent.

    Parameters
    ----------
    actor : a customer, or the shopper whose response it is
    response_id : int
    page : code of the page that was posted
    answers : typed values by item, from `rules.answers.check_answers`
    request_id : of the page as it was shown
    seen_revision : the revision that the page showed
    language : in which the page was answered
    going : whether Continue (or Send) or Back was pressed; who presses Continue never sends without knowing
    correcting : whether this was sent already and is being corrected
    noticed : what the request itself gave away of whoever, or whatever, sent it
    at : the moment

    Raises
    ------
    NotAllowed
        If it is not the actor's, or was withdrawn.
    """
    with writing() as session, session.no_autoflush:
        found = session.execute(_WITH_VERSION, {"response_id": response_id}).one()
        response, version_id, version_hash = found
        require_own(actor, "visits.file" if response.hired else "answers.give", owner_id=response.shopper_id)
        if response.state == ResponseState.VOID:
            raise NotAllowed("answers.give")
        payload_hash = hash_of([page, going, dict(answers)])
        this_page = {"response_id": response_id, "request_id": request_id, "payload_hash": payload_hash}
        before = session.scalar(_ANSWERED, this_page)
        if before is not None:
            return Saved(before)
        instrument = instrument_of(session, version_id=version_id, version_hash=version_hash)
        path = [each.code for each in instrument.pages_for(hired=response.hired)]
        sent = response.state == ResponseState.SUBMITTED and response.review != ReviewState.RETURNED
        if sent and page in path and not correcting:
            return Saved(RECEIPT)
        merged = merge_answers(
            response.answers,
            {item: (revision, by) for item, (revision, by) in response.trail.items()},
            answers,
            seen_revision=seen_revision,
            request_id=request_id,
        )
        if merged.conflicts:
            stored = {item: response.answers[item] for item in merged.conflicts}
            return Conflict(stored, response.revision)
        if merged.changed:
            stored = response.answers
            response.revision += 1
            response.answers = merged.answers
            response.trail = response.trail | dict.fromkeys(merged.changed, (response.revision, request_id))
            _project(session, response, stored)
            if sent and not {"story", MAY_QUOTE}.isdisjoint(merged.changed):
                take_out_quotations_of(session, response.id, at=at)
            if sent and not response.hired:
                _judge(response, instrument, sent_at=None)
        if noticed:
            response.flags = {flag: {"page": page} for flag in noticed} | response.flags
        response.language = language
        outcome: Saved | Incomplete = Saved(OWN)
        if not correcting:
            outcome = _next(session, actor, response, instrument, page=page, path=path, going=going, at=at)
        session.execute(
            _PAGE_REQUEST,
            this_page
            | {
                "page": page,
                "revision": response.revision,
                "answered": outcome.page if isinstance(outcome, Incomplete) else outcome.leads_to,
                "received_at": at,
            },
        )
        record(session, actor, "response.page", "responses", response.id, at=at, page=page)
        return outcome


def _next(
    session: Session,
    actor: Actor,
    response: Response,
    instrument: Instrument,
    *,
    page: str,
    path: list[str],
    going: Going,
    at: datetime,
) -> Saved | Incomplete:
    if page not in path:
        return Saved(RECEIPT)
    asked = [each.code for each in path_for(instrument, hired=response.hired, answers=response.answers)]
    place = path.index(page)
    if going == "back":
        return Saved(next((code for code in reversed(path[:place]) if code in asked), path[0]))
    following = next((code for code in path[place + 1 :] if code in asked), None)
    if following is not None:
        return Saved(following)
    if going == "further":
        return Saved(page)
    missing = _missing(response, instrument)
    if missing is not None:
        return missing
    _send(session, actor, response, instrument, at=at)
    return Saved(RECEIPT)


def _missing(response: Response, instrument: Instrument) -> Incomplete | None:
    answers = asked_answers(instrument, response.answers)
    for page in instrument.pages_for(hired=response.hired):
        for item in items_for(page, hired=response.hired, answers=answers):
            if item.required and response.answers.get(item.code) is None:
                return Incomplete(page.code, item.code)
    return None


def _send(session: Session, actor: Actor, response: Response, instrument: Instrument, *, at: datetime) -> None:
    _drop_what_was_not_asked(session, response, instrument)
    if response.hired:
        response.review = ReviewState.WAITING
        assignment = session.get_one(Assignment, response.assignment_id, with_for_update=True)
        if may_follow(AssignmentState(assignment.state), AssignmentState.FILED):
            assignment.state = AssignmentState.FILED
    else:
        if response.submission_id is None:
            raise ValueError("a customer's response has a submission id")
        single = session.get(Invitation, response.draft_of, with_for_update=True) if response.draft_of else None
        response.receipt_hash = hash_of_secret(receipt_code(response.submission_id))
        blocks = _blocks(response, instrument)
        if blocks:
            response.presented = response.presented | {"block": secrets.choice(blocks)}
        if single is not None:
            single.used_at = at.replace(hour=0, minute=0, second=0, microsecond=0)
            response.draft_of = None
        _judge(response, instrument, sent_at=at)
    response.resume_hash = None
    response.state = ResponseState.SUBMITTED
    response.submitted_at = at
    record(session, actor, "response.send", "responses", response.id, at=at, revision=response.revision)


def _judge(response: Response, instrument: Instrument, *, sent_at: datetime | None) -> None:
    """Keep with a customer's response what speaks against it; it counts all the same."""
    answers, block = asked_answers(instrument, response.answers), response.presented.get("block")
    seconds = (sent_at - response.started_at).total_seconds() if sent_at else None
    seen = flags_of_one(instrument, answers, language=response.language or "en", block=block, seconds=seconds)
    response.flags = {flag: why for flag, why in response.flags.items() if flag not in OF_ANSWERS} | seen
    response.text_sketch = sketch_of(texts_of(instrument, answers))


def _blocks(response: Response, instrument: Instrument) -> list[str]:
    """Return the pages of which one is drawn: those with something to ask this person."""
    return [
        code
        for code in instrument.blocks
        if (page := instrument.page(code)) and items_for(page, hired=response.hired, answers=response.answers)
    ]


def _drop_what_was_not_asked(session: Session, response: Response, instrument: Instrument) -> None:
    """Let go of answers to questions that a skip rule hides in the end: they were not shown."""
    asked = asked_answers(instrument, response.answers)
    if len(asked) < len(response.answers):
        before = response.answers
        response.revision += 1
        response.answers = dict(asked)
        _project(session, response, before)


def _project(session: Session, response: Response, before: Mapping[str, Any]) -> None:
    """Bring the typed columns and the sightings in step with the answers; `before` was the last revision."""
    answers = response.answers
    if not response.hired:
        response.channel = answers.get("channel") or response.channel
        response.scenario = answers.get("scenario") or response.scenario
        if answers.get("real_problem"):
            response.need = Need.REAL if answers["real_problem"] == "yes" else Need.NONE
    if given(answers, "visited_on"):
        response.visited_on = date.fromisoformat(answers["visited_on"])
    if _seen(answers) != _seen(before):
        _keep_sightings(session, response, anew=not _seen(before))


def _seen(answers: Mapping[str, Any]) -> dict[str, int | None]:
    """Return every problem and every moment beyond the standard that was ticked, with its severity."""
    return seen_problems(answers) | dict.fromkeys(given(answers, "beyond") or ())


def _keep_sightings(session: Session, response: Response, *, anew: bool) -> None:
    """Make the sightings of the checklist what the answers say."""
    if not anew:
        session.execute(
            delete(Sighting).where(Sighting.response_id == response.id, Sighting.origin == Origin.CHECKLIST)
        )
    seen = [
        {
            "study_id": response.study_id,
            "response_id": response.id,
            "problem": problem,
            "severity": severity,
            "origin": Origin.CHECKLIST,
        }
        for problem, severity in sorted(_seen(response.answers).items())
    ]
    if seen:
        session.execute(_SIGHTING, seen)
