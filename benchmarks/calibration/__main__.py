"""Write docs/methods/calibration.md and its pictures. `make calibrate` runs this.

Each part can be drawn by itself (`--part themes`) and is kept under `build/calibration`; the page is put
together from all parts once they are there.
"""

from __future__ import annotations

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
from benchmarks.calibration import questions, settings
from benchmarks.calibration.page import Row, table
from benchmarks.calibration.picture import Dot, picture
from benchmarks.calibration.questions import Advance, Answer
from benchmarks.calibration.reference_worlds import REFERENCE, accepted, allowed, world_of
from benchmarks.calibration.rules import LEAST_COVERAGE, MOST_FALSE_SUPPORTED

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_name("page.md")
_NAMES = ("supported", "reversed", "equivalent", "inconclusive", "coverage95")
_FALSE = {"supported": "false supported", "coverage": "coverage"}
_AT_MARGIN = {"equivalent": "false equivalent", "coverage": "coverage"}
_COVERAGE = {"coverage": "coverage"}
_WORDS = ("supported", "reversed", "equivalent", "coverage")
_DESCRIBED = ("supported", "reversed", "described", "coverage")

Question = Callable[[Any, int, int, Advance], Answer]


class _Run:
    """Runs settings one after the other: each has the next seed, and a bar while it runs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.missed: list[str] = []
        self.pictures: dict[str, str] = {}

    @contextmanager
    def bar(self, what: str, total: int) -> Iterator[Advance]:
        columns = (TextColumn("{task.description:<60}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)

    def rows(
        self, name: str, asked: Sequence[Any], question: Question, replicates: int, judged: dict[str, str]
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


def _six_worlds(run: _Run, replicates: int) -> str:
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
    return "\n".join(lines)


def _power(run: _Run, simulations: int) -> str:
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
    return "\n".join(lines)


def _pictures(run: _Run, rows: Sequence[Row], name: str, what: str) -> None:
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
        run.pictures[f"calibration-{name}-{column}.svg"] = text


def _judged(
    name: str,
    asked: Callable[[], Sequence[Any]],
    question: Question,
    judged: dict[str, str],
    columns: Sequence[str],
) -> Callable[[_Run, int], str]:
    def part(run: _Run, replicates: int) -> str:
        rows = run.rows(name, asked(), question, replicates, judged)
        if judged is _FALSE:
            _pictures(run, rows, name.lower(), name)
        return table(rows, columns)

    return part


def _supplement(run: _Run, replicates: int) -> str:
    """Three worlds whose rates an independent implementation stated, in words that leave some of it open."""
    stated = {world["id"]: world for world in json.loads(REFERENCE.read_text())["supplement"]}
    asked = (
        (settings.PLACES_THAT_DIFFER, questions.places_that_differ, {"H2": "false supported"}),
        (settings.EYES_THAT_DIFFER, questions.problem_by_problem, {"family-wise": "family-wise"}),
        (settings.OVER_REPORTING, questions.over_reporting, {"supported, controls passed": "false supported"}),
    )
    names = {
        "pooled": "pooled_rarefaction_false_rejections",
        "H2": "location_matched_two_way",
        "family-wise": "two_way_t_Holm",
        "supported": "H1_supported",
        "supported, controls passed": "supported_and_controls_passed",
    }
    lines = ["| world | what is counted | found | stated | within its tolerance |", f"|{' --- |' * 5}"]
    for setting, question, judged in asked:
        (row,) = run.rows("supplement", [setting], question, replicates, judged)
        for name, counted in row.answer.counts.items():
            expected = stated[setting.what[:2]][names[name]]["rate"]
            near = abs(counted.rate - expected) <= allowed(expected, replicates)
            lines.append(
                f"| {setting.what} ({row.seed}) | {name} | {counted.rate:.4f} | {expected:.4f} | "
                f"{'yes' if near else 'no'} |"
            )
    return "\n".join(lines)


#: name of a part -> what it prints, which option says how many studies, and how many settings (and seeds) it has.
PARTS: dict[str, tuple[Callable[[_Run, int], str], str, int]] = {
    "six": (_six_worlds, "worlds", 0),
    "nothing": (
        _judged("H1", lambda: settings.NOTHING_TRUE, questions.primary, _FALSE, _WORDS),
        "studies",
        len(settings.NOTHING_TRUE),
    ),
    "margin": (
        _judged("H1 at the margin", lambda: settings.AT_THE_MARGIN, questions.primary, _AT_MARGIN, _WORDS),
        "studies",
        len(settings.AT_THE_MARGIN),
    ),
    "matched": (_judged("H2", settings.matched_settings, questions.matched, _FALSE, _DESCRIBED), "ticked", 16),
    "matched_power": (
        _judged("H2 power", lambda: settings.MATCHED_POWER, questions.matched, _COVERAGE, _DESCRIBED),
        "ticked",
        len(settings.MATCHED_POWER),
    ),
    "problems": (
        _judged(
            "problem by problem",
            lambda: settings.BY_PROBLEM,
            questions.problem_by_problem,
            {"family-wise": "family-wise"},
            ("family-wise",),
        ),
        "named",
        len(settings.BY_PROBLEM),
    ),
    "severity": (
        _judged("H3", lambda: settings.SEVERITY, questions.severity, _FALSE, _WORDS),
        "further",
        len(settings.SEVERITY),
    ),
    "severity_margin": (
        _judged("H3 at the margin", lambda: settings.SEVERITY_AT_MARGIN, questions.severity, _AT_MARGIN, _WORDS),
        "further",
        len(settings.SEVERITY_AT_MARGIN),
    ),
    "themes": (
        _judged("H4", lambda: settings.THEMES, questions.themes, _FALSE, _WORDS),
        "further",
        len(settings.THEMES),
    ),
    "themes_margin": (
        _judged("H4 at the margin", lambda: settings.THEMES_AT_MARGIN, questions.themes, _AT_MARGIN, _WORDS),
        "further",
        len(settings.THEMES_AT_MARGIN),
    ),
    "beyond": (
        _judged("H8", lambda: settings.BEYOND, questions.beyond, _FALSE, _WORDS),
        "further",
        len(settings.BEYOND),
    ),
    "beyond_margin": (
        _judged("H8 at the margin", lambda: settings.BEYOND_AT_MARGIN, questions.beyond, _AT_MARGIN, _WORDS),
        "further",
        len(settings.BEYOND_AT_MARGIN),
    ),
    "supplement": (_supplement, "named", 3),
    "power": (_power, "planned", 0),
}


def first_seed(part: str) -> int:
    """Return the seed of the first setting of a part: the parts follow one another."""
    seed = settings.FIRST_SEED
    for name, (_, _, seeds) in PARTS.items():
        if name == part:
            return seed
        seed += seeds
    raise KeyError(part)


def _draw(name: str, sizes: dict[str, int], kept: Path) -> None:
    part, size, _ = PARTS[name]
    begun = time.process_time()
    run = _Run(first_seed(name))
    text = part(run, sizes[size])
    found = {
        "text": text,
        "missed": run.missed,
        "pictures": run.pictures,
        "minutes": (time.process_time() - begun) / 60,
        "sizes": sizes,
    }
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{name}.json").write_text(json.dumps(found), encoding="utf-8")


@click.command()
@click.option("--worlds", default=20_000, show_default=True, help="Studies in each of the six worlds.")
@click.option("--studies", default=5_000, show_default=True, help="Studies in each further setting of H1.")
@click.option("--ticked", default=3_000, show_default=True, help="Studies in each setting of H2.")
@click.option("--further", default=1_500, show_default=True, help="Studies in each setting of H3, H4 and H8.")
@click.option("--named", default=1_500, show_default=True, help="Studies in each setting of single problems.")
@click.option("--planned", default=1_000, show_default=True, help="Studies in each line of the power table.")
@click.option("--part", "parts", multiple=True, type=click.Choice(list(PARTS)), help="Draw this part only.")
@click.option("--kept", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "build" / "calibration")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "docs" / "methods")
@click.option("--images", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "docs" / "images")
def main(parts: tuple[str, ...], kept: Path, out: Path, images: Path, **sizes: int) -> None:
    """Simulate every setting and write the page; end with 1 if any misses its limit."""
    for name in parts or PARTS:
        _draw(name, sizes, kept)
    missing = [name for name in PARTS if not (kept / f"{name}.json").exists()]
    if missing:
        click.echo(f"The page waits for {', '.join(missing)}.", err=True)
        return
    found = {name: json.loads((kept / f"{name}.json").read_text(encoding="utf-8")) for name in PARTS}
    others = [name for name, part in found.items() if part["sizes"] != sizes]
    if others:
        raise click.UsageError(f"{', '.join(others)}: drawn with other numbers of studies. Draw them again.")
    missed = [what for part in found.values() for what in part["missed"]]
    page = Template(PAGE.read_text(encoding="utf-8")).substitute(
        version=VERSION,
        minutes=f"{sum(part['minutes'] for part in found.values()):.0f}",
        worlds=f"{sizes['worlds']:,}",
        missed="".join(f"\n- {what}" for what in missed) or "No setting misses its limit.",
        **{name: part["text"] for name, part in found.items()},
    )
    (out / "calibration.md").write_text(page, encoding="utf-8")
    for part in found.values():
        for file, text in part["pictures"].items():
            (images / file).write_text(text, encoding="utf-8")
    if missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
