"""Read a TOML file, or say which line of it cannot be read."""

from __future__ import annotations

import re
import tomllib
from os import PathLike
from pathlib import Path
from typing import Any

from analysis.shapes.data_problem import DataProblem


def read_toml(path: str | PathLike[str]) -> tuple[dict[str, Any], str]:
    """Return the values of a TOML file and its text.

    Raises
    ------
    DataProblem
        If there is no such file, it is not UTF-8, or it is not TOML.
    """
    file = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        what = f"the file cannot be opened ({error.strerror})"
        raise DataProblem(what, remedy="Check the path.", file=file) from error
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        what = "the file is not UTF-8 text"
        raise DataProblem(what, remedy="Save it as UTF-8.", file=file, row=row) from error
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise DataProblem(
            f"this is not valid TOML: {error}",
            remedy='Each line reads: key = value, with text in "quotes".',
            file=file,
            row=int(line.group(1)) if line else None,
        ) from error


def line_of(text: str, key: str) -> int | None:
    """Return the line of a TOML text on which a key is set or a table begins, or None."""
    found = re.search(rf"^\s*(?:\[+[^\]\n]*\b)?{re.escape(key)}\b\s*[=\]]", text, flags=re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None
