"""Look up what the demonstration left behind."""

from __future__ import annotations

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import Firm, Invitation, Location, Shopper, Study


def study_named(name: str) -> tuple[str, str] | None:
    """Return the public ids of a study and its firm by the study's name, or None."""
    with reading() as session:
        row = session.execute(
            select(Study.public_id, Firm.public_id)
            .join(Firm, Firm.id == Study.firm_id)
            .where(Study.name == name)
            .order_by(Study.id)
        ).first()
        return None if row is None else (row[0], row[1])


def firm_named(name: str) -> str | None:
    """Return the public id of a firm by its name, or None."""
    with reading() as session:
        return session.scalar(select(Firm.public_id).where(Firm.name == name))


def first_link(study_public_id: str) -> str | None:
    """Return what stands in the address of a study's first open link."""
    with reading() as session:
        return session.scalar(
            select(Invitation.public_id)
            .join(Study, Study.id == Invitation.study_id)
            .where(Study.public_id == study_public_id, Invitation.kind == "open")
            .order_by(Invitation.id)
        )


def first_shopper(firm_public_id: str) -> tuple[int, int] | None:
    """Return id and generation of a firm's first active shopper: what their link is made from."""
    with reading() as session:
        row = session.execute(
            select(Shopper.id, Shopper.generation)
            .join(Firm, Firm.id == Shopper.firm_id)
            .where(Firm.public_id == firm_public_id, Shopper.active)
            .order_by(Shopper.id)
        ).first()
        return None if row is None else (row[0], row[1])


def places_of(firm_public_id: str) -> list[str]:
    """Return the public ids of a firm's places, in the order in which they were added."""
    with reading() as session:
        return list(
            session.scalars(
                select(Location.public_id)
                .join(Firm, Firm.id == Location.firm_id)
                .where(Firm.public_id == firm_public_id)
                .order_by(Location.id)
            )
        )
