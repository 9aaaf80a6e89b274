"""What those who did not answer could change at worst."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from analysis.shapes.arrays import as_floats
from analysis.shapes.estimates import WorstCase
from analysis.shapes.results import NOT_ESTIMABLE, Interval


def worst_case_bounds(
    complainants: npt.ArrayLike,
    shoppers: npt.ArrayLike,
    *,
    complainants_asked: int,
    shoppers_asked: int,
    lowest: float,
    highest: float,
) -> WorstCase:
    """Return between which bounds the difference of means lies, whatever the silent would have said.

    With m the mean of those who answered and r their share of those asked, a side's mean over all asked lies in
    [r m + (1 − r) lowest, r m + (1 − r) highest]; the difference between the opposite ends.

    Parameters
    ----------
    complainants, shoppers : array-like of float
        Outcomes of those who answered; gaps count as asked but silent.
    complainants_asked, shoppers_asked : int
        How many were asked, those who answered included.
    lowest, highest : float
        The least and the most that anybody could have said, such as 0 and the length of the list.

    Returns
    -------
    WorstCase
        NaN where nobody was asked.

    Raises
    ------
    ValueError
        If more answered than were asked, or an outcome lies outside `lowest` to `highest`.

    Notes
    -----
    What the bounds mean: no assumption about the silent at all. They are wide, and honest.

    Source: Manski 1990, Am. Econ. Rev. 80:319-323.

    Examples
    --------
    Half of the complainants answered 2 of at most 4; all shoppers answered 1.

    >>> worst_case_bounds([2, 2], [1], complainants_asked=4, shoppers_asked=1, lowest=0, highest=4).difference
    (0.0, 2.0)
    """
    if not lowest <= highest:
        raise ValueError(f"lowest is {lowest} and highest {highest}: give the smaller number first.")
    bounds, rates, notes = [], [], []
    sides = (("complainants", complainants, complainants_asked), ("shoppers", shoppers, shoppers_asked))
    for name, outcomes, asked in sides:
        values = as_floats(outcomes, name=name)
        values = values[~np.isnan(values)]
        if len(values) > asked:
            raise ValueError(f"{len(values)} {name} answered, but only {asked} were asked.")
        if len(values) and (values.min() < lowest or values.max() > highest):
            raise ValueError(f"{name}: an outcome lies outside {lowest} to {highest}.")
        rate = len(values) / asked if asked else math.nan
        if not asked:
            notes.append(f"No {name} were asked: their mean is not estimable.")
        rates.append(rate)
        mean = float(values.mean()) if len(values) else 0.0
        bounds.append(bounds_of_mean(mean, rate, lowest=lowest, highest=highest))
    (low_c, high_c), (low_s, high_s) = bounds
    return WorstCase(
        difference=(low_c - high_s, high_c - low_s),
        complainants=bounds[0],
        shoppers=bounds[1],
        rate_complainants=rates[0],
        rate_shoppers=rates[1],
        warnings=tuple(notes),
    )


def bounds_of_mean(mean: float, rate: float, *, lowest: float, highest: float) -> Interval:
    """Return between which bounds a mean over all asked lies, if the share `rate` answered `mean` on average.

    Examples
    --------
    >>> bounds_of_mean(2.0, 0.5, lowest=0, highest=4)
    (1.0, 3.0)
    """
    if math.isnan(rate):
        return NOT_ESTIMABLE
    return rate * mean + (1 - rate) * lowest, rate * mean + (1 - rate) * highest
