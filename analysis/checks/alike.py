"""The comparison on responses that are alike: in pairs close in time, and weighted to overlap."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.checks.evidence import ESTIMATE, Evidence, same_side
from analysis.inference.cells import Paired, sum_cells
from analysis.inference.location_jackknife import location_jackknife
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.language import Listed, Number, Words, say
from analysis.selection import match, overlap_weights, standardised_differences
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.results import Interval, TwoWay
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS

Floats = npt.NDArray[np.float64]

#: The most days between the two of a pair.
CALIPER_DAYS: Final = 30
#: Columns in which the two of a pair agree, as far as they are there; only answers to one list are compared.
EXACT: Final = ("location", "channel", "scenario", "list_hash")
#: What the weights balance, as far as it is known and differs.
COVARIATES: Final = ("stake", "day", "channel", "scenario")
#: More possible pairs in one block, or more rows to weigh, would take minutes and gigabytes.
_MOST_PAIRS: Final = 4_000_000
_MOST_ROWS: Final = 200_000
_NAMES: Final[Mapping[str, Words]] = {
    "location": say("place"),
    "channel": say("channel"),
    "scenario": say("scenario"),
    "list_hash": say("problem list"),
    "stake": say("stake"),
    "day": say("day"),
}
NO_ROWS: Final = say("the single responses are not at hand")
_NOTHING_KNOWN: Final = say("nothing is known in which the responses could differ")
TOO_MANY: Final = say("there are too many responses to do so one by one")


@dataclass(frozen=True)
class MatchedPairs:
    """The primary comparison on pairs of one complainant and one shopper, each pair a cell of its own.

    As many pairs as possible that agree in `EXACT` and lie within a caliper of days; the two-way method.
    """

    id: str = "matched_pairs"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing("visited_on")
        if missing:
            return not_estimable(self.id, missing)
        rows = evidence.rows()
        if rows is None:
            return not_estimable(self.id, NO_ROWS)
        exact = [name for name in EXACT if name in rows]
        blocks = rows.groupby([*exact, "side"]).size().unstack("side", fill_value=0)
        if len(blocks) and float(blocks.prod(axis=1).max()) > _MOST_PAIRS:
            return not_estimable(self.id, TOO_MANY)
        pairs = match(rows, arm="side", exact=exact, date="visited_on", caliper_days=CALIPER_DAYS)
        if not len(pairs):
            return not_estimable(
                self.id, say("no two responses are alike and within {n} days", n=Number(CALIPER_DAYS))
            )
        both = rows.loc[[*pairs["shopper"], *pairs["complainant"]]]
        result = two_way_on_scale(
            sum_cells(paired_in_order(both), both["y"].to_numpy()), scale=evidence.plan.scale
        )
        primary = evidence.primary
        said = say(
            "In {pairs} pairs alike in {columns} and at most {days} days apart: {estimate} ({low} to {high}); "
            "with all responses {primary}.",
            pairs=Number(len(pairs)),
            columns=Listed([_NAMES[name] for name in exact]),
            days=Number(CALIPER_DAYS),
            primary=_shown(primary, primary.estimate),
            **estimate_and_interval(result, result.estimate, result.ci95),
        )
        return CheckResult(
            self.id,
            same_side(primary.ci95, result.ci95),
            said,
            (say("pairs"), say("mean days apart"), *ESTIMATE),
            ((float(len(pairs)), float(pairs["days"].mean()), result.estimate, *result.ci95),),
        )


@dataclass(frozen=True)
class OverlapWeights:
    """The difference of means with weights under which both sides have the same mean of each covariate.

    Jackknife over places with the weights held: it does not cover that shoppers differ. Informational.
    """

    id: str = "overlap_weights"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        if not {"stake", "visited_on", "channel", "scenario"} & evidence.sums.context.response_columns:
            return not_estimable(self.id, _NOTHING_KNOWN)
        if evidence.layout.table["n"].sum() > _MOST_ROWS:
            return not_estimable(self.id, TOO_MANY)
        found = evidence.rows()
        if found is None:
            return not_estimable(self.id, NO_ROWS)
        rows = _with_day(found)
        known = [name for name in COVARIATES if name in rows and rows[name].nunique() > 1]
        if not known:
            return not_estimable(self.id, _NOTHING_KNOWN)
        rows = rows.dropna(subset=known).reset_index(drop=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            weights = overlap_weights(rows, arm="side", treated=COMPLAINANTS, covariates=known)
            balance = standardised_differences(
                rows, arm="side", treated=COMPLAINANTS, covariates=known, weights=weights
            )
        if not len(rows) or not np.isfinite(weights).all():
            return not_estimable(self.id, say("one source does not know what the other does"))
        difference = _weighted(rows, weights)
        before, after = (float(balance[name].abs().max()) for name in ("before", "after"))
        said = say(
            "Weighted so that both sources are alike in {columns}: {estimate} ({low} to {high}). The largest "
            "difference in these was {before} standard deviations before, {after} after. The interval does not "
            "cover that shoppers differ.",
            columns=Listed([_NAMES[name] for name in known]),
            before=Number(before, 2),
            after=Number(after, 2),
            **estimate_and_interval(None, *difference),
        )
        table = ((say("weighted"), difference[0], *difference[1]),)
        return CheckResult(self.id, "informational", said, (say("measure"), *ESTIMATE), table)


def paired_in_order(both: pd.DataFrame) -> Paired:
    """Return pairs as a design, each a cell: first all shoppers, then their complainants in the same order."""
    pairs = len(both) // 2
    location, names = pd.factorize(both["location"], sort=True)
    shopper = both["shopper"].to_numpy()[:pairs]
    known = bool((shopper != "").all())
    people = pd.factorize(shopper, sort=True)[0] if known else np.full(pairs, -1)
    return Paired(
        rows=np.arange(2 * pairs, dtype=np.int64),
        location=location.astype(np.int64),
        cell=np.tile(np.arange(pairs, dtype=np.int64), 2),
        shopper=np.concatenate([people, np.full(pairs, -1)]).astype(np.int64),
        complainant=np.arange(2 * pairs) >= pairs,
        location_names=tuple(str(name) for name in names),
        shoppers_known=known,
    )


def _with_day(rows: pd.DataFrame) -> pd.DataFrame:
    if "visited_on" not in rows:
        return rows
    return rows.assign(day=(rows["visited_on"] - pd.Timestamp(0)).dt.days.astype("float64"))


def _weighted(rows: pd.DataFrame, weights: Floats) -> tuple[float, Interval]:
    y = rows["y"].to_numpy(dtype=np.float64)
    parts: dict[str, Floats] = {}
    for side in (COMPLAINANTS, SHOPPERS):
        own = np.where(rows["side"] == side, weights, 0.0)
        parts |= {f"{side}_y": own * y, side: own}
    totals = pd.DataFrame(parts).groupby(rows["location"], sort=True).sum().to_numpy(dtype=np.float64)
    found = location_jackknife(totals, lambda sums: sums[..., 0] / sums[..., 1] - sums[..., 2] / sums[..., 3])
    return found.estimate, found.ci95


def estimate_and_interval(
    result: TwoWay | None, estimate: float, ci95: Interval, *, decimals: int = 2
) -> dict[str, Number]:
    """Return an estimate and its interval, to be said; of a result on the scale of ratios as ratios."""
    low, high = ci95
    return {
        name: _shown(result, value, decimals)
        for name, value in (("estimate", estimate), ("low", low), ("high", high))
    }


def _shown(result: TwoWay | None, value: float, decimals: int = 2) -> Number:
    """Write a number; on the scale of ratios the ratio itself."""
    return Number(math.exp(value) if result is not None and result.scale == "ratio" else value, decimals)
