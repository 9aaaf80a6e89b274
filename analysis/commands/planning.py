"""The command that says how large a study must be."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from analysis.commands.entrance import FILE, progress_of_many, write_texts
from analysis.commands.world_options import NUMBERS, make_world, world_options
from analysis.simulation.planning import (
    PlannedSize,
    designs,
    locations_by_formula,
    plan_sizes,
    smallest_enough,
)
from analysis.simulation.worlds import World

_COLUMNS = (
    "locations",
    "shoppers",
    "visits",
    "complaints",
    "power",
    "by formula",
    "95 % interval ±",
    "says no difference",
)


@click.command("plan-size")
@click.option(
    "--power",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.8,
    show_default=True,
    help="The wanted chance that the study says supported. At .8 one study in five misses what is true.",
)
@click.option("--locations", type=NUMBERS, default="20,40,60", show_default=True, help="Numbers of places to try.")
@click.option(
    "--shoppers",
    type=NUMBERS,
    default="5,10,20,40",
    show_default=True,
    help="Numbers of shoppers to try; with few, nothing else helps. Ignored where everybody stays at home.",
)
@click.option(
    "--cells",
    type=NUMBERS,
    default="4",
    show_default=True,
    help="Numbers of cells (scenario × period) a location to try; visits and complaints are counted a cell.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, min_open=True),
    default=0.5,
    show_default=True,
    help="The smallest difference worth having, in problems per response; the margin of the verdict.",
)
@click.option(
    "--simulations",
    type=click.IntRange(20, 100_000),
    default=400,
    show_default=True,
    help="Studies drawn for each line, once with the ratio and once with none. 400 give the power to ±.05.",
)
@click.option("--seed", type=click.IntRange(0), default=20260101, show_default=True, help="Same seed, same table.")
@click.option("--out", type=FILE, default=None, help="A JSON file for the table, numbers unrounded.")
@world_options
def plan_size(
    power: float,
    locations: tuple[int, ...],
    shoppers: tuple[int, ...],
    cells: tuple[int, ...],
    margin: float,
    simulations: int,
    seed: int,
    out: Path | None,
    **parameters: Any,
) -> None:
    """Say how many locations, shoppers and responses a study needs for a wanted power.

    Each line of the table is simulated and, beside it, computed by formula.
    """
    home = parameters["assignment"] == "home"
    several = {"locations": max(locations), "shoppers": max(locations) if home else min(shoppers)}
    world = make_world(parameters | several)
    tried = list(designs(world, locations=locations, shoppers=shoppers, cells=cells))
    with progress_of_many("simulated studies", total=2 * simulations * len(tried)) as advance:
        sizes = plan_sizes(
            world,
            locations=locations,
            shoppers=shoppers,
            cells=cells,
            margin=margin,
            simulations=simulations,
            seed=seed,
            progress=advance,
        )
    _print(world, sizes, power=power, margin=margin, simulations=simulations, seed=seed)
    if out is not None:
        described = asdict(replace(world, locations=1, shoppers=1, assignment="random"))
        for varied in ("locations", "shoppers", "cells"):
            del described[varied]
        found = {
            "power": power,
            "margin": margin,
            "simulations": simulations,
            "seed": seed,
            "world": described | {"assignment": world.assignment},
            "sizes": [asdict(size) for size in sizes],
        }
        write_texts(out.parent, {out.name: json.dumps(found, indent=2) + "\n"})


def _print_formula(world: World, sizes: tuple[PlannedSize, ...], *, power: float, margin: float) -> None:
    """Say how many locations the formula asks for, with each number of shoppers and cells that was tried."""
    tried = sorted({(size.shoppers, size.cells) for size in sizes})
    if world.assignment == "home":
        tried = sorted({(world.shoppers, size.cells) for size in sizes})
    for shoppers, cells in tried:
        sized = replace(world, shoppers=shoppers, cells=(cells, cells))
        needed = locations_by_formula(sized, power, margin=margin)
        people = "one shopper a location" if world.assignment == "home" else f"{shoppers} shoppers"
        answer = f"{needed} locations" if needed else "no number of locations is enough"
        click.echo(f"By formula, with {people} and {cells} cells a location: {answer}.")


def _print(
    world: World, sizes: tuple[PlannedSize, ...], *, power: float, margin: float, simulations: int, seed: int
) -> None:
    click.echo(
        f"If complainants see {world.rate_ratio:g} times the {world.mean:g} problems of a shopper: "
        f"{world.truth:+.3g} problems per response.\n"
        f"Supported: the 95 % interval lies above 0. No difference worth having: the 90 % interval lies inside "
        f"the margin of ±{margin:g} problems."
    )
    if world.truth <= margin:
        click.echo(
            f"Mind that {world.truth:.3g} is not above the margin: the more data, the more often such a study "
            "says that there is no difference worth having."
        )
    table = Table(*_COLUMNS)
    for column in table.columns:
        column.justify = "right"
        column.no_wrap = True
    for size in sizes:
        table.add_row(
            str(size.locations),
            str(size.shoppers),
            f"{size.shopper_responses:.0f}",
            f"{size.complainant_responses:.0f}",
            f"{size.power:.2f}{' *' if size.power >= power else '  '}",
            f"{size.formula:.2f}",
            f"{size.half_width:.2f}",
            f"{size.no_difference:.2f}",
        )
    console = Console(width=110, no_color=True, highlight=False)
    console.print(table)
    click.echo(
        f"* reaches the wanted power of {power:g}. {simulations} simulated studies a line, seed {seed}; a power "
        f"is known to ±{2 * max(size.power_error for size in sizes):.2f}. The last column: how often a study in "
        "which nothing is true says that there is no difference worth having."
    )
    best = smallest_enough(sizes, power)
    if best is None:
        click.echo(
            f"No size here reaches {power:g}. Try more shoppers and more locations; more visits by the same "
            "people to the same places help little."
        )
    else:
        click.echo(
            f"Fewest visits that reach it: {best.locations} locations, {best.shoppers} shoppers, "
            f"{best.shopper_responses:.0f} visits and {best.complainant_responses:.0f} complaints, "
            f"{best.cells} cells a location."
        )
    _print_formula(world, sizes, power=power, margin=margin)
