"""Look up what a respondent needs: the door behind a link, and the response that they are filling in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.foundations.tokens import hash_of_secret
from survey_app.models import Assignment, Firm, InstrumentVersion, Invitation, Location, Response, Study
from survey_app.queries.instruments import instrument_of
from survey_app.rules.questionnaire import Instrument
from survey_app.rules.vocabulary import AssignmentState, InvitationKind, ResponseState, ReviewState, StudyState

Door = Literal["open", "not_yet", "closed", "expired", "used"]


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What a link leads to. `submission_id` is that of a draft which the link resumes."""

    door: Door
    invitation_public_id: str
    firm_name: str
    controller: str
    contact: str
    location_name: str
    study_name: str
    made_up: bool
    opens_at: datetime | None
    submission_id: str | None
    instrument: Instrument


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A response as the person who fills it in meets it."""

    response_id: int
    study_id: int
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
    presented: Mapping[str, Any]
    standards: Mapping[str, Mapping[str, str]]
    today: date

    @property
    def may_answer_core(self) -> bool:
        """Whether core pages still take answers: until sent, and again when a review returned it."""
        return self.state == ResponseState.IN_PROGRESS or self.review == ReviewState.RETURNED

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


def door_of(invitation: Invitation, study_state: str, *, at: datetime) -> Door:
    """Return whether a link lets somebody in, or why not."""
    if invitation.used_at is not None:
        return "used"
    if invitation.closes_at is not None and invitation.closes_at <= at:
        return "expired" if invitation.kind == InvitationKind.SINGLE else "closed"
    if study_state == StudyState.CLOSED:
        return "closed"
    if study_state == StudyState.DRAFT or (invitation.opens_at is not None and invitation.opens_at > at):
        return "not_yet"
    return "open"


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
        return Invited(
            door=door_of(invitation, study.state, at=at),
            invitation_public_id=invitation.public_id,
            firm_name=firm.name,
            controller=firm.controller,
            contact=firm.contact,
            location_name=location.name,
            study_name=study.name,
            made_up=study.made_up,
            opens_at=invitation.opens_at,
            submission_id=session.scalar(select(Response.submission_id).where(Response.draft_of == invitation.id)),
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
        Response.presented,
        Study.made_up,
        Study.standards,
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


def find_by_submission(submission_id: str, *, at: datetime) -> Answering | None:
    """Return the response that a customer is filling in."""
    return _find(
        ANSWERING.where(Response.submission_id == submission_id, Response.state != ResponseState.VOID), at=at
    )


def find_by_assignment(assignment_public_id: str, *, shopper_id: int, at: datetime) -> Answering | None:
    """Return the response that a shopper files for an assignment of theirs, or None: not begun, or cancelled."""
    return _find(
        ANSWERING.join(Assignment, Assignment.id == Response.assignment_id).where(
            Assignment.public_id == assignment_public_id,
            Assignment.shopper_id == shopper_id,
            Assignment.state != AssignmentState.CANCELLED,
        ),
        at=at,
    )


def _find(query: Select[*tuple[Any, ...]], *, at: datetime) -> Answering | None:
    with reading() as session:
        row = session.execute(query).one_or_none()
        return None if row is None else answering_of(session, row, at=at)


def answering_of(session: Session, row: Row[*tuple[Any, ...]], *, at: datetime) -> Answering:
    """Return a row of `ANSWERING` as the person who answers meets it."""
    return Answering(
        response_id=row.id,
        study_id=row.study_id,
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
        presented=row.presented,
        standards=row.standards,
        today=max(at.date(), at.astimezone(ZoneInfo(row.time_zone)).date()),
    )
