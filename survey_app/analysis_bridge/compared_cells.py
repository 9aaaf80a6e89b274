"""What the compared responses add up to, place by place and month by month: all that a breakdown is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import Tables
from analysis.inference.outcome_table import SEEN, context_of, outcome_table
from analysis.shapes.plan import read_plan
from analysis.shapes.vocabulary import COMPLAINANTS

_SOURCES = {True: "complainants", False: "shoppers"}


def compared_cells(
    tables: Tables, plan: Mapping[str, Any]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, float]]]:
    """Return by source one row a location and month, and the mean and variance of problems over all.

    A row holds people, problems, shoppers, and how many saw which theme. Only responses whose cell holds both
    sources are in it: those that the verdict rests on. Shoppers are numbered anew, so that a row says nothing but
    whether it is the same one elsewhere.
    """
    context = context_of(tables.responses, tables.sightings, read_plan(plan))
    table = outcome_table(tables.responses, tables.sightings, context).table
    table = table[table["side"] != ""]
    table = table[table.groupby(["location", "cell"])["side"].transform("nunique") == 2]
    rows = pd.DataFrame(
        {
            "location": table["location"],
            "month": _months(tables.responses, table["response_id"]),
            "shopper": _numbered(table["shopper"]),
            "problems": table["y"],
        }
    )
    for theme in sorted(set(context.themes.values())):
        codes = [SEEN + code for code in context.problems if context.themes.get(code) == theme]
        rows[f"theme:{theme}"] = table[codes].any(axis=1).astype("int64")
    is_complainant = table["side"] == COMPLAINANTS
    sides = {name: rows[is_complainant == side] for side, name in _SOURCES.items()}
    return (
        {name: _added(of) for name, of in sides.items()},
        {
            name: {"mean": float(of["problems"].mean()), "variance": float(of["problems"].var(ddof=0))}
            for name, of in sides.items()
            if len(of)
        },
    )


def version_starts(tables: Tables) -> list[dict[str, str]]:
    """Return in which month the first answer to each version of the instrument was about a visit."""
    responses = tables.responses
    if "instrument_version" not in responses or "visited_on" not in responses:
        return []
    dated = responses[(responses["instrument_version"] != "") & responses["visited_on"].notna()]
    first = dated.groupby("instrument_version")["visited_on"].min()
    return [
        {"version": str(version), "month": day.strftime("%Y-%m")}
        for version, day in sorted(first.items(), key=lambda found: found[1])
    ]


def _months(responses: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Return the month of the visit of each response; empty where nobody knows."""
    if "visited_on" not in responses:
        return pd.Series("", index=ids.index, dtype="str")
    months = responses.set_index("response_id")["visited_on"].dt.strftime("%Y-%m")
    found: pd.Series = ids.map(months).fillna("").astype("str")
    return found


def _numbered(shoppers: pd.Series) -> pd.Series:
    codes, _names = pd.factorize(shoppers.where(shoppers != ""), sort=True)
    return pd.Series(codes, index=shoppers.index)


def _added(rows: pd.DataFrame) -> list[dict[str, Any]]:
    themes = [name for name in rows.columns if name.startswith("theme:")]
    cells = rows.groupby(["location", "month"], sort=True)
    sums, people = cells[["problems", *themes]].sum(), cells.size()
    named = rows[rows["shopper"] >= 0].groupby(["location", "month"])["shopper"].unique()
    return [
        {
            "location": str(location),
            "month": str(month),
            "people": int(people[location, month]),
            "problems": int(added["problems"]),
            "shoppers": [f"s{code}" for code in sorted(named.get((location, month), []))],
            "themes": {name.removeprefix("theme:"): int(added[name]) for name in themes},
        }
        for (location, month), added in zip(sums.index, sums.to_dict("records"), strict=True)
    ]
