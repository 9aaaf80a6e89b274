"""How often each hypothesis says what, in many simulated studies of one world, through the product's own code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.discovery.matched import matched_difference_of_codes
from analysis.inference.outcome_table import SEEN, Context
from analysis.inference.per_problem import compare_problems
from analysis.inference.sums import Layout
from analysis.shapes.estimates import MatchedDifference
from analysis.shapes.plan import Plan
from analysis.simulation import World, calibrate
from analysis.simulation.ticks import ProblemWorld, simulate_ticks, true_matched_difference
from benchmarks.calibration.rules import Counted

Advance = Callable[[], None]


@dataclass(frozen=True)
class Answer:
    """What was counted in one setting, and what else is worth printing."""

    replicates: int
    truth: float
    counts: dict[str, Counted]
    variance_over_true: float


def primary(world: World, replicates: int, seed: int, advance: Advance) -> Answer:
    """Count the verdicts of H1 at its default margin of 0.5."""
    got = calibrate(world, replicates=replicates, seed=seed, progress=advance)
    hits = {name: Counted(round(rate * replicates), replicates) for name, rate in got.rates.items()}
    counts = {name: hits[name] for name in ("supported", "reversed", "equivalent")}
    counts["coverage"] = hits["coverage95"]
    return Answer(replicates, world.truth, counts, got.mean_variance_over_true)


def matched(
    of: ProblemWorld,
    replicates: int,
    seed: int,
    advance: Advance,
    *,
    method: Callable[[MatchedDifference], tuple[float, float]] = lambda result: result.ci95,
) -> Answer:
    """Count the words of H2, which is described without a word where it may not judge.

    `method` takes the interval from a result; a test hands in a broken one that it wants caught.
    """
    truth = true_matched_difference(of)
    counted: Counter[str] = Counter()
    estimates, variances = [], []
    random = np.random.Generator(np.random.PCG64(seed))
    for _ in range(replicates):
        paired, seen = simulate_ticks(of, random)
        result = matched_difference_of_codes(
            location=paired.location,
            cell=paired.cell,
            shopper=paired.shopper,
            complainant=paired.complainant,
            ticked=seen,
        )
        advance()
        if result.described is not None:
            counted["described"] += 1
            continue
        low, high = method(result)
        counted["supported"] += low > 0
        counted["reversed"] += high < 0
        counted["coverage"] += low <= truth <= high
        estimates.append(result.difference)
        variances.append(result.se**2)
    judged = replicates - counted["described"]
    counts = {name: Counted(counted[name], replicates) for name in ("supported", "reversed", "described")}
    counts["coverage"] = Counted(counted["coverage"], judged)
    ratio = float(np.mean(variances) / np.var(estimates, ddof=1)) if judged > 1 else float("nan")
    return Answer(replicates, truth, counts, ratio)


def problem_by_problem(of: ProblemWorld, replicates: int, seed: int, advance: Advance) -> Answer:
    """Count studies in which any problem is named though none differs: Holm's p below .05."""
    found = 0
    random = np.random.Generator(np.random.PCG64(seed))
    codes = tuple(f"p{number:02d}" for number in range(of.items))
    context = Context(plan=Plan(), problems=codes, compared=codes)
    for _ in range(replicates):
        paired, seen = simulate_ticks(of, random)
        layout = Layout(
            table=pd.DataFrame(seen.astype(np.int64), columns=[SEEN + code for code in codes]).assign(n=1),
            location=paired.location,
            cell=paired.cell,
            shopper=paired.shopper,
            complainant=paired.complainant,
            location_names=paired.location_names,
            shoppers_known=paired.shoppers_known,
        )
        found += any(row.p_holm < 0.05 for row in compare_problems(layout, context) if row.tested)
        advance()
    return Answer(replicates, 0.0, {"family-wise": Counted(found, replicates)}, float("nan"))
