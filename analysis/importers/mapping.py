"""Turn a file of another system into tidy tables, as a mapping says.

A mapping is a TOML file with three kinds of section: `[responses]` says how each tidy column is made,
`[problems.CODE]` when a problem was seen, `[about]` what a reader must be told. `docs/mapping.md` shows it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any, NoReturn

import pandas as pd

from analysis.importers.csv_files import read_text_table
from analysis.shapes.data_problem import DataProblem, quoted
from analysis.shapes.tables import Tables
from analysis.shapes.tidy import first_row
from analysis.shapes.toml_file import line_of, read_toml
from analysis.shapes.vocabulary import RESPONSE_COLUMNS, STAGES


def convert(source: str | PathLike[str], mapping: str | PathLike[str]) -> Tables:
    """Return tidy tables made from one wide CSV file, one row a response.

    Parameters
    ----------
    source : path
        The CSV file to convert.
    mapping : path
        The TOML file that names, renames, compares and combines its columns.

    Raises
    ------
    DataProblem
        For a mapping that cannot be used, or a source that lacks what it names.
    """
    values, text = read_toml(mapping)
    reader = _Reader(_Mapping(values, file=str(mapping), text=text), read_text_table(source), file=str(source))
    return reader.tables()


@dataclass(frozen=True)
class _Mapping:
    values: Mapping[str, Any]
    file: str
    text: str

    def refuse(self, key: str, what: str, *, remedy: str) -> NoReturn:
        raise DataProblem(what, remedy=remedy, file=self.file, row=line_of(self.text, key), column=key)

    def section(self, key: str) -> Mapping[str, Any]:
        section = self.values.get(key)
        if not isinstance(section, Mapping) or not section:
            self.refuse(key, "the section is missing", remedy=f"Add [{key}] and what it should hold.")
        return section


class _Reader:
    """Applies a mapping to the table of a source file."""

    def __init__(self, mapping: _Mapping, table: pd.DataFrame, *, file: str) -> None:
        self.mapping = mapping
        self.table = table
        self.file = file

    def tables(self) -> Tables:
        for key in self.mapping.values:
            if key not in ("about", "responses", "problems"):
                remedy = "Known are [about], [responses] and [problems.CODE]."
                self.mapping.refuse(key, "unknown section", remedy=remedy)
        made = {}
        for column, rule in self.mapping.section("responses").items():
            if column not in RESPONSE_COLUMNS and not column.startswith("item_"):
                remedy = f"Tidy columns are {', '.join(RESPONSE_COLUMNS)}; name an item item_…"
                self.mapping.refuse(column, "this is not a tidy column", remedy=remedy)
            made[column] = self.column(column, rule)
        if "response_id" not in made:
            self.mapping.refuse("responses", "response_id is not made", remedy="Say which column holds the id.")
        responses = pd.DataFrame(made, index=self.table.index)
        return Tables(responses, self.sightings(responses["response_id"]), responses_file=self.file)

    def sightings(self, ids: pd.Series) -> pd.DataFrame:
        parts = []
        for code, problem in self.mapping.section("problems").items():
            if not isinstance(problem, Mapping) or "when" not in problem:
                remedy = f'Write [problems.{code}] and under it when = {{column = "…", is = "…"}}.'
                self.mapping.refuse(code, "it does not say when the problem was seen", remedy=remedy)
            unknown = sorted(set(problem) - {"label", "theme", "stage", "when"})
            if unknown:
                remedy = "Known keys are label, theme, stage and when."
                self.mapping.refuse(code, f"unknown key {quoted(unknown[0])}", remedy=remedy)
            if problem.get("stage", STAGES[0]) not in STAGES:
                self.mapping.refuse(code, "unknown stage", remedy="Use handling or outcome.")
            seen = ids[self.holds(code, problem["when"])]
            parts.append(
                pd.DataFrame(
                    {
                        "response_id": seen,
                        "problem": code,
                        "theme": problem.get("theme", ""),
                        "stage": problem.get("stage", ""),
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def column(self, key: str, rule: object) -> pd.Series:
        """Make one tidy column: from a column, with its values renamed; from several, joined; or a constant."""
        if isinstance(rule, str):
            return pd.Series(rule, index=self.table.index, dtype="str")
        match rule:
            case {"column": str(name), **rest} if set(rest) <= {"values"}:
                found = self.source(key, name)
                return self.renamed(key, name, found, rest["values"]) if rest else found
            case {"join": [_, *_] as names, **rest} if set(rest) <= {"with"}:
                parts = pd.DataFrame({str(name): self.source(key, str(name)) for name in names})
                return parts.agg(str(rest.get("with", "|")).join, axis="columns").astype("str")
            case {"known": [_, *_] as names, **rest} if not rest:
                known = pd.DataFrame({name: self.source(key, str(name)).str.strip() != "" for name in names})
                return known.all(axis="columns").map({True: "yes", False: "no"})
        self.mapping.refuse(
            key,
            "this rule is not understood",
            remedy='Write "text", {column = "…"}, {column = "…", values = {…}}, {join = […]} or {known = […]}.',
        )

    def renamed(self, key: str, name: str, found: pd.Series, values: object) -> pd.Series:
        if not isinstance(values, Mapping):
            self.mapping.refuse(key, "`values` is not a table", remedy='Write values = {old = "new"}.')
        renamed = found.map(values)
        if renamed.isna().any():
            row = first_row(renamed.isna())
            raise DataProblem(
                f"the mapping has no new name for {quoted(found.loc[row])}",
                remedy=f"Add it to the values of {quoted(key)} in {self.mapping.file}.",
                file=self.file,
                row=row,
                column=name,
            )
        return renamed

    def source(self, key: str, name: str) -> pd.Series:
        if name not in self.table:
            self.mapping.refuse(
                key,
                f"{self.file} has no column {quoted(name)}",
                remedy=f"It has {', '.join(self.table.columns)}.",
            )
        return self.table[name]

    def holds(self, key: str, condition: object) -> pd.Series:
        """Say for each row whether a condition holds; where a value is not known it does not."""
        match condition:
            case {"all": [_, *_] as parts, **rest} if not rest:
                return pd.concat([self.holds(key, part) for part in parts], axis="columns").all(axis="columns")
            case {"any": [_, *_] as parts, **rest} if not rest:
                return pd.concat([self.holds(key, part) for part in parts], axis="columns").any(axis="columns")
            case {"column": str(name), "is": str(value), **rest} if not rest:
                return self.source(key, name).str.strip() == value
            case {"column": str(name), "is": int() | float() as value, **rest} if not rest:
                return self.compared(key, name, lambda numbers: numbers == value)
            case {"column": str(name), "below": int() | float() as limit, **rest} if not rest:
                return self.compared(key, name, lambda numbers: numbers < limit)
            case {"column": str(name), "above": int() | float() as limit, **rest} if not rest:
                return self.compared(key, name, lambda numbers: numbers > limit)
        self.mapping.refuse(
            key,
            "this condition is not understood",
            remedy='Write {column = "…", is = 0}, or below, or above; combine them in {all = […]} or {any = […]}.',
        )

    def compared(self, key: str, name: str, compare: Callable[[pd.Series], pd.Series]) -> pd.Series:
        text = self.source(key, name).str.strip()
        numbers = pd.to_numeric(text.where(text != ""), errors="coerce")
        wrong = numbers.isna() & (text != "")
        if wrong.any():
            row = first_row(wrong)
            raise DataProblem(
                f"{quoted(text.loc[row])} is not a number",
                remedy="Correct it, or leave the cell empty if it is not known.",
                file=self.file,
                row=row,
                column=name,
            )
        return compare(numbers)
