"""The plan of a comparison as it is stored: every choice written out, so that its hash says all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from survey_app.rules.definitions import hash_of

#: The same as the defaults of `analysis.shapes.plan.Plan`; a test holds them equal.
DEFAULTS: dict[str, Any] = {
    "shoppers": ["shopper"],
    "complainants": ["complainant"],
    "routes": ["invited", "open"],
    "exclude_flags": [],
    "scale": "difference",
    "margin": 0.5,
    "margins": {"H3": 0.5, "H4": 0.2231, "H8": 0.25},
    "range_applies": True,
    "window_days": 0,
    "period": "month",
    "focus_themes": ["misunderstanding", "no_logic", "noise"],
    "seed": 20260101,
    "resamples": 9999,
    "label_complainants": "Complainants",
    "conflict_of_interest": "",
}
SHOPPER_ARMS = ("shopper", "hired_real_need")
CUSTOMER_ARMS = ("complainant", "customer")
#: Routes that can be compared; what was brought in from outside never saw the list.
ROUTES = ("invited", "open")
#: Hypotheses with a verdict word beside the first, in their order; a plan says which of them it is for.
CONFIRMED = ("H2", "H3", "H4", "H8")
#: When the fieldwork ends: on a day, at a number of responses of each source, or as it comes.
STOPPING = ("day", "responses", "none")
#: What a plan begins with where nobody has chosen anything yet; 14 days is how long memory is trusted.
RECOMMENDED_WINDOW = 14
DESIGN: dict[str, Any] = {
    "shoppers": 10,
    "cells": 4,
    "visits": 2,
    "complaints": 3,
    "mean": 2.5,
    "expected": 1.0,
}


class PlanProblem(ValueError):
    """A plan that cannot be used: what is wrong and what to do."""


def make_plan(
    *, shoppers: Sequence[str] = ("shopper",), complainants: Sequence[str] = ("complainant",), **choices: Any
) -> dict[str, Any]:
    """Return a whole plan from the choices that differ from the defaults.

    Raises
    ------
    PlanProblem

    Examples
    --------
    >>> make_plan(margin=0.4)["margin"]
    0.4
    """
    unknown = set(choices) - set(DEFAULTS)
    if unknown:
        raise PlanProblem(f"{min(unknown)!r} is no choice of a plan. Known are {', '.join(DEFAULTS)}.")
    for arms, allowed in ((shoppers, SHOPPER_ARMS), (complainants, CUSTOMER_ARMS)):
        if not arms or not set(arms) <= set(allowed):
            raise PlanProblem(f"Compare one or more of {', '.join(allowed)} on this side.")
    plan = DEFAULTS | choices | {"shoppers": sorted(shoppers), "complainants": sorted(complainants)}
    if not 0 < plan["margin"] < float("inf"):
        raise PlanProblem("The margin is the smallest difference that would matter: a number above 0.")
    if plan["window_days"] < 0:
        raise PlanProblem("The window is a number of days; 0 means no limit.")
    plan["margin"] = float(plan["margin"])
    return plan


def begin_plan() -> dict[str, Any]:
    """Return the plan of a study before anybody has chosen: the choices of the analysis, and the fieldwork.

    >>> begin_plan()["choices"]["window_days"], begin_plan()["stopping"]
    (14, {'kind': 'none', 'day': None, 'responses': None})
    """
    return {
        "choices": make_plan(window_days=RECOMMENDED_WINDOW),
        "hypotheses": list(CONFIRMED),
        "stopping": {"kind": "none", "day": None, "responses": None},
        "design": dict(DESIGN),
    }


def refuse_impossible(content: Mapping[str, Any]) -> None:
    """Refuse the plan of a study that cannot be carried out, whichever door it came through.

    Raises
    ------
    PlanProblem
    """
    choices, stopping, design = content["choices"], content["stopping"], content["design"]
    make_plan(**choices)
    if not choices["routes"] or not set(choices["routes"]) <= set(ROUTES):
        raise PlanProblem(f"Let customers' answers count that came by one or more of {', '.join(ROUTES)}.")
    if not all(0 < margin < float("inf") for margin in choices["margins"].values()):
        raise PlanProblem("A margin is the smallest difference that would matter: a number above 0.")
    if not set(content["hypotheses"]) <= set(CONFIRMED):
        raise PlanProblem(f"Only {', '.join(CONFIRMED)} are judged beside H1. Name some of them.")
    if stopping["kind"] not in STOPPING:
        raise PlanProblem(f"The fieldwork ends by one of {', '.join(STOPPING)}.")
    if stopping["kind"] == "day":
        date.fromisoformat(stopping["day"])
    elif stopping["kind"] == "responses" and not stopping["responses"]:
        raise PlanProblem("Say at how many responses of each source the fieldwork ends.")
    if min(design["shoppers"], design["cells"], design["visits"], design["complaints"]) < 1:
        raise PlanProblem("Plan at least one shopper, one combination, and one response of each source in it.")
    if design["mean"] <= 0 or design["expected"] <= 0:
        raise PlanProblem("Expect a number of problems, and a difference, above 0.")


def hash_of_choices(choices: Mapping[str, Any]) -> str:
    """Return the hash by which a comparison says that it follows these choices."""
    return hash_of(dict(choices))


def plan_as_toml(plan: Mapping[str, Any]) -> str:
    """Return a plan as the file that the command line reads."""
    return as_toml({name: plan[name] for name in DEFAULTS if name in plan})


def as_toml(values: Mapping[str, Any]) -> str:
    """Return plain values as TOML, one a line. JSON writes text, numbers, truth and lists as TOML does.

    >>> print(as_toml({"margin": 0.5, "margins": {"H3": 0.5}}), end="")
    margin = 0.5
    margins = {H3 = 0.5}
    """
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
