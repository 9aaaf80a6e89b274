"""H6, H7 and H9: what people felt, and what it led to. Asked of genuine people, whichever way they came."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.location_jackknife import Jackknifed, location_jackknife
from analysis.inference.outcome_table import FELT_SCALE
from analysis.inference.sums import Sums
from analysis.language import say
from analysis.shapes.hypotheses import HypothesisResult
from analysis.shapes.intervals import t_interval
from analysis.shapes.reasons import no_column
from analysis.shapes.vocabulary import HIRED_ARMS

Floats = npt.NDArray[np.float64]


def word_of_mouth(sums: Sums) -> HypothesisResult:
    """H6: how many times as many people the displeased told as the pleased, zeros counted.

    The ratio of the means of `told_people` for `felt` below and above 0, with a jackknife over places on its
    logarithm. Described, not tested.
    """
    missing = _missing(sums, "felt", "told_people")
    if missing:
        return HypothesisResult("H6", reason=missing)
    columns = ["displeased", "displeased_told", "pleased", "pleased_told"]
    added = _by_place(sums, columns)
    totals = added.sum()
    responses = int(totals["displeased"] + totals["pleased"])
    if not totals["displeased"] or not totals["pleased"]:
        return HypothesisResult(
            "H6", responses=responses, reason=say("nobody was displeased, or nobody was pleased")
        )
    found = location_jackknife(added.to_numpy(dtype=np.float64), _log_ratio_told)
    if not math.isfinite(found.estimate):
        return HypothesisResult("H6", responses=responses, reason=say("one of the two groups told nobody at all"))
    low, high = np.exp(found.ci95)
    return HypothesisResult(
        "H6",
        estimate=math.exp(found.estimate),
        ci95=(float(low), float(high)),
        responses=responses,
        locations=found.locations,
        numbers={
            "displeased": float(totals["displeased_told"] / totals["displeased"]) / 1e6,
            "pleased": float(totals["pleased_told"] / totals["pleased"]) / 1e6,
            "displeased_people": int(totals["displeased"]),
            "pleased_people": int(totals["pleased"]),
        },
    )


def apology(sums: Sums) -> HypothesisResult:
    """H7: how much better people felt where somebody apologised, within cells. An association, described.

    The mean feeling with an apology minus that without, by cell; cells averaged by place, places with equal
    weight; t interval over places.
    """
    missing = _missing(sums, "felt", "apologised")
    if missing:
        return HypothesisResult("H7", reason=missing)
    columns = ["apology", "apology_felt", "no_apology", "no_apology_felt"]
    cells = _genuine(sums).groupby(["location", "cell"], sort=True)[columns].sum()
    cells = cells[(cells["apology"] > 0) & (cells["no_apology"] > 0)]
    if cells.empty:
        return HypothesisResult(
            "H7", reason=say("no cell holds both people who got an apology and people who got none")
        )
    differences = cells["apology_felt"] / cells["apology"] - cells["no_apology_felt"] / cells["no_apology"]
    by_place = differences.groupby(level="location").mean().to_numpy() / FELT_SCALE
    places = len(by_place)
    se = float(by_place.std(ddof=1)) / math.sqrt(places) if places > 1 else math.nan
    estimate = float(by_place.mean())
    return HypothesisResult(
        "H7",
        estimate=estimate,
        ci95=t_interval(estimate, se, max(1, places - 1), 0.95),
        responses=int(cells["apology"].sum() + cells["no_apology"].sum()),
        locations=places,
        numbers={
            "apology_people": int(cells["apology"].sum()),
            "no_apology_people": int(cells["no_apology"].sum()),
        },
    )


def trace(sums: Sums) -> HypothesisResult:
    """H9: whether the very good and the very bad leave more trace than the middling.

    The coefficient of felt² in a regression of `trace` on felt and felt², with a jackknife over places: above 0
    it is a U. Described, not tested.
    """
    missing = _missing(sums, "felt", "trace")
    if missing:
        return HypothesisResult("H9", reason=missing)
    columns = ["trace_known", "felt_1", "felt_2", "felt_3", "felt_4", "trace", "trace_felt", "trace_felt2"]
    added = _by_place(sums, columns)
    responses = int(added["trace_known"].sum())
    powers = np.array([0, 1, 2, 3, 4, 1, 2, 3])
    moments = added.to_numpy(dtype=np.float64) / float(FELT_SCALE) ** powers
    found = location_jackknife(moments, _curvature)
    if not math.isfinite(found.estimate):
        reason = say("too few different feelings were told to see a shape")
        return HypothesisResult("H9", responses=responses, reason=reason)
    return HypothesisResult(
        "H9", estimate=found.estimate, ci95=found.ci95, responses=responses, locations=found.locations
    )


def recommendation(sums: Sums) -> Jackknifed | None:
    """Return the net promoter score of genuine people in points, by a jackknife over places; None if not asked."""
    if _missing(sums, "recommend"):
        return None
    added = _by_place(sums, ["recommend_known", "recommend"])
    return location_jackknife(
        added.to_numpy(dtype=np.float64), lambda totals: 100 * totals[..., 1] / totals[..., 0]
    )


def _log_ratio_told(totals: Floats) -> Floats:
    displeased, told_by_them, pleased, told_by_those = np.moveaxis(totals, -1, 0)
    logarithm: Floats = np.log(told_by_them / displeased) - np.log(told_by_those / pleased)
    return logarithm


def _curvature(moments: Floats) -> Floats:
    """Return the coefficient of felt² from the sums 1, f, f², f³, f⁴, t, tf, tf²; NaN where it can't be told."""
    n, f1, f2, f3, f4, t0, t1, t2 = np.moveaxis(moments, -1, 0)
    left = np.stack([n, f1, f2, f1, f2, f3, f2, f3, f4], axis=-1).reshape(*n.shape, 3, 3)
    right = np.stack([t0, t1, t2], axis=-1)[..., None]
    scale = np.maximum(np.prod(np.diagonal(left, axis1=-2, axis2=-1), axis=-1), 1e-300)
    solvable = np.abs(np.linalg.det(left)) > 1e-9 * scale
    safe = np.where(solvable[..., None, None], left, np.eye(3))
    return np.where(solvable, np.linalg.solve(safe, right)[..., 2, 0], np.nan)


def _genuine(sums: Sums) -> pd.DataFrame:
    return sums.table[~sums.table["arm"].isin(HIRED_ARMS)]


def _by_place(sums: Sums, columns: list[str]) -> pd.DataFrame:
    """Add up by place, and leave out the places where nobody answered."""
    added = _genuine(sums).groupby("location", sort=True)[columns].sum()
    return added[(added != 0).any(axis=1)]


def _missing(sums: Sums, *columns: str) -> str | None:
    absent = [column for column in columns if column not in sums.context.response_columns]
    return no_column(absent[0]) if absent else None
