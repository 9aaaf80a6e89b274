"""Release a part of a story for managers to read, and take it out again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.finding import find_study
from survey_app.foundations.database import writing
from survey_app.models import Firm, InstrumentItem, Location, Quotation, Response, Sighting, Study
from survey_app.rules.permissions import CUSTOMER, Actor, NotAllowed, require
from survey_app.rules.quotations import (
    LONGEST_QUOTATION,
    MAY_QUOTE,
    as_quoted,
    is_part_of,
    may_be_quoted,
    says_nothing,
    still_tells,
)
from survey_app.rules.vocabulary import ResponseState, ReviewState


class QuotationProblem(ValueError):
    """Why a text cannot be released: a code of the reason, and the words that it is about."""

    def __init__(self, code: str, *words: str) -> None:
        super().__init__(f"{code}: {', '.join(words)}" if words else code)
        self.code = code
        self.words = words


def release_quotation(
    actor: Actor, study_public_id: str, problem: str, response_public_id: str, *, text: str, at: datetime
) -> str:
    """Release what managers may read of a story about a problem; it shows from the next publication on.

    The story stays as it was written. Released again, the new text takes the place of the old one under a new
    name, so that what was published before loses it.

    Raises
    ------
    NotAllowed
        If there is no such story that counts and names the problem.
    QuotationProblem
        `not_wanted`, `empty`, `too_long`, `not_their_words`, or `tells` with what must still be covered.
    """
    quotation = as_quoted(text)
    with writing() as session:
        study = find_study(session, actor, "responses.review", study_public_id)
        response = session.scalar(
            select(Response)
            .join(Sighting, Sighting.response_id == Response.id)
            .where(
                Response.public_id == response_public_id,
                Response.study_id == study.id,
                Response.state == ResponseState.SUBMITTED,
                Response.review.in_((ReviewState.NOT_NEEDED, ReviewState.ACCEPTED)),
                Sighting.problem == problem,
            )
            .with_for_update(of=Response)
        )
        if response is None or not response.answers.get("story"):
            raise NotAllowed("responses.review")
        _refuse(session, response, quotation)
        old = session.scalar(
            select(Quotation).where(Quotation.response_id == response.id, Quotation.problem == problem)
        )
        if old is not None:
            _take_out(session, actor, old, at=at)
        new = Quotation(
            study_id=study.id,
            response_id=response.id,
            problem=problem,
            text=quotation,
            released_by=actor.id,
            released_at=at,
        )
        session.add(new)
        session.flush()
        record(session, actor, "quotation.release", "quotations", new.id, at=at, problem=problem)
        return new.public_id


def _refuse(session: Session, response: Response, quotation: str) -> None:
    asked = session.get(InstrumentItem, (response.version_id, MAY_QUOTE)) if response.version_id else None
    if not may_be_quoted(response.answers, asked=asked is not None):
        raise QuotationProblem("not_wanted")
    if says_nothing(quotation):
        raise QuotationProblem("empty")
    if len(quotation) > LONGEST_QUOTATION:
        raise QuotationProblem("too_long", str(len(quotation)))
    if not is_part_of(quotation, response.answers["story"]):
        raise QuotationProblem("not_their_words")
    place = session.get_one(Location, response.location_id).name
    firm = session.get_one(Firm, response.firm_id).name
    if telling := still_tells(quotation, (place, firm)):
        raise QuotationProblem("tells", *telling)


def take_back_quotation(actor: Actor, public_id: str, *, at: datetime) -> tuple[str, str]:
    """Take a quotation out of every page of managers, at once; return the public id of its study, and its problem.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        quotation = session.scalar(select(Quotation).where(Quotation.public_id == public_id).with_for_update())
        if quotation is None:
            raise NotAllowed("responses.review")
        study, problem = session.get_one(Study, quotation.study_id), quotation.problem
        require(actor, "responses.review", firm_id=study.firm_id)
        _take_out(session, actor, quotation, at=at)
        return study.public_id, problem


def take_out_quotations_of(session: Session, response_id: int, *, at: datetime) -> None:
    """Take what was quoted of a response out of every page: its writer withdrew it, or wrote it anew."""
    for quotation in session.scalars(select(Quotation).where(Quotation.response_id == response_id)):
        _take_out(session, CUSTOMER, quotation, at=at)


def _take_out(session: Session, actor: Actor, quotation: Quotation, *, at: datetime) -> None:
    record(session, actor, "quotation.take_out", "quotations", quotation.id, at=at)
    session.delete(quotation)
    session.flush()
