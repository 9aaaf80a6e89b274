"""Each place by itself: its difference, and how far chance alone would carry it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from analysis.inference.sums import Layout
from analysis.shapes.places import NEAR, PlaceResult, Places

Floats = npt.NDArray[np.float64]


def compare_places(layout: Layout, *, middle: float) -> Places:
    """Return the difference of each place with its standard error from the spread within cells. Described.

    With s2_a the pooled variance of arm a within cells and n_ca the responses of arm a in cell c of a place with
    C_l cells:

        D_l   = mean over c of (mean_cC − mean_cS)
        se_l² = 1/C_l² · sum_c (s2_C/n_cC + s2_S/n_cS)
        n_l   = 2 (s2_C + s2_S)/se_l²,   the responses, evenly split in one cell, with the same standard error

    Parameters
    ----------
    layout : Layout
    middle : float
        The middle of the funnel: the difference over all places.

    Returns
    -------
    Places
        `outside` names the places further from the middle than 1.96 standard errors.

    Notes
    -----
    What the numbers mean: a place within the funnel differs from the others no more than chance explains. Where
    one shopper saw a whole place, that shopper's eye is in its difference as well.
    """
    paired = layout.paired()
    if not len(paired.location):
        return Places(middle=middle)
    cells, cell = np.unique(paired.cell, return_inverse=True)
    names, place = np.unique(paired.location, return_inverse=True)
    place_of_cell = np.zeros(len(cells), dtype=np.int64)
    place_of_cell[cell] = place
    means, errors, spreads, counts, totals = [], [], [], [], []
    for side in (paired.complainant, ~paired.complainant):
        n, y, squared = (
            np.bincount(cell[side], weights=paired.values(name)[side], minlength=len(cells))
            for name in ("n", "y", "y_squared")
        )
        freedom = float((n - 1).sum())
        spread = float((squared - y**2 / n).clip(0).sum()) / freedom if freedom > 0 else math.nan
        means.append(y / n)
        errors.append(spread / n)
        spreads.append(spread)
        counts.append(np.bincount(place_of_cell, weights=n))
        totals.append(np.bincount(place_of_cell, weights=y))
    of_place = np.bincount(place_of_cell)
    differences = np.bincount(place_of_cell, weights=means[0] - means[1]) / of_place
    variances = np.bincount(place_of_cell, weights=errors[0] + errors[1]) / of_place**2
    width = math.sqrt(2 * sum(spreads)) if sum(spreads) >= 0 else math.nan
    rows = tuple(
        PlaceResult(
            location=layout.location_names[name],
            difference=float(differences[row]),
            se=math.sqrt(variances[row]) if variances[row] >= 0 else math.nan,
            as_good_as=width**2 / float(variances[row]) if variances[row] > 0 else math.nan,
            shoppers_mean=float(totals[1][row] / counts[1][row]),
            complainants_mean=float(totals[0][row] / counts[0][row]),
            shopper_responses=int(counts[1][row]),
            complainant_responses=int(counts[0][row]),
        )
        for row, name in enumerate(names)
    )
    outside = tuple(row.location for row in rows if abs(row.difference - middle) > NEAR * row.se)
    return Places(rows, middle=middle, width=width, outside=outside)
