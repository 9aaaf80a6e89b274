"""Which sightings count, and the outcome y: distinct handling problems per response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.cells import cell_keys
from analysis.shapes.results import Dropped
from analysis.shapes.vocabulary import OUTCOME_THEME, SEPARATOR, UNCOUNTED_THEMES


@dataclass(frozen=True, eq=False)
class Ticks:
    """Who saw what: one row a response (in the order of the table it was made from), one column a problem.

    Attributes
    ----------
    problems : tuple of str
        Codes, sorted.
    themes : dict
        Theme by code, where known.
    seen : bool array, response × problem
        The sighting is on the list, counts as handling, and was not implied by the scenario.
    implied : bool array, response × problem
        The problem was implied by the response's scenario (or cell): it can't count there.
    raw : int array, response
        Number of distinct handling problems with the implied ones left in.
    dropped : tuple of Dropped
        Sightings that do not count, by reason.
    warnings : tuple of str
    """

    problems: tuple[str, ...]
    themes: dict[str, str]
    seen: npt.NDArray[np.bool_]
    implied: npt.NDArray[np.bool_]
    raw: npt.NDArray[np.int64]
    dropped: tuple[Dropped, ...]
    warnings: tuple[str, ...]

    @property
    def y(self) -> npt.NDArray[np.int64]:
        """The primary outcome: distinct problems per response."""
        counted: npt.NDArray[np.int64] = self.seen.sum(axis=1, dtype=np.int64)
        return counted


def tick(
    responses: pd.DataFrame,
    sightings: pd.DataFrame,
    *,
    period: str,
    origins: Sequence[str] = ("checklist",),
) -> Ticks:
    """Count each problem once a response, leaving out what METHODS says does not count.

    A sighting counts if its origin is one of `origins`, its theme is none of control, bogus and beyond, it
    belongs to the handling (the stage as recorded; else everything but the theme `outcome`), and the problem
    is not implied by the scenario: the union of `index_problem` over all responses of the scenario, or of the
    cell where there is no scenario column.

    Parameters
    ----------
    responses : DataFrame
        The responses that are compared.
    sightings : DataFrame
        `Tables.sightings`.
    period : {"month", "none"}
        As in the plan; matters where cells decide what is implied.
    origins : sequence of str
        "checklist" for the primary outcome; with "coded" for the secondary one.
    """
    counted, dropped, warnings = _counted_sightings(responses, sightings, origins=origins)
    problems = tuple(sorted(set(counted["problem"])))
    column_of = {problem: place for place, problem in enumerate(problems)}
    rows = pd.Index(responses["response_id"]).get_indexer(counted["response_id"])
    columns = counted["problem"].map(column_of).to_numpy(dtype=np.int64)
    ticked = np.zeros((len(responses), len(problems)), dtype=bool)
    ticked[rows, columns] = True
    implied = _implied(responses, column_of, period=period)
    if (ticked & implied).any():
        count = int(implied[rows, columns].sum())
        dropped.append(Dropped("sightings", "the problem is implied by the scenario", count))
    themes = (
        {p: t for p, t in zip(counted["problem"], counted["theme"], strict=True) if t}
        if "theme" in counted
        else {}
    )
    return Ticks(
        problems=problems,
        themes=themes,
        seen=ticked & ~implied,
        implied=implied,
        raw=ticked.sum(axis=1, dtype=np.int64),
        dropped=tuple(dropped),
        warnings=tuple(warnings),
    )


def _counted_sightings(
    responses: pd.DataFrame, sightings: pd.DataFrame, *, origins: Sequence[str]
) -> tuple[pd.DataFrame, list[Dropped], list[str]]:
    warnings = []
    theme = sightings["theme"] if "theme" in sightings else pd.Series("", index=sightings.index)
    stage = sightings["stage"] if "stage" in sightings else pd.Series("", index=sightings.index)
    origin = sightings["origin"] if "origin" in sightings else pd.Series("checklist", index=sightings.index)
    if "theme" not in sightings and "stage" not in sightings:
        warnings.append("There are no columns `theme` and `stage`: all sightings count as handling.")
    reasons = [
        ("its response is not compared", ~sightings["response_id"].isin(responses["response_id"])),
        ("it does not come from the list", ~origin.isin(origins)),
        *((f"theme '{uncounted}' never counts", theme == uncounted) for uncounted in UNCOUNTED_THEMES),
        (
            "it is about the outcome, not the handling",
            (stage == "outcome") | ((stage == "") & (theme == OUTCOME_THEME)),
        ),
        ("the same problem was named twice in a response", None),
    ]
    dropped = []
    kept = pd.Series(data=True, index=sightings.index)
    for reason, rows in reasons:
        leaving = kept & (sightings[["response_id", "problem"]].where(kept).duplicated() if rows is None else rows)
        if leaving.any():
            dropped.append(Dropped("sightings", reason, int(leaving.sum())))
            kept &= ~leaving
    return sightings[kept], dropped, warnings


def _implied(responses: pd.DataFrame, column_of: dict[str, int], *, period: str) -> npt.NDArray[np.bool_]:
    implied = np.zeros((len(responses), len(column_of)), dtype=bool)
    if "index_problem" not in responses or not column_of:
        return implied
    by = responses["scenario"] if "scenario" in responses else cell_keys(responses, period=period)
    codes, _ = pd.factorize(by)
    named = pd.DataFrame({"code": codes, "problem": responses["index_problem"].str.split(SEPARATOR)})
    pairs = named.explode("problem").drop_duplicates()
    pairs["column"] = pairs["problem"].str.strip().map(column_of)
    pairs = pairs.dropna(subset="column")
    table = np.zeros((codes.max(initial=-1) + 1, len(column_of)), dtype=bool)
    table[pairs["code"].to_numpy(), pairs["column"].to_numpy(dtype=np.int64)] = True
    implied[:] = table[codes]
    return implied
