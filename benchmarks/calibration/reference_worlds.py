"""The worlds of worlds.json: an independent implementation's rates, and the rule by which ours are accepted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.simulation import World
from analysis.simulation.calibration import Calibration

REFERENCE = Path(__file__).parents[2] / "tests" / "reference" / "worlds.json"
_PARAMETERS = {
    "L": "locations",
    "S": "shoppers",
    "how": "assignment",
    "lam": "mean",
    "rr": "rate_ratio",
    "sd_loc": "sd_location",
    "sd_eff": "sd_effect",
    "sd_shop": "sd_shopper",
    "sd_rep": "sd_response",
    "day_both": "sd_day",
    "day_C": "sd_complainants_day",
}


def world_of(parameters: Mapping[str, Any]) -> World:
    """Return the world that an entry of worlds.json describes."""
    return World(**{_PARAMETERS[name]: value for name, value in parameters.items()})


def allowed(stated: float, replicates: int) -> float:
    """Return how far a rate may lie from the stated one: 4·sqrt(p(1−p)·(1/20000 + 1/R)) + 0.003."""
    return 4 * math.sqrt(stated * (1 - stated) * (1 / 20_000 + 1 / replicates)) + 0.003


def accepted(got: Calibration, expected: Mapping[str, Any]) -> list[str]:
    """Return what lies outside the acceptance rule of worlds.json; nothing if the method passes.

    Each rate must lie as near the stated one as `allowed` says, and mean_variance_over_true within a factor
    1 ± 4·sqrt(2.5/R).
    """
    outside = []
    for name, rate in got.rates.items():
        stated = expected[name]["rate"]
        if abs(rate - stated) > allowed(stated, got.replicates):
            within = allowed(stated, got.replicates)
            outside.append(f"{name} is {rate:.4f}, stated {stated:.4f} ± {within:.4f}")
    factor = got.mean_variance_over_true / expected["mean_variance_over_true"]
    if abs(factor - 1) > 4 * math.sqrt(2.5 / got.replicates):
        outside.append(f"variance over true is {factor:.3f} times what is stated")
    return outside
