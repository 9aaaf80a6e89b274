"""Make links for customers; take shoppers on, give them work, and say whether it counts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.finding import find_firm, find_response, find_study
from survey_app.actions.studies import NameTaken
from survey_app.foundations.database import writing
from survey_app.foundations.tokens import hash_of_secret, personal_secret
from survey_app.models import Assignment, Invitation, Location, Review, Shopper, StudyLocation
from survey_app.rules.doors import begin_of, end_of, last_day
from survey_app.rules.lifecycles import may_follow
from survey_app.rules.permissions import Actor, NotAllowed
from survey_app.rules.vocabulary import AssignmentState, InvitationKind, ReviewState

Decision = Literal["accepted", "returned", "rejected"]


class ReviewProblem(ValueError):
    """Why a review cannot be taken, and what to do."""


@dataclass(frozen=True, kw_only=True)
class NewLink:
    """What a link is for: how those who use it came, how it greets them, on which days, how many at most."""

    kind: InvitationKind = InvitationKind.OPEN
    channel: str | None = None
    scenario: str | None = None
    language: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    cap: int | None = None


def make_invitation(
    actor: Actor,
    study_public_id: str,
    *,
    location_public_id: str,
    kind: InvitationKind = InvitationKind.OPEN,
    channel: str | None = None,
    scenario: str | None = None,
    at: datetime,
) -> str:
    """Make a link to a study at one of its places; return what stands in its address.

    Raises
    ------
    NotAllowed
    """
    new = NewLink(kind=kind, channel=channel, scenario=scenario)
    return make_invitations(actor, study_public_id, new, location_public_id=location_public_id, at=at)[0]


def make_invitations(
    actor: Actor, study_public_id: str, new: NewLink, *, location_public_id: str | None = None, at: datetime
) -> list[str]:
    """Make a link to a study at one of its places, or one at each; return what stands in the addresses.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        places = (
            select(Location.id, Location.time_zone)
            .join(StudyLocation, StudyLocation.location_id == Location.id)
            .where(StudyLocation.study_id == study.id)
            .order_by(Location.name, Location.id)
        )
        if location_public_id is not None:
            places = places.where(Location.public_id == location_public_id)
        found = session.execute(places).all()
        if not found:
            raise NotAllowed("studies.design")
        return [
            _add_invitation(session, actor, study.id, location_id, new, time_zone=time_zone, at=at)
            for location_id, time_zone in found
        ]


def _add_invitation(
    session: Session, actor: Actor, study_id: int, location_id: int, new: NewLink, *, time_zone: str, at: datetime
) -> str:
    secret = secrets.token_urlsafe(20) if new.kind == InvitationKind.SINGLE else None
    invitation = Invitation(
        study_id=study_id,
        location_id=location_id,
        kind=new.kind,
        channel=new.channel,
        scenario=new.scenario,
        language=new.language,
        secret_hash=hash_of_secret(secret) if secret else None,
        opens_at=begin_of(new.opens_on, time_zone),
        closes_at=end_of(new.closes_on, time_zone),
        cap=new.cap,
        made_at=at,
    )
    session.add(invitation)
    session.flush()
    record(session, actor, "invitation.make", "invitations", invitation.id, at=at, kind=new.kind)
    return secret or invitation.public_id


def change_invitation(
    actor: Actor,
    study_public_id: str,
    invitation_public_id: str,
    *,
    language: str | None,
    opens_on: date | None,
    closes_on: date | None,
    cap: int | None,
    reached: int | None,
    at: datetime,
) -> None:
    """Set the language, the days and the cap of an open link, and how many people met it; what was sent stays.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        invitation = _find_invitation(session, actor, study_public_id, invitation_public_id)
        if invitation.kind != InvitationKind.OPEN:
            raise NotAllowed("studies.design")
        time_zone = session.get_one(Location, invitation.location_id).time_zone
        invitation.language = language
        invitation.opens_at = begin_of(opens_on, time_zone)
        closed_early = invitation.opens_at is None and last_day(invitation.closes_at, time_zone) == closes_on
        if not closed_early:
            invitation.closes_at = end_of(closes_on, time_zone)
        invitation.cap = cap
        invitation.reached = reached
        record(session, actor, "invitation.change", "invitations", invitation.id, at=at)


def _find_invitation(
    session: Session, actor: Actor, study_public_id: str, invitation_public_id: str
) -> Invitation:
    """Return a link of a study, locked, or raise NotAllowed."""
    study = find_study(session, actor, "studies.design", study_public_id)
    invitation = session.scalar(
        select(Invitation)
        .where(Invitation.study_id == study.id, Invitation.public_id == invitation_public_id)
        .with_for_update()
    )
    if invitation is None:
        raise NotAllowed("studies.design")
    return invitation


def close_invitation(actor: Actor, study_public_id: str, invitation_public_id: str, *, at: datetime) -> None:
    """Let a link begin no new answers; what was begun may still be sent.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        invitation = _find_invitation(session, actor, study_public_id, invitation_public_id)
        if invitation.closes_at is None or invitation.closes_at > at:
            invitation.closes_at = at
            if invitation.opens_at is not None and invitation.opens_at >= at:
                invitation.opens_at = None
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
