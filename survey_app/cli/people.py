"""`flask people`: take somebody on the staff."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security.recoverable import generate_reset_password_token

from survey_app.actions.people import PersonKnown, add_person
from survey_app.actions.staff import forget_factors
from survey_app.foundations import clock
from survey_app.foundations.settings import Settings
from survey_app.queries.invitations import invitation_link
from survey_app.queries.people import (
    find_person,
    firm_id_named,
    has_administrator,
    location_id_coded,
    region_id_named,
)
from survey_app.rules.permissions import SYSTEM, can_be_given
from survey_app.rules.vocabulary import Role
from survey_app.rules.within import Within

commands = AppGroup("people")
_ONE_DAY = timedelta(days=1)


@commands.command("add")
@click.argument("email")
@click.option("--name", required=True, help="How colleagues know them.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--firm", help="The one firm that they may see; without it, all.")
@click.option(
    "--region", help="A region of the firm: they see what belongs to its places, and to regions below it."
)
@click.option("--place", help="The code of one place of the firm: they see what belongs to it.")
def add(email: str, name: str, role: str, firm: str | None, region: str | None, place: str | None) -> None:
    """Take somebody on, and print the link through which they choose their password: once, within a day."""
    firm_id = firm_id_named(firm) if firm else None
    if firm and firm_id is None:
        raise click.ClickException(f"There is no firm {firm!r}. Write its name as the pages do.")
    region_id, location_id = _part_of_firm(firm_id, region, place)
    if not can_be_given(Role(role), Within(firm_id, region_id, location_id).scope):
        raise click.ClickException(f"The role of a {role} is for whole firms. Leave out --region and --place.")
    try:
        add_person(
            SYSTEM,
            email=email,
            name=name,
            role=Role(role),
            firm_id=firm_id,
            region_id=region_id,
            location_id=location_id,
            password_hash=None,
            at=clock.now(),
        )
    except PersonKnown as error:
        raise click.ClickException(
            f"{email} is on the staff already. To let them choose a new password: flask people link {email}"
        ) from error
    click.echo(_link(email))


def _part_of_firm(firm_id: int | None, region: str | None, place: str | None) -> tuple[int | None, int | None]:
    """Return the region or the place that a grant is for."""
    if not (region or place):
        return None, None
    if firm_id is None or (region and place):
        raise click.ClickException("Name the firm with --firm, and either --region or --place.")
    region_id = region_id_named(firm_id, region) if region else None
    location_id = location_id_coded(firm_id, place) if place else None
    if region_id is None and location_id is None:
        raise click.ClickException(f"The firm has no {'region' if region else 'place'} {region or place!r}.")
    return region_id, location_id


@commands.command("first")
@click.argument("email")
@click.option("--name", required=True, help="How colleagues know them.")
def first(email: str, name: str) -> None:
    """Take the first administrator on, and print the link to choose a password: once, within a day."""
    if has_administrator():
        raise click.ClickException("There is an administrator already; they can invite others on the page People.")
    try:
        add_person(
            SYSTEM,
            email=email,
            name=name,
            role=Role.ADMINISTRATOR,
            firm_id=None,
            password_hash=None,
            at=clock.now(),
        )
    except PersonKnown as error:
        person = find_person(email=email.strip().lower())
        if person is None or all(grant.role != Role.ADMINISTRATOR for grant in person.grants):
            raise click.ClickException(f"{email} is on the staff, but no administrator. Name another.") from error
    click.echo(_link(email))


@commands.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a fresh link through which somebody chooses a password: once, within a day."""
    click.echo(_link(email))


@commands.command("forget-factors")
@click.argument("email")
def forget(email: str) -> None:
    """Forget the second factors of somebody who lost theirs; after their password they set up a new one."""
    person = find_person(email=email.strip().lower())
    if person is None:
        raise click.ClickException(f"Nobody on the staff has the address {email}.")
    forget_factors(SYSTEM, person.public_id, at=clock.now())
    click.echo(f"Forgotten. {person.name} is signed out, and can set up a new second factor.")


def _link(email: str) -> str:
    person = find_person(email=email.strip().lower())
    if person is None:
        raise click.ClickException(f"Nobody on the staff has the address {email}.")
    if person.password is None:
        return invitation_link(person, lasts=_ONE_DAY, at=clock.now())
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url}/account/password/{generate_reset_password_token(person)}"  # type: ignore[no-untyped-call]
