"""`python -m tests.assurance`: make the experiments on both databases side by side, and show what survived."""

import multiprocessing
import queue
import sys
import time
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.assurance.experiments import EXPERIMENTS
from tests.assurance.ledger import PAGE, Ledger, scales, write_into_page
from tests.assurance.making import make_on
from tests.assurance.places import KINDS, machine
from tests.assurance.rows import in_markdown, mutants_of, table_of

_CONTEXT = multiprocessing.get_context("spawn")
_NAMES = [experiment.name for experiment in EXPERIMENTS]
#: Seconds between two lines where no bar can be drawn.
_LINE_SECONDS = 30
_WIDTH = 180


@click.command()
@click.argument("names", nargs=-1, metavar="[EXPERIMENT]...")
@click.option("--list", "listing", is_flag=True, help="Name the experiments, and stop.")
@click.option("--database", type=click.Choice(KINDS), help="On this one only.")
@click.option("--scale", default=1.0, show_default=True, help="0.02 makes each a fiftieth as often.")
@click.option("--resume", is_flag=True, help="Keep the rows of the last run of this scale; make what is missing.")
@click.option("--table", is_flag=True, help="Make nothing: show the rows that there are, and write them.")
@click.option(
    "--write/--no-write", default=None, help="Write the tables into docs/assurance.md (at scale 1: yes)."
)
def main(names, *, listing, database, scale, resume, table, write):
    """Kill, cut, lock and race the site, and hold what it acknowledged against what it stored.

    Exits with 1 if anything did not hold.
    """
    if listing:
        for experiment in EXPERIMENTS:
            click.echo(f"{experiment.name}\t{', '.join(experiment.kinds)}")
        return
    unknown = set(names) - set(_NAMES)
    if unknown:
        raise click.UsageError(
            f"There is no experiment {', '.join(sorted(unknown))}. Choose from: {', '.join(_NAMES)}."
        )
    chosen = [name for name in _NAMES if name in (names or _NAMES)]
    kinds = [database] if database else list(KINDS)
    ledger, console = Ledger(scale), Console(width=None if sys.stdout.isatty() else _WIDTH)
    begun = time.monotonic()
    if not table:
        if not resume:
            ledger.clear(chosen, kinds)
        _make_all(chosen, kinds, scale, ledger, console)
    rows = _rows(ledger, _NAMES if table else chosen, kinds)
    _show(rows, console)
    if write if write is not None else scale == 1:
        everything = _rows(ledger, _NAMES, KINDS)
        write_into_page(_page(everything) + _smaller(everything, scale))
        console.print(f"Written into {PAGE.name}.")
    console.print(f"{(time.monotonic() - begun) / 60:.1f} minutes.")
    wanted = sum(
        kind in experiment.kinds for experiment in EXPERIMENTS if experiment.name in chosen for kind in kinds
    )
    sys.exit(0 if table or (len(rows) == wanted and all(row.held for row in rows)) else 1)


def _rows(ledger, names, kinds):
    found = [ledger.row(name, kind) for name in names for kind in kinds]
    return [row for row in found if row is not None]


def _show(rows, console):
    console.print(table_of(rows), mutants_of(rows))
    for row in rows:
        for note in row.notes:
            console.print(f"{row.name}, {row.database}: {note}", style="dim", markup=False)
        for problem in row.problems:
            console.print(f"{row.name}, {row.database}: {problem}", style="bold red", markup=False)


def _page(rows):
    minutes = max(sum(row.seconds for row in rows if row.database == kind) for kind in KINDS) / 60
    return f"On {machine()}, both databases side by side; {minutes:.0f} minutes in all.\n\n{in_markdown(rows)}"


def _smaller(rows, scale):
    """Return the tables of what was made at a smaller scale only."""
    made = {(row.name, row.database) for row in rows}
    found = [(each, _rows(Ledger(each), _NAMES, KINDS)) for each in scales() if each < scale]
    parts = [(each, [row for row in smaller if (row.name, row.database) not in made]) for each, smaller in found]
    return "".join(
        f"\n### At {each:g} of the gate counts only\n\n{in_markdown(few)}" for each, few in parts[:1] if few
    )


def _make_all(names, kinds, scale, ledger, console):
    """Make the experiments, each database in a process of its own."""
    told = _CONTEXT.Queue()
    makers = {kind: _CONTEXT.Process(target=make_on, args=(kind, names, scale, told)) for kind in kinds}
    for maker in makers.values():
        maker.start()
    with _bars(console, kinds) as show:
        try:
            _listen(told, makers, ledger, show)
        finally:
            for maker in makers.values():
                maker.join()


def _listen(told, makers, ledger, show):
    """Show how far everybody is, until all are done or dead."""
    while True:
        try:
            kind, name, done, wanted = told.get(timeout=0.5)
        except queue.Empty:
            if not any(maker.is_alive() for maker in makers.values()):
                return
        else:
            show(kind, name, done, wanted)


@contextmanager
def _bars(console, kinds):
    """Give a function that shows progress: as bars on a terminal, as a line from time to time elsewhere."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("{task.fields[kind]:>10}"),
        TextColumn("{task.description:<14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bars = {kind: progress.add_task("", kind=kind, total=None) for kind in kinds}

        def show(kind, name, done, wanted):
            progress.update(bars[kind], description=name, completed=done, total=wanted)

        yield show


def _lines(console):
    last = {}

    def show(kind, name, done, wanted):
        before, at = last.get(kind, (None, 0.0))
        if before != name or done >= wanted or time.monotonic() - at > _LINE_SECONDS:
            console.print(f"{time.strftime('%H:%M:%S')} {kind} {name} {done}/{wanted}")
            last[kind] = name, time.monotonic()

    return show


if __name__ == "__main__":
    main()
