"""The commands for files: compare two tidy tables, or convert another system's file into them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from analysis.commands.entrance import FILE, FOLDER, TABLE, progress_of_steps, write_texts
from analysis.conductor import STEPS, compare
from analysis.documents import compose_document, html_file
from analysis.engine import ENGINES, chosen_engine
from analysis.importers import convert, read
from analysis.language import LANGUAGES
from analysis.shapes.about import About, read_about
from analysis.shapes.plan import read_plan


@click.command("compare")
@click.option("--responses", required=True, type=TABLE, help="CSV, Parquet or a folder of it; one row a response.")
@click.option("--sightings", required=True, type=TABLE, help="The same, one row a problem seen.")
@click.option("--plan", type=FILE, help="TOML with the choices; without it, all defaults.")
@click.option("--about", type=FILE, help="TOML with title, source, limits, names of problems (or a mapping).")
@click.option("--out", required=True, type=FOLDER, help="Folder for comparison.json and comparison.html.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Of comparison.html. The numbers, and comparison.json, are the same in all.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="What adds the tables up: this process, or a Dask cluster: the one at DASK_SCHEDULER, else one on this "
    "machine. By default Dask if there is a DASK_SCHEDULER. The result is the same to the last bit.",
)
def compare_files(
    *,
    responses: Path,
    sightings: Path,
    plan: Path | None,
    about: Path | None,
    out: Path,
    language: str,
    engine: str | None,
) -> None:
    """Compare, print the verdict in one sentence, write comparison.json and comparison.html."""
    known = read_about(about) if about else About()
    checked = read_plan(plan)
    with progress_of_steps(total=len(STEPS) + 2) as tell:
        tell("reading")
        tables = read(responses, sightings)
        with chosen_engine(engine, scheduler=os.environ.get("DASK_SCHEDULER", "")) as adding:
            comparison = compare(tables, checked, progress=tell, engine=adding)
        tell("writing")
        written = json.dumps(comparison.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        page = html_file(compose_document(comparison, known, language_code=language))
        write_texts(out, {"comparison.json": written, "comparison.html": page})
    click.echo(comparison.sentence)
    click.echo(f"Read {out / 'comparison.html'}; the numbers are in {out / 'comparison.json'}.", err=True)


@click.command("convert")
@click.option("--mapping", required=True, type=FILE, help="TOML that says how each column is made.")
@click.option("--in", "source", required=True, type=FILE, help="CSV of the other system, one row a response.")
@click.option("--out", required=True, type=FOLDER, help="Folder for responses.csv and sightings.csv.")
def convert_file(mapping: Path, source: Path, out: Path) -> None:
    """Turn another system's CSV into responses.csv and sightings.csv."""
    tables = convert(source, mapping)
    texts = {
        f"{name}.csv": table.to_csv(index=False, lineterminator="\n")
        for name, table in (("responses", tables.responses), ("sightings", tables.sightings))
    }
    write_texts(out, texts)
    click.echo(f"{len(tables.responses)} responses and {len(tables.sightings)} sightings written to {out}.")
    click.echo(
        f"Next: python -m analysis compare --responses {out / 'responses.csv'} "
        f"--sightings {out / 'sightings.csv'} --about {mapping} --out {out}",
        err=True,
    )
