"""What customers do with what they have sent: withdraw it, have it erased, answer what they are asked back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.exports import expire_exports_of
from survey_app.actions.finding import find_response, find_study
from survey_app.actions.quotations import take_out_quotations_of
from survey_app.foundations.database import scrub, writing
from survey_app.foundations.erasures import note_erasure, noted_erasures
from survey_app.models import BroughtIn, Change, Export, FollowUp, PageRequest, Quotation, Response, Sighting
from survey_app.rules.lifecycles import may_follow
from survey_app.rules.permissions import CUSTOMER, SYSTEM, Actor, NotAllowed
from survey_app.rules.vocabulary import LANGUAGES, ResponseState

#: So many hashes are looked for at a time: a database takes only so many values in one statement.
_AT_A_TIME = 1_000


class FollowUpProblem(ValueError):
    """Why a question cannot be asked back: a code of the reason."""


def withdraw_response(submission_id: str, *, at: datetime) -> None:
    """Let a sent response count no more, and be quoted nowhere. Its answers are kept until they are erased.

    Raises
    ------
    NotAllowed
        If there is no such response.
    """
    with writing() as session:
        response = _own(session, submission_id)
        if may_follow(ResponseState(response.state), ResponseState.VOID):
            response.state = ResponseState.VOID
            take_out_quotations_of(session, response.id, at=at)
            record(session, CUSTOMER, "response.withdraw", "responses", response.id, at=at)


def erase_response(submission_id: str, *, at: datetime) -> None:
    """Erase a response with all that was made of it. Nothing is left but that something was erased.

    Raises
    ------
    NotAllowed
        If there is no such response: it may have been erased before.
    """
    with writing() as session:
        response = _own(session, submission_id)
        if response.receipt_hash is not None:
            note_erasure(response.receipt_hash)
        _erase(session, response.id, CUSTOMER, at=at)
    scrub()


def erase_again(*, at: datetime) -> int:
    """Erase what a restored backup has brought back although it was erased; return how many responses.

    The backup may be of an earlier revision of the tables, so only columns that were always there are asked for.
    """
    with writing() as session:
        if not inspect(session.connection()).has_table(Response.__tablename__):
            return 0
        noted = sorted(noted_erasures())
        back = [
            response_id
            for first in range(0, len(noted), _AT_A_TIME)
            for response_id in session.scalars(
                select(Response.id).where(Response.receipt_hash.in_(noted[first : first + _AT_A_TIME]))
            )
        ]
        for response_id in back:
            _erase(session, response_id, SYSTEM, at=at)
    scrub()
    return len(back)


def _erase(session: Session, response_id: int, actor: Actor, *, at: datetime) -> None:
    tables = inspect(session.connection())
    for table in (Quotation, Sighting, PageRequest, FollowUp, BroughtIn):
        if tables.has_table(table.__tablename__):
            session.execute(delete(table).where(table.response_id == response_id))
    study_id = session.scalar(select(Response.study_id).where(Response.id == response_id))
    if study_id is not None and tables.has_table(Export.__tablename__):
        expire_exports_of(session, study_id, at=at)
    record(session, actor, "response.erase", "responses", response_id, at=at)
    session.execute(delete(Response).where(Response.id == response_id))


def answer_follow_up(submission_id: str, follow_up_public_id: str, *, text: str, at: datetime) -> None:
    """Keep what a customer answers to a question that was asked back; an answer may be written anew.

    Raises
    ------
    NotAllowed
        If it was not asked of this customer, or the response was withdrawn.
    """
    with writing() as session:
        response = _own(session, submission_id)
        follow_up = session.scalar(
            select(FollowUp).where(FollowUp.response_id == response.id, FollowUp.public_id == follow_up_public_id)
        )
        if follow_up is None or response.state != ResponseState.SUBMITTED:
            raise NotAllowed("follow_up")
        follow_up.answer, follow_up.answered_at = text, at
        record(session, CUSTOMER, "follow_up.answer", "follow_ups", follow_up.id, at=at)


def ask_back(actor: Actor, response_public_id: str, *, text: str, at: datetime) -> None:
    """Ask a customer one open question, which they find with their receipt code.

    Raises
    ------
    NotAllowed
    FollowUpProblem
        `not_wanted` if they did not say that they would answer, `waiting` if another question waits for an answer.
    """
    with writing() as session:
        response = find_response(session, actor, "responses.review", response_public_id)
        if response.hired or response.state != ResponseState.SUBMITTED:
            raise NotAllowed("responses.review")
        if response.answers.get("ask_back") != "yes":
            raise FollowUpProblem("not_wanted")
        open_ones = select(func.count()).where(FollowUp.response_id == response.id, FollowUp.answer.is_(None))
        if session.scalar(open_ones):
            raise FollowUpProblem("waiting")
        follow_up = FollowUp(response_id=response.id, person_id=actor.id, text=text, asked_at=at)
        session.add(follow_up)
        session.flush()
        record(session, actor, "follow_up.ask", "follow_ups", follow_up.id, at=at)


def tell_change(actor: Actor, study_public_id: str, *, texts: Mapping[str, str], at: datetime) -> None:
    """Tell the respondents of a study what was changed because of what they said, in each language.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        change = Change(study_id=study.id, texts={code: texts[code] for code in LANGUAGES}, made_at=at)
        session.add(change)
        session.flush()
        record(session, actor, "change.tell", "changes", change.id, at=at)


def _own(session: Session, submission_id: str) -> Response:
    response = session.scalar(
        select(Response)
        .where(Response.submission_id == submission_id, Response.state != ResponseState.IN_PROGRESS)
        .with_for_update()
    )
    if response is None:
        raise NotAllowed("response")
    return response
