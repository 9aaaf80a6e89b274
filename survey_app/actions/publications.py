"""Propose what managers may see of a comparison, let it be audited, freeze it, and withdraw it with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.fences import shortened, still_mine, take_on
from survey_app.actions.finding import find_comparison, find_proposal, find_publication
from survey_app.foundations.database import writing
from survey_app.foundations.queue import ring
from survey_app.models import Comparison, Proposal, Publication
from survey_app.rules.breakdowns import read_breakdowns
from survey_app.rules.permissions import SYSTEM, Actor
from survey_app.rules.privacy import too_few_new
from survey_app.rules.vocabulary import ProposalState

#: The name under which the queue rings for an audit.
JOB = "audit"


class PublicationProblem(ValueError):
    """Why something cannot be published or withdrawn, and what to do."""


def propose_publication(
    actor: Actor, comparison_public_id: str, *, lead: str = "", tables: Iterable[str] = (), at: datetime
) -> str:
    """Ask for the disclosure audit of what is to be published; return the proposal's public id.

    Raises
    ------
    NotAllowed, PublicationProblem, BreakdownProblem
    """
    chosen = [breakdown.id for breakdown in read_breakdowns(tables)]
    with writing() as session:
        comparison, study = find_comparison(session, actor, "comparisons.publish", comparison_public_id)
        if comparison.result is None or comparison.support is None:
            raise PublicationProblem("The comparison is not ready. Wait until it is, then publish it.")
        if comparison.material is None:
            raise PublicationProblem(
                "This comparison was made before publications were audited. Ask for it again, then publish that."
            )
        proposal = Proposal(
            study_id=study.id,
            comparison_id=comparison.id,
            lead=lead.strip(),
            tables=chosen,
            requested_by=actor.id,
            requested_at=at,
        )
        session.add(proposal)
        session.flush()
        record(session, actor, "proposal.make", "proposals", proposal.id, at=at, tables=chosen)
        row_id, public_id = proposal.id, proposal.public_id
    ring(JOB, row_id)
    return public_id


def claim_proposal(proposal_id: int, *, at: datetime) -> int | None:
    """Take a proposal on: return the number of this attempt, or None if there is nothing to do."""
    with writing() as session:
        return take_on(session, Proposal, proposal_id, named="proposal", at=at)


def keep_proposal_alive(proposal_id: int, attempt: int, *, at: datetime) -> bool:
    """Say that the audit goes on; return whether it is still wanted from this attempt."""
    with writing() as session:
        proposal = still_mine(session, Proposal, proposal_id, attempt)
        if proposal is not None:
            proposal.heartbeat_at = at
        return proposal is not None


def finish_proposal(
    proposal_id: int,
    attempt: int,
    *,
    content: dict[str, Any],
    counts: dict[str, Any] | None,
    lost: list[dict[str, Any]],
    after_id: int | None,
    at: datetime,
) -> bool:
    """Store what the audit left; return False, and store nothing, if another attempt has taken over."""
    with writing() as session:
        proposal = still_mine(session, Proposal, proposal_id, attempt)
        if proposal is None:
            return False
        proposal.state = ProposalState.READY
        proposal.content, proposal.counts, proposal.lost = content, counts, lost
        proposal.after_id, proposal.finished_at = after_id, at
        record(session, SYSTEM, "proposal.finish", "proposals", proposal.id, at=at, attempt=attempt)
        return True


def fail_proposal(proposal_id: int, attempt: int, *, failure: str, at: datetime) -> bool:
    """Store why an audit failed and what to do; return False if another attempt has taken over."""
    with writing() as session:
        proposal = still_mine(session, Proposal, proposal_id, attempt)
        if proposal is None:
            return False
        proposal.state, proposal.failure, proposal.finished_at = ProposalState.FAILED, shortened(failure), at
        record(session, SYSTEM, "proposal.fail", "proposals", proposal.id, at=at, attempt=attempt)
        return True


def publish_proposal(
    actor: Actor, public_id: str, *, reason: str = "", for_everybody: bool = False, at: datetime
) -> str:
    """Freeze what the audit left, in place of what was published before; return the publication's public id.

    Managers see batches, never single responses: what replaces a publication rests on the same data, or on at
    least as many responses more as the threshold asks for.

    Raises
    ------
    NotAllowed, PublicationProblem
    """
    with writing() as session:
        proposal, study = find_proposal(session, actor, "comparisons.publish", public_id)
        if proposal.state != ProposalState.READY or proposal.content is None:
            raise PublicationProblem("The audit is not ready, or this was published already. Look at it again.")
        current = _current(session, study.id)
        if (current.id if current else None) != proposal.after_id:
            raise PublicationProblem("Something else was published meanwhile. Ask for the audit again.")
        if current is not None:
            _refuse_single_responses(session, current, session.get_one(Comparison, proposal.comparison_id))
            _withdraw(session, actor, current, reason=reason or "Replaced by a newer publication.", at=at)
        publication = Publication(
            study_id=study.id,
            comparison_id=proposal.comparison_id,
            lead="" if "too_few" in proposal.content else proposal.lead,
            content=proposal.content,
            counts=proposal.counts,
            for_everybody=for_everybody,
            published_by=actor.id,
            published_at=at,
        )
        session.add(publication)
        session.flush()
        proposal.state = ProposalState.PUBLISHED
        record(session, actor, "publication.make", "publications", publication.id, at=at)
        return publication.public_id


def withdraw_publication(actor: Actor, public_id: str, *, reason: str, at: datetime) -> None:
    """Take a publication away from managers, and keep why.

    Raises
    ------
    NotAllowed, PublicationProblem
    """
    with writing() as session:
        publication = find_publication(session, actor, "comparisons.publish", public_id)
        if not reason.strip():
            raise PublicationProblem("Say why it is withdrawn; whoever looks for it later reads that.")
        _withdraw(session, actor, publication, reason=reason, at=at)


def _current(session: Session, study_id: int) -> Publication | None:
    return session.scalar(
        select(Publication)
        .where(Publication.study_id == study_id, Publication.withdrawn_at.is_(None))
        .with_for_update()
    )


def _withdraw(session: Session, actor: Actor, publication: Publication, *, reason: str, at: datetime) -> None:
    publication.withdrawn_at, publication.withdrawal = at, reason.strip()
    session.flush()
    record(session, actor, "publication.withdraw", "publications", publication.id, at=at)


def _refuse_single_responses(session: Session, current: Publication, comparison: Comparison) -> None:
    """Refuse what differs from the current publication by fewer responses than may be told apart."""
    before = session.get_one(Comparison, current.comparison_id)
    if "too_few" in current.content or comparison.data_fingerprint == before.data_fingerprint:
        return
    old, new = ((row.support or {}).get("complainant_responses", 0) for row in (before, comparison))
    if missing := too_few_new(old, new):
        raise PublicationProblem(
            f"Too few responses are new since the last publication: {max(0, new - old)}. At least {missing} more "
            "are needed, or managers could tell what the new ones said. Wait for them."
        )
