"""Medicare plans: four witnesses of the same plan, and which of them ranks plans as the members do (H10)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.inference import rank_advantage, rank_correlation, worst_found
from benchmarks.calibration.picture import Dot, picture
from benchmarks.real_data.writing import Found, Interval, fill_in, number, percent, table, with_interval

#: What members say of their plan, by which the other witnesses are judged.
JUDGES: Final = {"members_customer_service": "customer service", "members_rating_of_plan": "the plan as a whole"}
COMPLAINTS: Final = "complaints_per_1000"
TOGETHER: Final = "test_calls_together"
TEST_CALLS: Final = {
    "test_calls_information_accurate": "test calls: right information",
    "test_calls_hold_time": "test calls: hold time",
    "test_calls_interpreter_reached": "test calls: interpreter reached",
    "test_calls_disconnected": "test calls: disconnected",
}
WITNESSES: Final[Mapping[str, str]] = {
    COMPLAINTS: "complaints",
    "members_leaving": "members who leave",
    **TEST_CALLS,
    TOGETHER: "test calls, all together",
}
#: Less is better here; the sign is turned, so that high is good everywhere.
LESS_IS_BETTER: Final = (COMPLAINTS, "members_leaving", "test_calls_hold_time", "test_calls_disconnected")
RESAMPLES: Final = 999


def read(folder: Path) -> pd.DataFrame:
    """Return one row a plan and year: every measure as the share of the year's plans that it does not surpass.

    So each year's plans are ranked among themselves, and years may be laid together. The test calls together are
    the mean of those that are known.
    """
    years = [pd.read_csv(folder / name) for name in ("cms_2010_2015.csv", "cms_2026.csv")]
    plans = pd.concat(years, ignore_index=True).dropna(subset="parent")
    measures = [*JUDGES, *(name for name in WITNESSES if name != TOGETHER)]
    for name in LESS_IS_BETTER:
        plans[name] = -plans[name]
    plans[measures] = plans.groupby("year")[measures].rank(pct=True)
    plans[TOGETHER] = plans[list(TEST_CALLS)].mean(axis=1)
    return plans.sort_values(["plan", "year"], ignore_index=True)


def changes(plans: pd.DataFrame) -> pd.DataFrame:
    """Return how each measure of a plan moved from one year to the next."""
    measures = [*JUDGES, *WITNESSES]
    earlier = plans.shift()
    follows = (plans["plan"] == earlier["plan"]) & (plans["year"] == earlier["year"] + 1)
    moved = plans[follows][["plan", "parent", "year"]]
    return pd.concat([moved, plans[follows][measures] - earlier[follows][measures]], axis=1)


def ranks(plans: pd.DataFrame, judge: str, witness: str) -> Found:
    """Return how alike a witness and the members rank plans; the plans of a company are drawn together."""
    return rank_correlation(plans[judge], plans[witness], cluster=plans["parent"], resamples=RESAMPLES)


def worst(plans: pd.DataFrame, judge: str, witness: str) -> Found:
    """Return which share of the members' worst tenth a witness finds who flags a quarter."""
    return worst_found(plans[judge], plans[witness], cluster=plans["parent"], resamples=RESAMPLES)


def advantage(plans: pd.DataFrame, judge: str, witness: str) -> Found:
    """Return how much better complaints rank plans as members do than another witness, on the same plans."""
    return rank_advantage(
        plans[judge], plans[COMPLAINTS], plans[witness], cluster=plans["parent"], resamples=RESAMPLES
    )


def page(plans: pd.DataFrame) -> str:
    """Return the page."""
    judge = next(iter(JUDGES))
    alike, found = _by_year(plans, judge)
    tables = {name: _pooled(plans, name) for name in JUDGES}
    return fill_in(
        "medicare.md",
        rows=f"{len(plans):,}",
        plans=f"{plans['plan'].nunique():,}",
        companies=f"{plans['parent'].nunique():,}",
        resamples=f"{RESAMPLES:,}",
        alike=alike,
        found=found,
        customer_service=tables["members_customer_service"],
        rating=tables["members_rating_of_plan"],
        complaints=number(ranks(plans, judge, COMPLAINTS)[0]),
        together=number(ranks(plans, judge, TOGETHER)[0]),
        complaints_found=f"{100 * worst(plans, judge, COMPLAINTS)[0]:.0f}",
        together_found=f"{100 * worst(plans, judge, TOGETHER)[0]:.0f}",
        better=with_interval(advantage(plans, judge, TOGETHER)),
        complaints_change=number(ranks(changes(plans), judge, COMPLAINTS)[0]),
        leaving_change=number(ranks(changes(plans), judge, "members_leaving")[0]),
        together_change=number(ranks(changes(plans), judge, TOGETHER)[0]),
    )


def _by_year(plans: pd.DataFrame, judge: str) -> tuple[str, str]:
    alike, found = [], []
    for year, of_year in plans.groupby("year"):
        known = {name: of_year[of_year[judge].notna() & of_year[name].notna()] for name in WITNESSES}
        if not len(known[COMPLAINTS]):
            continue
        alike.append(
            [str(year), *(_with_n(ranks(both, judge, name), both, with_interval) for name, both in known.items())]
        )
        found.append(
            [str(year), *(_with_n(worst(both, judge, name), both, percent) for name, both in known.items())]
        )
    head = ["year", *WITNESSES.values()]
    return table(head, alike), table(head, found)


def _with_n(found: Found, plans: pd.DataFrame, write) -> str:  # type: ignore[no-untyped-def]
    said = write(found)
    return said if said == "–" else f"{said}, {len(plans)}"


def _pooled(plans: pd.DataFrame, judge: str) -> str:
    moved = changes(plans)
    rows = []
    for name, label in WITNESSES.items():
        both = plans[plans[judge].notna() & plans[name].notna()]
        after = moved[moved[judge].notna() & moved[name].notna()]
        rows.append(
            [
                label,
                f"{len(both):,}, {both['plan'].nunique():,}, {both['parent'].nunique():,}",
                with_interval(ranks(both, judge, name)),
                percent(worst(both, judge, name)),
                "" if name == COMPLAINTS else with_interval(advantage(plans, judge, name)),
                f"{with_interval(ranks(after, judge, name))}, {len(after):,}",
            ]
        )
    head = ["witness", "plan-years, plans, companies", "ranks alike", "worst tenth found, %"]
    return table([*head, "complaints better by", "changes alike, plan-years"], rows)


def pictures(plans: pd.DataFrame) -> dict[str, str]:
    """Return the two pictures by file name: who ranks plans as members do, and who finds the worst."""
    judge = next(iter(JUDGES))
    dots = {"ranks": [], "worst": []}  # type: ignore[var-annotated]
    for name, label in WITNESSES.items():
        rule = "lenient" if name in TEST_CALLS or name == TOGETHER else "strict"
        dots["ranks"].append(Dot(label, Interval(*ranks(plans, judge, name)), rule, 0.0))
        dots["worst"].append(Dot(label, Interval(*worst(plans, judge, name)), rule, 0.25))
    told = "Dots: people with a stake. Squares: callers who pretend."
    return {
        "medicare-ranks.svg": picture(
            "Complaints rank Medicare plans more as members do than test calls",
            f"Rank correlation with members' rating of customer service. {told} Red: none.",
            dots["ranks"],
            low=-0.2,
            high=0.8,
            write=lambda value: number(value, 2),
        ),
        "medicare-worst.svg": picture(
            "Of the members' worst tenth, found by whoever may flag a quarter",
            f"{told} Red: what flagging blindly finds.",
            dots["worst"],
            low=0.0,
            high=0.8,
        ),
    }
