"""Ask for a comparison, work on it behind a fence, publish and withdraw what it found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from survey_app.actions.audit import record
from survey_app.actions.finding import find_comparison, find_study
from survey_app.foundations.database import writing
from survey_app.foundations.queue import ring
from survey_app.models import Comparison, Publication
from survey_app.rules.definitions import hash_of
from survey_app.rules.permissions import SYSTEM, Actor
from survey_app.rules.privacy import Support, too_few
from survey_app.rules.spoken import sentences
from survey_app.rules.text import clean_text
from survey_app.rules.vocabulary import ComparisonState

#: The name under which the queue rings for a comparison.
JOB = "compare"
#: A worker that has not said a word for so long is taken for dead.
SILENCE = timedelta(seconds=30)
MOST_ATTEMPTS = 5
_LONGEST_FAILURE = 1000


class PublicationProblem(ValueError):
    """Why a comparison cannot be published, and what to do."""


def request_comparison(actor: Actor, study_public_id: str, plan: dict[str, Any], *, at: datetime) -> str:
    """Ask for a comparison by a plan from `rules.plans.make_plan`; return its public id.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "comparisons.run", study_public_id)
        comparison = Comparison(
            study_id=study.id,
            plan=plan,
            plan_hash=hash_of(plan),
            requested_by=actor.id,
            requested_at=at,
        )
        session.add(comparison)
        session.flush()
        record(session, actor, "comparison.request", "comparisons", comparison.id, at=at)
        row_id, public_id = comparison.id, comparison.public_id
    ring(JOB, row_id)
    return public_id


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
        comparison = session.get(Comparison, comparison_id, with_for_update=True)
        if comparison is None:
            return None
        silent = comparison.heartbeat_at is not None and at - comparison.heartbeat_at > SILENCE
        if comparison.state != ComparisonState.REQUESTED and not (
            comparison.state == ComparisonState.RUNNING and silent
        ):
            return None
        if comparison.attempt >= MOST_ATTEMPTS:
            comparison.state = ComparisonState.FAILED
            comparison.failure = (
                f"The work was begun {MOST_ATTEMPTS} times and never finished; the machine may lack memory. "
                "Give the worker more memory, then ask again."
            )
            comparison.finished_at = at
            record(session, SYSTEM, "comparison.fail", "comparisons", comparison.id, at=at)
            return None
        comparison.state = ComparisonState.RUNNING
        comparison.attempt += 1
        comparison.heartbeat_at = at
        comparison.step = None
        comparison.steps_done = 0
        record(
            session,
            SYSTEM,
            "comparison.claim",
            "comparisons",
            comparison.id,
            at=at,
            attempt=comparison.attempt,
        )
        return comparison.attempt


def report_progress(
    comparison_id: int, attempt: int, *, step: str | None = None, done: int = 0, of: int = 0, at: datetime
) -> bool:
    """Say that the work goes on, and at which step; return whether it is still wanted from this attempt."""
    with writing() as session:
        comparison = _mine(session.get(Comparison, comparison_id, with_for_update=True), attempt)
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
    at: datetime,
) -> bool:
    """Store the result of an attempt and its document by language.

    Returns False, and stores nothing, if another attempt has taken over.
    """
    with writing() as session:
        comparison = _mine(session.get(Comparison, comparison_id, with_for_update=True), attempt)
        if comparison is None:
            return False
        comparison.state = ComparisonState.READY
        comparison.result, comparison.document, comparison.support = result, documents, asdict(support)
        comparison.data_fingerprint = data_fingerprint
        comparison.steps_done = comparison.steps_all
        comparison.finished_at = at
        record(session, SYSTEM, "comparison.finish", "comparisons", comparison.id, at=at, attempt=attempt)
        return True


def fail_comparison(comparison_id: int, attempt: int, *, failure: str, at: datetime) -> bool:
    """Store why an attempt failed and what to do; return False if another attempt has taken over."""
    with writing() as session:
        comparison = _mine(session.get(Comparison, comparison_id, with_for_update=True), attempt)
        if comparison is None:
            return False
        comparison.state = ComparisonState.FAILED
        whole = clean_text(failure)
        comparison.failure = whole if len(whole) <= _LONGEST_FAILURE else f"{whole[: _LONGEST_FAILURE - 2]} …"
        comparison.finished_at = at
        record(session, SYSTEM, "comparison.fail", "comparisons", comparison.id, at=at, attempt=attempt)
        return True


def release_comparison(comparison_id: int, attempt: int, *, at: datetime) -> bool:
    """Give the work back: whoever is at it has been told to stop, and nobody need wait until it is silent."""
    with writing() as session:
        comparison = _mine(session.get(Comparison, comparison_id, with_for_update=True), attempt)
        if comparison is None:
            return False
        comparison.state = ComparisonState.REQUESTED
        record(session, SYSTEM, "comparison.release", "comparisons", comparison.id, at=at, attempt=attempt)
    ring(JOB, comparison_id)
    return True


def _mine(comparison: Comparison | None, attempt: int) -> Comparison | None:
    """Return the comparison if it still runs and this is its last attempt: the fence."""
    if comparison is None or comparison.attempt != attempt or comparison.state != ComparisonState.RUNNING:
        return None
    return comparison


def publish_comparison(
    actor: Actor, public_id: str, *, lead: str = "", for_everybody: bool = False, at: datetime
) -> str:
    """Freeze what managers may see of a finished comparison, in place of what was published before.

    Where too few people stand behind it, the snapshot holds nothing but the reasons.

    Raises
    ------
    NotAllowed, PublicationProblem
    """
    with writing() as session:
        comparison, study = find_comparison(session, actor, "comparisons.publish", public_id)
        if comparison.result is None or comparison.support is None:
            raise PublicationProblem("The comparison is not ready. Wait until it is, then publish it.")
        reasons = too_few(Support(**comparison.support))
        content: dict[str, Any] = (
            {"too_few": [{"what": reason.what, "needed": reason.needed} for reason in reasons]}
            if reasons
            else {
                "verdict": comparison.result["verdict"],
                "sentence": sentences(comparison.document, comparison.result["sentence"]),
                "document": comparison.document,
            }
        )
        current = session.scalar(
            select(Publication)
            .where(Publication.study_id == study.id, Publication.withdrawn_at.is_(None))
            .with_for_update()
        )
        if current is not None:
            current.withdrawn_at = at
            session.flush()
        publication = Publication(
            study_id=study.id,
            comparison_id=comparison.id,
            lead="" if reasons else lead.strip(),
            content=content,
            for_everybody=for_everybody,
            published_by=actor.id,
            published_at=at,
        )
        session.add(publication)
        session.flush()
        record(session, actor, "publication.make", "publications", publication.id, at=at)
        return publication.public_id
