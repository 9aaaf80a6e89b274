"""Read this export and work out the primary estimate again. Needs pandas (and pyarrow, openpyxl or pyreadstat).

python read.py prints how many problems more a complainant names than a shopper, on average over places.
"""

# ruff: noqa: T201 - a script that people run and read
import json
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
BOOK = json.loads((HERE / "codebook.json").read_text(encoding="utf-8"))
PLAN = BOOK["plan"]
UNCOUNTED = {"control", "bogus", "beyond"}


def table(name):
    """Return a table of the export: texts as texts, empty where there is nothing."""
    kind = BOOK["format"]
    if kind == "parquet":
        read = pd.read_parquet(HERE / f"{name}.parquet")
    elif kind == "sav":
        read = pd.read_spss(HERE / f"{name}.sav", convert_categoricals=False)
    elif kind == "xlsx":
        read = pd.read_excel(
            HERE / "tables.xlsx", sheet_name=name, dtype=str, keep_default_na=False, na_values=[""]
        )
    else:
        read = pd.read_csv(HERE / f"{name}.csv", dtype=str, keep_default_na=False)
    return read.astype(object).where(read.notna(), "").map(str)


def counted_responses():
    """Return the responses of both sides that count by the plan."""
    rows = table("responses")
    shoppers, complainants = rows["arm"].isin(PLAN["shoppers"]), rows["arm"].isin(PLAN["complainants"])
    counts = (shoppers | (complainants & rows["route"].isin(PLAN["routes"]))) & (rows["list_answered"] == "yes")
    if PLAN["window_days"]:
        days = pd.to_datetime(rows["submitted_at"].replace("", None)) - pd.to_datetime(
            rows["visited_on"].replace("", None)
        )
        counts &= (rows["hired"] == "yes") | (days.dt.days <= PLAN["window_days"])
    if PLAN["exclude_flags"] and "flags" in rows:
        flagged = rows["flags"].map(lambda flags: bool(set(flags.split(";")) & set(PLAN["exclude_flags"])))
        counts &= ~flagged
    rows = rows[counts].assign(side=complainants.map({True: "complainants", False: "shoppers"}))
    period = rows["visited_on"].str[:7] if PLAN["period"] == "month" else ""
    return rows.assign(period=period)


def problems_seen(rows):
    """Return how many different problems with the handling each response names, but those its scenario implies."""
    seen = table("sightings")
    seen = seen[
        (seen["origin"] == "checklist") & (seen["stage"] == "handling") & ~seen["theme"].isin(UNCOUNTED)
    ].drop_duplicates(["response_id", "problem"])
    implied = {
        (scenario, problem)
        for scenario, problems in zip(rows["scenario"], rows["index_problem"], strict=True)
        for problem in problems.split(";")
        if problem
    }
    seen = seen.merge(rows[["response_id", "scenario"]], on="response_id")
    kept = [pair not in implied for pair in zip(seen["scenario"], seen["problem"], strict=True)]
    return rows["response_id"].map(seen[kept].groupby("response_id").size()).fillna(0)


def primary_estimate():
    """Return complainants less shoppers, cell by cell, averaged within places and then over them."""
    rows = counted_responses()
    rows = rows.assign(y=problems_seen(rows))
    cell = ["location", "channel", "scenario", "period", "list_hash"]
    means = rows.groupby([*cell, "side"])["y"].mean().unstack("side")
    means = means.reindex(columns=["complainants", "shoppers"]).dropna()
    differences = means["complainants"] - means["shoppers"]
    if PLAN["scale"] == "ratio":
        places = means.groupby("location").mean()
        return float(places["complainants"].sum() / places["shoppers"].sum())
    return float(differences.groupby("location").mean().mean())


if __name__ == "__main__":
    print(repr(primary_estimate()))
