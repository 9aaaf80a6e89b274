"""Correction for looking at many."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def holm(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return p values after Holm's correction, in the order given.

    The k-th smallest of m is multiplied by m − k + 1; none may come out smaller than one before it, or above 1.

    Notes
    -----
    What the number means: the chance of one false finding or more among all is at most the limit that these are
    held against, however the tests depend on one another. Source: Holm 1979, Scand. J. Statistics 6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    corrected = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    found = np.empty_like(corrected)
    found[order] = corrected
    return found
