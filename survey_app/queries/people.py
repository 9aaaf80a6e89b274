"""Look up people on the staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import Firm, Person


def find_person(**unique: Any) -> Person | None:
    """Return a person by one unique column, with their grants, detached from the database."""
    with reading() as session:
        person = session.execute(select(Person).filter_by(**unique)).unique().scalar_one_or_none()
        if person is not None:
            session.expunge_all()
        return person


def firm_id_named(name: str) -> int | None:
    """Return the id of a firm by its name, or None."""
    with reading() as session:
        return session.scalar(select(Firm.id).where(Firm.name == name))
