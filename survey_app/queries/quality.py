"""Look up the signs of careless or made-up answers: those of one response, and those seen only beside others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.models import Response
from survey_app.rules.quality import Beside, Reasons, flags_beside_others
from survey_app.rules.vocabulary import ResponseState


def flags_beside(session: Session, study_id: int) -> Mapping[str, Reasons]:
    """Return what is seen only among a study's responses: public id → flag → reason; most have none."""
    rows = session.execute(
        select(Response.public_id, Response.invitation_id, Response.submitted_at, Response.text_sketch)
        .where(
            Response.study_id == study_id,
            Response.state == ResponseState.SUBMITTED,
            Response.hired.is_(False),
            Response.version_id.is_not(None),
        )
        .order_by(Response.public_id)
    )
    return flags_beside_others(
        [Beside(name, link, sent_at, sketch) for name, link, sent_at, sketch in rows if sent_at is not None]
    )


def joined(own: Mapping[str, Any], beside: Reasons | None) -> Reasons:
    """Return all flags of a response with their reasons, in one order."""
    return dict(sorted({**own, **(beside or {})}.items()))
