"""Where a complaint that was brought in comes from, and why it may be used."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import When, one_of
from survey_app.rules.vocabulary import Basis


class BroughtIn(Base):
    """One complaint from outside: where it stands, why it may be used, and a note about that."""

    __tablename__ = "brought_in"
    __table_args__ = (one_of("basis", Basis),)

    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(2000), default="")
    basis: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(500), default="")
    brought_at: Mapped[When]
