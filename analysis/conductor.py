"""Conducts one comparison: calls each part in its order, computes nothing itself."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from analysis.discovery.by_arm import discover
from analysis.documents.wording import sentence
from analysis.inference.cells import Paired, pair, periods
from analysis.inference.eligibility import eligible_responses
from analysis.inference.outcome import Ticks, tick
from analysis.inference.per_problem import SHOPPERS_TO_NAME_PROBLEMS, compare_problems, weightiest_problem
from analysis.inference.randomisation import shoppers_cross, sign_flip
from analysis.inference.sensitivity import sensitivity_range
from analysis.inference.two_way_variance import two_way_of_pairs
from analysis.inference.verdicts import forced_reason, verdict
from analysis.language import Number, say
from analysis.shapes.comparison import Comparison, Flags
from analysis.shapes.plan import Plan, read_plan
from analysis.shapes.results import Provenance, SensitivityRange, TwoWay, Variant
from analysis.shapes.tables import Tables
from analysis.shapes.version import VERSION
from analysis.shapes.vocabulary import ORIGINS

#: What `progress` is told, in this order, as each step begins.
STEPS = ("which responses count", "the primary comparison", "problem by problem", "discovery", "fingerprint")

Progress = Callable[[str], None]


def compare(
    tables: Tables,
    plan: str | PathLike[str] | Mapping[str, Any] | Plan | None = None,
    *,
    progress: Progress | None = None,
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
    checked = read_plan(plan)

    tell(STEPS[0])
    responses, responses_dropped, eligibility_warnings = eligible_responses(tables.responses, checked)
    ticks = tick(responses, tables.sightings, period=checked.period)
    paired = pair(responses.assign(arm=responses["group"]), period=checked.period)

    tell(STEPS[1])
    difference = two_way_of_pairs(paired, ticks.y)
    log_ratio = two_way_of_pairs(paired, ticks.y, scale="ratio")
    primary = log_ratio if checked.scale == "ratio" else difference
    thin = forced_reason(primary.se, locations=primary.locations, shoppers=primary.shoppers)
    word = verdict(
        primary.estimate,
        primary.se,
        primary.df,
        checked.margin,
        locations=primary.locations,
        shoppers=primary.shoppers,
    )
    selection = None
    if checked.range_applies:
        selection = sensitivity_range(paired, ticks.y, ticks.raw, scale=checked.scale, low95=difference.ci95[0])
    crossing = shoppers_cross(paired)

    tell(STEPS[2])
    problems = compare_problems(paired, ticks)

    tell(STEPS[3])
    discovery = discover(responses["arm"].to_numpy()[paired.rows], ticks.seen[paired.rows])

    tell(STEPS[4])
    return Comparison(
        verdict=word,
        sentence=sentence(word, primary, checked, thin_because=thin),
        thin_because=thin,
        plan=checked,
        difference=difference,
        log_ratio=log_ratio,
        sign_flip=None if crossing else sign_flip(difference.location_differences, seed=checked.seed),
        range=selection,
        flags=_flags(primary, log_ratio, selection, checked, thin=thin is not None),
        problems=problems,
        discovery=discovery,
        variants=tuple(_variants(responses, tables, paired, ticks, checked, weightiest_problem(problems))),
        by_period=tuple(_by_period(responses, paired, ticks, checked)),
        dropped=(*responses_dropped, *paired.dropped, *ticks.dropped),
        warnings=(
            *primary.warnings,
            *([say("Sign-flip test not valid: shoppers cross locations, or are not known.")] if crossing else []),
            *_too_few_to_name(primary),
            *eligibility_warnings,
            *ticks.warnings,
        ),
        provenance=Provenance(
            plan_hash=checked.hash(),
            data_fingerprint=tables.fingerprint(),
            seed=checked.seed,
            versions={
                "analysis": VERSION,
                "python": platform.python_version(),
                "numpy": np.__version__,
                "pandas": pd.__version__,
                "scipy": scipy.__version__,
            },
        ),
    )


def _nobody(step: str) -> None:
    """Take no notice of progress."""


def _flags(
    primary: TwoWay, log_ratio: TwoWay, selection: SensitivityRange | None, plan: Plan, *, thin: bool
) -> Flags:
    low, high = primary.ci95
    robust = None if selection is None else not thin and selection.minus_one.ci95[0] > 0
    return Flags(
        material=not thin and low > plan.margin,
        sign_detected=not thin and (low > 0 or high < 0),
        supported_on_ratio=not thin and log_ratio.ci95[0] > 0,
        robust_to_selection=robust,
    )


def _too_few_to_name(primary: TwoWay) -> Iterator[str]:
    if primary.effective_shoppers < SHOPPERS_TO_NAME_PROBLEMS:
        yield say(
            "Too few shoppers to name single problems: as good as {effective}, {needed} are needed.",
            effective=Number(primary.effective_shoppers, 1),
            needed=Number(SHOPPERS_TO_NAME_PROBLEMS),
        )


def _variants(
    responses: pd.DataFrame,
    tables: Tables,
    paired: Paired,
    ticks: Ticks,
    plan: Plan,
    weightiest: str | None,
) -> Iterator[Variant]:
    """Yield the estimate without its weightiest problem, with coded stories, and by route, where there is any."""
    if weightiest is not None and len(ticks.problems) > 1:
        rest = ticks.y - ticks.seen[:, ticks.problems.index(weightiest)]
        result = two_way_of_pairs(paired, rest, scale=plan.scale)
        yield Variant(say("without one problem"), result, without_problem=weightiest)
    if "origin" in tables.sightings and (tables.sightings["origin"] == "coded").any():
        both = tick(responses, tables.sightings, period=plan.period, origins=ORIGINS)
        yield Variant(say("with problems coded from stories"), two_way_of_pairs(paired, both.y, scale=plan.scale))
    if "route" in responses:
        routes = responses["route"].to_numpy()[paired.rows]
        for route in plan.routes:
            of_route = routes[paired.complainant] == route
            if of_route.any() and not of_route.all():
                chosen = paired.subset(~paired.complainant | (routes == route))
                label = say("complainants by route: {route}", route=route)
                yield Variant(label, two_way_of_pairs(chosen, ticks.y, scale=plan.scale))


def _by_period(responses: pd.DataFrame, paired: Paired, ticks: Ticks, plan: Plan) -> Iterator[Variant]:
    when = periods(responses, period=plan.period)
    if when is None:
        return
    of_response: npt.NDArray[np.str_] = when.to_numpy()[paired.rows]
    names = np.unique(of_response)
    if len(names) > 1:
        for name in names:
            chosen = paired.subset(of_response == name)
            yield Variant(str(name) or say("unknown"), two_way_of_pairs(chosen, ticks.y, scale=plan.scale))
