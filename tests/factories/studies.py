"""An open study with its links, shoppers and assignments."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from survey_app.actions.fieldwork import add_shopper, assign, make_invitation
from survey_app.actions.studies import NewStudy, add_locations, make_firm, make_study, open_study
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import InvitationKind

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STANDARD = Path(__file__).parents[2] / "survey_app" / "instruments" / "standard.json"
STANDARDS = {"greeted": {"en": "Greeted", "pl": "Powitanie", "fi": "Tervehdys"}}
BRIEF = {"en": "Ask about the fee.", "pl": "Zapytaj o opłatę.", "fi": "Kysy maksusta."}


def standard_instrument():
    return json.loads(STANDARD.read_text())


@dataclass(frozen=True)
class OpenStudy:
    """Public ids and secrets of a study that takes answers."""

    firm: str
    study: str
    places: list
    links: list
    single_link: str
    shoppers: list
    secrets: list
    assignments: list


def make_open_study(*, name="Test Bank", places=1, shoppers=2, definition=None, at=NOW):
    """Make a firm with places, an open study with one link a place, shoppers, and one visit each a place."""
    firm = make_firm(SYSTEM, name=name, controller=f"{name} Ltd", contact="+358 9 000", at=at)
    codes = [(f"place-{number}", f"Place {number}") for number in range(places)]
    locations = add_locations(SYSTEM, firm, codes, time_zone="Europe/Helsinki", at=at)
    study = make_study(
        SYSTEM,
        firm,
        NewStudy(name=f"Study of {name}", definition=definition or standard_instrument(), standards=STANDARDS),
        location_public_ids=locations,
        at=at,
    )
    open_study(SYSTEM, study, at=at)
    links = [make_invitation(SYSTEM, study, location_public_id=place, at=at) for place in locations]
    single = make_invitation(SYSTEM, study, location_public_id=locations[0], kind=InvitationKind.SINGLE, at=at)
    hired = [add_shopper(SYSTEM, firm, code=f"s{number}", name=f"S{number}", at=at) for number in range(shoppers)]
    assignments = [
        assign(
            SYSTEM,
            study,
            shopper_public_id=shopper,
            location_public_id=place,
            scenario="wrong_bill",
            channel="in_person",
            due_on=(at + timedelta(days=7)).date(),
            fee_cents=2500,
            brief=BRIEF,
            stake=6,
            at=at,
        )
        for shopper, _secret in hired
        for place in locations
    ]
    return OpenStudy(
        firm=firm,
        study=study,
        places=locations,
        links=links,
        single_link=single,
        shoppers=[shopper for shopper, _secret in hired],
        secrets=[secret for _shopper, secret in hired],
        assignments=assignments,
    )
