"""A comparison as files on which the command line gives the same numbers, to the byte."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.documents import html_of
from survey_app.analysis_bridge.comparing import about_of
from survey_app.analysis_bridge.tables import tidy_tables
from survey_app.queries.comparing import (
    StudyData,
    comparison_to_do,
    open_study_data,
    stored_comparison,
    study_data,
)
from survey_app.queries.tidy import RESPONSES, SIGHTINGS, table_rows
from survey_app.rules.codebook import codebook, columns_of
from survey_app.rules.plans import as_toml, plan_as_toml
from survey_app.rules.spreadsheets import csv_rows

_TABLES = {"responses": RESPONSES, "sightings": SIGHTINGS}


def export_comparison(comparison_id: int, folder: Path) -> bool:
    """Write a comparison to a folder; return whether the data are still those that it saw.

    There are responses.csv, sightings.csv, plan.toml, about.toml and codebook.json; once it is ready, also
    comparison.json, as the command line writes it, and the document in each language. Ids are the pseudonymous
    ones that the comparison itself saw; the tables are those that the page gives away, as they are now.
    """
    study_id, plan = comparison_to_do(comparison_id)
    folder.mkdir(parents=True, exist_ok=True)
    with open_study_data(study_id) as data:
        for table in _TABLES:
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_rows(*table_rows(data, table)))
        _write(folder / "about.toml", _about(data))
        _write(folder / "codebook.json", _json(_codebook(data)))
    _write(folder / "plan.toml", plan_as_toml(plan))
    stored = stored_comparison(comparison_id)
    if stored is None:
        return True
    _write(folder / "comparison.json", _json(stored.result))
    for language, document in stored.document.items():
        _write(folder / f"document.{language}.html", html_of(document))
    return tidy_tables(study_data(study_id)).fingerprint() == stored.data_fingerprint


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _json(value: object) -> str:
    """Return JSON as the command line writes it."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _codebook(data: StudyData) -> dict[str, object]:
    return codebook(
        {
            table: columns_of(table, names, problems=data.labels, themes=data.themes, scenarios=data.scenarios)
            for table, names in _TABLES.items()
        },
        study=data.study_name,
        made_up=data.made_up,
    )


def _about(data: StudyData) -> str:
    about = about_of(data)
    words = {key: getattr(about, key) for key in ("title", "people", "source", "licence")}
    sections = ["[about]", as_toml(words | {"limits": list(about.limits)})]
    for language, other in about.others.items():
        said = {key: getattr(other, key) for key in ("title", "people", "source", "licence")}
        tables = {"problems": dict(other.labels), "label_complainants": dict(other.label_complainants)}
        sections += [f"[about.{language}]", as_toml(said | {"limits": list(other.limits)} | tables)]
    for code, label in sorted(about.labels.items()):
        sections += [f"[problems.{code}]", as_toml({"label": label})]
    return "\n".join(sections)
