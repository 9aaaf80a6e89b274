"""The two tidy tables that every analysis starts from, checked once, at the door."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.shapes.canonical import canonical_csv
from analysis.shapes.data_problem import DataProblem, listed, quoted
from analysis.shapes.lookup import positions
from analysis.shapes.tidy import first_row, refuse_empty, tidy_column
from analysis.shapes.vocabulary import (
    ARMS,
    HIRED_ARMS,
    REQUIRED_RESPONSE_COLUMNS,
    REQUIRED_SIGHTING_COLUMNS,
    RESPONSE_COLUMNS,
    SIGHTING_COLUMNS,
    ColumnKind,
)

#: Name of an index that holds the rows of a file as a spreadsheet counts them.
ROW = "row"


@dataclass(frozen=True, eq=False)
class Tables:
    """Responses and sightings in their one form: typed, checked, sorted by id.

    Whatever reaches the analysis went through here, so nothing later depends on the order of rows.

    Parameters
    ----------
    responses : DataFrame
        One row a response. `response_id`, `arm` and `location` are required; the other columns of
        `analysis.shapes.vocabulary.RESPONSE_COLUMNS` as present; further columns are kept as text.
    sightings : DataFrame
        One row a problem seen in a response. `response_id` and `problem` are required.
    responses_file, sightings_file : str
        How the two are named in an error.

    Raises
    ------
    DataProblem
        Naming file, row and column.

    Examples
    --------
    >>> responses = pd.DataFrame({"response_id": ["2", "1"], "arm": ["shopper", "complainant"], "location": "A"})
    >>> sightings = pd.DataFrame({"response_id": ["1"], "problem": ["rude"]})
    >>> Tables(responses, sightings).responses["arm"].tolist()
    ['complainant', 'shopper']
    """

    responses: pd.DataFrame
    sightings: pd.DataFrame
    responses_file: str = "responses"
    sightings_file: str = "sightings"

    def __post_init__(self) -> None:
        responses = _tidy(
            self.responses,
            kinds=RESPONSE_COLUMNS,
            required=REQUIRED_RESPONSE_COLUMNS,
            file=self.responses_file,
        )
        _check_ids(responses, file=self.responses_file)
        _check_arms(responses, file=self.responses_file)
        _check_shoppers(responses, file=self.responses_file)
        sightings = _tidy(
            self.sightings,
            kinds=SIGHTING_COLUMNS,
            required=REQUIRED_SIGHTING_COLUMNS,
            file=self.sightings_file,
        )
        if "origin" in sightings:
            sightings["origin"] = sightings["origin"].replace("", "checklist")
        _check_sightings(sightings, responses, file=self.sightings_file)
        by_content = ["response_id", "problem", *sorted(set(sightings.columns) - {"response_id", "problem"})]
        object.__setattr__(self, "responses", responses.sort_values("response_id", ignore_index=True))
        object.__setattr__(self, "sightings", sightings.sort_values(by_content, ignore_index=True))

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical CSV: rows by id (sightings by id and problem), columns by name."""
        digest = hashlib.sha256()
        for table in (self.responses, self.sightings):
            for part in canonical_csv(table):
                digest.update(part)
        return digest.hexdigest()


def _tidy(
    table: pd.DataFrame, *, kinds: Mapping[str, ColumnKind], required: Sequence[str], file: str
) -> pd.DataFrame:
    if not isinstance(table, pd.DataFrame):
        what = f"this is no pandas DataFrame, but {type(table).__name__}"
        raise DataProblem(what, remedy="Give a DataFrame with one row a record.", file=file)
    table = table if table.index.name == ROW else table.set_axis(range(2, len(table) + 2), axis="index")
    table = table.rename(columns=str)
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise DataProblem(
            "the column appears twice",
            remedy="Rename or remove one of the two.",
            file=file,
            row=1,
            column=repeated[0],
        )
    for column in required:
        if column not in table.columns:
            raise DataProblem(
                "the column is missing",
                remedy=f"Add it: {listed(required).replace(' or ', ' and ')} are required.",
                file=file,
                row=1,
                column=column,
            )
    tidied = {
        column: tidy_column(table[column], kind=kinds.get(column, "text"), file=file) for column in table.columns
    }
    for column in required:
        refuse_empty(tidied[column], file=file)
    return pd.DataFrame(tidied)


def _check_ids(responses: pd.DataFrame, *, file: str) -> None:
    repeated = responses["response_id"].duplicated()
    if repeated.any():
        row = first_row(repeated)
        raise DataProblem(
            f"the id {quoted(responses['response_id'].loc[row])} was used before",
            remedy="Give each response an id of its own.",
            file=file,
            row=row,
            column="response_id",
        )


def _check_arms(responses: pd.DataFrame, *, file: str) -> None:
    """An arm that disagrees with `hired` and `need` is bad input."""
    for place, column in enumerate(("hired", "need")):
        if column not in responses:
            continue
        expected = responses["arm"].map({arm: parts[place] for arm, parts in ARMS.items()})
        wrong = (responses[column] != "") & (responses[column] != expected)
        if wrong.any():
            row = first_row(wrong)
            arm, found = responses["arm"].loc[row], responses[column].loc[row]
            raise DataProblem(
                f"arm {quoted(arm)} means {column} = {expected.loc[row]}, but {quoted(found)} stands here",
                remedy="Correct the arm or this column.",
                file=file,
                row=row,
                column=column,
            )


def _check_shoppers(responses: pd.DataFrame, *, file: str) -> None:
    """Refuse an arm in which some hired people have an id and others have none."""
    if "shopper" not in responses:
        return
    for arm in HIRED_ARMS:
        ids = responses.loc[responses["arm"] == arm, "shopper"]
        if (ids != "").any() and (ids == "").any():
            raise DataProblem(
                f"this {arm} response has no shopper, others have one",
                remedy="Fill it in, or leave the whole column empty if nobody knows who made the visits.",
                file=file,
                row=first_row(ids == ""),
                column="shopper",
            )


def _check_sightings(sightings: pd.DataFrame, responses: pd.DataFrame, *, file: str) -> None:
    unknown = pd.Series(positions(sightings["response_id"], responses["response_id"]) < 0, index=sightings.index)
    if unknown.any():
        row = first_row(unknown)
        raise DataProblem(
            f"no response has the id {quoted(sightings['response_id'].loc[row])}",
            remedy="Add the response to the other file, or remove this sighting.",
            file=file,
            row=row,
            column="response_id",
        )
