"""The group of all commands, the one line that bad input ends with, progress, and files written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.shapes.data_problem import DataProblem

FILE = click.Path(dir_okay=False, path_type=Path)
#: A file, or a folder of Parquet files.
TABLE = click.Path(path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


class _Commands(click.Group):
    """Ends with status 2 and one line for input that cannot be used, whether an option or a file."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DataProblem as problem:
            click.echo(str(problem), err=True)
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else ctx.command_path
            click.echo(f"{' '.join(error.format_message().split())} See {where} --help.", err=True)
        sys.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Do complainants see more than mystery shoppers? From two tables to a verdict."""


@contextmanager
def progress_of_steps(*, total: int) -> Iterator[Callable[[str], None]]:
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


@contextmanager
def progress_of_many(what: str, *, total: int) -> Iterator[Callable[[], None]]:
    """Show how many of many equal pieces are done: a bar in a terminal, else a line at every tenth part."""
    console = Console(stderr=True)
    if not console.is_terminal:
        numbers = count(1)

        def say() -> None:
            number = next(numbers)
            if number * 10 // total > (number - 1) * 10 // total:
                click.echo(f"{what}: {number} of {total}", err=True)

        yield say
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def write_texts(folder: Path, texts: dict[str, str]) -> None:
    """Write text files into a folder, which is made if it is not there."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in one line that something cannot be written."""
    try:
        yield
    except OSError as error:
        what = f"the results cannot be written ({error.strerror})"
        raise DataProblem(what, remedy="Give a folder that you may write to.", file=str(folder)) from error
