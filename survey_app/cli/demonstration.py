"""`flask demo` and `flask links`: something to look at, through the ordinary actions, and the doors to it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_security import Security, hash_password, verify_password

from survey_app.actions.comparisons import request_comparison
from survey_app.actions.fieldwork import add_shopper, assign, make_invitation
from survey_app.actions.imports import Imported, import_responses
from survey_app.actions.people import add_person, keep_person
from survey_app.actions.publications import propose_publication, publish_proposal
from survey_app.actions.studies import NewStudy, add_locations, make_firm, make_study, open_study
from survey_app.foundations import clock
from survey_app.foundations.settings import ROOT, Settings
from survey_app.foundations.tokens import personal_secret
from survey_app.queries.comparisons import comparison_key
from survey_app.queries.demonstration import firm_named, first_link, first_shopper, places_of, study_named
from survey_app.queries.people import find_person
from survey_app.queries.publications import is_published
from survey_app.queries.publishing import proposal_key
from survey_app.rules.breakdowns import USUAL_BREAKDOWNS
from survey_app.rules.definitions import read_instrument
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.plans import make_plan
from survey_app.rules.vocabulary import LANGUAGES, Role

BIRBHUM = ROOT / "survey_app" / "demonstration" / "birbhum"
STANDARD = ROOT / "survey_app" / "instruments" / "standard.json"
#: Loaded by name, and only if there is something to compute: they bring pandas.
_BRIDGE = "survey_app.analysis_bridge.demonstration"
_COMPARING = "survey_app.analysis_bridge.comparing"
_PUBLISHING = "survey_app.analysis_bridge.publishing"

_BIRBHUM_FIRM = "Birbhum provider study"
_SHOPS = "Telephone shops (made up)"
_BANK = "Example Bank"
_BIRBHUM = "Birbhum, 2013 to 2014"
_MADE_UP = "A made-up study, spring 2026"
_OPEN_STUDY = "How problems are handled"
_PLACES = (
    ("helsinki", "Helsinki, Kamppi"),
    ("turku", "Turku, Kauppatori"),
    ("warszawa", "Warszawa, Centrum"),
    ("krakow", "Kraków, Rynek"),
    ("hotline", "Telephone line"),
)
_STANDARDS = {
    "greeted": {
        "en": "You were greeted within a minute",
        "pl": "Powitanie w ciągu minuty",
        "fi": "Sinua tervehdittiin minuutin sisällä",
    },
    "name_badge": {
        "en": "The employee wore a name badge",
        "pl": "Pracownik miał identyfikator z imieniem",
        "fi": "Työntekijällä oli nimikyltti",
    },
    "asked_more": {
        "en": "You were asked whether you needed anything else",
        "pl": "Padło pytanie, czy potrzeba czegoś jeszcze",
        "fi": "Sinulta kysyttiin, tarvitsetko vielä jotain muuta",
    },
}
_BRIEF = {
    "en": "Bring the letter about the fee that you did not expect. Ask why it was charged and how to get it back. "
    "Stay polite; do not give in at the first no. Leave when you have an answer, or after 30 minutes.",
    "pl": "Weź ze sobą pismo o opłacie, której się nie spodziewano. Zapytaj, skąd się wzięła i jak ją odzyskać. "
    "Zachowaj uprzejmość, ale nie ustępuj po pierwszej odmowie. Wyjdź, gdy padnie odpowiedź, albo po 30 minutach.",
    "fi": "Ota mukaan kirje maksusta, jota et odottanut. Kysy, miksi se perittiin ja miten saat sen takaisin. "
    "Pysy kohteliaana, mutta älä luovuta ensimmäisen ein jälkeen. Lähde, kun saat vastauksen, tai 30 minuutin "
    "kuluttua.",
}

commands = AppGroup("demo")


@commands.command("load")
def load() -> None:
    """Load the demonstration: a real comparison, a made-up one, an open study. Again, it adds nothing."""
    settings: Settings = current_app.extensions["settings"]
    if settings.app_env == "production":
        raise click.ClickException("The demonstration has known passwords, so it is never loaded in production.")
    load_demonstration()
    click.echo("The demonstration is loaded.")


def is_loaded() -> bool:
    """Return whether all of the demonstration is there."""
    return _is_open() and all(is_published(name) for name in (_BIRBHUM, _MADE_UP))


def load_demonstration() -> None:
    """Load whatever of the demonstration is not there yet."""
    _load_people()
    _load_birbhum()
    _load_open_study()
    _load_made_up()


@click.command("links")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def links(*, as_json: bool) -> None:
    """Print the doors to the demonstration: survey, shopper, research, manager, and who may sign in."""
    if as_json:
        click.echo(json.dumps(demonstration_links(), indent=2, ensure_ascii=False))
    else:
        print_links()


def print_links() -> None:
    """Print the doors to the demonstration for people."""
    found = demonstration_links()
    for language, address in found["survey"].items():
        click.echo(f"{'survey, ' + language:<14} {address}")
    for door in ("shopper", "research", "manager"):
        click.echo(f"{door:<14} {found[door]}")
    for role, login in found["logins"].items():
        click.echo(f"{role:<14} {login['email']}  {login['password']}")


def demonstration_links() -> dict[str, Any]:
    """Return working addresses and logins of the demonstration.

    Raises
    ------
    ClickException
        If it was not loaded here.
    """
    settings: Settings = current_app.extensions["settings"]
    study = study_named(_OPEN_STUDY)
    if study is None or settings.app_env == "production":
        raise click.ClickException("The demonstration is not loaded here. Run: flask --app wsgi demo load")
    link, shopper = first_link(study[0]), first_shopper(study[1])
    if link is None or shopper is None:
        raise click.ClickException("The demonstration is not whole. Run: flask --app wsgi demo load")
    root = settings.public_url
    return {
        "survey": {language: f"{root}/{language}/s/{link}" for language in LANGUAGES},
        "shopper": f"{root}/shopper/{personal_secret('shopper', *shopper)}",
        "research": f"{root}/research",
        "manager": f"{root}/manager",
        "logins": {role.value: _login(role) for role in Role},
    }


def _email(role: Role) -> str:
    return f"{role.value}@example.com"


def _password(role: Role) -> str:
    """Return the password of a demonstration login: this installation's own, so that none is known beforehand."""
    return personal_secret(f"demonstration-{role.value}", 0, 1)[:20]


def _login(role: Role) -> dict[str, Any]:
    """Return a login that works, whatever somebody who looked round has changed about it."""
    _load_people()
    person = find_person(email=_email(role))
    if person is None:
        raise click.ClickException("The demonstration is not whole. Run: flask --app wsgi demo load")
    if not (person.active and person.password and verify_password(_password(role), person.password)):
        person.active, person.password = True, hash_password(_password(role))
        keep_person(person, at=clock.now())
    accounts: Security = current_app.extensions["security"]
    kept = person.tf_totp_secret if person.tf_primary_method else None
    return {
        "email": person.email,
        "password": _password(role),
        "totp_secret": accounts.totp_factory.get_totp_b32_key(kept) if kept else None,
    }


def _load_people() -> None:
    for role in Role:
        if find_person(email=_email(role)) is None:
            add_person(
                SYSTEM,
                email=_email(role),
                name=f"Demonstration: {role.value}",
                role=role,
                firm_id=None,
                password_hash=hash_password(_password(role)),
                at=clock.now(),
            )


def _load_birbhum() -> None:
    if is_published(_BIRBHUM):
        return
    click.echo("Taking in 3,108 visits to clinics in Birbhum, and comparing them …")
    new, plan, responses = import_module(_BRIDGE).birbhum(BIRBHUM, name=_BIRBHUM)
    firm = firm_named(_BIRBHUM_FIRM) or make_firm(
        SYSTEM,
        name=_BIRBHUM_FIRM,
        controller="Published research data; nobody can be recognised in them.",
        contact="the authors of the study",
        at=clock.now(),
    )
    _import_and_publish(
        firm, new, responses, make_plan(**plan), time_zone="Asia/Kolkata", tables=(), for_everybody=True
    )


def _load_made_up() -> None:
    if is_published(_MADE_UP):
        return
    click.echo("Drawing a made-up study, and comparing it …")
    definition = _standard()
    new, responses = import_module(_BRIDGE).made_up(definition, read_instrument(definition), name=_MADE_UP)
    firm = firm_named(_SHOPS) or make_firm(
        SYSTEM, name=_SHOPS, controller="Nobody: this firm is made up.", contact="nobody", at=clock.now()
    )
    _import_and_publish(
        firm,
        new,
        responses,
        make_plan(),
        time_zone="Europe/Helsinki",
        tables=USUAL_BREAKDOWNS,
        for_everybody=False,
    )


def _import_and_publish(
    firm: str,
    new: NewStudy,
    responses: list[Imported],
    plan: dict[str, Any],
    *,
    time_zone: str,
    tables: tuple[str, ...],
    for_everybody: bool,
) -> None:
    known = study_named(new.name)
    study = known[0] if known else make_study(SYSTEM, firm, new, at=clock.now())
    import_responses(SYSTEM, study, responses, time_zone=time_zone, at=clock.now())
    comparison = request_comparison(SYSTEM, study, plan, at=clock.now())
    import_module(_COMPARING).run_comparison(comparison_key(comparison))
    proposal = propose_publication(SYSTEM, comparison, tables=tables, at=clock.now())
    import_module(_PUBLISHING).run_audit(proposal_key(proposal))
    publish_proposal(SYSTEM, proposal, for_everybody=for_everybody, at=clock.now())


def _load_open_study() -> None:
    if _is_open():
        return
    click.echo("Opening a study with the standard instrument …")
    at = clock.now()
    firm = firm_named(_BANK) or make_firm(
        SYSTEM,
        name=_BANK,
        controller="Example Bank, a firm of the demonstration",
        contact="the bank's customer service, +358 9 000 000",
        at=at,
    )
    places = places_of(firm) or add_locations(SYSTEM, firm, _PLACES, time_zone="Europe/Helsinki", at=at)
    known = study_named(_OPEN_STUDY)
    study = (
        known[0]
        if known
        else make_study(
            SYSTEM,
            firm,
            NewStudy(name=_OPEN_STUDY, definition=_standard(), standards=_STANDARDS),
            location_public_ids=places,
            at=at,
        )
    )
    open_study(SYSTEM, study, at=at)
    if first_link(study) is None:
        for place in places:
            make_invitation(SYSTEM, study, location_public_id=place, at=at)
    if first_shopper(firm) is None:
        _load_shoppers(firm, study, places, at=at)


def _is_open() -> bool:
    known = study_named(_OPEN_STUDY)
    return known is not None and first_link(known[0]) is not None and first_shopper(known[1]) is not None


def _load_shoppers(firm: str, study: str, places: list[str], *, at: datetime) -> None:
    for number, code in enumerate(("shopper-1", "shopper-2")):
        shopper, _secret = add_shopper(SYSTEM, firm, code=code, name=f"Shopper {number + 1}", at=at)
        for place in places[number::2]:
            assign(
                SYSTEM,
                study,
                shopper_public_id=shopper,
                location_public_id=place,
                scenario="wrong_bill",
                channel="phone" if place == places[-1] else "in_person",
                due_on=(at + timedelta(days=14)).date(),
                fee_cents=2500,
                brief=_BRIEF,
                stake=6,
                at=at,
            )


@cache
def _standard() -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(STANDARD.read_text(encoding="utf-8"))
    return definition
