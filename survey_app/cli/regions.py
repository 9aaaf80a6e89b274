"""`flask regions`: the tree above a firm's places, by which managers may be given a part of it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from survey_app.actions.studies import NameTaken, StudyProblem, make_region
from survey_app.foundations import clock
from survey_app.queries.demonstration import firm_named
from survey_app.rules.permissions import SYSTEM

commands = AppGroup("regions")


@commands.command("add")
@click.argument("firm")
@click.argument("name")
@click.option("--above", help="The region that it lies in; without it, at the top.")
@click.option("--place", "places", multiple=True, help="The code of a place that lies in it; may be repeated.")
def add(firm: str, name: str, above: str | None, places: tuple[str, ...]) -> None:
    """Make a region of a firm, and put places into it."""
    firm_public_id = firm_named(firm)
    if firm_public_id is None:
        raise click.ClickException(f"There is no firm {firm!r}. Write its name as the pages do.")
    try:
        make_region(SYSTEM, firm_public_id, name=name, above=above, codes=places, at=clock.now())
    except NameTaken as error:
        raise click.ClickException(f"{firm} has a region of this name already.") from error
    except StudyProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{name} was made, with {len(places)} place(s) in it.")
