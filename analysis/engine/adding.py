"""Chunks of responses with their sightings, and the one pure function from a chunk to sums that can be added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from analysis.inference.outcome_table import Context, context_of, join_contexts, outcome_table
from analysis.inference.sums import Sums, add_up, join_sums
from analysis.shapes.lookup import positions
from analysis.shapes.plan import Plan
from analysis.shapes.tables import Tables

Found = TypeVar("Found")
#: Responses in a chunk: a hundred thousand with fifty problems take some 150 MB while they are added up.
CHUNK = 100_000
#: What is kept of each response where the single ones are looked at.
_OF_ROWS = ("response_id", "side", "location", "cell", "shopper", "y")
_OF_CASES = ("channel", "scenario", "list_hash", "visited_on", "stake", "mirror_of", "mirror_draw")


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some responses, in the order of their ids, with all their sightings."""

    responses: pd.DataFrame
    sightings: pd.DataFrame


class Engine(Protocol):
    """Applies a pure function to every chunk, in any order, here or elsewhere."""

    def on_each(self, work: Callable[[Chunk], Found], chunks: Iterable[Chunk]) -> list[Found]:
        """Return what the function gives for each chunk, in the order of the chunks."""
        ...


class Serial:
    """One chunk after the other, in this process."""

    def on_each(self, work: Callable[[Chunk], Found], chunks: Iterable[Chunk]) -> list[Found]:
        """Return what the function gives for each chunk."""
        return [work(chunk) for chunk in chunks]


def add_tables(tables: Tables, plan: Plan, *, engine: Engine | None = None, chunk: int = CHUNK) -> Sums:
    """Add the tables up: first what a single row cannot know of the whole, then every outcome by place and person.

    Parameters
    ----------
    tables : Tables
    plan : Plan
    engine : Engine, optional
        By default one chunk after the other in this process.
    chunk : int
        Responses in a chunk.

    Returns
    -------
    Sums
        Whole numbers, so the same to the last bit whatever the engine, the chunks and the order of rows.

    Examples
    --------
    >>> responses = pd.DataFrame({"response_id": ["1", "2"], "arm": ["shopper", "complainant"], "location": "A"})
    >>> sightings = pd.DataFrame({"response_id": ["2"], "problem": ["rude"]})
    >>> sums = add_tables(Tables(responses, sightings), Plan(), chunk=1)
    >>> sums.table[["side", "n", "y"]].to_numpy().tolist()
    [['complainant', 1, 1], ['shopper', 1, 0]]
    """
    runs = engine or Serial()
    chunks = list(chunks_of(tables, size=chunk))
    context = join_contexts(runs.on_each(partial(_context_of, plan=plan), chunks))
    return join_sums(runs.on_each(partial(sums_of, context=context), chunks))


def chunks_of(tables: Tables, *, size: int = CHUNK) -> Iterator[Chunk]:
    """Cut the tables into chunks of so many responses, in the order of their ids; empty tables are one chunk.

    Raises
    ------
    ValueError
        If the size is not 1 at least.
    """
    if size < 1:
        raise ValueError(f"size is {size}: give at least one response a chunk.")
    row = positions(tables.sightings["response_id"], tables.responses["response_id"])
    starts = range(0, max(len(tables.responses), 1), size)
    edges = np.searchsorted(row, [*starts, len(tables.responses)])
    for place, start in enumerate(starts):
        yield Chunk(
            tables.responses.iloc[start : start + size].reset_index(drop=True),
            tables.sightings.iloc[edges[place] : edges[place + 1]].reset_index(drop=True),
        )


def sums_of(chunk: Chunk, context: Context) -> Sums:
    """Return the sums of a chunk: a pure function, and all that an engine does to the rows."""
    return add_up(outcome_table(chunk.responses, chunk.sightings, context))


def rows_of(tables: Tables, context: Context, *, chunk: int = CHUNK) -> pd.DataFrame:
    """Return the compared responses one by one: side, place, cell, shopper, y, and what is known of the case.

    Examples
    --------
    >>> responses = pd.DataFrame({"response_id": ["1", "2"], "arm": ["shopper", "complainant"], "location": "A"})
    >>> sightings = pd.DataFrame({"response_id": ["2"], "problem": ["rude"]})
    >>> tables = Tables(responses, sightings)
    >>> rows_of(tables, add_tables(tables, Plan()).context)[["side", "y"]].to_numpy().tolist()
    [['shopper', 0], ['complainant', 1]]
    """
    parts = []
    for part in chunks_of(tables, size=chunk):
        found = outcome_table(part.responses, part.sightings, context).table
        compared = found.loc[found["side"] != "", list(_OF_ROWS)].reset_index(drop=True)
        known = [name for name in (*_OF_CASES, *context.batteries) if name in part.responses]
        place = positions(compared["response_id"], part.responses["response_id"])
        parts.append(pd.concat([compared, part.responses[known].iloc[place].reset_index(drop=True)], axis=1))
    return pd.concat(parts, ignore_index=True)


def _context_of(chunk: Chunk, plan: Plan) -> Context:
    return context_of(chunk.responses, chunk.sightings, plan)
