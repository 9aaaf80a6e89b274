"""Responses, the pages that made them, what was seen, and what the staff said of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Document, Hash, Id, Moment, PublicId, When, one_of
from survey_app.rules.vocabulary import LANGUAGES, Channel, Origin, ResponseState, ReviewState, Route


class Response(Base):
    """One filled-in instrument: typed columns for what pairing needs, one document with all answers by item code.

    In `answers`, null means shown and left open; an absent code was not shown. `trail` says for each item in which
    revision and by which request it was last answered. `presented` keeps the order of the problem list and the
    block that was drawn. `draft_of` ties a draft to its single-use link and is empty once it was sent. With the
    resume code a draft goes on on another device; with the receipt code a customer comes back to what was sent.
    `flags` holds the signs of careless or made-up answers, each with its reason, and `text_sketch` what texts are
    compared by (rules/quality.py).
    """

    __tablename__ = "responses"
    __table_args__ = (
        ForeignKeyConstraint(["firm_id", "study_id"], ["studies.firm_id", "studies.id"]),
        ForeignKeyConstraint(
            ["study_id", "location_id"], ["study_locations.study_id", "study_locations.location_id"]
        ),
        ForeignKeyConstraint(["study_id", "invitation_id"], ["invitations.study_id", "invitations.id"]),
        ForeignKeyConstraint(["study_id", "draft_of"], ["invitations.study_id", "invitations.id"]),
        ForeignKeyConstraint(["study_id", "assignment_id"], ["assignments.study_id", "assignments.id"]),
        ForeignKeyConstraint(["firm_id", "shopper_id"], ["shoppers.firm_id", "shoppers.id"]),
        ForeignKeyConstraint(["study_id", "scenario"], ["scenarios.study_id", "scenarios.code"]),
        UniqueConstraint("study_id", "id"),
        UniqueConstraint("study_id", "source_id"),
        one_of("state", ResponseState),
        one_of("route", Route),
        one_of("channel", Channel),
        one_of("review", ReviewState),
        one_of("language", LANGUAGES),
        CheckConstraint("revision >= 0", name="revision_counts_up"),
        CheckConstraint("hired = (route = 'assigned')", name="hired_are_assigned"),
        CheckConstraint("NOT hired OR need IN ('played', 'real')", name="hired_need"),
        CheckConstraint("hired OR need IN ('real', 'none')", name="customers_need"),
        CheckConstraint(
            "hired OR (shopper_id IS NULL AND assignment_id IS NULL)", name="customers_have_no_shopper"
        ),
        CheckConstraint("NOT hired OR shopper_id IS NOT NULL", name="hired_have_a_shopper"),
        CheckConstraint("hired = (review <> 'not_needed')", name="hired_are_reviewed"),
        CheckConstraint("state <> 'submitted' OR submitted_at IS NOT NULL", name="submitted_has_its_moment"),
        CheckConstraint("state <> 'submitted' OR need IS NOT NULL", name="submitted_has_its_arm"),
        CheckConstraint("state <> 'in_progress' OR receipt_hash IS NULL", name="receipt_only_when_sent"),
        CheckConstraint("resume_hash IS NULL OR state = 'in_progress'", name="resume_only_until_sent"),
        CheckConstraint("draft_of IS NULL OR state = 'in_progress'", name="sent_is_cut_loose"),
        CheckConstraint("cost_cents >= 0", name="cost_not_negative"),
        Index("ix_responses_study_id_state", "study_id", "state"),
        Index(
            "ix_responses_cells",
            *("study_id", "state", "location_id", "channel", "scenario", "visited_on"),
            *("hired", "need", "review", "route", "language", "version_id", "submitted_at"),
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    submission_id: Mapped[str | None] = mapped_column(String(43), unique=True)
    source_id: Mapped[str | None] = mapped_column(String(200))
    firm_id: Mapped[int]
    study_id: Mapped[int]
    location_id: Mapped[int]
    invitation_id: Mapped[int | None] = mapped_column(index=True)
    draft_of: Mapped[int | None] = mapped_column(unique=True)
    assignment_id: Mapped[int | None] = mapped_column(unique=True)
    shopper_id: Mapped[int | None]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("instrument_versions.id"))
    list_hash: Mapped[str | None] = mapped_column(String(64))
    hired: Mapped[bool]
    need: Mapped[str | None] = mapped_column(String(10))
    route: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str | None] = mapped_column(String(20))
    scenario: Mapped[str | None] = mapped_column(String(60))
    visited_on: Mapped[date | None] = mapped_column(Date)
    language: Mapped[str | None] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(12), default=ResponseState.IN_PROGRESS)
    review: Mapped[str] = mapped_column(String(10), default=ReviewState.NOT_NEEDED)
    revision: Mapped[int] = mapped_column(default=0)
    answers: Mapped[Document] = mapped_column(default=dict)
    trail: Mapped[Document] = mapped_column(default=dict)
    presented: Mapped[Document] = mapped_column(default=dict)
    cost_cents: Mapped[int | None]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent_texts.id"))
    flags: Mapped[Document] = mapped_column(default=dict)
    text_sketch: Mapped[str | None] = mapped_column(String(64))
    resume_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    receipt_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    started_at: Mapped[When]
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)


class ConsentText(Base):
    """What a customer was told and agreed to before the first question, word for word, in one language."""

    __tablename__ = "consent_texts"
    __table_args__ = (one_of("language", LANGUAGES),)

    id: Mapped[Id]
    hash: Mapped[Hash] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[When]


class FollowUp(Base):
    """One open question that the staff asked back, and what the customer answered by the receipt code."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_its_moment"),
        Index("ix_follow_ups_response_id", "response_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[When]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class PageRequest(Base):
    """One accepted post of a page. Its id is unique, so the same request again finds its answer here."""

    __tablename__ = "page_requests"
    __table_args__ = (UniqueConstraint("response_id", "request_id", "payload_hash"),)

    id: Mapped[Id]
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"))
    request_id: Mapped[str] = mapped_column(String(43), index=True)
    payload_hash: Mapped[Hash]
    page: Mapped[Code]
    revision: Mapped[int]
    answered: Mapped[Code]
    received_at: Mapped[When]


class Sighting(Base):
    """One problem seen in one response: the atom of the product."""

    __tablename__ = "sightings"
    __table_args__ = (
        ForeignKeyConstraint(["study_id", "response_id"], ["responses.study_id", "responses.id"]),
        ForeignKeyConstraint(["study_id", "problem"], ["problems.study_id", "problems.code"]),
        UniqueConstraint("response_id", "problem", "origin"),
        one_of("origin", Origin),
        CheckConstraint("severity BETWEEN 1 AND 4", name="severity_on_its_scale"),
    )

    id: Mapped[Id]
    study_id: Mapped[int] = mapped_column(index=True)
    response_id: Mapped[int]
    problem: Mapped[Code]
    severity: Mapped[int | None]
    origin: Mapped[str] = mapped_column(String(10), default=Origin.CHECKLIST)


class Review(Base):
    """What somebody on the staff said of a shopper's response, with the revision that they read."""

    __tablename__ = "reviews"
    __table_args__ = (
        one_of("decision", ("accepted", "returned", "rejected")),
        CheckConstraint("decision = 'accepted' OR reason <> ''", name="refusal_has_a_reason"),
        UniqueConstraint("response_id", "revision"),
    )

    id: Mapped[Id]
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(2000), default="")
    revision: Mapped[int]
    decided_at: Mapped[When]
