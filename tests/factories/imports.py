"""Responses of both sources as if another system had collected them."""

from datetime import date

from survey_app.actions.imports import Imported, import_responses
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import Need, Route
from tests.factories.studies import NOW

PROBLEMS = ("long_wait", "rude", "unclear", "not_listened", "begging")


def some_responses(*, places=6, complainants=3, visits=2, shoppers=4):
    """Return responses in which complainants see two problems more than shoppers, place by place."""
    return [
        response
        for place in range(places)
        for response in (
            *(_visit(place, number, shoppers) for number in range(visits)),
            *(_complaint(place, number) for number in range(complainants)),
        )
    ]


def _visit(place, number, shoppers):
    return Imported(
        source_id=f"v{place}-{number}",
        hired=True,
        need=Need.PLAYED,
        route=Route.ASSIGNED,
        location=f"P{place}",
        shopper=f"H{(place + number) % shoppers}",
        channel="in_person",
        scenario="wrong_bill",
        visited_on=date(2026, 3, 1 + number),
        list_answered=True,
        seen=tuple((problem, 2) for problem in PROBLEMS[: place % 2]),
    )


def _complaint(place, number):
    return Imported(
        source_id=f"c{place}-{number}",
        hired=False,
        need=Need.REAL,
        route=Route.OPEN,
        location=f"P{place}",
        channel="in_person",
        scenario="wrong_bill",
        visited_on=date(2026, 3, 1 + number),
        list_answered=True,
        seen=tuple((problem, 3) for problem in PROBLEMS[: 2 + (place + number) % 2]),
    )


def take_in(study, **how):
    """Take such responses into a study."""
    return import_responses(SYSTEM, study, some_responses(**how), time_zone="Europe/Helsinki", at=NOW)
