"""Why something is not estimable: the reasons that several rooms give."""

from __future__ import annotations

from typing import Final

from analysis.language import Number, Words, say

NO_SHARED_CELL: Final = say("no cell holds responses of both arms")
NO_SHOPPER_IDS: Final = say("no shopper ids are known")


def no_column(column: str) -> Words:
    """Say that a column is missing.

    Examples
    --------
    >>> no_column("stake")
    'there is no column `stake`'
    """
    return say("there is no column `{column}`", column=column)


def too_few_places(places: float, least: float) -> Words:
    """Say that there are too few places with both sources."""
    return say("places with both sources: {n}, at least {least} are needed", n=Number(places), least=Number(least))
