"""Look up what a shopper is asked to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, select

from survey_app.foundations.database import reading
from survey_app.foundations.tokens import hash_of_secret
from survey_app.models import Assignment, Firm, Location, Response, Review, Scenario, Shopper, Study
from survey_app.rules.vocabulary import AssignmentState


@dataclass(frozen=True)
class KnownShopper:
    """A shopper who came by their link; a new generation of the link ends the old one's sessions."""

    id: int
    public_id: str
    generation: int
    name: str


@dataclass(frozen=True, kw_only=True)
class AssignmentSeen:
    """An assignment as its shopper sees it.

    `reason` is what the last review said, until the report is filed anew; `filed_at` is in the time of the place.
    """

    public_id: str
    firm_name: str
    location_name: str
    scenario: Mapping[str, str]
    channel: str
    brief: Mapping[str, str]
    stake: int | None
    due_on: date
    fee_cents: int
    currency: str
    state: AssignmentState
    standards: Mapping[str, Mapping[str, str]]
    begun: bool
    filed_at: datetime | None
    reason: str
    made_up: bool


def shopper_by_secret(secret: str) -> KnownShopper | None:
    """Return the shopper whose link this is, or None for an unknown one or one that was replaced."""
    return _shopper(select(Shopper).where(Shopper.link_hash == hash_of_secret(secret)))


def shopper_by_session(public_id: str, generation: int) -> KnownShopper | None:
    """Return the shopper of a session, or None if they left or their link was replaced."""
    return _shopper(select(Shopper).where(Shopper.public_id == public_id, Shopper.generation == generation))


def _shopper(query: Select[Shopper]) -> KnownShopper | None:
    with reading() as session:
        shopper = session.scalar(query.where(Shopper.active))
        if shopper is None:
            return None
        return KnownShopper(shopper.id, shopper.public_id, shopper.generation, shopper.name)


_SEEN = (
    select(
        Assignment,
        Study,
        Firm.name,
        Location.name,
        Location.time_zone,
        Scenario.labels,
        Response.id,
        Response.submitted_at,
    )
    .join(Study, Study.id == Assignment.study_id)
    .join(Firm, Firm.id == Assignment.firm_id)
    .join(Location, Location.id == Assignment.location_id)
    .join(Scenario, (Scenario.study_id == Assignment.study_id) & (Scenario.code == Assignment.scenario))
    .outerjoin(Response, Response.assignment_id == Assignment.id)
)


def assignments_for(shopper_id: int) -> list[AssignmentSeen]:
    """Return the assignments of a shopper, those due first at the top."""
    with reading() as session:
        rows = session.execute(
            _SEEN.where(Assignment.shopper_id == shopper_id).order_by(Assignment.due_on, Assignment.id)
        ).all()
        reasons = _reasons(session.execute(_REVIEWS.where(Assignment.shopper_id == shopper_id)).all())
        return [_seen(row, reasons) for row in rows]


def find_assignment(shopper_id: int, public_id: str) -> AssignmentSeen | None:
    """Return an assignment of this shopper, or None; another's looks like a missing one."""
    own = (Assignment.shopper_id == shopper_id, Assignment.public_id == public_id)
    with reading() as session:
        row = session.execute(_SEEN.where(*own)).one_or_none()
        if row is None:
            return None
        return _seen(row, _reasons(session.execute(_REVIEWS.where(*own)).all()))


_REVIEWS = (
    select(Response.id, Review.reason)
    .join(Review, Review.response_id == Response.id)
    .join(Assignment, Assignment.id == Response.assignment_id)
    .order_by(Review.id)
)


def _reasons(rows: Iterable[Row[int, str]]) -> dict[int, str]:
    """Return the reason of the last review of each response."""
    return {response_id: reason for response_id, reason in rows}  # noqa: C416 - rows are not pairs to dict()


def _seen(row: Row[*tuple[Any, ...]], reasons: Mapping[int, str]) -> AssignmentSeen:
    assignment, study, firm_name, location_name, time_zone, labels, response_id, submitted_at = row
    return AssignmentSeen(
        public_id=assignment.public_id,
        firm_name=firm_name,
        location_name=location_name,
        scenario=labels,
        channel=assignment.channel,
        brief=assignment.brief,
        stake=assignment.stake,
        due_on=assignment.due_on,
        fee_cents=assignment.fee_cents,
        currency=study.currency,
        state=AssignmentState(assignment.state),
        standards=study.standards,
        begun=response_id is not None,
        filed_at=submitted_at and submitted_at.astimezone(ZoneInfo(time_zone)),
        reason="" if assignment.state == AssignmentState.FILED else reasons.get(response_id or 0, ""),
        made_up=study.made_up,
    )
