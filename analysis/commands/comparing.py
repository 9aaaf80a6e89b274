"""The command line: compare two tidy tables, or convert another system's file into them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.conductor import STEPS, compare
from analysis.documents import compose_document, html_file
from analysis.importers import convert, read
from analysis.shapes.about import About, read_about
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.plan import read_plan

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


class _Commands(click.Group):
    """Ends with status 2 and one line for input that cannot be used."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DataProblem as problem:
            click.echo(str(problem), err=True)
            sys.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Do complainants see more than mystery shoppers? From two tables to a verdict."""


@main.command("compare")
@click.option("--responses", required=True, type=_FILE, help="CSV, one row a response.")
@click.option("--sightings", required=True, type=_FILE, help="CSV, one row a problem seen in a response.")
@click.option("--plan", type=_FILE, help="TOML with the choices; without it, all defaults.")
@click.option("--about", type=_FILE, help="TOML with title, source, limits, names of problems (or a mapping).")
@click.option("--out", required=True, type=_FOLDER, help="Folder for comparison.json and comparison.html.")
def compare_files(responses: Path, sightings: Path, plan: Path | None, about: Path | None, out: Path) -> None:
    """Compare, print the verdict in one sentence, write comparison.json and comparison.html."""
    known = read_about(about) if about else About()
    checked = read_plan(plan)
    with _progress(total=len(STEPS) + 2) as tell:
        tell("reading")
        tables = read(responses, sightings)
        comparison = compare(tables, checked, progress=tell)
        tell("writing")
        written = json.dumps(comparison.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        page = html_file(compose_document(comparison, known))
        _write(out, {"comparison.json": written, "comparison.html": page})
    click.echo(comparison.sentence)
    click.echo(f"Read {out / 'comparison.html'}; the numbers are in {out / 'comparison.json'}.", err=True)


@main.command("convert")
@click.option("--mapping", required=True, type=_FILE, help="TOML that says how each column is made.")
@click.option("--in", "source", required=True, type=_FILE, help="CSV of the other system, one row a response.")
@click.option("--out", required=True, type=_FOLDER, help="Folder for responses.csv and sightings.csv.")
def convert_file(mapping: Path, source: Path, out: Path) -> None:
    """Turn another system's CSV into responses.csv and sightings.csv."""
    tables = convert(source, mapping)
    texts = {
        f"{name}.csv": table.to_csv(index=False, lineterminator="\n")
        for name, table in (("responses", tables.responses), ("sightings", tables.sightings))
    }
    _write(out, texts)
    click.echo(f"{len(tables.responses)} responses and {len(tables.sightings)} sightings written to {out}.")
    click.echo(
        f"Next: python -m analysis compare --responses {out / 'responses.csv'} "
        f"--sightings {out / 'sightings.csv'} --about {mapping} --out {out}",
        err=True,
    )


@contextmanager
def _progress(*, total: int) -> Iterator[Callable[[str], None]]:
    """Show each step as it begins: a bar in a terminal, else a line a step once the input has proved good."""
    console = Console(stderr=True)
    if not console.is_terminal:
        numbers = count(1)

        def say(step: str) -> None:
            number = next(numbers)
            if number > 1:
                click.echo(f"{number} of {total}: {step}", err=True)

        yield say
        return
    columns = (TextColumn("{task.description:<24}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total, completed=-1)
        yield lambda step: bar.update(task, description=step, advance=1)


def _write(folder: Path, texts: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        what = f"the results cannot be written ({error.strerror})"
        raise DataProblem(what, remedy="Give a folder that you may write to.", file=str(folder)) from error


if __name__ == "__main__":
    main(prog_name="python -m analysis")
