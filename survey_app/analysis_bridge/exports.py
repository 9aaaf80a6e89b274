"""A comparison as files on which the command line gives the same numbers."""

from __future__ import annotations

from pathlib import Path

from survey_app.analysis_bridge.comparing import about_of
from survey_app.analysis_bridge.tables import tidy_tables
from survey_app.queries.comparing import comparison_to_do, study_data
from survey_app.rules.plans import as_toml, plan_as_toml


def export_comparison(comparison_id: int, folder: Path) -> None:
    """Write responses.csv, sightings.csv, plan.toml and about.toml of a comparison's study as it is now.

    Ids are the pseudonymous ones that the comparison itself saw.
    """
    study_id, plan = comparison_to_do(comparison_id)
    data = study_data(study_id)
    tables = tidy_tables(data)
    about = about_of(data)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (("responses", tables.responses), ("sightings", tables.sightings)):
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "plan.toml").write_text(plan_as_toml(plan), encoding="utf-8")
    words = {key: getattr(about, key) for key in ("title", "people", "source", "licence")}
    sections = ["[about]", as_toml(words | {"limits": list(about.limits)})]
    for code, label in sorted(about.labels.items()):
        sections += [f"[problems.{code}]", as_toml({"label": label})]
    (folder / "about.toml").write_text("\n".join(sections), encoding="utf-8")
