"""Make links for customers; take shoppers on, give them work, and say whether it counts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey_app.actions.audit import record
from survey_app.actions.finding import find_firm, find_response, find_study
from survey_app.actions.studies import NameTaken
from survey_app.foundations.database import writing
from survey_app.foundations.tokens import hash_of_secret, personal_secret
from survey_app.models import Assignment, Invitation, Location, Review, Shopper, StudyLocation
from survey_app.rules.lifecycles import may_follow
from survey_app.rules.permissions import Actor, NotAllowed
from survey_app.rules.vocabulary import AssignmentState, InvitationKind, ReviewState

Decision = Literal["accepted", "returned", "rejected"]


class ReviewProblem(ValueError):
    """Why a review cannot be taken, and what to do."""


def make_invitation(
    actor: Actor,
    study_public_id: str,
    *,
    location_public_id: str,
    kind: InvitationKind = InvitationKind.OPEN,
    channel: str | None = None,
    scenario: str | None = None,
    closes_at: datetime | None = None,
    at: datetime,
) -> str:
    """Make a link to a study at one of its places; return what stands in its address.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        location_id = session.scalar(
            select(Location.id)
            .join(StudyLocation, StudyLocation.location_id == Location.id)
            .where(StudyLocation.study_id == study.id, Location.public_id == location_public_id)
        )
        if location_id is None:
            raise NotAllowed("studies.design")
        single = kind == InvitationKind.SINGLE
        secret = secrets.token_urlsafe(20) if single else None
        invitation = Invitation(
            study_id=study.id,
            location_id=location_id,
            kind=kind,
            channel=channel,
            scenario=scenario,
            secret_hash=hash_of_secret(secret) if secret else None,
            closes_at=closes_at,
            made_at=at,
        )
        session.add(invitation)
        session.flush()
        record(session, actor, "invitation.make", "invitations", invitation.id, at=at, kind=kind)
        return secret or invitation.public_id


def close_invitation(actor: Actor, study_public_id: str, invitation_public_id: str, *, at: datetime) -> None:
    """Let a link begin no new answers; what was begun may still be sent.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        invitation = session.scalar(
            select(Invitation).where(Invitation.study_id == study.id, Invitation.public_id == invitation_public_id)
        )
        if invitation is None:
            raise NotAllowed("studies.design")
        if invitation.closes_at is None or invitation.closes_at > at:
            invitation.closes_at = at
            record(session, actor, "invitation.close", "invitations", invitation.id, at=at)


def add_shopper(actor: Actor, firm_public_id: str, *, code: str, name: str, at: datetime) -> tuple[str, str]:
    """Take a shopper on; return their public id and the secret of their link, of which only the hash is kept.

    Raises
    ------
    NotAllowed, NameTaken
    """
    try:
        with writing() as session:
            firm = find_firm(session, actor, "studies.design", firm_public_id)
            shopper = Shopper(firm_id=firm.id, code=code, name=name)
            session.add(shopper)
            session.flush()
            secret = personal_secret("shopper", shopper.id, shopper.generation)
            shopper.link_hash = hash_of_secret(secret)
            record(session, actor, "shopper.add", "shoppers", shopper.id, at=at)
            return shopper.public_id, secret
    except IntegrityError as error:
        raise NameTaken(code) from error


def replace_link(actor: Actor, firm_public_id: str, shopper_public_id: str, *, at: datetime) -> tuple[str, str]:
    """Make a new personal link for a shopper; the old one and its sessions end. Return their name and its secret.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        firm = find_firm(session, actor, "studies.design", firm_public_id)
        shopper = session.scalar(
            select(Shopper)
            .where(Shopper.firm_id == firm.id, Shopper.public_id == shopper_public_id)
            .with_for_update()
        )
        if shopper is None:
            raise NotAllowed("studies.design")
        shopper.generation += 1
        secret = personal_secret("shopper", shopper.id, shopper.generation)
        shopper.link_hash = hash_of_secret(secret)
        record(session, actor, "shopper.link", "shoppers", shopper.id, at=at, generation=shopper.generation)
        return shopper.name, secret


def assign(
    actor: Actor,
    study_public_id: str,
    *,
    shopper_public_id: str,
    location_public_id: str,
    scenario: str,
    channel: str,
    due_on: date,
    fee_cents: int,
    brief: Mapping[str, str],
    stake: int | None = None,
    at: datetime,
) -> str:
    """Ask a shopper to do one scenario at one place by a date; return the assignment's public id.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        shopper_id = session.scalar(
            select(Shopper.id).where(Shopper.firm_id == study.firm_id, Shopper.public_id == shopper_public_id)
        )
        location_id = session.scalar(
            select(Location.id).where(Location.firm_id == study.firm_id, Location.public_id == location_public_id)
        )
        if shopper_id is None or location_id is None:
            raise NotAllowed("studies.design")
        assignment = Assignment(
            firm_id=study.firm_id,
            study_id=study.id,
            shopper_id=shopper_id,
            location_id=location_id,
            scenario=scenario,
            channel=channel,
            brief=dict(brief),
            stake=stake,
            due_on=due_on,
            fee_cents=fee_cents,
            made_at=at,
        )
        session.add(assignment)
        session.flush()
        record(session, actor, "assignment.make", "assignments", assignment.id, at=at)
        return assignment.public_id


def review_response(
    actor: Actor, response_public_id: str, *, decision: Decision, reason: str, revision: int, at: datetime
) -> None:
    """Accept, return or reject a shopper's response, as it stood in the revision that was read.

    Raises
    ------
    NotAllowed, ReviewProblem
    """
    with writing() as session:
        response = find_response(session, actor, "responses.review", response_public_id)
        if response.assignment_id is None or actor.id is None:
            raise NotAllowed("responses.review")
        if not may_follow(ReviewState(response.review), ReviewState(decision)):
            raise ReviewProblem("This response was reviewed already. Read it again to see what was decided.")
        if response.revision != revision:
            raise ReviewProblem("The response was changed since you opened it. Read it again, then decide.")
        if decision != "accepted" and not reason.strip():
            raise ReviewProblem("Say why, so that the shopper knows what to do.")
        session.add(
            Review(
                response_id=response.id,
                person_id=actor.id,
                decision=decision,
                reason=reason.strip(),
                revision=revision,
                decided_at=at,
            )
        )
        response.review = decision
        response.revision += 1
        assignment = session.get_one(Assignment, response.assignment_id, with_for_update=True)
        assignment.state = AssignmentState(decision)
        record(session, actor, f"response.{decision}", "responses", response.id, at=at)
