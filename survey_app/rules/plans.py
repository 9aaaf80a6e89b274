"""The plan of a comparison as it is stored: every choice written out, so that its hash says all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

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
