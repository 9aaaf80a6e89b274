"""Look up comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import Comparison, Publication, Study
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import ComparisonState


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
        )
