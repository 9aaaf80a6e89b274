"""The difference of two discovery curves at one size, over the whole list; it describes, and tests nothing."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from analysis.discovery.curves import rarefaction
from analysis.discovery.frequencies import checked_incidence
from analysis.shapes.arrays import as_labels, as_number
from analysis.shapes.estimates import RarefiedDifference
from analysis.shapes.intervals import t_interval
from analysis.shapes.results import NOT_ESTIMABLE

Bools = npt.NDArray[np.bool_]

#: Above this share of all problems seen, equal sizes tell little.
EXHAUSTED_ABOVE = 0.8


def rarefied_difference(
    complainants: npt.ArrayLike,
    complainant_locations: npt.ArrayLike,
    shoppers: npt.ArrayLike,
    shopper_locations: npt.ArrayLike,
    *,
    size: int | None = None,
) -> RarefiedDifference:
    """Compare how many different problems as many responses of each arm bring to light, all places together.

    S_C(m) − S_S(m) by rarefaction. The interval leaves out one location at a time, m fixed:
    se² = (L − 1)/L · sum (difference without l − their mean)², df = L − 1, around the whole difference.

    Parameters
    ----------
    complainants, shoppers : bool array, problem × response
        Who saw which problem, with the same problems in the same rows.
    complainant_locations, shopper_locations : array-like, one entry a response
    size : int, optional
        m; else half of the smaller number of responses.

    Returns
    -------
    RarefiedDifference
        Descriptive. `se` is NaN where fewer than `size` responses of an arm are left without some location, and at
        sizes above (1 − 1/L) of the smaller arm; all is NaN at sizes above it.

    Raises
    ------
    ValueError
        If the tables do not fit one another or their locations, a location is missing, or `size` is not a whole
        number from 1.

    Notes
    -----
    What the number means: ask m of each, wherever they are; the complainants bring up so many more different
    problems. It also measures where people complain, and takes unequal visits for a difference:
    `matched_difference` is the test.

    Source: Colwell et al. 2012, J. Plant Ecology 5:3-21; jackknife over locations. Equals vegan::specaccum inside.

    Examples
    --------
    Two complainants see a and b, one each; two shoppers both see a. One response finds one problem on either side.

    >>> result = rarefied_difference([[1, 0], [0, 1]], ["A", "B"], [[1, 1], [0, 0]], ["A", "B"])
    >>> result.size, result.difference
    (1, 0.0)
    """
    sides = [
        _Side.of(complainants, complainant_locations, name="complainants"),
        _Side.of(shoppers, shopper_locations, name="shoppers"),
    ]
    if len(sides[0].seen) != len(sides[1].seen):
        raise ValueError(
            f"complainants has {len(sides[0].seen)} problems and shoppers {len(sides[1].seen)}: give the same."
        )
    if size is not None and not (as_number(size, name="size") >= 1 and float(size).is_integer()):
        raise ValueError(f"size is {size}: give a whole number of responses from 1.")
    smallest = min(side.seen.shape[1] for side in sides)
    places = sorted(set(sides[0].places) | set(sides[1].places))
    m = smallest // 2 if size is None else int(size)
    if not 1 <= m <= smallest:
        sentence = f"{m} of each cannot be compared: the smaller arm has {smallest} responses."
        nan = math.nan
        return RarefiedDifference(nan, nan, nan, NOT_ESTIMABLE, m, len(places), nan, nan, False, (sentence,))
    found = [side.found(m) for side in sides]
    left = [tuple(side.without(place).found(m) for side in sides) for place in places]
    differences = np.array([one - other for one, other in left])
    count = len(places)
    se = math.nan
    if count > 1 and np.isfinite(differences).all() and m <= (1 - 1 / count) * smallest:
        se = math.sqrt((count - 1) / count * float(((differences - differences.mean()) ** 2).sum()))
    df = float(count - 1) if count > 1 else math.nan
    difference = found[0] - found[1]
    by_any = int((sides[0].seen.any(axis=1) | sides[1].seen.any(axis=1)).sum())
    exhausted = max(found) > EXHAUSTED_ABOVE * by_any > 0
    notes = []
    if m > smallest / 2:
        notes.append(
            f"Size {m} is above half of the smaller arm's {smallest} responses: the interval is too short."
        )
    if math.isnan(se):
        notes.append("Too little is left without one of the places: the interval is not estimable.")
    if exhausted:
        notes.append("The list is exhausted at this size: an arm finds over four fifths of all problems seen.")
    return RarefiedDifference(
        difference=difference,
        se=se,
        df=df,
        ci95=t_interval(difference, se, df, 0.95),
        size=m,
        locations=count,
        complainants=found[0],
        shoppers=found[1],
        exhausted=exhausted,
        warnings=tuple(notes),
    )


class _Side:
    """One arm: who saw which problem, and where."""

    def __init__(self, seen: Bools, places: npt.NDArray[np.str_]) -> None:
        self.seen = seen
        self.places = places

    @classmethod
    def of(cls, table: npt.ArrayLike, locations: npt.ArrayLike, *, name: str) -> _Side:
        seen = checked_incidence(table, name=name)
        given = as_labels(locations, name=f"{name}: locations")
        if given.isna().any():
            raise ValueError(f"{name}: a location is missing. Fill it in, or leave the response out.")
        places = given.astype("str").to_numpy(dtype=np.str_) if len(given) else np.array([], dtype=np.str_)
        if len(places) != seen.shape[1]:
            raise ValueError(f"{name}: {seen.shape[1]} responses, {len(places)} locations; give one a response.")
        return cls(seen, places)

    def without(self, place: str) -> _Side:
        keep = self.places != place
        return _Side(self.seen[:, keep], self.places[keep])

    def found(self, size: int) -> float:
        units = self.seen.shape[1]
        if units < size:
            return math.nan
        return float(rarefaction(self.seen.sum(axis=1), units, [size])[0])
