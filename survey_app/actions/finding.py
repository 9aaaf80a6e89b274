"""Find the row that an action is about, and see that the actor may touch it; foreign and missing look alike."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.models import Comparison, Firm, Proposal, Publication, Response, Study
from survey_app.rules.permissions import Actor, NotAllowed, require


def find_firm(session: Session, actor: Actor, permission: str, public_id: str) -> Firm:
    """Return a firm in which the actor has the permission, or raise NotAllowed."""
    firm = session.scalar(select(Firm).where(Firm.public_id == public_id))
    if firm is None:
        raise NotAllowed(permission)
    require(actor, permission, firm_id=firm.id)
    return firm


def find_study(session: Session, actor: Actor, permission: str, public_id: str) -> Study:
    """Return a study, locked, in whose firm the actor has the permission, or raise NotAllowed."""
    study = session.scalar(select(Study).where(Study.public_id == public_id).with_for_update())
    if study is None:
        raise NotAllowed(permission)
    require(actor, permission, firm_id=study.firm_id)
    return study


def find_response(session: Session, actor: Actor, permission: str, public_id: str) -> Response:
    """Return a response, locked, in whose firm the actor has the permission, or raise NotAllowed."""
    response = session.scalar(select(Response).where(Response.public_id == public_id).with_for_update())
    if response is None:
        raise NotAllowed(permission)
    require(actor, permission, firm_id=response.firm_id)
    return response


def find_comparison(session: Session, actor: Actor, permission: str, public_id: str) -> tuple[Comparison, Study]:
    """Return a comparison, locked, with its study, in whose firm the actor has the permission."""
    comparison = session.scalar(select(Comparison).where(Comparison.public_id == public_id).with_for_update())
    if comparison is None:
        raise NotAllowed(permission)
    study = session.get_one(Study, comparison.study_id)
    require(actor, permission, firm_id=study.firm_id)
    return comparison, study


def find_proposal(session: Session, actor: Actor, permission: str, public_id: str) -> tuple[Proposal, Study]:
    """Return a proposal, locked, with its study, in whose firm the actor has the permission."""
    proposal = session.scalar(select(Proposal).where(Proposal.public_id == public_id).with_for_update())
    if proposal is None:
        raise NotAllowed(permission)
    study = session.get_one(Study, proposal.study_id)
    require(actor, permission, firm_id=study.firm_id)
    return proposal, study


def find_publication(session: Session, actor: Actor, permission: str, public_id: str) -> Publication:
    """Return a publication that is not withdrawn, locked, in whose firm the actor has the permission."""
    current = (Publication.public_id == public_id, Publication.withdrawn_at.is_(None))
    publication = session.scalar(select(Publication).where(*current).with_for_update())
    if publication is None:
        raise NotAllowed(permission)
    require(actor, permission, firm_id=session.get_one(Study, publication.study_id).firm_id)
    return publication
