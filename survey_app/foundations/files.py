"""Where files that pages give away lie: names of our own making only, never a path that somebody sent."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from survey_app.foundations.settings import Settings

_EXPORTS = "exports"


def export_path(public_id: str) -> Path:
    """Return where the file of an export lies, once it is made; its folder is there."""
    if not public_id.isalnum():
        raise ValueError(public_id)
    settings: Settings = current_app.extensions["settings"]
    folder = settings.data_dir / _EXPORTS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{public_id}.zip"
