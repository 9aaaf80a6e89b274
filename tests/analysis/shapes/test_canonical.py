"""The fingerprint is that of the CSV that pandas writes, whatever stands in the cells."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Tables
from analysis.shapes.canonical import canonical_csv
from tests.analysis.studies import rich_studies

NASTY = st.sampled_from(
    ["a", "", "Łódź", "a,b", 'say "no"', "two\nlines", "cr\rhere", " blanks ", "'", "1.0", "😀"]
)


def plainly(table):
    """The canonical CSV as it is defined: by pandas, columns by name, days as days."""
    table = table[sorted(table.columns)].copy()
    for name in table.columns:
        if table[name].dtype.kind == "M":
            table[name] = table[name].dt.strftime("%Y-%m-%d")
    return table.to_csv(index=False, lineterminator="\n").encode()


@settings(max_examples=60, deadline=None)
@given(rich_studies())
def test_it_is_what_pandas_writes_of_any_study(drawn):
    tables = Tables(*drawn)
    expected = hashlib.sha256(plainly(tables.responses) + plainly(tables.sightings)).hexdigest()
    assert tables.fingerprint() == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NASTY, NASTY, st.floats(allow_infinity=False) | st.integers(-5, 5)), max_size=8))
def test_it_is_what_pandas_writes_of_nasty_cells(rows):
    table = pd.DataFrame(rows, columns=["z", "a", "n"]).astype({"z": "str", "a": "str", "n": "float64"})
    assert b"".join(canonical_csv(table)) == plainly(table)


@pytest.mark.parametrize("size", [1, 3])
def test_parts_are_written_alike(monkeypatch, size):
    table = pd.DataFrame({"b": ["x", "y,z", "", "w"], "a": [0.1, np.nan, 1e-7, 123456789.0]}).astype({"b": "str"})
    monkeypatch.setattr("analysis.shapes.canonical._ROWS", size)
    assert b"".join(canonical_csv(table)) == plainly(table)
