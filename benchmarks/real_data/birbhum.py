"""The Birbhum visits compared whole, and what is left when the known flaw of the data is taken away."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import Comparison, Tables, compare, convert
from analysis.shapes import read_about
from benchmarks.real_data.writing import fill_in, number, table, with_interval

#: Patients say so many minutes more than an observer of the same consultation.
BIAS = 1.54
SHORT = 3
_WITHOUT = "without “under 3 minutes”"
_WORDS = {
    "supported": "in favour of it",
    "reversed": "still the opposite",
    "equivalent": "no difference worth having",
    "inconclusive": "too uncertain to tell",
}


def page(folder: Path) -> str:
    """Return the page."""
    tables = convert(folder / "visits.csv", folder / "mapping.toml")
    plan, about = folder / "plan.toml", read_about(folder / "mapping.toml")
    found = compare(tables, plan)
    others = {
        "as planned": found,
        _WITHOUT: compare(_without_short(tables), plan),
        f"with {BIAS} minutes taken from what patients remember": compare(_shorter(tables), plan),
    }
    result = found.primary
    return fill_in(
        "birbhum.md",
        people=about.people,
        sentence=found.sentence,
        rest=_WORDS[others[_WITHOUT].verdict],
        responses=f"{result.responses:,}",
        locations=f"{result.locations:,}",
        shoppers=number(result.shoppers, 0),
        effective=number(result.effective_shoppers, 1),
        limits="\n".join(f"- {limit}" for limit in about.limits),
        variants=table(
            ["made", "patients minus shoppers", "ratio", "verdict"],
            ([label, *_row(comparison)] for label, comparison in others.items()),
        ),
        problems=table(
            ["problem", "patients minus shoppers, in 100 visits", "p (Holm)"],
            (
                [
                    about.labels.get(row.problem, row.problem),
                    with_interval((100 * row.result.estimate, tuple(100 * end for end in row.result.ci95)), 1),  # type: ignore[arg-type]
                    "below 0.001" if row.p_holm < 0.001 else number(row.p_holm, 3),
                ]
                for row in found.problems
            ),
        ),
        matched=with_interval((found.matched.difference, found.matched.ci95)),
        ranks=with_interval((found.ranks.observed, found.ranks.observed_ci95)),
        rank_reason=found.ranks.reason or "",
        dropped="\n".join(f"- {row.count:,} {row.table}: {row.reason}" for row in found.dropped),
    )


def _row(found: Comparison) -> list[str]:
    result = found.primary
    return [with_interval((result.estimate, result.ci95)), number(result.ratio), found.verdict]


def _without_short(tables: Tables) -> Tables:
    sightings = tables.sightings
    return Tables(tables.responses, sightings[sightings["problem"] != "too_short"])


def _shorter(tables: Tables) -> Tables:
    """Return the tables with the patients' minutes brought down to what an observer would have noted."""
    responses, sightings = tables.responses, tables.sightings
    patients = responses["arm"] == "complainant"
    short = responses["response_id"][patients & (responses["minutes"] - BIAS < SHORT)]
    example = sightings[sightings["problem"] == "too_short"].iloc[:1].drop(columns="response_id")
    of_patients = sightings["response_id"].isin(responses["response_id"][patients])
    others = sightings[~(of_patients & (sightings["problem"] == "too_short"))]
    added = example.loc[example.index.repeat(len(short))].assign(response_id=short.to_numpy())
    return Tables(responses, pd.concat([others, added], ignore_index=True))
