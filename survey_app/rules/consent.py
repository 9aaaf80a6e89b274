"""What a customer is told and agrees to before the first question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from survey_app.rules.definitions import hash_of


@dataclass(frozen=True)
class Consent:
    """The words of a greeting that a customer agrees to by pressing Start, in their language.

    A response keeps which words these were. When they change, whoever has the old ones open reads the new ones
    before anything begins.

    >>> Consent("en", ("We keep the day.",)).hash == Consent("en", ("We keep the hour.",)).hash
    False
    """

    language: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words, one sentence a line."""
        return "\n".join(self.sentences)

    @cached_property
    def hash(self) -> str:
        """What the words are known by."""
        return hash_of([self.language, *self.sentences])
