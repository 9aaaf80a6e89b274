"""Discovery curves of the arms of a study, side by side, at equal effort and at equal coverage."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from analysis.discovery.completeness import coverage, size_at_coverage
from analysis.discovery.curves import rarefaction
from analysis.discovery.pooled import EXHAUSTED_ABOVE
from analysis.shapes.results import Discovery, DiscoveryCurve

#: Points on a curve from one response to twice those there are.
_POINTS = 80
_SIZES_SHOWN = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
#: Arm → in how many responses each problem was seen, and how many responses there are.
Counts = dict[str, tuple[npt.NDArray[np.int64], int]]


def discover(counts: Counts) -> Discovery:
    """Return the discovery curves of each arm.

    Parameters
    ----------
    counts : mapping
        Arm → (int array with the number of responses that saw each problem, number of responses).

    Returns
    -------
    Discovery
        Descriptive: responses at one place are not independent, so no interval is given here.
    """
    curves = tuple(_curve(arm, tally, units) for arm, (tally, units) in sorted(counts.items()))
    tallies = [tally for tally, _ in counts.values()]
    seen_by_any = int(np.any(tallies, axis=0).sum()) if tallies else 0
    if len(counts) < 2 or not seen_by_any:
        return Discovery(curves, seen_by_any, {}, {}, equal_size=0, equal_coverage=math.nan, exhausted=False)
    smallest = min(units for _, units in counts.values())
    half = max(1, smallest // 2)
    at_size = _at_equal_size(counts, sorted({m for m in _SIZES_SHOWN if m < smallest} | {half, smallest}))
    return Discovery(
        curves=curves,
        seen_by_any=seen_by_any,
        at_equal_size=at_size,
        at_equal_coverage=_at_equal_coverage(counts),
        equal_size=half,
        equal_coverage=_common_coverage(counts),
        exhausted=max(at_size[half].values()) > EXHAUSTED_ABOVE * seen_by_any,
    )


def _curve(arm: str, tally: npt.NDArray[np.int64], units: int) -> DiscoveryCurve:
    grid = np.geomspace(1, 2 * units, _POINTS).round().astype(np.int64)
    sizes = np.unique(np.append(grid, units))
    nothing = not tally.any()
    covered = np.full(len(sizes), np.nan) if nothing or units == 1 else coverage(tally, units, sizes)
    return DiscoveryCurve(
        arm=arm,
        units=units,
        seen=int((tally > 0).sum()),
        sizes=tuple(float(size) for size in sizes),
        distinct=tuple(float(found) for found in rarefaction(tally, units, sizes)),
        coverage=tuple(float(share) for share in covered),
    )


def _common_coverage(counts: Counts) -> float:
    """Return C*, the smallest over the arms of the coverage that twice its responses would reach."""
    if any(not tally.any() or units == 1 for tally, units in counts.values()):
        return math.nan
    return min(float(coverage(tally, units, [2 * units])[0]) for tally, units in counts.values())


def _at_equal_size(counts: Counts, sizes: list[int]) -> dict[int, dict[str, float]]:
    found = {arm: rarefaction(tally, units, sizes) for arm, (tally, units) in sorted(counts.items())}
    return {size: {arm: float(curve[place]) for arm, curve in found.items()} for place, size in enumerate(sizes)}


def _at_equal_coverage(counts: Counts) -> dict[str, tuple[float, float]]:
    target = _common_coverage(counts)
    if math.isnan(target):
        return {}
    reached = {}
    for arm, (tally, units) in sorted(counts.items()):
        # The arm that sets the target is inverted back to twice its size, give or take the last digit.
        size = min(size_at_coverage(tally, units, target), 2.0 * units)
        reached[arm] = size, float(rarefaction(tally, units, [size])[0])
    return reached
