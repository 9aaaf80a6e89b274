"""Let a query find only what lies within the scope of the actor's grants."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, false, or_, select

from survey_app.models import Location, Region, Study, StudyLocation
from survey_app.rules.permissions import Actor, Reach, reach


def within(
    query: Select[*tuple[Any, ...]], actor: Actor, permission: str, *, firm_column: Any = Study.firm_id
) -> Select[*tuple[Any, ...]]:
    """Return the query with only the rows that the actor's permission reaches.

    A grant for a firm reaches what belongs to the firm. One for a region or location reaches the studies that one
    of its locations takes part in: a permission that goes so far down can be asked of a query over studies only.
    """
    reached = reach(actor, permission)
    if reached.everything:
        return query
    allowed = firm_column.in_(reached.firms) if reached.firms else false()
    if reached.regions or reached.locations:
        at = select(StudyLocation.study_id).where(StudyLocation.location_id.in_(_locations(reached)))
        allowed = or_(allowed, Study.id.in_(at))
    return query.where(allowed)


def locations_within(query: Select[*tuple[Any, ...]], actor: Actor, permission: str) -> Select[*tuple[Any, ...]]:
    """Return a query over locations with only those that the actor's permission reaches."""
    reached = reach(actor, permission)
    if reached.everything:
        return query
    return query.where(or_(Location.firm_id.in_(reached.firms), Location.id.in_(_locations(reached))))


def _locations(reached: Reach) -> Select[int]:
    """Select the locations that are reached, those below a region included, however deep."""
    regions = select(Region.id).where(Region.id.in_(reached.regions)).cte("regions_within", recursive=True)
    regions = regions.union(select(Region.id).join(regions, Region.parent_id == regions.c.id))
    return select(Location.id).where(
        or_(Location.id.in_(reached.locations), Location.region_id.in_(select(regions.c.id)))
    )
