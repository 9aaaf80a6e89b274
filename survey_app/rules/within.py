"""Within what a role holds: everything, a firm, a region of it, or one place."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.rules.vocabulary import Scope


@dataclass(frozen=True)
class Within:
    """A firm, a region or a place, by their ids; nothing named means everything."""

    firm_id: int | None = None
    region_id: int | None = None
    location_id: int | None = None

    @property
    def place(self) -> tuple[int | None, int | None, int | None]:
        """The ids, as a grant has them."""
        return self.firm_id, self.region_id, self.location_id

    @property
    def scope(self) -> Scope:
        """How far it reaches.

        >>> str(Within().scope), str(Within(7).scope), str(Within(7, location_id=3).scope)
        ('all', 'firm', 'location')
        """
        if self.location_id is not None:
            return Scope.LOCATION
        if self.region_id is not None:
            return Scope.REGION
        return Scope.ALL if self.firm_id is None else Scope.FIRM


@dataclass(frozen=True)
class PlaceToGive:
    """Something for which a role can hold: its value in a form, its firm (empty: all), its name in the firm."""

    value: str
    firm: str
    name: str
    within: Within
