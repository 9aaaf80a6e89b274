"""The same method problem by problem, with Holm's correction for looking at many."""

from __future__ import annotations

import math
from dataclasses import replace

from analysis.inference.multiplicity import holm
from analysis.inference.outcome_table import IMPLIED, SEEN, Context
from analysis.inference.sums import Layout, cell_sums
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.inference.verdicts import forced_reason
from analysis.shapes.results import ProblemResult

#: Problems with fewer sightings than this are shown but not tested.
LEAST_SIGHTINGS = 5
#: With fewer effective shoppers no single problem can be named.
SHOPPERS_TO_NAME_PROBLEMS = 10


def compare_problems(layout: Layout, context: Context) -> tuple[ProblemResult, ...]:
    """Compare the share of responses that name each problem, complainants minus shoppers.

    The two-way method with y = 0 or 1. Responses whose scenario implies the problem are left out for that
    problem. Problems with fewer than 5 sightings in the paired responses are excluded from testing beforehand;
    the p of the others is corrected by Holm's method.

    Returns
    -------
    tuple of ProblemResult
        One a problem that a compared response saw, in the order of their codes.
    """
    n = layout.table["n"].to_numpy()
    compared = []
    for problem in context.compared:
        implied = layout.table.get(IMPLIED + problem)
        sums = cell_sums(layout, SEEN + problem, known=n if implied is None else n - implied.to_numpy())
        result = two_way_of_sums(sums)
        total = int(sums.complainant_total.sum() + sums.group_total.sum())
        thin = forced_reason(result.se, locations=result.locations, shoppers=result.shoppers)
        tested = total >= LEAST_SIGHTINGS and thin is None
        theme = context.themes.get(problem)
        compared.append(ProblemResult(problem, theme, result, total, p_holm=math.nan, tested=tested))
    return _with_holm(compared)


def weightiest_problem(problems: tuple[ProblemResult, ...]) -> str | None:
    """Return the problem whose own difference is largest in size, or None if none can be estimated."""
    estimable = [row for row in problems if math.isfinite(row.result.estimate)]
    return max(estimable, key=lambda row: abs(row.result.estimate)).problem if estimable else None


def _with_holm(compared: list[ProblemResult]) -> tuple[ProblemResult, ...]:
    tested = [row for row in compared if row.tested]
    corrected = iter(holm([row.result.p_value for row in tested]))
    return tuple(replace(row, p_holm=float(next(corrected))) if row.tested else row for row in compared)
