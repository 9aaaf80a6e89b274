"""Look up what a firm tells its customers around a survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Firm, Notices
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor


@dataclass(frozen=True, kw_only=True)
class FirmNotices:
    """Whose survey it is, who is responsible, where urgent matters go, and the firm's own words by language."""

    firm_public_id: str
    firm_name: str
    controller: str
    contact: str
    privacy: Mapping[str, str] = field(default_factory=dict)
    accessibility: Mapping[str, str] = field(default_factory=dict)
    urgent: Mapping[str, str] = field(default_factory=dict)
    thanks: Mapping[str, str] = field(default_factory=dict)


def notices_of(session: Session, firm: Firm) -> FirmNotices:
    """Return the notices of a firm."""
    kept = session.get(Notices, firm.id)
    own = {} if kept is None else {name: getattr(kept, name) for name in _OWN}
    return FirmNotices(
        firm_public_id=firm.public_id,
        firm_name=firm.name,
        controller=firm.controller,
        contact=firm.contact,
        **own,
    )


_OWN = ("privacy", "accessibility", "urgent", "thanks")


def find_notices(firm_public_id: str) -> FirmNotices | None:
    """Return what anybody may read about the surveys of a firm, or None."""
    with reading() as session:
        firm = session.scalar(select(Firm).where(Firm.public_id == firm_public_id))
        return None if firm is None else notices_of(session, firm)


def notices_to_set(actor: Actor, firm_public_id: str) -> FirmNotices | None:
    """Return the notices of a firm in which the actor may design studies, or None."""
    with reading() as session:
        firm = session.scalar(
            within(
                select(Firm).where(Firm.public_id == firm_public_id), actor, "studies.design", firm_column=Firm.id
            )
        )
        return None if firm is None else notices_of(session, firm)
