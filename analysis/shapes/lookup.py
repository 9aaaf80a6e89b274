"""Look many words up in others at once, without making a Python object of each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def positions(wanted: pd.Series, among: pd.Series) -> npt.NDArray[np.intp]:
    """Return where each wanted word stands among others that differ from one another; −1 where it does not.

    Examples
    --------
    >>> positions(pd.Series(["b", "c", "b"]), pd.Series(["a", "b"])).tolist()
    [1, -1, 1]
    """
    found = pc.index_in(_arrow(wanted), value_set=_arrow(among))
    places: npt.NDArray[np.intp] = pc.fill_null(found, -1).to_numpy().astype(np.intp)
    return places


def renamed(words: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """Return each word's new name; empty for a word that has none.

    Examples
    --------
    >>> renamed(pd.Series(["a", "b", "a"]), {"a": "first"}).tolist()
    ['first', '', 'first']
    """
    codes, known = pd.factorize(words)
    new = pd.array([names.get(str(word), "") for word in known], dtype="str")
    return pd.Series(new.take(codes), index=words.index)


def ascii_only(words: pd.Series) -> bool:
    """Say whether no word has a letter beyond ASCII.

    Examples
    --------
    >>> ascii_only(pd.Series(["Turku", ""])), ascii_only(pd.Series(["Łódź"]))
    (True, False)
    """
    answer = pc.all(pc.string_is_ascii(_arrow(words))).as_py()
    return answer is not False


def _arrow(words: pd.Series) -> pa.Array:
    held = pa.array(words, type=pa.large_string())
    return held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
