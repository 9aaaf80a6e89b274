"""A comparison as files on which the command line gives the same numbers."""

from __future__ import annotations

from pathlib import Path

from survey_app.analysis_bridge.comparing import about_of
from survey_app.queries.comparing import comparison_to_do, open_study_data
from survey_app.queries.tidy import table_rows
from survey_app.rules.plans import as_toml, plan_as_toml
from survey_app.rules.spreadsheets import csv_rows


def export_comparison(comparison_id: int, folder: Path) -> None:
    """Write responses.csv, sightings.csv, plan.toml and about.toml of a comparison's study as it is now.

    Ids are the pseudonymous ones that the comparison itself saw; the tables are those that the page gives away.
    """
    study_id, plan = comparison_to_do(comparison_id)
    folder.mkdir(parents=True, exist_ok=True)
    with open_study_data(study_id) as data:
        about = about_of(data)
        for table in ("responses", "sightings"):
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_rows(*table_rows(data, table)))
    (folder / "plan.toml").write_text(plan_as_toml(plan), encoding="utf-8")
    words = {key: getattr(about, key) for key in ("title", "people", "source", "licence")}
    sections = ["[about]", as_toml(words | {"limits": list(about.limits)})]
    for language, other in about.others.items():
        said = {key: getattr(other, key) for key in ("title", "people", "source", "licence")}
        tables = {"problems": dict(other.labels), "label_complainants": dict(other.label_complainants)}
        sections += [f"[about.{language}]", as_toml(said | {"limits": list(other.limits)} | tables)]
    for code, label in sorted(about.labels.items()):
        sections += [f"[problems.{code}]", as_toml({"label": label})]
    (folder / "about.toml").write_text("\n".join(sections), encoding="utf-8")
