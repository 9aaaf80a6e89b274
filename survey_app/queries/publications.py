"""Look up publications: what managers, and sometimes everybody, may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from survey_app.foundations.database import reading
from survey_app.models import Firm, Location, Publication, Study, StudyLocation
from survey_app.queries.scopes import locations_within, within
from survey_app.rules.permissions import Actor
from survey_app.rules.snapshots import Sight


@dataclass(frozen=True)
class Published:
    """A publication with the study that it is about."""

    public_id: str
    study_name: str
    firm_name: str
    made_up: bool
    lead: str
    content: dict[str, Any]
    published_at: datetime
    study_id: int

    @property
    def shows(self) -> bool:
        """Whether enough people stand behind it to show anything."""
        return "too_few" not in self.content


_PUBLISHED = (
    select(Publication, Study.name, Firm.name, Study.made_up)
    .join(Study, Study.id == Publication.study_id)
    .join(Firm, Firm.id == Study.firm_id)
    .where(Publication.withdrawn_at.is_(None))
    .order_by(Publication.published_at.desc(), Publication.id.desc())
)


def publication_for_everybody() -> Published | None:
    """Return the newest publication that anybody may see."""
    return _first(_PUBLISHED.where(Publication.for_everybody))


def publications_for(actor: Actor) -> list[Published]:
    """Return what the actor may see, newest first."""
    query = within(_PUBLISHED, actor, "publications.read")
    with reading() as session:
        return [_published(row) for row in session.execute(query)]


def find_publication(actor: Actor, public_id: str) -> Published | None:
    """Return a publication that the actor may see, or None."""
    found = _PUBLISHED.where(Publication.public_id == public_id)
    return _first(within(found, actor, "publications.read"))


def sight_of(actor: Actor, published: Published) -> Sight:
    """Return a publication as the actor sees it: with the locations in their charge."""
    query = (
        select(Location.public_id)
        .join(StudyLocation, StudyLocation.location_id == Location.id)
        .where(StudyLocation.study_id == published.study_id)
    )
    with reading() as session:
        reached = session.scalars(locations_within(query, actor, "publications.read"))
        return Sight(published.content, frozenset(reached))


def is_published(study_name: str) -> bool:
    """Return whether a study of this name has a publication."""
    return _first(_PUBLISHED.where(Study.name == study_name)) is not None


def _first(query: Select[*tuple[Any, ...]]) -> Published | None:
    with reading() as session:
        row = session.execute(query.limit(1)).one_or_none()
        return None if row is None else _published(row)


def _published(row: Row[*tuple[Any, ...]]) -> Published:
    publication, study_name, firm_name, made_up = row
    return Published(
        public_id=publication.public_id,
        study_name=study_name,
        firm_name=firm_name,
        made_up=made_up,
        lead=publication.lead,
        content=publication.content,
        published_at=publication.published_at,
        study_id=publication.study_id,
    )
