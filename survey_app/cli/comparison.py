"""`flask comparison`: take a comparison out of the site."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import NoResultFound

from survey_app.queries.comparisons import comparison_key

#: Loaded by name: it brings pandas.
_EXPORTS = "survey_app.analysis_bridge.exports"

commands = AppGroup("comparison")


@commands.command("export")
@click.argument("comparison")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the files."
)
def export(comparison: str, out: Path) -> None:
    """Write a COMPARISON (the last part of its page's address): plan, tidy tables, codebook, result, document."""
    try:
        row_id = comparison_key(comparison)
    except NoResultFound as error:
        raise click.ClickException(
            f"There is no comparison {comparison!r}. Take the last part of its page's address."
        ) from error
    unchanged = import_module(_EXPORTS).export_comparison(row_id, out)
    if not unchanged:
        click.echo(
            "The data have changed since the comparison was made, so the command below finds other numbers than "
            "comparison.json. Run the comparison again on its page, then export that one.",
            err=True,
        )
    click.echo(f"Written to {out}. The same numbers again:")
    click.echo(
        f"python -m analysis compare --responses {out}/responses.csv --sightings {out}/sightings.csv "
        f"--plan {out}/plan.toml --about {out}/about.toml --out {out}/results"
    )
