"""How often each hypothesis says what, in many simulated studies of one world, through the product's own code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.checks.evidence import Evidence
from analysis.checks.negative_controls import NegativeControls
from analysis.discovery import rarefied_difference
from analysis.discovery.matched import matched_difference_of_codes
from analysis.engine import add_tables
from analysis.inference.cells import Paired, sum_cells
from analysis.inference.outcome_table import SEEN, Context
from analysis.inference.per_problem import compare_problems
from analysis.inference.sums import Layout, cell_sums, lay_out
from analysis.inference.theme_contrast import theme_contrast
from analysis.inference.two_way_variance import log_ratio_of_sums, two_way_of_sums
from analysis.inference.verdicts import verdict
from analysis.shapes.estimates import MatchedDifference
from analysis.shapes.plan import Plan
from analysis.shapes.results import TwoWay
from analysis.simulation import Behaviour, World, calibrate, simulate_study
from analysis.simulation.ticks import ProblemWorld, simulate_ticks, true_matched_difference
from benchmarks.calibration.further_worlds import BeyondWorld, SeverityWorld, ThemeWorld
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
        table = pd.DataFrame(seen.astype(np.int64), columns=[SEEN + code for code in codes])
        layout = _layout(paired, table.assign(n=1))
        found += any(row.p_holm < 0.05 for row in compare_problems(layout, context) if row.tested)
        advance()
    return Answer(replicates, 0.0, {"family-wise": Counted(found, replicates)}, float("nan"))


def severity(of: SeverityWorld, replicates: int, seed: int, advance: Advance) -> Answer:
    """Count the verdicts of H3 on the highest severity of a response."""

    def study(random: np.random.Generator) -> TwoWay:
        return two_way_of_sums(sum_cells(*of.draw(random)))

    return _words(study, of.graver, Plan().margins["H3"], replicates, seed, advance)


def themes(
    of: ThemeWorld,
    replicates: int,
    seed: int,
    advance: Advance,
    *,
    method: Callable[[TwoWay, TwoWay], TwoWay] = lambda found, _additive: found,
) -> Answer:
    """Count the verdicts of H4, the ratio of ratios.

    `method` is given what the product finds and the difference of differences; a test hands in one that judges
    by the latter and wants it caught.
    """

    def study(random: np.random.Generator) -> TwoWay:
        paired, focus, others = of.draw(random)
        additive = two_way_of_sums(sum_cells(paired, focus - others))
        return method(theme_contrast(sum_cells(paired, focus), sum_cells(paired, others)), additive)

    return _words(study, of.truth, Plan().margins["H4"], replicates, seed, advance)


def beyond(of: BeyondWorld, replicates: int, seed: int, advance: Advance) -> Answer:
    """Count the verdicts of H8 on the responses that answered the block."""

    def study(random: np.random.Generator) -> TwoWay:
        paired, moments, known = of.draw(random)
        layout = _layout(paired, pd.DataFrame({"beyond": moments, "known": known}))
        return two_way_of_sums(cell_sums(layout, "beyond", known="known"))

    return _words(study, of.world.truth, Plan().margins["H8"], replicates, seed, advance)


def _words(
    study: Callable[[np.random.Generator], TwoWay],
    truth: float,
    margin: float,
    replicates: int,
    seed: int,
    advance: Advance,
) -> Answer:
    """Count the verdicts of many studies, and how often the interval holds the truth."""
    counted: Counter[str] = Counter()
    estimates, variances = [], []
    random = np.random.Generator(np.random.PCG64(seed))
    for _ in range(replicates):
        result = study(random)
        counted[
            verdict(
                result.estimate,
                result.se,
                result.df,
                margin,
                locations=result.locations,
                shoppers=result.shoppers,
            )
        ] += 1
        counted["coverage"] += result.ci95[0] <= truth <= result.ci95[1]
        estimates.append(result.estimate)
        variances.append(result.se**2)
        advance()
    names = ("supported", "reversed", "equivalent", "coverage")
    counts = {name: Counted(counted[name], replicates) for name in names}
    return Answer(replicates, truth, counts, float(np.nanmean(variances) / np.nanvar(estimates, ddof=1)))


def places_that_differ(of: ProblemWorld, replicates: int, seed: int, advance: Advance) -> Answer:
    """Count false findings of the pooled curves, which are described only, and of H2, place by place (S1)."""
    counted: Counter[str] = Counter()
    random = np.random.Generator(np.random.PCG64(seed))
    for _ in range(replicates):
        paired, seen = simulate_ticks(of, random)
        side = paired.complainant
        pooled = rarefied_difference(
            seen[side].T, paired.location[side], seen[~side].T, paired.location[~side]
        ).ci95
        counted["pooled"] += pooled[0] > 0 or pooled[1] < 0
        result = matched_difference_of_codes(
            location=paired.location,
            cell=paired.cell,
            shopper=paired.shopper,
            complainant=side,
            ticked=seen,
        )
        if result.described is None:
            counted["H2"] += result.ci95[0] > 0 or result.ci95[1] < 0
        advance()
    counts = {name: Counted(counted[name], replicates) for name in ("pooled", "H2")}
    return Answer(replicates, 0.0, counts, float("nan"))


def over_reporting(world: World, replicates: int, seed: int, advance: Advance) -> Answer:
    """Count how often H1, and H1 with its controls, believes those who tick what they did not see (S3)."""
    counted: Counter[str] = Counter()
    behaviour = Behaviour(over_reporters=0.3, over_ticks=0.04 / 0.3)
    for study in range(replicates):
        tables = simulate_study(world, behaviour, seed=seed * 1_000_000 + study, items=25)
        sums = add_tables(tables, Plan())
        layout = lay_out(sums)
        y = cell_sums(layout, "y")
        result = two_way_of_sums(y)
        supported = result.ci95[0] > 0
        counted["supported"] += supported
        if supported:
            evidence = Evidence(sums, layout, result, log_ratio_of_sums(y), None)
            counted["supported, controls passed"] += NegativeControls().run(evidence).status == "passed"
        advance()
    names = ("supported", "supported, controls passed")
    return Answer(
        replicates, world.truth, {name: Counted(counted[name], replicates) for name in names}, float("nan")
    )


def _layout(paired: Paired, table: pd.DataFrame) -> Layout:
    return Layout(
        table=table,
        location=paired.location,
        cell=paired.cell,
        shopper=paired.shopper,
        complainant=paired.complainant,
        location_names=paired.location_names,
        shoppers_known=paired.shoppers_known,
    )
