"""`flask backup`: keep the database in a safe place, look whether it is whole, and bring it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.actions.contacts import forget_again
from survey_app.actions.own import erase_again
from survey_app.foundations import clock
from survey_app.foundations.backups import BackupProblem, Manifest, make_backup, restore_backup, verify_backup
from survey_app.foundations.database import database
from survey_app.foundations.settings import Settings

commands = AppGroup("backup")
_FOLDER = click.Path(path_type=Path, file_okay=False)


def _says_what_is_wrong(command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def said(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except BackupProblem as problem:
            raise click.ClickException(str(problem)) from problem

    return said


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _in_words(manifest: Manifest) -> str:
    return (
        f"{sum(manifest.rows.values()):,} rows in {len(manifest.rows)} tables, revision {manifest.revision}, "
        f"made at {manifest.made_at}"
    )


@commands.command("make")
@click.option("--out", type=_FOLDER, help="The folder to make it in; without it, DATA_DIR/backups.")
@_says_what_is_wrong
def make(out: Path | None) -> None:
    """Make a backup while the site runs, verify it, and print its folder."""
    settings = _settings()
    folder = make_backup(settings, out or settings.data_dir / "backups", at=clock.now())
    manifest = verify_backup(settings, folder)
    click.echo(f"{folder}\n{_in_words(manifest)}")


@commands.command("verify")
@click.argument("folder", type=_FOLDER)
@_says_what_is_wrong
def verify(folder: Path) -> None:
    """Restore a backup to a scratch place, and hold it against its manifest."""
    click.echo(f"Whole: {_in_words(verify_backup(_settings(), folder))}")


@commands.command("restore")
@click.argument("folder", type=_FOLDER)
@click.option("--replace", is_flag=True, help="Give up what is in the database of DATABASE_URL.")
@_says_what_is_wrong
def restore(folder: Path, *, replace: bool) -> None:
    """Verify a backup, and make it the database of DATABASE_URL. What was erased since is erased again."""
    click.echo(f"Restored: {_in_words(restore_backup(_settings(), folder, replace=replace))}")
    database.engine.dispose()
    forget_again(at=clock.now())
    if erased := erase_again(at=clock.now()):
        click.echo(f"Erased again, as their respondents had asked: {erased:,} responses")
