"""Which responses count: arms, routes, flags, window, and whether the problem list was answered."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.shapes.plan import Plan
from analysis.shapes.results import Dropped
from analysis.shapes.vocabulary import ARMS, COMPLAINANTS, HIRED_ARMS, SEPARATOR, SHOPPERS


def eligible_responses(
    responses: pd.DataFrame, plan: Plan
) -> tuple[pd.DataFrame, tuple[Dropped, ...], tuple[str, ...]]:
    """Return the responses that the plan compares, what was dropped for which reason, and warnings.

    A response is dropped for the first reason that holds, in the order of the checks below, and counted there.
    The returned table has the column `group` ("shopper" or "complainant"): the side on which the response
    stands, whichever arm it belongs to.

    Parameters
    ----------
    responses : DataFrame
        `Tables.responses`.
    plan : Plan
        Names arms, routes, flags and window.
    """
    kept = responses.assign(group=responses["arm"].map(_sides(plan)))
    dropped: list[Dropped] = []
    for reasons in (
        _other_arms(kept),
        _other_routes(kept, plan),
        _excluded_flags(kept, plan),
        _outside_window(kept, plan),
        _unanswered_lists(kept),
    ):
        for reason, rows in reasons:
            leaving = rows.reindex(kept.index, fill_value=False)
            if leaving.any():
                dropped.append(Dropped("responses", reason, int(leaving.sum())))
                kept = kept[~leaving]
    return kept.reset_index(drop=True), tuple(dropped), tuple(_warnings(responses, plan))


def _sides(plan: Plan) -> dict[str, str]:
    return dict.fromkeys(plan.shoppers, SHOPPERS) | dict.fromkeys(plan.complainants, COMPLAINANTS)


def _other_arms(responses: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for arm in ARMS:
        yield (
            f"arm '{arm}' is not among those compared",
            (responses["arm"] == arm) & responses["group"].isna(),
        )


def _other_routes(responses: pd.DataFrame, plan: Plan) -> Iterator[tuple[str, pd.Series]]:
    if "route" not in responses:
        return
    complainants = responses["group"] == COMPLAINANTS
    for route in sorted(set(responses.loc[complainants, "route"]) - set(plan.routes)):
        reason = f"route '{route}' is not in the plan" if route else "the route is not known"
        yield reason, complainants & (responses["route"] == route)


def _excluded_flags(responses: pd.DataFrame, plan: Plan) -> Iterator[tuple[str, pd.Series]]:
    if "flags" not in responses:
        return
    flags = responses["flags"].map(lambda words: {word.strip() for word in words.split(SEPARATOR)})
    for flag in plan.exclude_flags:
        yield f"flag '{flag}' is excluded by the plan", flags.map(lambda found, flag=flag: flag in found)


def _outside_window(responses: pd.DataFrame, plan: Plan) -> Iterator[tuple[str, pd.Series]]:
    if not plan.window_days:
        return
    genuine = ~responses["arm"].isin(HIRED_ARMS)
    if not {"visited_on", "submitted_at"} <= set(responses.columns):
        yield "the date of the visit or of the answer is not known", genuine
        return
    days = (responses["submitted_at"] - responses["visited_on"]).dt.days
    yield "the date of the visit or of the answer is not known", genuine & days.isna()
    yield f"answered more than {plan.window_days} days after the visit", genuine & (days > plan.window_days)


def _unanswered_lists(responses: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    if "list_answered" in responses:
        yield "the problem list was not answered", responses["list_answered"] != "yes"


def _warnings(responses: pd.DataFrame, plan: Plan) -> Iterator[str]:
    if "route" not in responses:
        yield "There is no column `route`: all complainants count, however they came in."
    if "list_answered" not in responses:
        yield "There is no column `list_answered`: every response counts as one whose list was answered."
    if plan.exclude_flags and "flags" not in responses:
        yield "There is no column `flags`: none of the flags in the plan could be excluded."
