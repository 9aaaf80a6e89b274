"""Conducts one comparison: calls each part in its order, computes nothing itself."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from os import PathLike
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy
import statsmodels

from analysis.checks import run_checks
from analysis.checks.evidence import Evidence
from analysis.discovery.by_arm import discover
from analysis.documents.hypothesis_wording import hypothesis_sentence
from analysis.documents.wording import sentence
from analysis.engine import CHUNK, Engine, add_tables, rows_of
from analysis.inference.cost_and_time import cheapness, cost_and_time
from analysis.inference.family import take_in_order
from analysis.inference.per_problem import SHOPPERS_TO_NAME_PROBLEMS, compare_problems, weightiest_problem
from analysis.inference.places import compare_places
from analysis.inference.randomisation import shoppers_cross, sign_flip
from analysis.inference.rank_agreement import change_agreement, rank_agreement
from analysis.inference.sensitivity import sensitivity_range
from analysis.inference.sums import Sums, cell_sums, lay_out, one_armed, problem_counts
from analysis.inference.two_way_variance import log_ratio_of_sums, two_way_of_sums
from analysis.inference.variants import by_period, variants
from analysis.inference.verdicts import forced_reason, verdict
from analysis.inference.witness_steps import witness_steps
from analysis.language import Number, say
from analysis.shapes.checks import CheckResult
from analysis.shapes.comparison import Comparison, Flags
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.plan import Plan, read_plan
from analysis.shapes.results import Provenance, SensitivityRange, TwoWay
from analysis.shapes.tables import Tables
from analysis.shapes.version import VERSION

#: What `progress` is told, in this order, as each step begins.
STEPS = (
    "which responses count",
    "the primary comparison",
    "problem by problem",
    "discovery",
    "the hypotheses",
    "robustness checks",
    "fingerprint",
)

Progress = Callable[[str], None]


def compare(
    tables: Tables,
    plan: str | PathLike[str] | Mapping[str, Any] | Plan | None = None,
    *,
    progress: Progress | None = None,
    engine: Engine | None = None,
    chunk: int = CHUNK,
) -> Comparison:
    """Compare complainants with shoppers as a plan says, and give the verdict with all that stands behind it.

    Parameters
    ----------
    tables : Tables
        From `analysis.read`, or made of two DataFrames.
    plan : path, mapping or Plan, optional
        A `plan.toml`, its values, or nothing: all defaults.
    progress : callable, optional
        Called with the name of each step (`STEPS`) as it begins.
    engine : Engine, optional
        What adds the tables up: by default this process, chunk after chunk; `analysis.engine.Dask` on a cluster.
    chunk : int
        Responses in a chunk. Neither of the two changes a bit of the result.

    Returns
    -------
    Comparison
        `to_dict()` gives what `comparison.json` holds.

    Raises
    ------
    DataProblem
        For a plan with an unknown key, value or arm. A study too thin to tell is no error: its verdict is
        inconclusive, with the reason.

    Examples
    --------
    >>> responses = pd.DataFrame({"response_id": ["1", "2"], "arm": ["shopper", "complainant"], "location": "A"})
    >>> sightings = pd.DataFrame({"response_id": ["2"], "problem": ["rude"]})
    >>> compare(Tables(responses, sightings)).verdict
    'inconclusive'
    """
    tell = progress or _nobody
    if not isinstance(tables, Tables):
        raise DataProblem(
            "these are no tables", remedy="Read them with analysis.read, or make Tables.", file="tables"
        )
    checked = read_plan(plan)
    tell(STEPS[0])
    sums = add_tables(tables, checked, engine=engine, chunk=chunk)
    rows = cache(partial(rows_of, tables, sums.context, chunk=chunk))
    return conclude(sums, fingerprint=tables.fingerprint, progress=tell, rows=rows)


def conclude(
    sums: Sums,
    *,
    fingerprint: Callable[[], str],
    progress: Progress,
    rows: Callable[[], pd.DataFrame | None] = lambda: None,
) -> Comparison:
    """Compare what was added up, whoever added it: in one go, in parts, or on many machines.

    Parameters
    ----------
    sums : Sums
        Of all responses, with the plan in their context.
    fingerprint : callable
        Returns the fingerprint of the tables.
    progress : callable
        Called with the name of each step after the first.
    rows : callable, optional
        Returns the single responses that are compared, for the checks that need them; else these are not made.
    """
    plan, layout = sums.context.plan, lay_out(sums)
    progress(STEPS[1])
    difference = two_way_of_sums(cell_sums(layout, "y"))
    log_ratio = log_ratio_of_sums(cell_sums(layout, "y"))
    primary = log_ratio if plan.scale == "ratio" else difference
    thin = forced_reason(primary.se, locations=primary.locations, shoppers=primary.shoppers)
    word = verdict(
        primary.estimate,
        primary.se,
        primary.df,
        plan.margin,
        locations=primary.locations,
        shoppers=primary.shoppers,
    )
    said = sentence(word, primary, plan, thin_because=thin)
    selection = None
    if plan.range_applies:
        selection = sensitivity_range(layout, scale=plan.scale, low95=difference.ci95[0])
    crossing = shoppers_cross(layout)

    progress(STEPS[2])
    problems = compare_problems(layout, sums.context)

    progress(STEPS[3])
    discovery = discover(problem_counts(layout, sums.context))

    progress(STEPS[4])
    cost = cost_and_time(layout, sums.context)
    ranks = rank_agreement(layout, resamples=plan.resamples, seed=plan.seed)
    family = take_in_order(sums, layout, primary=primary, word=word, cheapness=cheapness(cost), ranks=ranks)

    progress(STEPS[5])
    checks = run_checks(Evidence(sums, layout, difference, log_ratio, selection, rows))

    progress(STEPS[6])
    return Comparison(
        verdict=word,
        sentence=said,
        thin_because=thin,
        plan=plan,
        difference=difference,
        log_ratio=log_ratio,
        sign_flip=None if crossing else sign_flip(difference.location_differences, seed=plan.seed),
        range=selection,
        flags=_flags(primary, log_ratio, selection, plan, checks=checks, thin=thin is not None),
        hypotheses=tuple(
            replace(found, sentence=hypothesis_sentence(found, plan, primary=said)) for found in family.hypotheses
        ),
        matched=family.matched,
        themes=family.themes,
        steps=witness_steps(sums),
        cost=cost,
        ranks=ranks,
        changes=change_agreement(layout, resamples=plan.resamples, seed=plan.seed),
        checks=checks,
        problems=problems,
        discovery=discovery,
        places=compare_places(layout, middle=difference.estimate),
        variants=variants(layout, plan, without=weightiest_problem(problems) if len(problems) > 1 else None),
        by_period=by_period(layout, plan),
        dropped=(*sums.dropped, *one_armed(layout)),
        warnings=(
            *primary.warnings,
            *([say("Sign-flip test not valid: shoppers cross locations, or are not known.")] if crossing else []),
            *_too_few_to_name(primary),
            *cost.warnings,
            *sums.context.warnings,
        ),
        provenance=Provenance(
            plan_hash=plan.hash(),
            data_fingerprint=fingerprint(),
            seed=plan.seed,
            versions={
                "analysis": VERSION,
                "python": platform.python_version(),
                "numpy": np.__version__,
                "pandas": pd.__version__,
                "scipy": scipy.__version__,
                "statsmodels": statsmodels.__version__,
            },
        ),
    )


#: What the negative controls say: whether complainants tick more of everything.
_CONTROLS: Final[Mapping[str, bool | None]] = {"passed": True, "failed": False, "informational": None}


def _nobody(step: str) -> None:
    """Take no notice of progress."""


def _flags(
    primary: TwoWay,
    log_ratio: TwoWay,
    selection: SensitivityRange | None,
    plan: Plan,
    *,
    checks: tuple[CheckResult, ...],
    thin: bool,
) -> Flags:
    low, high = primary.ci95
    robust = None if selection is None else not thin and selection.minus_one.ci95[0] > 0
    return Flags(
        material=not thin and low > plan.margin,
        sign_detected=not thin and (low > 0 or high < 0),
        supported_on_ratio=not thin and log_ratio.ci95[0] > 0,
        robust_to_selection=robust,
        negative_control_ok=_CONTROLS[next(check.status for check in checks if check.id == "negative_controls")],
    )


def _too_few_to_name(primary: TwoWay) -> Iterator[str]:
    if primary.effective_shoppers < SHOPPERS_TO_NAME_PROBLEMS:
        yield say(
            "Too few shoppers to name single problems: as good as {effective}, {needed} are needed.",
            effective=Number(primary.effective_shoppers, 1),
            needed=Number(SHOPPERS_TO_NAME_PROBLEMS),
        )
