"""What each place shows, beside what chance alone would do."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

#: How many standard errors about 95 % and 99.8 % of places keep within, if chance is all there is.
NEAR, FAR = 1.96, 3.09


@dataclass(frozen=True)
class PlaceResult:
    """One place: D_l, its standard error from the spread within cells, and both sources' means and responses.

    `as_good_as` is how many responses, evenly split in one cell, would have the same standard error: it puts
    places of any design on one axis. NaN where the spread within cells is not known.
    """

    location: str
    difference: float
    se: float
    as_good_as: float
    shoppers_mean: float
    complainants_mean: float
    shopper_responses: int
    complainant_responses: int

    @property
    def fewest(self) -> int:
        """The responses of the source that answered less."""
        return min(self.shopper_responses, self.complainant_responses)


@dataclass(frozen=True)
class Places:
    """All places, with the middle of the funnel and its width at one response.

    The width at n responses is `width`/√n: from the spread of responses within cells, so it covers chance alone,
    not that shoppers differ.
    """

    rows: tuple[PlaceResult, ...] = ()
    middle: float = math.nan
    width: float = math.nan
    outside: tuple[str, ...] = field(default=())

    def limits(self, as_good_as: float, errors: float = NEAR) -> tuple[float, float]:
        """Return between which differences chance keeps a place with so many responses."""
        half = errors * self.width / math.sqrt(as_good_as)
        return self.middle - half, self.middle + half
