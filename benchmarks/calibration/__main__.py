"""Write docs/methods/calibration.md and its pictures. `make calibrate` runs this."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.shapes.version import VERSION
from analysis.simulation import World, calibrate, plan_sizes
from benchmarks.calibration import settings
from benchmarks.calibration.page import Row, table
from benchmarks.calibration.picture import Dot, picture
from benchmarks.calibration.questions import Advance, Answer, matched, primary, problem_by_problem
from benchmarks.calibration.reference_worlds import REFERENCE, accepted, world_of
from benchmarks.calibration.rules import LEAST_COVERAGE, MOST_FALSE_SUPPORTED

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_name("page.md")
_NAMES = ("supported", "reversed", "equivalent", "inconclusive", "coverage95")
_FALSE = {"supported": "false supported", "coverage": "coverage"}

Question = Callable[[Any, int, int, Advance], Answer]


class _Run:
    """Runs settings one after the other: each has the next seed, and a bar while it runs."""

    def __init__(self) -> None:
        self.seed = settings.FIRST_SEED
        self.missed: list[str] = []

    @contextmanager
    def bar(self, what: str, total: int) -> Iterator[Advance]:
        columns = (TextColumn("{task.description:<60}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)

    def rows(
        self,
        name: str,
        asked: Sequence[settings.Setting | settings.ProblemSetting],
        question: Question,
        replicates: int,
        judged: dict[str, str],
    ) -> list[Row]:
        rows = []
        for setting in asked:
            begun = time.perf_counter()
            with self.bar(f"{name}: {setting.what}", replicates) as advance:
                answer = question(setting.world, replicates, self.seed, advance)
            row = Row(setting.what, setting.world, setting.rule, self.seed, answer, judged)
            self.missed += [f"{name}, {setting.what}: {what}" for what in row.missed]
            took = time.perf_counter() - begun
            click.echo(f"{name}, {setting.what}: {'; '.join(row.missed) or 'holds'} ({took:.0f} s)", err=True)
            rows.append(row)
            self.seed += 1
        return rows


def _six_worlds(run: _Run, replicates: int) -> list[str]:
    lines = [
        "| world | what it is | | supported | reversed | no difference | can't tell | 95 % holds | variance/true "
        "| passes |",
        f"|{' --- |' * 10}",
    ]
    for world in json.loads(REFERENCE.read_text())["worlds"]:
        with run.bar(world["id"], replicates) as advance:
            got = calibrate(
                world_of(world["parameters"]), replicates=replicates, seed=world["seed"] + 1, progress=advance
            )
        expected = world["expected"]
        outside = accepted(got, expected)
        run.missed += [f"{world['id']}: {what}" for what in outside]
        found = " | ".join(f"{got.rates[name]:.4f}" for name in _NAMES)
        stated = " | ".join(f"{expected[name]['rate']:.4f}" for name in _NAMES)
        parameters = ", ".join(f"{name} {value}" for name, value in world["parameters"].items())
        lines += [
            f"| {world['id']} | {world['name']} | found | {found} | {got.mean_variance_over_true:.3f} | "
            f"{'no' if outside else 'yes'} |",
            f"| | {parameters} | stated | {stated} | {expected['mean_variance_over_true']:.3f} | |",
        ]
        click.echo(f"{world['id']}: {'; '.join(outside) or 'within its acceptance'}", err=True)
    return lines


def _power(run: _Run, simulations: int) -> list[str]:
    lines = ["| ratio | L | S | power | by formula | 95 % interval ± | says no difference where nothing is true |"]
    lines.append(f"|{' --- |' * 7}")
    ratios = sorted({ratio for ratio, _, _ in settings.POWER})
    places = sorted({places for _, places, _ in settings.POWER})
    people = sorted({people for _, _, people in settings.POWER})
    for ratio in ratios:
        with run.bar(f"power at {ratio}", 2 * simulations * len(places) * len(people)) as advance:
            sizes = plan_sizes(
                World(locations=20, shoppers=10, rate_ratio=ratio),
                locations=places,
                shoppers=people,
                cells=[4],
                simulations=simulations,
                progress=advance,
            )
        lines += [
            f"| {ratio} | {size.locations} | {size.shoppers} | {size.power:.2f} | {size.formula:.2f} | "
            f"{size.half_width:.2f} | {size.no_difference:.2f} |"
            for size in sizes
        ]
    return lines


def _pictures(folder: Path, rows: Sequence[Row], name: str, what: str) -> None:
    for column, limit, low, high in (
        ("supported", None, 0.0, 0.1),
        ("coverage", LEAST_COVERAGE, 0.88, 1.0),
    ):
        dots = [
            Dot(
                row.what,
                row.answer.counts[column],
                row.rule,
                MOST_FALSE_SUPPORTED[row.rule] if limit is None else limit,  # type: ignore[index]
            )
            for row in rows
            if limit is None or row.rule == "strict"
        ]
        title = {
            "supported": f"{what}: how often it says “supported” where nothing is true",
            "coverage": f"{what}: how often the 95 % interval holds the truth",
        }[column]
        subtitle = "Dots: strict settings. Squares: fewer shoppers or larger sds. Red: the limit."
        text = picture(title, subtitle, dots, low=low, high=high)
        (folder / f"calibration-{name}-{column}.svg").write_text(text, encoding="utf-8")


@click.command()
@click.option("--worlds", default=20_000, show_default=True, help="Studies in each of the six worlds.")
@click.option("--studies", default=5_000, show_default=True, help="Studies in each further setting of H1.")
@click.option("--ticked", default=3_000, show_default=True, help="Studies in each setting with ticks by problem.")
@click.option("--planned", default=1_000, show_default=True, help="Studies in each line of the power table.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "docs" / "methods")
@click.option("--images", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "docs" / "images")
def main(worlds: int, studies: int, ticked: int, planned: int, out: Path, images: Path) -> None:
    """Simulate every setting and write the page; end with 1 if any misses its limit."""
    # statsmodels collects garbage at each correction of p: 0.2 s a study unless what was loaded is set aside.
    gc.freeze()
    begun = time.process_time()
    run = _Run()
    six = _six_worlds(run, worlds)
    nothing = run.rows("H1", settings.NOTHING_TRUE, primary, studies, _FALSE)
    margin = run.rows(
        "H1 at the margin",
        settings.AT_THE_MARGIN,
        primary,
        studies,
        {"equivalent": "false equivalent", "coverage": "coverage"},
    )
    matched_rows = run.rows("H2", settings.matched_settings(), matched, ticked, _FALSE)
    matched_power = run.rows("H2 power", settings.MATCHED_POWER, matched, ticked, {"coverage": "coverage"})
    problems = run.rows(
        "problem by problem", settings.BY_PROBLEM, problem_by_problem, ticked // 2, {"family-wise": "family-wise"}
    )
    power = _power(run, planned)
    _pictures(images, nothing, "h1", "H1")
    _pictures(images, matched_rows, "h2", "H2")
    words = ("supported", "reversed", "equivalent", "coverage")
    described = ("supported", "reversed", "described", "coverage")
    page = Template(PAGE.read_text(encoding="utf-8")).substitute(
        version=VERSION,
        minutes=f"{(time.process_time() - begun) / 60:.0f}",
        worlds=f"{worlds:,}",
        missed="".join(f"\n- {what}" for what in run.missed) or "No setting misses its limit.",
        six="\n".join(six),
        nothing=table(nothing, words),
        margin=table(margin, words),
        matched=table(matched_rows, described),
        matched_power=table(matched_power, described),
        problems=table(problems, ("family-wise",)),
        power="\n".join(power),
    )
    (out / "calibration.md").write_text(page, encoding="utf-8")
    if run.missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
