"""Look up firms, studies and how far they are, within what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import (
    Assignment,
    Comparison,
    Firm,
    InstrumentVersion,
    Location,
    Look,
    Plan,
    Publication,
    Response,
    Review,
    Scenario,
    Shopper,
    Study,
    StudyLocation,
)
from survey_app.queries.instruments import instrument_of
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.questionnaire import Instrument
from survey_app.rules.vocabulary import AssignmentState, Need, ResponseState, ReviewState, StudyState

_READ = "studies.read"
_SENT = Response.state == ResponseState.SUBMITTED
_COMPLAINANT = and_(_SENT, Response.hired.is_(False), Response.need == Need.REAL)
_CUSTOMER = and_(_SENT, Response.hired.is_(False), Response.need == Need.NONE)
_ACCEPTED = and_(_SENT, Response.hired, Response.review == ReviewState.ACCEPTED)
_WAITING = and_(_SENT, Response.hired, Response.review == ReviewState.WAITING)
_BEGUN = Response.state == ResponseState.IN_PROGRESS


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many responses there are of each kind."""

    complainants: int
    customers: int
    visits: int
    waiting: int
    begun: int


@dataclass(frozen=True, kw_only=True)
class StudyLine:
    """A study in a list."""

    public_id: str
    name: str
    firm_name: str
    state: str
    made_up: bool
    has_instrument: bool
    archived: bool
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """A place with its counts; `paired` says whether both sources have answered about it."""

    public_id: str
    code: str
    name: str
    counts: Counts

    @property
    def paired(self) -> bool:
        """Whether complainants and shoppers have both answered."""
        return self.counts.complainants > 0 and self.counts.visits > 0


@dataclass(frozen=True, kw_only=True)
class StudySeen:
    """A study as the research staff see it."""

    public_id: str
    name: str
    state: str
    made_up: bool
    currency: str
    time_zone: str
    archived: bool
    firm_public_id: str
    firm_name: str
    places: tuple[PlaceLine, ...]
    scenarios: tuple[tuple[str, dict[str, str]], ...]
    has_instrument: bool

    @property
    def counts(self) -> Counts:
        """All places together."""
        return Counts(
            **{
                name: sum(getattr(place.counts, name) for place in self.places)
                for name in ("complainants", "customers", "visits", "waiting", "begun")
            }
        )


@dataclass(frozen=True, kw_only=True)
class FirmSeen:
    """A firm with its places, shoppers and studies."""

    public_id: str
    name: str
    controller: str
    contact: str
    places: tuple[tuple[str, str, str], ...]
    shoppers: tuple[tuple[str, str, str], ...]
    studies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class AssignmentLine:
    """An assignment with its shopper and, once there is one, its response."""

    shopper: str
    location_name: str
    scenario: dict[str, str]
    channel: str
    due_on: date
    fee_cents: int
    state: AssignmentState
    response_public_id: str | None


@dataclass(frozen=True, kw_only=True)
class ResponseSeen:
    """A response as a reviewer reads it."""

    public_id: str
    study_public_id: str
    study_name: str
    made_up: bool
    location_name: str
    shopper: str | None
    scenario: str | None
    hired: bool
    state: ResponseState
    review: ReviewState
    revision: int
    answers: dict[str, Any]
    standards: dict[str, Any]
    instrument: Instrument | None
    started_at: datetime
    submitted_at: datetime | None
    reviews: tuple[tuple[str, str, datetime], ...] = field(default=())


def studies_for(actor: Actor) -> list[StudyLine]:
    """Return the studies that the actor may see, newest first."""
    with reading() as session:
        rows = session.execute(
            within(
                select(
                    Study,
                    Firm.name,
                    *(_count(condition) for condition in (_COMPLAINANT, _CUSTOMER, _ACCEPTED, _WAITING, _BEGUN)),
                )
                .join(Firm, Firm.id == Study.firm_id)
                .outerjoin(Response, Response.study_id == Study.id)
                .group_by(Study.id, Firm.name)
                .order_by(Study.made_at.desc(), Study.id.desc()),
                actor,
                _READ,
            )
        )
        return [
            StudyLine(
                public_id=study.public_id,
                name=study.name,
                firm_name=firm_name,
                state=study.state,
                made_up=study.made_up,
                has_instrument=study.version_id is not None,
                archived=study.archived_at is not None,
                counts=_counts(numbers),
            )
            for study, firm_name, *numbers in rows
        ]


def _counts(numbers: Iterable[int]) -> Counts:
    complainants, customers, visits, waiting, begun = numbers
    return Counts(complainants=complainants, customers=customers, visits=visits, waiting=waiting, begun=begun)


def firms_for(actor: Actor) -> list[tuple[str, str]]:
    """Return public id and name of the firms in which the actor may design studies."""
    with reading() as session:
        rows = session.execute(
            within(
                select(Firm.public_id, Firm.name).order_by(Firm.name),
                actor,
                "studies.design",
                firm_column=Firm.id,
            )
        )
        return [(public_id, name) for public_id, name in rows]


def find_firm(actor: Actor, public_id: str) -> FirmSeen | None:
    """Return a firm that the actor may see, or None."""
    with reading() as session:
        firm = session.execute(
            within(select(Firm).where(Firm.public_id == public_id), actor, _READ, firm_column=Firm.id)
        ).scalar_one_or_none()
        if firm is None:
            return None
        places = select(Location).where(Location.firm_id == firm.id).order_by(Location.name)
        shoppers = select(Shopper).where(Shopper.firm_id == firm.id, Shopper.active).order_by(Shopper.code)
        studies = select(Study).where(Study.firm_id == firm.id).order_by(Study.made_at.desc())
        return FirmSeen(
            public_id=firm.public_id,
            name=firm.name,
            controller=firm.controller,
            contact=firm.contact,
            places=tuple((place.public_id, place.code, place.name) for place in session.scalars(places)),
            shoppers=tuple((each.public_id, each.code, each.name) for each in session.scalars(shoppers)),
            studies=tuple((study.public_id, study.name) for study in session.scalars(studies)),
        )


def find_study(actor: Actor, public_id: str) -> StudySeen | None:
    """Return a study that the actor may see, with how far each place is, or None."""
    with reading() as session:
        row = session.execute(
            within(
                select(Study, Firm).join(Firm, Firm.id == Study.firm_id).where(Study.public_id == public_id),
                actor,
                _READ,
            )
        ).one_or_none()
        if row is None:
            return None
        study, firm = row
        scenarios = session.execute(
            select(Scenario.code, Scenario.labels).where(Scenario.study_id == study.id).order_by(Scenario.position)
        )
        return StudySeen(
            public_id=study.public_id,
            name=study.name,
            state=study.state,
            made_up=study.made_up,
            currency=study.currency,
            time_zone=study.time_zone,
            archived=study.archived_at is not None,
            firm_public_id=firm.public_id,
            firm_name=firm.name,
            places=_places(session, study.id),
            scenarios=tuple(scenarios),
            has_instrument=study.version_id is not None,
        )


def _places(session: Session, study_id: int) -> tuple[PlaceLine, ...]:
    rows = session.execute(
        select(
            Location,
            *(_count(condition) for condition in (_COMPLAINANT, _CUSTOMER, _ACCEPTED, _WAITING, _BEGUN)),
        )
        .join(StudyLocation, StudyLocation.location_id == Location.id)
        .outerjoin(Response, (Response.location_id == Location.id) & (Response.study_id == study_id))
        .where(StudyLocation.study_id == study_id)
        .group_by(Location.id)
        .order_by(Location.name)
    )
    return tuple(
        PlaceLine(public_id=location.public_id, code=location.code, name=location.name, counts=_counts(numbers))
        for location, *numbers in rows
    )


def assignments_of(actor: Actor, study_public_id: str) -> list[AssignmentLine]:
    """Return the assignments of a study that the actor may see: what waits for a review first."""
    urgency = case((Assignment.state == AssignmentState.FILED, 0), else_=1)
    with reading() as session:
        rows = session.execute(
            within(
                select(Assignment, Shopper.name, Location.name, Scenario.labels, Response.public_id)
                .join(Study, Study.id == Assignment.study_id)
                .join(Shopper, Shopper.id == Assignment.shopper_id)
                .join(Location, Location.id == Assignment.location_id)
                .join(
                    Scenario,
                    (Scenario.study_id == Assignment.study_id) & (Scenario.code == Assignment.scenario),
                )
                .outerjoin(Response, Response.assignment_id == Assignment.id)
                .where(Study.public_id == study_public_id)
                .order_by(urgency, Assignment.due_on, Assignment.id),
                actor,
                _READ,
            )
        )
        return [
            AssignmentLine(
                shopper=shopper,
                location_name=location,
                scenario=labels,
                channel=assignment.channel,
                due_on=assignment.due_on,
                fee_cents=assignment.fee_cents,
                state=AssignmentState(assignment.state),
                response_public_id=response,
            )
            for assignment, shopper, location, labels, response in rows
        ]


def find_response(actor: Actor, public_id: str) -> ResponseSeen | None:
    """Return a response that the actor may review, or None."""
    with reading() as session:
        row = session.execute(
            within(
                select(Response, Study, Location.name, Shopper.name, InstrumentVersion.hash)
                .join(Study, Study.id == Response.study_id)
                .join(Location, Location.id == Response.location_id)
                .outerjoin(Shopper, Shopper.id == Response.shopper_id)
                .outerjoin(InstrumentVersion, InstrumentVersion.id == Response.version_id)
                .where(Response.public_id == public_id, Response.hired),
                actor,
                "responses.review",
            )
        ).one_or_none()
        if row is None:
            return None
        response, study, location, shopper, version_hash = row
        reviews = session.execute(
            select(Review.decision, Review.reason, Review.decided_at)
            .where(Review.response_id == response.id)
            .order_by(Review.id)
        )
        return ResponseSeen(
            public_id=response.public_id,
            study_public_id=study.public_id,
            study_name=study.name,
            made_up=study.made_up,
            location_name=location,
            shopper=shopper,
            scenario=response.scenario,
            hired=response.hired,
            state=ResponseState(response.state),
            review=ReviewState(response.review),
            revision=response.revision,
            answers=response.answers,
            standards=study.standards,
            instrument=(
                instrument_of(session, version_id=response.version_id, version_hash=version_hash)
                if version_hash
                else None
            ),
            started_at=response.started_at,
            submitted_at=response.submitted_at,
            reviews=tuple(reviews),
        )


def comparisons_of(
    actor: Actor, study_public_id: str, *, language: str
) -> list[tuple[str, str, str | None, datetime]]:
    """Return public id, state, sentence and time of the comparisons of a study, newest first.

    While a study with a locked plan collects, the sentence is hidden from whoever has logged no look at it.
    """
    # English stands in the result; of the document, large as it is, the database takes out one sentence.
    spoken = Comparison.document[(language, "blocks", 0, "sentence")].as_string()
    english = Comparison.result["sentence"].as_string()
    seen = or_(
        Study.state != StudyState.OPEN,
        ~select(Plan.id).where(Plan.study_id == Study.id).exists(),
        select(Publication.id)
        .where(Publication.comparison_id == Comparison.id, Publication.withdrawn_at.is_(None))
        .exists(),
        select(Look.id).where(Look.comparison_id == Comparison.id, Look.person_id == (actor.id or 0)).exists(),
    )
    with reading() as session:
        rows = session.execute(
            within(
                select(Comparison.public_id, Comparison.state, spoken, english, Comparison.requested_at, seen)
                .join(Study, Study.id == Comparison.study_id)
                .where(Study.public_id == study_public_id)
                .order_by(Comparison.id.desc()),
                actor,
                _READ,
            )
        )
        return [
            (public_id, state, (said or fallback) if visible else None, at)
            for public_id, state, said, fallback, at, visible in rows
        ]
