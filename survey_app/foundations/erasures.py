"""The ledger of erasures, beside the database: what was erased stays erased when an older backup is restored.

A line is the hash of a receipt code, which says nothing about anybody once the response is gone.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import current_app

from survey_app.foundations.settings import Settings


def _ledger() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "erasures.txt"


def note_erasure(receipt_hash: str) -> None:
    """Write a receipt's hash into the ledger, so that it is on the disk before the response is erased."""
    path = _ledger()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{receipt_hash}\n")
        file.flush()
        os.fsync(file.fileno())


def noted_erasures() -> frozenset[str]:
    """Return the hashes of all receipts whose responses were erased here."""
    path = _ledger()
    return frozenset(path.read_text(encoding="ascii").split()) if path.exists() else frozenset()
