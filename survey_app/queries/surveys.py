"""Look up what a respondent needs: the door behind a link, and the response that they are filling in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.foundations.tokens import hash_of_secret
from survey_app.models import (
    Assignment,
    AuditLine,
    Firm,
    InstrumentVersion,
    Invitation,
    Location,
    Response,
    Study,
)
from survey_app.queries.instruments import instrument_of
from survey_app.queries.notices import FirmNotices, notices_of
from survey_app.rules.doors import HELD, Door, Link, door_of, first_day, last_day
from survey_app.rules.questionnaire import Instrument
from survey_app.rules.vocabulary import AssignmentState, InvitationKind, ResponseState, ReviewState, StudyState


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What a link leads to. `submission_id` is that of a draft which the link resumes.

    `opens_on` and `closed_on` are the first and the last day on which it lets somebody begin, if there are such.
    """

    door: Door
    invitation_public_id: str
    firm: FirmNotices
    firm_name: str
    controller: str
    contact: str
    location_name: str
    study_name: str
    made_up: bool
    language: str | None
    opens_on: date | None
    closed_on: date | None
    submission_id: str | None
    instrument: Instrument


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A response as the person who fills it in meets it."""

    response_id: int
    study_id: int
    firm_public_id: str
    firm_name: str
    contact: str
    location_name: str
    made_up: bool
    version_hash: str
    instrument: Instrument
    submission_id: str | None
    hired: bool
    state: ResponseState
    review: ReviewState
    language: str
    revision: int
    answers: Mapping[str, Any]
    trail: Mapping[str, Any]
    presented: Mapping[str, Any]
    standards: Mapping[str, Mapping[str, str]]
    today: date

    @property
    def may_answer_core(self) -> bool:
        """Whether core pages still take answers: until sent, and again when a review returned it."""
        return self.state == ResponseState.IN_PROGRESS or self.review == ReviewState.RETURNED

    @property
    def saved_requests(self) -> list[str]:
        """Ids of the page requests that the answers come from: what a browser sent in them need not be kept."""
        return sorted({request_id for _revision, request_id in self.trail.values()})

    @property
    def list_order(self) -> list[str]:
        """Codes of the problem list in the order that this person sees."""
        return list(self.presented.get("problems", []))


def find_invitation(session: Session, code: str) -> Invitation | None:
    """Return the invitation of an open link's id or a single link's secret."""
    return session.scalar(
        select(Invitation).where(
            or_(
                (Invitation.public_id == code) & (Invitation.kind == InvitationKind.OPEN),
                Invitation.secret_hash == hash_of_secret(code),
            )
        )
    )


def door_behind(session: Session, invitation: Invitation, study_state: str, *, begun: bool, at: datetime) -> Door:
    """Return whether a link lets somebody in, or why not: the one question that every path asks."""
    taken = 0
    if invitation.cap is not None:
        holds = (Response.state == ResponseState.IN_PROGRESS) & (Response.started_at > at - HELD)
        taken = session.scalars(
            select(func.count())
            .select_from(Response)
            .where(Response.invitation_id == invitation.id, or_(Response.state == ResponseState.SUBMITTED, holds))
        ).one()
    return door_of(
        Link(
            single=invitation.kind == InvitationKind.SINGLE,
            used=invitation.used_at is not None,
            begun=begun,
            study_state=study_state,
            opens_at=invitation.opens_at,
            closes_at=invitation.closes_at,
            cap=invitation.cap,
            taken=taken,
        ),
        at=at,
    )


def look_behind(code: str, *, at: datetime) -> Invited | None:
    """Return what a link leads to, or None for an unknown one."""
    with reading() as session:
        invitation = find_invitation(session, code)
        if invitation is None:
            return None
        study, firm, location, version_id, version_hash = session.execute(
            select(Study, Firm, Location, InstrumentVersion.id, InstrumentVersion.hash)
            .join(Firm, Firm.id == Study.firm_id)
            .join(Location, Location.id == invitation.location_id)
            .join(InstrumentVersion, InstrumentVersion.id == Study.version_id)
            .where(Study.id == invitation.study_id)
        ).one()
        draft = session.scalar(select(Response.submission_id).where(Response.draft_of == invitation.id))
        closed_at = invitation.closes_at
        if study.state == StudyState.CLOSED and (closed_at is None or closed_at > at):
            closed_at = session.scalar(
                select(func.max(AuditLine.at)).where(
                    AuditLine.subject == "studies",
                    AuditLine.subject_id == study.id,
                    AuditLine.action == f"study.{StudyState.CLOSED}",
                )
            )
        return Invited(
            door=door_behind(session, invitation, study.state, begun=draft is not None, at=at),
            invitation_public_id=invitation.public_id,
            firm=notices_of(session, firm),
            firm_name=firm.name,
            controller=firm.controller,
            contact=firm.contact,
            location_name=location.name,
            study_name=study.name,
            made_up=study.made_up,
            language=invitation.language,
            opens_on=first_day(invitation.opens_at, location.time_zone),
            closed_on=last_day(closed_at, location.time_zone),
            submission_id=draft,
            instrument=instrument_of(session, version_id=version_id, version_hash=version_hash),
        )


#: Columns rather than whole rows: this is read for every page that a respondent opens or sends.
ANSWERING = (
    select(
        Response.id,
        Response.study_id,
        Response.version_id,
        Response.submission_id,
        Response.hired,
        Response.state,
        Response.review,
        Response.language,
        Response.revision,
        Response.answers,
        Response.trail,
        Response.presented,
        Study.made_up,
        Study.standards,
        Firm.public_id.label("firm_public_id"),
        Firm.name.label("firm_name"),
        Firm.contact,
        Location.name.label("location_name"),
        Location.time_zone,
        InstrumentVersion.hash.label("version_hash"),
    )
    .join(Study, Study.id == Response.study_id)
    .join(Firm, Firm.id == Response.firm_id)
    .join(Location, Location.id == Response.location_id)
    .join(InstrumentVersion, InstrumentVersion.id == Response.version_id)
)


#: One statement for all requests: SQLAlchemy works out once what it would look up in its cache.
_BY_SUBMISSION = ANSWERING.where(
    Response.submission_id == bindparam("submission_id"), Response.state != ResponseState.VOID
)


def find_by_submission(submission_id: str, *, at: datetime) -> Answering | None:
    """Return the response that a customer is filling in."""
    return _find(_BY_SUBMISSION, {"submission_id": submission_id}, at=at)


def find_by_assignment(assignment_public_id: str, *, shopper_id: int, at: datetime) -> Answering | None:
    """Return the response that a shopper files for an assignment of theirs, or None: not begun, or cancelled."""
    return _find(
        ANSWERING.join(Assignment, Assignment.id == Response.assignment_id).where(
            Assignment.public_id == assignment_public_id,
            Assignment.shopper_id == shopper_id,
            Assignment.state != AssignmentState.CANCELLED,
        ),
        {},
        at=at,
    )


def _find(query: Select[*tuple[Any, ...]], values: Mapping[str, Any], *, at: datetime) -> Answering | None:
    with reading() as session:
        row = session.execute(query, values).one_or_none()
        return None if row is None else answering_of(session, row, at=at)


def answering_of(session: Session, row: Row[*tuple[Any, ...]], *, at: datetime) -> Answering:
    """Return a row of `ANSWERING` as the person who answers meets it."""
    return Answering(
        response_id=row.id,
        study_id=row.study_id,
        firm_public_id=row.firm_public_id,
        firm_name=row.firm_name,
        contact=row.contact,
        location_name=row.location_name,
        made_up=row.made_up,
        version_hash=row.version_hash,
        instrument=instrument_of(session, version_id=row.version_id, version_hash=row.version_hash),
        submission_id=row.submission_id,
        hired=row.hired,
        state=ResponseState(row.state),
        review=ReviewState(row.review),
        language=row.language,
        revision=row.revision,
        answers=row.answers,
        trail=row.trail,
        presented=row.presented,
        standards=row.standards,
        today=max(at.date(), at.astimezone(ZoneInfo(row.time_zone)).date()),
    )
