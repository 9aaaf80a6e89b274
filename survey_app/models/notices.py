"""What a firm tells its customers around a survey, in its own words."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base
from survey_app.models.columns import Labels, When


class Notices(Base):
    """A firm's own words in each language: about privacy, accessibility, urgent matters, and to say thank you.

    An empty document means that the firm adds nothing to what every survey says.
    """

    __tablename__ = "notices"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firms.id"), primary_key=True)
    privacy: Mapped[Labels] = mapped_column(default=dict)
    accessibility: Mapped[Labels] = mapped_column(default=dict)
    urgent: Mapped[Labels] = mapped_column(default=dict)
    thanks: Mapped[Labels] = mapped_column(default=dict)
    changed_at: Mapped[When]
