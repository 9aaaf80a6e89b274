"""Look up people on the staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import Firm, Location, Person, Region
from survey_app.rules.text import name_key


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


def region_id_named(firm_id: int, name: str) -> int | None:
    """Return the id of a region of a firm by its name, or None."""
    with reading() as session:
        named = (Region.firm_id == firm_id, Region.name_key == name_key(name))
        return session.scalar(select(Region.id).where(*named))


def location_id_coded(firm_id: int, code: str) -> int | None:
    """Return the id of a place of a firm by its code, or None."""
    with reading() as session:
        return session.scalar(select(Location.id).where(Location.firm_id == firm_id, Location.code == code))
