"""Look up frozen instruments. One is read from its JSON once a process."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.models import InstrumentVersion
from survey_app.rules.definitions import read_instrument
from survey_app.rules.questionnaire import Instrument

#: By hash: a version never changes, so nothing here grows stale.
_READ: dict[str, Instrument] = {}
_MOST_KEPT = 200


def instrument_of(session: Session, *, version_id: int, version_hash: str) -> Instrument:
    """Return the instrument of a version."""
    found = _READ.get(version_hash)
    if found is None:
        definition = session.scalar(select(InstrumentVersion.definition).where(InstrumentVersion.id == version_id))
        found = read_instrument(definition or {})
        if len(_READ) >= _MOST_KEPT:
            _READ.clear()
        _READ[version_hash] = found
    return found
