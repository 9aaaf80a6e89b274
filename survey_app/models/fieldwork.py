"""Fieldwork: links for customers, shoppers and what they are asked to do."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Id, Labels, Moment, Name, PublicId, When, one_of
from survey_app.rules.vocabulary import LANGUAGES, AssignmentState, Channel, InvitationKind


class Invitation(Base):
    """The link or QR code that a customer answers through.

    An open one is for many, and its public id stands in the address. A single one is for one person: only the hash
    of its secret is kept; the draft points here until it is submitted, then it is cut loose. `cap` is how many an
    open link lets in, `reached` how many people met it, where somebody knows: its answer rate is counted from it.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["study_id", "location_id"], ["study_locations.study_id", "study_locations.location_id"]
        ),
        ForeignKeyConstraint(["study_id", "scenario"], ["scenarios.study_id", "scenarios.code"]),
        UniqueConstraint("study_id", "id"),
        one_of("kind", InvitationKind),
        one_of("channel", Channel),
        one_of("language", LANGUAGES),
        CheckConstraint("(kind = 'single') = (secret_hash IS NOT NULL)", name="single_has_a_secret"),
        CheckConstraint("kind = 'single' OR used_at IS NULL", name="open_is_never_used_up"),
        CheckConstraint("cap > 0", name="cap_lets_somebody_in"),
        CheckConstraint("reached >= 0", name="reached_not_negative"),
        CheckConstraint("kind = 'open' OR (cap IS NULL AND reached IS NULL)", name="many_share_a_cap"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    location_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str | None] = mapped_column(String(20))
    scenario: Mapped[str | None] = mapped_column(String(60))
    language: Mapped[str | None] = mapped_column(String(2))
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    opens_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    cap: Mapped[int | None]
    reached: Mapped[int | None]
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    made_at: Mapped[When]


class LinkOpens(Base):
    """How often a link was opened on a day: a number, about nobody."""

    __tablename__ = "link_opens"
    __table_args__ = (CheckConstraint("opens > 0", name="opens_counted"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    opens: Mapped[int]


class Shopper(Base):
    """Somebody hired to visit. Their link is made from a key, their id and the generation; its hash is kept."""

    __tablename__ = "shoppers"
    __table_args__ = (UniqueConstraint("firm_id", "id"), UniqueConstraint("firm_id", "code"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    firm_id: Mapped[int] = mapped_column(ForeignKey("firms.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    generation: Mapped[int] = mapped_column(default=1)
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Assignment(Base):
    """One shopper is asked to do one scenario at one location by a date, for a fee."""

    __tablename__ = "assignments"
    __table_args__ = (
        ForeignKeyConstraint(["firm_id", "study_id"], ["studies.firm_id", "studies.id"]),
        ForeignKeyConstraint(["firm_id", "shopper_id"], ["shoppers.firm_id", "shoppers.id"]),
        ForeignKeyConstraint(
            ["study_id", "location_id"], ["study_locations.study_id", "study_locations.location_id"]
        ),
        ForeignKeyConstraint(["study_id", "scenario"], ["scenarios.study_id", "scenarios.code"]),
        UniqueConstraint("study_id", "id"),
        one_of("state", AssignmentState),
        one_of("channel", Channel),
        CheckConstraint("fee_cents >= 0", name="fee_not_negative"),
        CheckConstraint("stake BETWEEN 0 AND 10", name="stake_on_its_scale"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    firm_id: Mapped[int]
    study_id: Mapped[int]
    location_id: Mapped[int]
    shopper_id: Mapped[int] = mapped_column(index=True)
    scenario: Mapped[Code]
    channel: Mapped[str] = mapped_column(String(20))
    brief: Mapped[Labels] = mapped_column(default=dict)
    stake: Mapped[int | None]
    due_on: Mapped[date] = mapped_column(Date)
    fee_cents: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=AssignmentState.OPEN)
    made_at: Mapped[When]
