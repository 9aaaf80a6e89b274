"""Draw units again and again, and take the middle of what comes out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.shapes.results import NOT_ESTIMABLE, Interval

Floats = npt.NDArray[np.float64]

#: Resamples held in memory at a time; the stream of random numbers does not depend on it.
_BLOCK = 250


def resampled(units: int, *, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield how often each unit was drawn, with replacement, in blocks of resamples."""
    random = np.random.Generator(np.random.PCG64(seed))
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        drawn = random.integers(0, units, size=(size, units)) + np.arange(size)[:, None] * units
        yield np.bincount(drawn.ravel(), minlength=size * units).reshape(size, units).astype(np.float64)


def percentiles(drawn: Floats) -> Interval:
    """Return the middle 95 %; NaN where more than a tenth of the resamples gave no number."""
    known = drawn[np.isfinite(drawn)]
    if len(known) < 0.9 * len(drawn):
        return NOT_ESTIMABLE
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
