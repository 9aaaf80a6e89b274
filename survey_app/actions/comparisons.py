"""Ask for a comparison, and work on it behind a fence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.fences import MOST_ATTEMPTS, SILENCE, shortened, still_mine, take_on
from survey_app.actions.finding import find_comparison, find_study
from survey_app.foundations.database import writing
from survey_app.foundations.queue import ring
from survey_app.models import Comparison
from survey_app.rules.definitions import hash_of
from survey_app.rules.permissions import SYSTEM, Actor
from survey_app.rules.privacy import Support
from survey_app.rules.vocabulary import ComparisonState

#: The name under which the queue rings for a comparison.
JOB = "compare"
__all__ = ["MOST_ATTEMPTS", "SILENCE"]


def request_comparison(actor: Actor, study_public_id: str, plan: dict[str, Any], *, at: datetime) -> str:
    """Ask for a comparison by a plan from `rules.plans.make_plan`; return its public id.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "comparisons.run", study_public_id)
        row_id, public_id = begin_comparison(session, actor, study.id, plan, at=at)
    ring_for(row_id)
    return public_id


def run_again(actor: Actor, public_id: str, *, leave_out: Collection[str] = (), at: datetime) -> str:
    """Put the plan of a comparison to the data as they are now, beside the old one; return the public id.

    Parameters
    ----------
    leave_out : flags whose responses are left out this time; with some, it follows another plan than the old one

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        old, study = find_comparison(session, actor, "comparisons.run", public_id)
        plan = dict(old.plan)
        if leave_out:
            plan["exclude_flags"] = sorted({*plan["exclude_flags"], *leave_out})
        row_id, again = begin_comparison(session, actor, study.id, plan, at=at)
    ring_for(row_id)
    return again


def begin_comparison(
    session: Session, actor: Actor, study_id: int, plan: dict[str, Any], *, at: datetime
) -> tuple[int, str]:
    """Write down that a comparison is wanted, within a transaction; return its row and its public id."""
    comparison = Comparison(
        study_id=study_id,
        plan=plan,
        plan_hash=hash_of(plan),
        requested_by=actor.id,
        requested_at=at,
    )
    session.add(comparison)
    session.flush()
    record(session, actor, "comparison.request", "comparisons", comparison.id, at=at)
    return comparison.id, comparison.public_id


def ring_for(comparison_id: int) -> None:
    """Ring for a comparison after the commit."""
    ring(JOB, comparison_id)


def cancel_comparison(actor: Actor, public_id: str, *, at: datetime) -> None:
    """Stop a comparison that is not finished; a worker that is busy with it will find its result unwanted.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        comparison, _study = find_comparison(session, actor, "comparisons.run", public_id)
        if comparison.state in (ComparisonState.REQUESTED, ComparisonState.RUNNING):
            comparison.state = ComparisonState.CANCELLED
            comparison.finished_at = at
            record(session, actor, "comparison.cancel", "comparisons", comparison.id, at=at)


def claim_comparison(comparison_id: int, *, at: datetime) -> int | None:
    """Take a comparison on: return the number of this attempt, or None if there is nothing to do.

    A comparison is free if nobody began it, or if whoever did has been silent too long. After too many attempts it
    fails, since whatever ends the worker would end it again.
    """
    with writing() as session:
        attempt = take_on(session, Comparison, comparison_id, named="comparison", silence=SILENCE, at=at)
        if attempt is not None:
            comparison = session.get_one(Comparison, comparison_id)
            comparison.step, comparison.steps_done = None, 0
        return attempt


def report_progress(
    comparison_id: int, attempt: int, *, step: str | None = None, done: int = 0, of: int = 0, at: datetime
) -> bool:
    """Say that the work goes on, and at which step; return whether it is still wanted from this attempt."""
    with writing() as session:
        comparison = still_mine(session, Comparison, comparison_id, attempt)
        if comparison is None:
            return False
        comparison.heartbeat_at = at
        if step is not None:
            comparison.step, comparison.steps_done, comparison.steps_all = step, done, of
        return True


def finish_comparison(
    comparison_id: int,
    attempt: int,
    *,
    result: dict[str, Any],
    documents: dict[str, Any],
    support: Support,
    data_fingerprint: str,
    material: dict[str, Any] | None = None,
    at: datetime,
) -> bool:
    """Store the result of an attempt, its document by language, and what a publication can be made of.

    Returns False, and stores nothing, if another attempt has taken over.
    """
    with writing() as session:
        comparison = still_mine(session, Comparison, comparison_id, attempt)
        if comparison is None:
            return False
        comparison.state = ComparisonState.READY
        comparison.result, comparison.document, comparison.support = result, documents, asdict(support)
        comparison.data_fingerprint = data_fingerprint
        comparison.material = material
        comparison.steps_done = comparison.steps_all
        comparison.finished_at = at
        record(session, SYSTEM, "comparison.finish", "comparisons", comparison.id, at=at, attempt=attempt)
        return True


def fail_comparison(comparison_id: int, attempt: int, *, failure: str, at: datetime) -> bool:
    """Store why an attempt failed and what to do; return False if another attempt has taken over."""
    with writing() as session:
        comparison = still_mine(session, Comparison, comparison_id, attempt)
        if comparison is None:
            return False
        comparison.state = ComparisonState.FAILED
        comparison.failure = shortened(failure)
        comparison.finished_at = at
        record(session, SYSTEM, "comparison.fail", "comparisons", comparison.id, at=at, attempt=attempt)
        return True


def release_comparison(comparison_id: int, attempt: int, *, at: datetime) -> bool:
    """Give the work back: whoever is at it has been told to stop, and nobody need wait until it is silent."""
    with writing() as session:
        comparison = still_mine(session, Comparison, comparison_id, attempt)
        if comparison is None:
            return False
        comparison.state = ComparisonState.REQUESTED
        record(session, SYSTEM, "comparison.release", "comparisons", comparison.id, at=at, attempt=attempt)
    ring(JOB, comparison_id)
    return True
