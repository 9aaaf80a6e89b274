"""People to be invited: addresses kept apart from answers, deleted by a date, and what was mailed to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Hash, Id, Moment, Name, PublicId, When, one_of
from survey_app.rules.vocabulary import LANGUAGES, LetterKind, LetterState


class ContactList(Base):
    """People whom somebody brought to be invited to a study; on `delete_on` their addresses are deleted."""

    __tablename__ = "contact_lists"
    __table_args__ = (UniqueConstraint("study_id", "id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    name: Mapped[Name]
    delete_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[When]


class Contact(Base):
    """One person to be invited through one single-use link, until the address is deleted.

    Nothing leads from an answer to here: an answer that was sent no longer knows its link. The link knows on which
    day it was used, and no more.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        ForeignKeyConstraint(["study_id", "list_id"], ["contact_lists.study_id", "contact_lists.id"]),
        ForeignKeyConstraint(["study_id", "invitation_id"], ["invitations.study_id", "invitations.id"]),
        UniqueConstraint("study_id", "address_hash"),
        one_of("language", LANGUAGES),
        CheckConstraint("(email IS NULL) = (address_hash IS NULL)", name="address_and_hash_go_together"),
        CheckConstraint("email IS NOT NULL OR name = ''", name="deleted_has_no_name"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int]
    list_id: Mapped[int] = mapped_column(index=True)
    invitation_id: Mapped[int] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    address_hash: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2))


class Letter(Base):
    """One mail to one contact: an invitation, or its one reminder. An attempt is noted before it is made."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("contact_id", "kind"),
        one_of("kind", LetterKind),
        one_of("state", LetterState),
        CheckConstraint("attempts >= 0", name="attempts_count_up"),
        CheckConstraint("state <> 'begun' OR begun_at IS NOT NULL", name="begun_has_its_moment"),
    )

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=LetterState.WAITING, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class NoMail(Base):
    """An address that wants no mail from a firm: only its keyed hash, so that it is never invited again."""

    __tablename__ = "no_mail"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firms.id"), primary_key=True)
    address_hash: Mapped[Hash] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(Date)
