"""A comparison as files on which the command line gives the same numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from survey_app.analysis_bridge.comparing import about_of
from survey_app.analysis_bridge.tables import tidy_tables
from survey_app.queries.comparing import comparison_to_do, study_data


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
    (folder / "plan.toml").write_text(_toml(plan), encoding="utf-8")
    words = {key: getattr(about, key) for key in ("title", "people", "source", "licence")}
    sections = ["[about]", _toml(words | {"limits": list(about.limits)})]
    for code, label in sorted(about.labels.items()):
        sections += [f"[problems.{code}]", _toml({"label": label})]
    (folder / "about.toml").write_text("\n".join(sections), encoding="utf-8")


def _toml(values: dict[str, Any]) -> str:
    """Return plain values as TOML. JSON writes text, numbers, truth and lists as TOML does; tables are ours."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
