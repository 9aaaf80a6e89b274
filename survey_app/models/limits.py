"""How often something was tried: guesses at passwords and links."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.foundations.database import Base


class LimitCount(Base):
    """How often something was done in a window of time, counted by all processes together.

    The key is a keyed hash, so it names nobody; `ends_at` is in seconds since 1970.
    """

    __tablename__ = "limit_counts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)
