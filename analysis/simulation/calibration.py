"""How often the verdict is right: many simulated studies of one world, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.inference.cells import CellSums, sum_cells
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.inference.verdicts import verdict
from analysis.shapes.results import TwoWay
from analysis.simulation.worlds import World, simulate

Method = Callable[[CellSums], TwoWay]


@dataclass(frozen=True)
class Calibration:
    """Rates over the replicates of one world.

    `rates` holds the four verdicts, `coverage95` and `coverage90`: how often the interval holds the truth.
    `mean_variance_over_true` is the mean of the estimated variance over the variance of the estimates.
    """

    replicates: int
    rates: dict[str, float]
    mean_variance_over_true: float
    mean_df: float
    median_half_width95: float


def calibrate(
    world: World,
    *,
    replicates: int,
    seed: int | np.random.SeedSequence,
    margin: float = 0.5,
    method: Method = two_way_of_sums,
    progress: Callable[[], None] = lambda: None,
) -> Calibration:
    """Simulate a world many times and count verdicts and intervals that hold the truth.

    Parameters
    ----------
    world : World
    replicates : int
    seed : int or SeedSequence
        Replicate r of a seed is always the same study.
    margin : float
        Of the verdict.
    method : callable
        From cell sums to a result: the product's, or a broken one that a test wants caught.
    progress : callable
        Called after each replicate.
    """
    counted: Counter[str] = Counter()
    estimates, variances, dfs, halves = [], [], [], []
    random = np.random.Generator(np.random.PCG64(seed))
    for _ in range(replicates):
        result = method(sum_cells(*simulate(world, random)))
        word = verdict(
            result.estimate,
            result.se,
            result.df,
            margin,
            locations=result.locations,
            shoppers=result.shoppers,
        )
        counted[word] += 1
        counted["coverage95"] += result.ci95[0] <= world.truth <= result.ci95[1]
        counted["coverage90"] += result.ci90[0] <= world.truth <= result.ci90[1]
        estimates.append(result.estimate)
        variances.append(result.se**2)
        dfs.append(result.df)
        halves.append(result.ci95[1] - result.estimate)
        progress()
    names = ("supported", "reversed", "equivalent", "inconclusive", "coverage95", "coverage90")
    return Calibration(
        replicates=replicates,
        rates={name: counted[name] / replicates for name in names},
        mean_variance_over_true=float(np.mean(variances) / np.var(estimates, ddof=1)),
        mean_df=float(np.mean(dfs)),
        median_half_width95=float(np.median(halves)),
    )
