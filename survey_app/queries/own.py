"""Look up what a customer finds with a code: the draft that goes on elsewhere, or what they have sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.foundations.tokens import hash_of_secret
from survey_app.models import Change, ConsentText, FollowUp, PageRequest, Response
from survey_app.queries.surveys import ANSWERING, Answering, answering_of
from survey_app.rules.vocabulary import ResponseState


@dataclass(frozen=True)
class Asked:
    """One question that the staff asked back."""

    public_id: str
    text: str
    asked_at: datetime
    answer: str | None


@dataclass(frozen=True, kw_only=True)
class Own:
    """All that is kept of one customer's response, as they see it themselves."""

    answering: Answering
    withdrawn: bool
    submitted_at: datetime
    consent: str | None
    flags: Mapping[str, Any]
    follow_ups: tuple[Asked, ...]
    changes: tuple[Mapping[str, str], ...]


def find_sent(code: str) -> str | None:
    """Return the submission of a receipt code, withdrawn or not, or None."""
    with reading() as session:
        return session.scalar(
            select(Response.submission_id).where(
                Response.receipt_hash == hash_of_secret(code), Response.submission_id.is_not(None)
            )
        )


def find_draft(code: str) -> tuple[str, str | None] | None:
    """Return the submission of a resume code and the page that its last request led to, or None."""
    with reading() as session:
        found = session.execute(
            select(Response.id, Response.submission_id).where(
                Response.resume_hash == hash_of_secret(code), Response.state == ResponseState.IN_PROGRESS
            )
        ).one_or_none()
        if found is None or found.submission_id is None:
            return None
        last = session.scalar(
            select(PageRequest.answered)
            .where(PageRequest.response_id == found.id)
            .order_by(PageRequest.id.desc())
            .limit(1)
        )
        return found.submission_id, last or None


def find_own(submission_id: str, *, at: datetime) -> Own | None:
    """Return what a customer has sent, with all that was asked and told since; None for what is not sent."""
    with reading() as session:
        row = session.execute(
            ANSWERING.add_columns(Response.submitted_at, Response.flags, ConsentText.text.label("consent"))
            .outerjoin(ConsentText, ConsentText.id == Response.consent_id)
            .where(Response.submission_id == submission_id, Response.state != ResponseState.IN_PROGRESS)
        ).one_or_none()
        if row is None or row.submitted_at is None:
            return None
        follow_ups = session.execute(
            select(FollowUp.public_id, FollowUp.text, FollowUp.asked_at, FollowUp.answer)
            .where(FollowUp.response_id == row.id)
            .order_by(FollowUp.id)
        )
        changes = session.scalars(
            select(Change.texts).where(Change.study_id == row.study_id).order_by(Change.id.desc())
        )
        return Own(
            answering=answering_of(session, row, at=at),
            withdrawn=row.state == ResponseState.VOID,
            submitted_at=row.submitted_at,
            consent=row.consent,
            flags=row.flags,
            follow_ups=tuple(Asked(*asked) for asked in follow_ups),
            changes=tuple(changes),
        )
