"""The ledger of erasures, beside the database: what was erased stays erased when an older backup is restored.

A line is the hash of a receipt code, which says nothing about anybody once the response is gone, or the keyed hash
of an address.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import current_app

from survey_app.foundations.settings import Settings


def _ledger() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "erasures.txt"


def note_erasure(*hashes: str) -> None:
    """Write hashes into the ledger, so that they are on the disk before what they stand for is erased."""
    path = _ledger()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(f"{each}\n" for each in hashes)
        file.flush()
        os.fsync(file.fileno())


def noted_erasures() -> frozenset[str]:
    """Return the hashes of all that was erased here."""
    path = _ledger()
    return frozenset(path.read_text(encoding="ascii").split()) if path.exists() else frozenset()
