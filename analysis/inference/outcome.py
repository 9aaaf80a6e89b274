"""Which sightings count, and the outcome y: distinct handling problems per response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.cells import cell_names
from analysis.language import say
from analysis.shapes.lookup import positions
from analysis.shapes.results import Dropped
from analysis.shapes.vocabulary import OUTCOME_THEME, SEPARATOR, UNCOUNTED_THEMES

#: Problems by scenario, or by cell where there is no scenario.
Implied = Mapping[str, frozenset[str]]

NO_THEMES = say("There are no columns `theme` and `stage`: all sightings count as handling.")


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
    problems: Sequence[str] | None = None,
    implied: Implied | None = None,
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
    problems : sequence of str, optional
        The columns, where these responses are a part of a larger table; sightings of others are left out of
        sight. Else the problems that count here.
    implied : mapping, optional
        Problems by scenario (`implied_problems`), where these responses are a part of a larger table.
    """
    rows = positions(sightings["response_id"], responses["response_id"])
    counts, dropped = counted_sightings(sightings, rows >= 0, origins=origins)
    counted, rows = sightings[counts], rows[counts]
    codes = sorted(counted["problem"].unique()) if problems is None else list(problems)
    columns = positions(counted["problem"], pd.Series(codes, dtype="str"))
    seen = _distinct(
        rows[columns >= 0], columns[columns >= 0], shape=(len(responses), len(codes)), dropped=dropped
    )
    by_scenario = implied_problems(responses, period=period) if implied is None else implied
    left_out = _implied(responses, codes, by_scenario, period=period)
    if (seen & left_out).any():
        count = int((seen & left_out).sum())
        dropped.append(Dropped("sightings", say("the problem is implied by the scenario"), count))
    warnings: list[str] = []
    if "theme" not in sightings and "stage" not in sightings:
        warnings.append(NO_THEMES)
    return Ticks(
        problems=tuple(codes),
        themes=themes_of(counted),
        seen=seen & ~left_out,
        implied=left_out,
        raw=seen.sum(axis=1, dtype=np.int64),
        dropped=tuple(dropped),
        warnings=tuple(warnings),
    )


def counted_sightings(
    sightings: pd.DataFrame, compared: npt.NDArray[np.bool_], *, origins: Sequence[str] = ("checklist",)
) -> tuple[npt.NDArray[np.bool_], list[Dropped]]:
    """Say which sightings count, and count the others by the first reason that holds."""
    theme, stage, origin = (
        partial(_holds, sightings, column, default=default)
        for column, default in (("theme", ""), ("stage", ""), ("origin", "checklist"))
    )
    reasons = [
        (say("its response is not compared"), ~compared),
        (
            say("it does not come from the list"),
            ~np.any([origin(kind) for kind in origins], axis=0),
        ),
        *(
            (say("theme '{theme}' never counts", theme=uncounted), theme(uncounted))
            for uncounted in UNCOUNTED_THEMES
        ),
        (
            say("it is about the outcome, not the handling"),
            stage("outcome") | (stage("") & theme(OUTCOME_THEME)),
        ),
    ]
    dropped = []
    kept = np.ones(len(sightings), dtype=bool)
    for reason, rows in reasons:
        leaving = kept & rows
        if leaving.any():
            dropped.append(Dropped("sightings", reason, int(leaving.sum())))
            kept = kept & ~leaving
    return kept, dropped


def _holds(table: pd.DataFrame, column: str, value: str, *, default: str) -> npt.NDArray[np.bool_]:
    """Say in which rows a column holds a value; a column that is not there holds its default everywhere."""
    if column not in table:
        return np.full(len(table), value == default)
    held: npt.NDArray[np.bool_] = (table[column] == value).to_numpy(dtype=bool)
    return held


def _distinct(
    rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], *, shape: tuple[int, int], dropped: list[Dropped]
) -> npt.NDArray[np.bool_]:
    """Tick each problem once a response; what was named twice is dropped and counted."""
    seen = np.zeros(shape, dtype=bool, order="F")
    seen[rows, columns] = True
    repeated = len(rows) - int(seen.sum())
    if repeated:
        dropped.append(Dropped("sightings", say("the same problem was named twice in a response"), repeated))
    return seen


def themes_of(sightings: pd.DataFrame) -> dict[str, str]:
    """Return the theme of each problem where it is known; of several, the last by name."""
    if "theme" not in sightings:
        return {}
    known = sightings.loc[sightings["theme"] != "", ["problem", "theme"]].drop_duplicates()
    ordered = known.sort_values(["problem", "theme"]).drop_duplicates("problem", keep="last")
    return {str(problem): str(theme) for problem, theme in ordered.itertuples(index=False)}


def scenarios(responses: pd.DataFrame, *, period: str) -> pd.Series:
    """Return what decides which problems are implied: the scenario, or the cell where there is no such column."""
    if "scenario" in responses:
        return responses["scenario"]
    return responses["location"] + "\x01" + cell_names(responses, period=period)


def implied_problems(responses: pd.DataFrame, *, period: str) -> Implied:
    """Return the problems that each scenario (or cell) implies: the union over its responses, of both arms."""
    if "index_problem" not in responses:
        return {}
    named = pd.DataFrame(
        {"scenario": scenarios(responses, period=period), "problem": responses["index_problem"]}
    ).drop_duplicates()
    implied: dict[str, frozenset[str]] = {}
    for scenario, problems in named[named["problem"] != ""].itertuples(index=False):
        codes = frozenset(code.strip() for code in problems.split(SEPARATOR)) - {""}
        implied[scenario] = implied.get(scenario, frozenset()) | codes
    return implied


def _implied(
    responses: pd.DataFrame, codes: Sequence[str], implied: Implied, *, period: str
) -> npt.NDArray[np.bool_]:
    if not implied or not len(codes):
        return np.zeros((len(responses), len(codes)), dtype=bool)
    of_response, known = pd.factorize(scenarios(responses, period=period))
    nothing: frozenset[str] = frozenset()
    table = [[code in implied.get(str(scenario), nothing) for code in codes] for scenario in known]
    return np.array(table, dtype=bool).reshape(len(known), len(codes))[of_response]
