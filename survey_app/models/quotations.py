"""What a researcher released of stories, for managers to read."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Code, Id, PublicId, When
from survey_app.rules.quotations import LONGEST_QUOTATION


class Quotation(Base):
    """The part of one story that managers may read about one problem, with all covered that tells who wrote it.

    A snapshot holds only the public id, so that a customer who erases takes the words out of every publication.
    The database lets nobody change a row. The public id is random, and what quotations are ordered by.
    """

    __tablename__ = "quotations"
    __table_args__ = (
        ForeignKeyConstraint(["study_id", "response_id"], ["responses.study_id", "responses.id"]),
        ForeignKeyConstraint(["study_id", "problem"], ["problems.study_id", "problems.code"]),
        UniqueConstraint("response_id", "problem"),
        CheckConstraint("text <> ''", name="quotation_says_something"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    study_id: Mapped[int] = mapped_column(index=True)
    response_id: Mapped[int]
    problem: Mapped[Code]
    text: Mapped[str] = mapped_column(String(LONGEST_QUOTATION))
    released_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[When]
