"""Look up the plan of a study: what is being chosen, what was locked, and who looked before the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Comparison, Look, Person, Plan, PlanDraft, Response, Shopper, Study, StudyLocation
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.plans import begin_plan
from survey_app.rules.vocabulary import ResponseState

_READ = "studies.read"


@dataclass(frozen=True, kw_only=True)
class LockedPlan:
    """A locked version; `responses` had been sent by then, so above 0 data could have been seen."""

    number: int
    content: dict[str, Any]
    hash: str
    choices_hash: str
    power: dict[str, Any] | None
    responses: int
    reason: str
    locked_at: datetime
    locked_by: str | None

    @property
    def late(self) -> bool:
        """Whether data could have been seen when it was made."""
        return self.responses > 0


@dataclass(frozen=True, kw_only=True)
class LookLine:
    """A look at a result before the end."""

    comparison_public_id: str
    person: str | None
    reason: str
    looked_at: datetime


@dataclass(frozen=True, kw_only=True)
class PlanSeen:
    """The plan of a study as its researchers see it; revision 0: nobody has chosen anything yet.

    `sent` counts the responses that have come in, and `places` those that take part.
    """

    content: dict[str, Any]
    revision: int
    power: dict[str, Any] | None
    locked: tuple[LockedPlan, ...]
    looks: tuple[LookLine, ...]
    sent: int
    places: int

    @property
    def current(self) -> LockedPlan | None:
        """The version that comparisons follow."""
        return self.locked[-1] if self.locked else None

    @property
    def differs(self) -> bool:
        """Whether the draft says something else than what is locked."""
        return self.current is None or self.current.content != self.content


def plan_of(actor: Actor, study_public_id: str) -> PlanSeen | None:
    """Return the plan of a study that the actor may see, or None."""
    with reading() as session:
        study = session.scalar(within(select(Study).where(Study.public_id == study_public_id), actor, _READ))
        if study is None:
            return None
        draft = session.get(PlanDraft, study.id)
        places = select(func.count()).select_from(StudyLocation).where(StudyLocation.study_id == study.id)
        sent = select(func.count()).where(Response.study_id == study.id, Response.state == ResponseState.SUBMITTED)
        return PlanSeen(
            content=draft.content if draft else _proposed(session, study.firm_id),
            revision=draft.revision if draft else 0,
            power=draft.power if draft else None,
            locked=_locked(session, study.id),
            looks=_looks(session, study.id),
            sent=session.scalar(sent) or 0,
            places=session.scalar(places) or 0,
        )


def _proposed(session: Session, firm_id: int) -> dict[str, Any]:
    """Return the plan that one begins with: as many shoppers as the firm has, where it has some."""
    content = begin_plan()
    hired = select(func.count()).where(Shopper.firm_id == firm_id, Shopper.active)
    content["design"]["shoppers"] = session.scalar(hired) or content["design"]["shoppers"]
    return content


def _locked(session: Session, study_id: int) -> tuple[LockedPlan, ...]:
    rows = session.execute(
        select(Plan, Person.name)
        .outerjoin(Person, Person.id == Plan.locked_by)
        .where(Plan.study_id == study_id)
        .order_by(Plan.number)
    )
    return tuple(
        LockedPlan(
            number=plan.number,
            content=plan.content,
            hash=plan.hash,
            choices_hash=plan.choices_hash,
            power=plan.power,
            responses=plan.responses,
            reason=plan.reason,
            locked_at=plan.locked_at,
            locked_by=name,
        )
        for plan, name in rows
    )


def _looks(session: Session, study_id: int) -> tuple[LookLine, ...]:
    rows = session.execute(
        select(Comparison.public_id, Person.name, Look.reason, Look.looked_at)
        .join(Comparison, Comparison.id == Look.comparison_id)
        .outerjoin(Person, Person.id == Look.person_id)
        .where(Look.study_id == study_id)
        .order_by(Look.looked_at, Look.id)
    )
    return tuple(
        LookLine(comparison_public_id=public_id, person=person, reason=reason, looked_at=at)
        for public_id, person, reason, at in rows
    )


@dataclass(frozen=True)
class PowerToWorkOut:
    """A draft whose power nobody has worked out yet."""

    revision: int
    content: dict[str, Any]
    places: int


def power_to_work_out(study_id: int) -> PowerToWorkOut | None:
    """Return what the power of a study's draft depends on, or None if it is known or there is no draft."""
    with reading() as session:
        draft = session.get(PlanDraft, study_id)
        if draft is None or draft.power is not None:
            return None
        places = select(func.count()).select_from(StudyLocation).where(StudyLocation.study_id == study_id)
        return PowerToWorkOut(draft.revision, draft.content, session.scalar(places) or 0)


def drafts_without_power() -> list[int]:
    """Return the studies whose draft waits for its power."""
    with reading() as session:
        return list(session.scalars(select(PlanDraft.study_id).where(PlanDraft.power.is_(None))))


def choices_followed(study_id: int) -> dict[str, Any]:
    """Return the choices of the locked plan of a study; where none is locked, those that one begins with."""
    with reading() as session:
        locked = session.scalar(
            select(Plan.content).where(Plan.study_id == study_id).order_by(Plan.number.desc()).limit(1)
        )
        content = locked or begin_plan()
        choices: dict[str, Any] = content["choices"]
        return choices
