"""What a firm will do about a finding: who sees to it, by when, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Id, Moment, Name, PublicId, When, one_of
from survey_app.rules.vocabulary import UndertakingState


class Undertaking(Base):
    """One thing to be done, added under a publication: at one location, or (without one) in the whole firm.

    `theme` is empty where it is about the finding as a whole. `revision` counts up with each change: who changes
    it says which one they saw. `settled_at` is when it was done or dropped.
    """

    __tablename__ = "undertakings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["study_id", "location_id"], ["study_locations.study_id", "study_locations.location_id"]
        ),
        one_of("state", UndertakingState),
        CheckConstraint("what <> '' AND owner <> ''", name="says_what_and_who"),
        CheckConstraint("state <> 'dropped' OR note <> ''", name="dropped_says_why"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_has_its_moment"),
        CheckConstraint("revision > 0", name="revision_from_one"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"))
    location_id: Mapped[int | None]
    theme: Mapped[Code] = mapped_column(default="")
    what: Mapped[str] = mapped_column(String(500))
    owner: Mapped[Name]
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=UndertakingState.OPEN)
    note: Mapped[str] = mapped_column(String(500), default="")
    revision: Mapped[int] = mapped_column(default=1)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[When]
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
