"""Excel files that somebody brings: looked over before they are opened, and read as text."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from importlib import import_module
from typing import Any

from survey_app.foundations.settings import ROOT

#: What a questionnaire's workbook has room for. A file that packs more is refused before anything in it is read.
_MOST_BYTES = 1_000_000
_MOST_UNPACKED = 4_000_000
_MOST_RATIO = 100
_MOST_MEMBERS = 200
_MOST_SHEETS = 12
_MOST_ROWS = 5_000
_MOST_COLUMNS = 120
#: What the process that reads a workbook apart may take.
_MOST_SECONDS = 10
_MOST_MEMORY = 1_500_000_000
#: Each further thread of numpy's would set memory aside.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class WorkbookRefused(ValueError):
    """A file that is not read, with the reason, and the place where there is one."""

    def __init__(self, reason: str, sheet: str = "", row: int = 0, column: str = "") -> None:
        super().__init__(f"{reason} {sheet} {row} {column}")
        self.reason = reason
        self.sheet = sheet
        self.row = row
        self.column = column


def read_workbook(content: bytes) -> dict[str, list[tuple[int, Mapping[str, str]]]]:
    """Return the rows of each sheet: their number, and their cells by the names in the first row.

    Raises
    ------
    WorkbookRefused
        If it is no workbook, larger than it may be, or holds a formula.
    """
    _look_over(content)
    try:
        # By name and only now: it loads numpy, which no page needs.
        book = import_module("openpyxl").load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        if len(book.sheetnames) > _MOST_SHEETS:
            raise WorkbookRefused("workbook_too_large")
        return {sheet.title: list(_rows(sheet)) for sheet in book.worksheets}
    except WorkbookRefused:
        raise
    except Exception as error:
        raise WorkbookRefused("not_a_workbook") from error


def read_workbook_apart(content: bytes) -> dict[str, list[tuple[int, Mapping[str, str]]]]:
    """Do the same in a process of its own, with little memory and time: the one that serves pages stays small.

    Raises
    ------
    WorkbookRefused
    """
    _look_over(content)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "survey_app.foundations.workbooks"],
            input=content,
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
            cwd=ROOT,
            env=os.environ | _ONE_THREAD,
        )
    except subprocess.TimeoutExpired:
        raise WorkbookRefused("workbook_too_large") from None
    if child.returncode != 0:
        raise WorkbookRefused("workbook_too_large")
    found = json.loads(child.stdout)
    if "refused" in found:
        raise WorkbookRefused(*found["refused"])
    return {name: [(row, cells) for row, cells in rows] for name, rows in found["sheets"].items()}


def _main() -> None:
    """Read a workbook from the standard input, and write what it holds as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    try:
        found: dict[str, Any] = {"sheets": read_workbook(sys.stdin.buffer.read())}
    except WorkbookRefused as refused:
        found = {"refused": [refused.reason, refused.sheet, refused.row, refused.column]}
    sys.stdout.write(json.dumps(found))


def _look_over(content: bytes) -> None:
    """Refuse what would unpack into far more than it is, before unpacking anything."""
    if len(content) > _MOST_BYTES:
        raise WorkbookRefused("workbook_too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise WorkbookRefused("not_a_workbook") from error
    unpacked = sum(member.file_size for member in members)
    too_dense = any(member.file_size > _MOST_RATIO * max(member.compress_size, 100) for member in members)
    if len(members) > _MOST_MEMBERS or unpacked > _MOST_UNPACKED or too_dense:
        raise WorkbookRefused("workbook_too_large")


def _rows(sheet: Any) -> Iterator[tuple[int, Mapping[str, str]]]:
    sheet.reset_dimensions()
    names: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
            raise WorkbookRefused("workbook_too_large", sheet.title, number)
        for place, cell in enumerate(cells):
            if cell.data_type == "f":
                column = names[place] if place < len(names) else str(place + 1)
                raise WorkbookRefused("formula", sheet.title, number, column)
        values = [_text(cell.value) for cell in cells]
        if number == 1:
            names = values
        elif any(values):
            yield number, {name: value for name, value in zip(names, values, strict=False) if name}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).strip()


if __name__ == "__main__":
    _main()
