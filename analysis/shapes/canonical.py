"""A table as canonical CSV: columns by name, numbers as Python writes them, quotes only where they are needed."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

#: Rows written at a time.
_ROWS = 100_000


def canonical_csv(table: pd.DataFrame) -> Iterator[bytes]:
    """Yield a table as CSV, part by part: what pandas writes, and several times faster where no cell needs quotes.

    Examples
    --------
    >>> b"".join(canonical_csv(pd.DataFrame({"b": [1.0, None], "a": ["x", "y,z"]})))
    b'a,b\\nx,1.0\\n"y,z",\\n'
    """
    texts = pd.DataFrame({name: _texts(table[name]) for name in sorted(table.columns)}, index=table.index)
    yield texts.iloc[:0].to_csv(index=False, lineterminator="\n").encode()
    bare = csv.WriteOptions(include_header=False, quoting_style="none")
    for start in range(0, len(texts), _ROWS):
        part = texts.iloc[start : start + _ROWS]
        written = io.BytesIO()
        try:
            csv.write_csv(pa.Table.from_pandas(part, preserve_index=False), written, bare)
        except pa.ArrowInvalid:
            yield part.to_csv(index=False, header=False, lineterminator="\n").encode()
        else:
            yield written.getvalue()


def _texts(values: pd.Series) -> pd.Series:
    """Return a column as the texts that pandas would write."""
    if isinstance(values.dtype, pd.DatetimeTZDtype) or values.dtype.kind == "M":
        days: pd.Series = values.dt.strftime("%Y-%m-%d").fillna("").astype("str")
        return days
    if values.dtype.kind == "f":
        codes, known = pd.factorize(values)
        words = pd.array([*(repr(float(number)) for number in np.asarray(known)), ""], dtype="str")
        return pd.Series(words.take(np.where(codes < 0, len(known), codes)), index=values.index)
    return values
