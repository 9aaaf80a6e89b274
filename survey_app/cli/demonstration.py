"""`flask demo`: fill an empty installation with something to look at."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.actions.documents import keep_document
from survey_app.foundations import clock
from survey_app.foundations.settings import ROOT
from survey_app.queries.documents import made_from

BIRBHUM = ROOT / "survey_app" / "demonstration" / "birbhum"
#: Under this name the start page finds the document.
SLUG = "birbhum"

#: Loaded by name, and only if there is something to compare: it brings pandas.
_BRIDGE = "survey_app.analysis_bridge.demonstration"

commands = AppGroup("demo")


@commands.command("load")
def load() -> None:
    """Load the demonstration: compare the Birbhum visits and keep the document. Does nothing if it is there."""
    source = _hash_of_files(BIRBHUM, ROOT / "analysis")
    if made_from(SLUG) == source:
        click.echo("The demonstration is loaded already.")
        return
    click.echo("Comparing 3,108 visits in Birbhum …")
    made = import_module(_BRIDGE).make_document(BIRBHUM)
    keep_document(
        SLUG,
        content=made.content,
        plan_hash=made.plan_hash,
        data_fingerprint=made.data_fingerprint,
        made_from=source,
        made_at=clock.now(),
    )
    click.echo("The demonstration is loaded.")


def _hash_of_files(*folders: Path) -> str:
    """Return one hash of the files that decide what the document says."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml", ".csv"):
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
