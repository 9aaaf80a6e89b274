"""Options that describe a world, each with the reason for its default, and how their values are read."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from analysis.shapes.data_problem import DataProblem
from analysis.simulation.worlds import ASSIGNMENTS, World

Command = Callable[..., Any]


class Between(click.ParamType[tuple[int, int]]):
    """A whole number, or a range such as 1-3."""

    name = "from-to"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return the least and the most."""
        if isinstance(value, tuple):
            return value
        least, _, most = str(value).partition("-")
        try:
            return int(least), int(most or least)
        except ValueError:
            self.fail(f"{value!r} is neither a whole number nor a range such as 1-3.", param, ctx)


class Numbers(click.ParamType[tuple[int, ...]]):
    """Whole numbers with commas between them."""

    name = "n,n,…"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the numbers, each of which must be 1 at least."""
        if isinstance(value, tuple):
            return value
        try:
            numbers = tuple(int(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list of whole numbers such as 10,20,40.", param, ctx)
        if min(numbers) < 1:
            self.fail(f"{min(numbers)} is not a number from 1 upwards.", param, ctx)
        return numbers


BETWEEN = Between()
NUMBERS = Numbers()

_OPTIONS = (
    click.option(
        "--assignment",
        type=click.Choice(ASSIGNMENTS),
        default="random",
        show_default=True,
        help="Who visits where: anybody anywhere (random: most fieldwork); one own shopper a location (home); "
        "shoppers take turns, one a location (rounds); two a location (two); one shopper makes half of all visits "
        "(star). Shoppers differ, so how they cross locations decides how much a study can tell.",
    ),
    click.option(
        "--mean",
        default=2.5,
        show_default=True,
        help="Problems per shopper response. The Birbhum visits had between 2 and 3; look at your pilot.",
    ),
    click.option(
        "--ratio",
        "rate_ratio",
        default=1.35,
        show_default=True,
        help="How many times as many problems complainants see; 1 means that nothing is true. At 1.35 and a mean "
        "of 2.5 the difference is 0.875 problems, which is worth having.",
    ),
    click.option(
        "--visits",
        "shopper_responses",
        type=BETWEEN,
        default="1-3",
        show_default=True,
        help="Shopper responses a cell, a number or a range: fieldwork seldom gives the same everywhere.",
    ),
    click.option(
        "--complaints",
        "complainant_responses",
        type=BETWEEN,
        default="1-5",
        show_default=True,
        help="Complainant responses a cell, a number or a range: nobody can order complaints.",
    ),
    click.option(
        "--sd-location",
        default=0.3,
        show_default=True,
        help="Log-sd of places: at .3 the worst sixth has a third more problems than usual. Both sources meet it, "
        "so it hardly costs power.",
    ),
    click.option(
        "--sd-effect",
        default=0.3,
        show_default=True,
        help="Log-sd of how the ratio varies from place to place. Only more locations help against it.",
    ),
    click.option(
        "--sd-shopper",
        default=0.3,
        show_default=True,
        help="Log-sd of shoppers: one in six notices a third more than usual. Only more shoppers help against it.",
    ),
    click.option(
        "--sd-response",
        default=0.4,
        show_default=True,
        help="Log-sd of single responses (mood, luck), beyond chance itself. More responses help.",
    ),
    click.option(
        "--sd-day",
        default=0.0,
        show_default=True,
        help="Log-sd of bad days of a cell that both sources meet. 0: the same days are compared.",
    ),
    click.option(
        "--sd-complaint-day",
        "sd_complainants_day",
        default=0.0,
        show_default=True,
        help="Log-sd of bad days that only complainants meet, since a bad day makes people complain.",
    ),
)


def world_options(command: Command) -> Command:
    """Add the options that plan-size and simulate share."""
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), command)


def make_world(parameters: dict[str, Any]) -> World:
    """Return the world that the options describe, and name an option, not a parameter, that does not fit."""
    try:
        return World(**{field.name: parameters[field.name] for field in fields(World) if field.name in parameters})
    except DataProblem as problem:
        raise name_option(problem) from problem


def name_option(problem: DataProblem) -> DataProblem:
    """Return the problem with the name of the option on the command line in place of the parameter's."""
    context = click.get_current_context()
    names = {parameter.name: parameter.opts[0] for parameter in context.command.params}
    option = names.get(problem.column or "", problem.column)
    return DataProblem(problem.what, remedy=problem.remedy, file=f"option {option}")
