"""What a reader must be told about the data: where they come from, who was asked, and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from analysis.shapes.data_problem import DataProblem
from analysis.shapes.toml_file import line_of, read_toml

_TEXTS = ("title", "people", "source", "licence")


@dataclass(frozen=True)
class About:
    """Words about the data, shown in the document; they never enter a number.

    `people` says who the two groups are, in a sentence. `limits` are sentences. `labels` names problems by code.
    """

    title: str = ""
    people: str = ""
    source: str = ""
    licence: str = ""
    limits: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, problem: str) -> str:
        """Return the name of a problem; its code, made readable, where it has none."""
        return self.labels.get(problem) or problem.replace("_", " ").capitalize()


def read_about(path: str | PathLike[str]) -> About:
    """Read the sections `[about]` and `[problems.…]` of a TOML file; a mapping has them too.

    Raises
    ------
    DataProblem
        For a file that cannot be read, or a value of the wrong kind.
    """
    values, text = read_toml(path)
    about = _table(values, "about", file=str(path), text=text)

    def refuse(key: str, remedy: str) -> DataProblem:
        row = line_of(text, key)
        return DataProblem("the value is of the wrong kind", remedy=remedy, file=str(path), row=row, column=key)

    for key, value in about.items():
        if key == "limits":
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise refuse(key, 'Write limits = ["…", "…"].')
        elif key not in _TEXTS:
            known = ", ".join((*_TEXTS, "limits"))
            raise DataProblem(
                "unknown key in [about]",
                remedy=f"Known keys are {known}.",
                file=str(path),
                row=line_of(text, key),
                column=key,
            )
        elif not isinstance(value, str):
            raise refuse(key, 'Put it in "quotes".')
    labels = {}
    for code, problem in _table(values, "problems", file=str(path), text=text).items():
        label = problem.get("label", "") if isinstance(problem, Mapping) else None
        if not isinstance(label, str):
            raise refuse(code, f'Write [problems.{code}] and under it label = "…".')
        labels[code] = label
    return About(
        **{key: about.get(key, "") for key in _TEXTS}, limits=tuple(about.get("limits", ())), labels=labels
    )


def _table(values: Mapping[str, Any], key: str, *, file: str, text: str) -> Mapping[str, Any]:
    table = values.get(key, {})
    if not isinstance(table, Mapping):
        raise DataProblem(
            "this is not a section",
            remedy=f"Write [{key}] on a line of its own.",
            file=file,
            row=line_of(text, key),
            column=key,
        )
    return table
