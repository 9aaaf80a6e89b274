"""Which responses count: arms, routes, flags, window, and whether the problem list was answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from analysis.language import say, say_many
from analysis.shapes.lookup import renamed
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
    reasons = why_left_out(responses, plan)
    kept = responses.assign(group=renamed(responses["arm"], sides(plan)))[reasons["reason"] == ""].reset_index(
        drop=True
    )
    return kept, left_out(reasons), eligibility_warnings(responses.columns, plan)


def why_left_out(responses: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Say of each response why it is not compared, looking at nothing but its own row.

    Returns
    -------
    DataFrame
        `check` is the place of the check that the response failed first, `reason` says it in words; −1 and empty
        for a response that is compared.
    """
    table = responses.assign(group=renamed(responses["arm"], sides(plan)))
    found = pd.DataFrame({"check": -1, "reason": ""}, index=responses.index).astype({"reason": "object"})
    for check, reasons in enumerate(
        (
            _other_arms(table),
            _other_routes(table, plan),
            _excluded_flags(table, plan),
            _outside_window(table, plan),
            _unanswered_lists(table),
        )
    ):
        for reason, rows in reasons:
            leaving = (rows & (found["check"] < 0)).to_numpy(dtype=bool)
            found.loc[leaving, "check"] = check
            found.loc[leaving, "reason"] = reason
    return found


def left_out(reasons: pd.DataFrame) -> tuple[Dropped, ...]:
    """Count the responses left out by reason, in the order of the checks."""
    counts = reasons[reasons["check"] >= 0].groupby(["check", "reason"], sort=True).size().reset_index(name="n")
    pairs = zip(counts["reason"], counts["n"], strict=True)
    # Grouping makes plain text of the words: they are found again, so that they can be said in every language.
    words = {str(reason): reason for reason in reasons["reason"].unique()}
    return tuple(Dropped("responses", words[str(reason)], int(count)) for reason, count in pairs)


def in_time(responses: pd.DataFrame, plan: Plan) -> pd.Series:
    """Say of each response whether it carries no excluded flag and lies inside the window."""
    kept = pd.Series(True, index=responses.index)
    for _, rows in (*_excluded_flags(responses, plan), *_outside_window(responses, plan)):
        kept &= ~rows
    return kept


def list_was_answered(responses: pd.DataFrame) -> pd.Series:
    """Say of each response whether its problem list was answered; all were, where nobody recorded it."""
    kept = pd.Series(True, index=responses.index)
    for _, rows in _unanswered_lists(responses):
        kept &= ~rows
    return kept


def sides(plan: Plan) -> dict[str, str]:
    """Return the side on which each compared arm stands."""
    return dict.fromkeys(plan.shoppers, SHOPPERS) | dict.fromkeys(plan.complainants, COMPLAINANTS)


def _other_arms(responses: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for arm in ARMS:
        yield (
            say("arm '{arm}' is not among those compared", arm=arm),
            (responses["arm"] == arm) & (responses["group"] == ""),
        )


def _other_routes(responses: pd.DataFrame, plan: Plan) -> Iterator[tuple[str, pd.Series]]:
    if "route" not in responses:
        return
    complainants = responses["group"] == COMPLAINANTS
    for route in sorted(set(responses.loc[complainants, "route"]) - set(plan.routes)):
        reason = say("route '{route}' is not in the plan", route=route) if route else say("the route is not known")
        yield reason, complainants & (responses["route"] == route)


def _excluded_flags(responses: pd.DataFrame, plan: Plan) -> Iterator[tuple[str, pd.Series]]:
    if "flags" not in responses:
        return
    # Most responses carry none, and the others one of a few combinations: each is taken apart once.
    codes, combinations = pd.factorize(responses["flags"])
    flags = [{word.strip() for word in words.split(SEPARATOR)} for words in combinations]
    for flag in plan.exclude_flags:
        reason = say("flag '{flag}' is excluded by the plan", flag=flag)
        carries = np.array([flag in found for found in flags], dtype=bool)
        yield reason, pd.Series(carries[codes], index=responses.index)


def _outside_window(responses: pd.DataFrame, plan: Plan) -> Iterator[tuple[str, pd.Series]]:
    if not plan.window_days:
        return
    genuine = ~responses["arm"].isin(HIRED_ARMS)
    if not {"visited_on", "submitted_at"} <= set(responses.columns):
        yield say("the date of the visit or of the answer is not known"), genuine
        return
    days = (responses["submitted_at"] - responses["visited_on"]).dt.days
    yield say("the date of the visit or of the answer is not known"), genuine & days.isna()
    late = say_many(
        "answered more than {n} day after the visit",
        "answered more than {n} days after the visit",
        plan.window_days,
    )
    yield late, genuine & (days > plan.window_days)


def _unanswered_lists(responses: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    if "list_answered" in responses:
        yield say("the problem list was not answered"), responses["list_answered"] != "yes"


def eligibility_warnings(columns: Collection[str], plan: Plan) -> tuple[str, ...]:
    """Return what must be said about columns that are not there."""
    warnings: list[str] = []
    if "route" not in columns:
        warnings.append(say("There is no column `route`: all complainants count, however they came in."))
    if "list_answered" not in columns:
        warnings.append(
            say("There is no column `list_answered`: every response counts as one whose list was answered.")
        )
    if plan.exclude_flags and "flags" not in columns:
        warnings.append(say("There is no column `flags`: none of the flags in the plan could be excluded."))
    return tuple(warnings)
