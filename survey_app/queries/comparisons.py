"""Look up comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from survey_app.foundations.database import reading
from survey_app.models import Comparison, Look, Plan, Publication, Study
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import ComparisonState, StudyState


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run of a plan found, in the few numbers by which two runs are compared."""

    public_id: str
    at: datetime
    verdict: str
    estimate: float | None
    low: float | None
    high: float | None
    responses: int
    locations: int
    data_fingerprint: str


@dataclass(frozen=True, kw_only=True)
class ComparisonSeen:
    """A comparison as the research staff see it."""

    public_id: str
    study_public_id: str
    study_name: str
    made_up: bool
    state: ComparisonState
    plan: dict[str, Any]
    plan_hash: str
    step: str | None
    steps_done: int
    steps_all: int
    attempt: int
    failure: str | None
    sentence: str | None
    document: dict[str, Any] | None
    data_fingerprint: str | None
    requested_at: datetime
    finished_at: datetime | None
    published_as: str | None
    #: When it was withdrawn from managers, and why, newest first.
    withdrawals: list[tuple[datetime, str]]
    #: A plan is locked, the study collects, nothing is published, the reader has logged no look: hidden.
    hidden: bool
    #: The locked version that it follows, and whether that one was made when data could have been seen.
    follows: int | None
    follows_late: bool
    support: dict[str, Any] | None
    #: Half of the 95 % interval: how exact the answer would be, which says nothing of which way it goes.
    half_width: float | None
    #: What the library and its parts were that computed it, by name.
    versions: dict[str, str]
    ran: Ran | None
    #: The last one before it by the same plan, for what has changed.
    before: Ran | None


def comparison_key(public_id: str) -> int:
    """Return the id of the row of a comparison, for the queue."""
    with reading() as session:
        return session.scalars(select(Comparison.id).where(Comparison.public_id == public_id)).one()


def find_comparison(actor: Actor, public_id: str) -> ComparisonSeen | None:
    """Return a comparison that the actor may see, or None."""
    with reading() as session:
        row = session.execute(
            within(
                select(Comparison, Study, Publication.public_id)
                .join(Study, Study.id == Comparison.study_id)
                .outerjoin(
                    Publication,
                    (Publication.comparison_id == Comparison.id) & Publication.withdrawn_at.is_(None),
                )
                .where(Comparison.public_id == public_id),
                actor,
                "studies.read",
            )
        ).one_or_none()
        if row is None:
            return None
        comparison, study, publication = row
        looked = session.scalar(
            select(Look.id).where(Look.comparison_id == comparison.id, Look.person_id == (actor.id or 0)).limit(1)
        )
        plan = session.scalar(
            select(Plan)
            .where(Plan.study_id == study.id, Plan.choices_hash == comparison.plan_hash)
            .order_by(Plan.number.desc())
            .limit(1)
        )
        promised = session.scalar(select(Plan.id).where(Plan.study_id == study.id).limit(1)) is not None
        return ComparisonSeen(
            public_id=comparison.public_id,
            study_public_id=study.public_id,
            study_name=study.name,
            made_up=study.made_up,
            state=ComparisonState(comparison.state),
            plan=comparison.plan,
            plan_hash=comparison.plan_hash,
            step=comparison.step,
            steps_done=comparison.steps_done,
            steps_all=comparison.steps_all,
            attempt=comparison.attempt,
            failure=comparison.failure,
            sentence=comparison.result["sentence"] if comparison.result else None,
            document=comparison.document,
            data_fingerprint=comparison.data_fingerprint,
            requested_at=comparison.requested_at,
            finished_at=comparison.finished_at,
            published_as=publication,
            withdrawals=[
                (when, why or "")
                for when, why in session.execute(
                    select(Publication.withdrawn_at, Publication.withdrawal)
                    .where(Publication.comparison_id == comparison.id, Publication.withdrawn_at.is_not(None))
                    .order_by(Publication.withdrawn_at.desc(), Publication.id.desc())
                )
                if when is not None
            ],
            hidden=promised and study.state == StudyState.OPEN and publication is None and looked is None,
            follows=plan.number if plan else None,
            follows_late=plan is not None and plan.late,
            support=comparison.support,
            half_width=_half_width(comparison.result),
            versions=((comparison.result or {}).get("provenance") or {}).get("versions") or {},
            ran=_ran(comparison),
            before=_ran(session.scalar(_before(comparison))),
        )


def _before(comparison: Comparison) -> Select[Comparison]:
    """Select the last comparison before this one that put the same plan to the data and finished."""
    return (
        select(Comparison)
        .where(
            Comparison.study_id == comparison.study_id,
            Comparison.plan_hash == comparison.plan_hash,
            Comparison.id < comparison.id,
            Comparison.state == ComparisonState.READY,
        )
        .order_by(Comparison.id.desc())
        .limit(1)
    )


def _ran(comparison: Comparison | None) -> Ran | None:
    primary = ((comparison.result if comparison else None) or {}).get("primary")
    if comparison is None or comparison.result is None or not primary:
        return None
    low, high = primary.get("ci95") or (None, None)
    counted = primary.get("n") or {}
    return Ran(
        public_id=comparison.public_id,
        at=comparison.finished_at or comparison.requested_at,
        verdict=comparison.result["verdict"],
        estimate=primary.get("estimate"),
        low=low,
        high=high,
        responses=counted.get("responses") or 0,
        locations=counted.get("locations") or 0,
        data_fingerprint=comparison.data_fingerprint or "",
    )


def _half_width(result: dict[str, Any] | None) -> float | None:
    low, high = ((result or {}).get("primary") or {}).get("ci95") or (None, None)
    return None if low is None or high is None else float(high - low) / 2
