"""The command that writes a study whose truth is known."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from analysis.commands.entrance import FOLDER, write_texts
from analysis.commands.world_options import BETWEEN, make_world, name_option, world_options
from analysis.shapes.data_problem import DataProblem
from analysis.simulation.behaviour import Behaviour, truth_of
from analysis.simulation.filled_lists import simulate_study
from analysis.simulation.worlds import World

_BEHAVIOUR = (
    click.option(
        "--gather",
        default=0.0,
        show_default=True,
        help="How strongly complaints gather at bad places: their number is multiplied by the place's multiplier "
        "to this power. People complain where it is bad.",
    ),
    click.option(
        "--focus-ratio",
        default=1.0,
        show_default=True,
        help="How many times larger the ratio is for noise, misunderstanding and no_logic than for other themes: "
        "what H4 claims. 1: no difference.",
    ),
    click.option(
        "--silent",
        default=0.0,
        show_default=True,
        help="Selection: share of customers who keep silent when they met no problem. At 1 every complainant has "
        "one at least, which alone makes complainants look as if they saw more.",
    ),
    click.option(
        "--careless",
        default=0.0,
        show_default=True,
        help="Share of responses of both sources that were ticked at random. It hides differences.",
    ),
    click.option(
        "--careless-ticks",
        default=0.3,
        show_default=True,
        help="The chance with which a careless response ticks any one item.",
    ),
    click.option(
        "--over-reporters",
        default=0.0,
        show_default=True,
        help="Share of complainants who tick more than they saw. Bogus items are there to catch them.",
    ),
    click.option(
        "--over-ticks",
        default=0.1,
        show_default=True,
        help="The chance with which an over-reporter ticks each item not seen, possible or not.",
    ),
    click.option(
        "--sd-item",
        default=0.7,
        show_default=True,
        help="Log-sd of how often the problems are met: lists have frequent and rare ones.",
    ),
    click.option(
        "--sd-habit",
        default=0.0,
        show_default=True,
        help="Log-sd of each shopper's own eye for each problem: two shoppers notice different things.",
    ),
)


def _behaviour_options(command: Any) -> Any:
    for option in reversed(_BEHAVIOUR):
        command = option(command)
    return command


@click.command("simulate")
@click.option("--out", required=True, type=FOLDER, help="Folder for responses.csv, sightings.csv and truth.json.")
@click.option("--locations", default=20, show_default=True, help="Places. The design rule is 20 at least.")
@click.option(
    "--shoppers",
    type=int,
    default=None,
    help="People who make the visits; as many as locations where everybody stays at home.  [default: 10]",
)
@click.option(
    "--cells",
    type=BETWEEN,
    default="4",
    show_default=True,
    help="Cells (scenario × month) a location, a number or a range.",
)
@click.option("--items", type=click.IntRange(1, 500), default=25, show_default=True, help="Problems on the list.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same study."
)
@world_options
@_behaviour_options
def simulate_files(out: Path, items: int, seed: int, **parameters: Any) -> None:
    """Write a study whose truth is known, as responses.csv, sightings.csv and truth.json.

    Random effects are multipliers with mean 1, log-normal with the sds given, so that the truth stays
    mean × (ratio − 1) problems per response.
    """
    parameters["shoppers"] = people(parameters)
    world = make_world(parameters)
    behaviour = _make_behaviour(parameters)
    try:
        tables = simulate_study(world, behaviour, seed=seed, items=items)
    except DataProblem as problem:
        raise name_option(problem) from problem
    truth = truth_of(world, behaviour, items=items)
    known = {
        "truth": asdict(truth),
        "world": asdict(world),
        "behaviour": asdict(behaviour),
        "items": items,
        "seed": seed,
    }
    written = {
        f"{name}.csv": table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
        for name, table in (("responses", tables.responses), ("sightings", tables.sightings))
    }
    write_texts(out, written | {"truth.json": json.dumps(known, indent=2) + "\n"})
    click.echo(
        f"{len(tables.responses)} responses and {len(tables.sightings)} sightings written to {out}. True "
        f"difference: {truth.seen:.4g} problems per response; in the lists as they were filled in: "
        f"{truth.reported:.4g}."
    )


def people(parameters: dict[str, Any]) -> int:
    """Return how many shoppers there are: as many as were asked for, else one a location at home, else 10."""
    given: int | None = parameters["shoppers"]
    if given is not None:
        return given
    return int(parameters["locations"]) if parameters["assignment"] == "home" else 10


def _make_behaviour(parameters: dict[str, Any]) -> Behaviour:
    try:
        return Behaviour(
            **{name: value for name, value in parameters.items() if name not in World.__annotations__}
        )
    except DataProblem as problem:
        raise name_option(problem) from problem
