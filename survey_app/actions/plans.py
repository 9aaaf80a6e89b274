"""Choose the plan of a study, lock it before the fieldwork, and write down who looks before the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.comparisons import begin_comparison
from survey_app.actions.comparisons import ring_for as ring_for_comparison
from survey_app.actions.finding import find_comparison, find_study
from survey_app.foundations.database import writing
from survey_app.foundations.queue import ring
from survey_app.models import Look, Plan, PlanDraft, Response, StudyLocation
from survey_app.rules.definitions import hash_of
from survey_app.rules.permissions import Actor
from survey_app.rules.plans import hash_of_choices, refuse_impossible
from survey_app.rules.vocabulary import ResponseState

#: The name under which the queue rings for the power of a plan.
JOB = "power"


class PlanRefused(ValueError):
    """Why a plan cannot be locked or followed; pages know a sentence for each of these codes.

    Codes: nothing_chosen, changed_meanwhile, no_place, nothing_new, reason_needed, nothing_locked.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def save_plan(
    actor: Actor, study_public_id: str, content: Mapping[str, Any], *, seen_revision: int, at: datetime
) -> int:
    """Keep what was chosen; the worker then works out the power. Returns the revision of the draft.

    Parameters
    ----------
    content : choices of the analysis, hypotheses, stopping and design, as `rules.plans.begin_plan` has them
    seen_revision : of the page on which it was chosen; 0 where nothing had been

    Raises
    ------
    NotAllowed, PlanProblem, PlanRefused
    """
    refuse_impossible(content)
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        draft = session.get(PlanDraft, study.id)
        if (draft.revision if draft else 0) != seen_revision:
            raise PlanRefused("changed_meanwhile")
        if draft is None:
            draft = PlanDraft(study_id=study.id, content=dict(content), changed_at=at)
            session.add(draft)
        else:
            draft.content, draft.power, draft.changed_at = dict(content), None, at
            draft.revision += 1
        session.flush()
        record(session, actor, "plan.save", "studies", study.id, at=at, hash=hash_of(dict(content)))
        study_id, revision = study.id, draft.revision
    ring(JOB, study_id)
    return revision


def store_power(study_id: int, *, revision: int, power: Mapping[str, Any]) -> bool:
    """Store what the worker made of a draft; return False, and store nothing, if it was changed meanwhile."""
    with writing() as session:
        draft = session.get(PlanDraft, study_id, with_for_update=True)
        if draft is None or draft.revision != revision:
            return False
        draft.power = dict(power)
        return True


def lock_plan(
    actor: Actor, study_public_id: str, *, seen_revision: int, reason: str = "", at: datetime
) -> tuple[int, bool]:
    """Lock the draft as the next version; return its number, and whether data could have been seen by then.

    Raises
    ------
    NotAllowed, PlanRefused
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        draft = session.get(PlanDraft, study.id)
        if draft is None:
            raise PlanRefused("nothing_chosen")
        if draft.revision != seen_revision:
            raise PlanRefused("changed_meanwhile")
        if not session.scalar(
            select(func.count()).select_from(StudyLocation).where(StudyLocation.study_id == study.id)
        ):
            raise PlanRefused("no_place")
        last = _last_plan(session, study.id)
        digest = hash_of(draft.content)
        if last is not None and last.hash == digest:
            raise PlanRefused("nothing_new")
        sent = _sent_responses(session, study.id)
        if (last is not None or sent) and not reason.strip():
            raise PlanRefused("reason_needed")
        plan = Plan(
            study_id=study.id,
            number=last.number + 1 if last else 1,
            content=draft.content,
            hash=digest,
            choices_hash=hash_of_choices(draft.content["choices"]),
            power=draft.power,
            responses=sent,
            reason=reason.strip(),
            locked_by=actor.id,
            locked_at=at,
        )
        session.add(plan)
        session.flush()
        record(session, actor, "plan.lock", "plans", plan.id, at=at, number=plan.number, hash=digest, sent=sent)
        return plan.number, plan.late


def follow_plan(actor: Actor, study_public_id: str, *, at: datetime) -> str:
    """Ask for the comparison that the locked plan describes; return its public id.

    Raises
    ------
    NotAllowed, PlanRefused
    """
    with writing() as session:
        study = find_study(session, actor, "comparisons.run", study_public_id)
        plan = _last_plan(session, study.id)
        if plan is None:
            raise PlanRefused("nothing_locked")
        row_id, public_id = begin_comparison(session, actor, study.id, plan.content["choices"], at=at)
    ring_for_comparison(row_id)
    return public_id


def look_before_the_end(actor: Actor, comparison_public_id: str, *, reason: str, at: datetime) -> None:
    """Write down that the actor looks at a result while the study collects; from then on their page shows it.

    Raises
    ------
    NotAllowed, PlanRefused
    """
    if not reason.strip():
        raise PlanRefused("reason_needed")
    with writing() as session:
        comparison, study = find_comparison(session, actor, "comparisons.run", comparison_public_id)
        look = Look(
            study_id=study.id,
            comparison_id=comparison.id,
            person_id=actor.id,
            reason=reason.strip(),
            looked_at=at,
        )
        session.add(look)
        session.flush()
        record(session, actor, "comparison.look", "comparisons", comparison.id, at=at)


def _last_plan(session: Session, study_id: int) -> Plan | None:
    return session.scalar(select(Plan).where(Plan.study_id == study_id).order_by(Plan.number.desc()).limit(1))


def _sent_responses(session: Session, study_id: int) -> int:
    sent = select(func.count()).where(Response.study_id == study_id, Response.state == ResponseState.SUBMITTED)
    return session.scalar(sent) or 0
