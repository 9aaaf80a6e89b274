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
    rows = pd.Index(responses["response_id"]).get_indexer(sightings["response_id"])
    counts, dropped = _counted(sightings, rows >= 0, origins=origins)
    counted, rows = sightings[counts], rows[counts]
    columns, problems = pd.factorize(counted["problem"], sort=True)
    seen = _distinct(rows, columns, shape=(len(responses), len(problems)), dropped=dropped)
    implied = _implied(responses, {str(problem): place for place, problem in enumerate(problems)}, period=period)
    if (seen & implied).any():
        count = int((seen & implied).sum())
        dropped.append(Dropped("sightings", "the problem is implied by the scenario", count))
    warnings = []
    if "theme" not in sightings and "stage" not in sightings:
        warnings.append("There are no columns `theme` and `stage`: all sightings count as handling.")
    return Ticks(
        problems=tuple(str(problem) for problem in problems),
        themes=_themes(counted),
        seen=seen & ~implied,
        implied=implied,
        raw=seen.sum(axis=1, dtype=np.int64),
        dropped=tuple(dropped),
        warnings=tuple(warnings),
    )


def _counted(
    sightings: pd.DataFrame, compared: npt.NDArray[np.bool_], *, origins: Sequence[str]
) -> tuple[npt.NDArray[np.bool_], list[Dropped]]:
    """Say which sightings count, and count the others by the first reason that holds."""
    everywhere = np.ones(len(sightings), dtype=bool)
    theme, stage, origin = (
        sightings[column].to_numpy() if column in sightings else np.full(len(sightings), default)
        for column, default in (("theme", ""), ("stage", ""), ("origin", "checklist"))
    )
    reasons = [
        ("its response is not compared", ~compared),
        ("it does not come from the list", ~np.any([everywhere & (origin == kind) for kind in origins], axis=0)),
        *((f"theme '{uncounted}' never counts", theme == uncounted) for uncounted in UNCOUNTED_THEMES),
        (
            "it is about the outcome, not the handling",
            (stage == "outcome") | ((stage == "") & (theme == OUTCOME_THEME)),
        ),
    ]
    dropped = []
    kept = everywhere
    for reason, rows in reasons:
        leaving = kept & rows
        if leaving.any():
            dropped.append(Dropped("sightings", reason, int(leaving.sum())))
            kept = kept & ~leaving
    return kept, dropped


def _distinct(
    rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], *, shape: tuple[int, int], dropped: list[Dropped]
) -> npt.NDArray[np.bool_]:
    """Tick each problem once a response; what was named twice is dropped and counted."""
    seen = np.zeros(shape, dtype=bool)
    seen[rows, columns] = True
    repeated = len(rows) - int(seen.sum())
    if repeated:
        dropped.append(Dropped("sightings", "the same problem was named twice in a response", repeated))
    return seen


def _themes(sightings: pd.DataFrame) -> dict[str, str]:
    if "theme" not in sightings:
        return {}
    known = sightings.loc[sightings["theme"] != "", ["problem", "theme"]].drop_duplicates("problem", keep="last")
    return {str(problem): str(theme) for problem, theme in known.itertuples(index=False)}


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
