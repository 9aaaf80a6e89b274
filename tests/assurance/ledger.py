"""Rows are kept as they are found, so that a run that is cut off is taken up again where it was."""

import json
from dataclasses import asdict
from pathlib import Path

from tests.assurance.rows import Mutant, Row

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "assurance.md"
BEGIN, END = "<!-- the tables begin -->", "<!-- the tables end -->"


FOLDER = ROOT / "build" / "assurance"


def scales(folder=FOLDER):
    """Return the scales of which there are rows, the largest first."""
    return sorted((float(path.name) for path in folder.glob("*")), reverse=True)


class Ledger:
    """The rows of one scale, one file each."""

    def __init__(self, scale, folder=FOLDER):
        self.folder = folder / f"{scale:g}"

    def clear(self, names, kinds):
        """Forget what is to be made anew."""
        for name in names:
            for kind in kinds:
                self._path(name, kind).unlink(missing_ok=True)

    def keep(self, name, row):
        """Keep a row, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(name, row.database)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(row), indent=1))
        part.replace(path)

    def row(self, name, kind):
        """Return the row of an experiment on a database, or None."""
        path = self._path(name, kind)
        if not path.exists():
            return None
        kept = json.loads(path.read_text())
        return Row(**kept | {"mutants": [Mutant(**mutant) for mutant in kept["mutants"]]})

    def _path(self, name, kind):
        return self.folder / f"{name}-{kind}.json"


def write_into_page(text, page=PAGE):
    """Put the tables between the marks of a page."""
    before, _begin, rest = page.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}{END}{after}")
