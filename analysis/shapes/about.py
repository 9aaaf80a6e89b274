"""What a reader must be told about the data: where they come from, who was asked, and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any, Final, NoReturn

from analysis.language import LANGUAGES
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.toml_file import line_of, read_toml

_TEXTS: Final = ("title", "people", "source", "licence")
_TABLES: Final = ("themes", "problems", "label_complainants")
_OTHER_LANGUAGES: Final = LANGUAGES[1:]


@dataclass(frozen=True)
class About:
    """Words about the data, shown in the document; they never enter a number.

    `people` says who the two groups are, in a sentence. `limits` are sentences. `labels` names problems by code,
    `themes` themes. `label_complainants` holds the forms of what the complainants are called, by case; English
    takes the plan's label. `others` holds the same words in other languages, as far as they are given.
    """

    title: str = ""
    people: str = ""
    source: str = ""
    licence: str = ""
    limits: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    label_complainants: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, About] = field(default_factory=dict)

    def label(self, problem: str) -> str:
        """Return the name of a problem; its code, made readable, where it has none."""
        return self.labels.get(problem) or problem.replace("_", " ").capitalize()

    def said_in(self, language: str) -> About:
        """Return the words in a language; what is not given in it stays as it is."""
        other = self.others.get(language)
        if other is None:
            return self
        return replace(
            self,
            **{name: getattr(other, name) or getattr(self, name) for name in (*_TEXTS, "limits")},
            labels={**self.labels, **other.labels},
            themes={**self.themes, **other.themes},
            label_complainants=other.label_complainants,
        )


def read_about(path: str | PathLike[str]) -> About:
    """Read the sections `[about]` and `[problems.…]` of a TOML file; a mapping has them too.

    `[about.pl]` and `[about.fi]` say the same in Polish and Finnish, `[about.pl.problems]` names the problems.

    Raises
    ------
    DataProblem
        For a file that cannot be read, or a value of the wrong kind.
    """
    values, text = read_toml(path)
    reader = _Reader(str(path), text)
    about = reader.table(values, "about")
    others = {code: reader.table(about, code) for code in _OTHER_LANGUAGES if code in about}
    labels = {
        code: reader.label(code, problem) for code, problem in reader.table(values, "problems").items()
    } | reader.texts(about, "problems")
    return replace(
        reader.about({key: value for key, value in about.items() if key not in others}),
        labels=labels,
        others={code: reader.about(words) for code, words in others.items()},
    )


class _Reader:
    """Reads words, and refuses a value of the wrong kind with the line where it stands."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    def about(self, values: Mapping[str, Any]) -> About:
        for key, value in values.items():
            if key not in (*_TEXTS, *_TABLES, "limits"):
                self.unknown(key)
            if key in _TEXTS and not isinstance(value, str):
                self.refuse(key, 'Put it in "quotes".')
        return About(
            **{key: values.get(key, "") for key in _TEXTS},
            limits=self.limits(values),
            labels=self.texts(values, "problems"),
            themes=self.texts(values, "themes"),
            label_complainants=self.texts(values, "label_complainants"),
        )

    def limits(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        limits = values.get("limits", [])
        if not isinstance(limits, list) or not all(isinstance(item, str) for item in limits):
            self.refuse("limits", 'Write limits = ["…", "…"].')
        return tuple(limits)

    def label(self, code: str, problem: object) -> str:
        label = problem.get("label", "") if isinstance(problem, Mapping) else None
        if not isinstance(label, str):
            self.refuse(code, f'Write [problems.{code}] and under it label = "…".')
        return label

    def texts(self, values: Mapping[str, Any], key: str) -> dict[str, str]:
        table = self.table(values, key)
        for name, value in table.items():
            if not isinstance(value, str):
                self.refuse(name, 'Put it in "quotes".')
        return dict(table)

    def table(self, values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        table = values.get(key, {})
        if not isinstance(table, Mapping):
            raise DataProblem(
                "this is not a section",
                remedy=f"Write [{key}] on a line of its own.",
                file=self.file,
                row=line_of(self.text, key),
                column=key,
            )
        return table

    def refuse(self, key: str, remedy: str) -> NoReturn:
        row = line_of(self.text, key)
        raise DataProblem("the value is of the wrong kind", remedy=remedy, file=self.file, row=row, column=key)

    def unknown(self, key: str) -> NoReturn:
        known = ", ".join((*_TEXTS, "limits", *_TABLES, *_OTHER_LANGUAGES))
        raise DataProblem(
            "unknown key in [about]",
            remedy=f"Known keys are {known}.",
            file=self.file,
            row=line_of(self.text, key),
            column=key,
        )
