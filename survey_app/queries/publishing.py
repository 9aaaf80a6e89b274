"""Look up what the worker needs to audit a proposal, and what a researcher sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Comparison, Location, Proposal, Publication, Region, Study, StudyLocation
from survey_app.queries.quotations import behind_quotations, released_quotations
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.quotations import Behind, Released
from survey_app.rules.vocabulary import ProposalState


@dataclass(frozen=True)
class StudyPlace:
    """A location of a study: the code by which responses know it, and how managers know it."""

    code: str
    public_id: str
    name: str
    regions: tuple[int, ...]


@dataclass(frozen=True)
class Earlier:
    """The publication that a new one would replace."""

    id: int
    content: dict[str, Any]
    counts: dict[str, Any] | None
    published_at: datetime


@dataclass(frozen=True)
class ProposalWork:
    """All that the audit of a proposal rests on."""

    tables: tuple[str, ...]
    support: dict[str, Any]
    result: dict[str, Any]
    plan_hash: str
    data_fingerprint: str
    material: dict[str, Any]
    places: tuple[StudyPlace, ...]
    regions: dict[int, str]
    themes: dict[str, dict[str, str]]
    earlier: Earlier | None
    quotations: tuple[Released, ...]
    behind: Mapping[tuple[str, bool], Behind]


@dataclass(frozen=True)
class ProposalSeen:
    """A proposal as the research staff see it."""

    public_id: str
    study_public_id: str
    comparison_public_id: str
    lead: str
    tables: tuple[str, ...]
    state: ProposalState
    failure: str | None
    lost: list[dict[str, Any]]
    content: dict[str, Any] | None
    replaces: bool


def proposal_to_do(proposal_id: int) -> ProposalWork:
    """Return what the audit of a proposal rests on."""
    with reading() as session:
        proposal = session.get_one(Proposal, proposal_id)
        comparison = session.get_one(Comparison, proposal.comparison_id)
        current = session.scalar(
            select(Publication).where(
                Publication.study_id == proposal.study_id, Publication.withdrawn_at.is_(None)
            )
        )
        study = session.get_one(Study, proposal.study_id)
        above, names = _regions(session, study.firm_id)
        places = session.execute(
            select(Location.code, Location.public_id, Location.name, Location.region_id)
            .join(StudyLocation, StudyLocation.location_id == Location.id)
            .where(StudyLocation.study_id == study.id)
            .order_by(Location.name, Location.code)
        )
        return ProposalWork(
            tables=tuple(proposal.tables),
            support=comparison.support or {},
            result=comparison.result or {},
            plan_hash=comparison.plan_hash,
            data_fingerprint=comparison.data_fingerprint or "",
            material=comparison.material or {},
            places=tuple(StudyPlace(*row[:3], _path(row[3], above)) for row in places),
            regions=names,
            themes=(comparison.material or {}).get("themes", {}),
            earlier=None
            if current is None
            else Earlier(current.id, current.content, current.counts, current.published_at),
            quotations=released_quotations(session, study.id),
            behind=behind_quotations(session, study.id),
        )


def _regions(session: Session, firm_id: int) -> tuple[dict[int, int | None], dict[int, str]]:
    rows = session.execute(
        select(Region.id, Region.parent_id, Region.name).where(Region.firm_id == firm_id).order_by(Region.name)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


def _path(region_id: int | None, above: dict[int, int | None]) -> tuple[int, ...]:
    """Return the regions above a place, from near to far."""
    path: list[int] = []
    while region_id is not None and region_id not in path:
        path.append(region_id)
        region_id = above[region_id]
    return tuple(path)


def unfinished_proposals() -> list[int]:
    """Return the ids of proposals whose audit is asked for or running."""
    unfinished = (ProposalState.REQUESTED, ProposalState.RUNNING)
    with reading() as session:
        return list(session.scalars(select(Proposal.id).where(Proposal.state.in_(unfinished))))


def proposal_key(public_id: str) -> int:
    """Return the id of the row of a proposal, for the queue."""
    with reading() as session:
        return session.scalars(select(Proposal.id).where(Proposal.public_id == public_id)).one()


def find_proposal(actor: Actor, public_id: str) -> ProposalSeen | None:
    """Return a proposal that the actor may see, or None."""
    with reading() as session:
        row = session.execute(
            within(
                select(Proposal, Study.public_id, Comparison.public_id)
                .join(Study, Study.id == Proposal.study_id)
                .join(Comparison, Comparison.id == Proposal.comparison_id)
                .where(Proposal.public_id == public_id),
                actor,
                "comparisons.publish",
            )
        ).one_or_none()
        if row is None:
            return None
        proposal, study, comparison = row
        return ProposalSeen(
            public_id=proposal.public_id,
            study_public_id=study,
            comparison_public_id=comparison,
            lead=proposal.lead,
            tables=tuple(proposal.tables),
            state=ProposalState(proposal.state),
            failure=proposal.failure,
            lost=proposal.lost or [],
            content=proposal.content,
            replaces=proposal.after_id is not None,
        )
