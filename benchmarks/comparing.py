"""From asking for a comparison of 100,000 responses to its document, and how often it says how far it is."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import date, timedelta
from itertools import pairwise

from flask_migrate import upgrade

from survey_app.actions.comparisons import request_comparison
from survey_app.actions.imports import Imported, import_responses
from survey_app.analysis_bridge import comparing
from survey_app.app import create_app
from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.foundations.settings import Settings
from survey_app.models import Comparison
from survey_app.queries.comparisons import comparison_key
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.plans import make_plan
from survey_app.rules.vocabulary import Need, Route
from tests.factories.studies import NOW, make_open_study

RESPONSES, PLACES, SHOPPERS = 100_000, 400, 80
#: One response in so many is a visit of a shopper's.
_VISITS = 5
PROBLEMS = (
    "long_wait",
    "no_reply",
    "unclear",
    "wrong_info",
    "no_update",
    "not_listened",
    "repeat_story",
    "begging",
)


def report_comparing() -> None:
    """Print the seconds from the request to the document, and the longest silence in between."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"APP_ENV": "test", "DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3"}
        app = create_app(Settings.from_environment(environment))
        with app.app_context():
            upgrade()
            study = make_open_study().study
            import_responses(SYSTEM, study, _responses(), time_zone="Europe/Helsinki", at=NOW)
            taken, silence, state = _compare(study)
        app.extensions["opens"].finish()
        app.extensions["letters"].finish()
    what = f"a comparison of {RESPONSES:,} responses, request to document"
    print(f"{what:<58} {taken:>10.2f} s    wanted: 10 s ({state})")
    print(f"{'longest silence of its progress':<58} {silence:>10.2f} s    wanted: 1 s")


def _compare(study: str) -> tuple[float, float, str]:
    """Return how long it took, the longest time in which it said nothing, and how it ended."""
    told = [time.perf_counter()]
    report, comparing.report_progress = comparing.report_progress, _noting(comparing.report_progress, told)
    try:
        key = comparison_key(request_comparison(SYSTEM, study, make_plan(), at=clock.now()))
        comparing.run_comparison(key)
    finally:
        comparing.report_progress = report
    told.append(time.perf_counter())
    with reading() as session:
        state = session.get_one(Comparison, key).state
    return told[-1] - told[0], max(later - earlier for earlier, later in pairwise(told)), state


def _noting(report, told):  # type: ignore[no-untyped-def]
    def note(*args, **kwargs):  # type: ignore[no-untyped-def]
        told.append(time.perf_counter())
        return report(*args, **kwargs)

    return note


def _responses() -> list[Imported]:
    """Return responses of both sources; complainants name a problem more."""
    chance = random.Random(7)
    return [_response(number, chance, hired=number % _VISITS == 0) for number in range(RESPONSES)]


def _response(number: int, chance: random.Random, *, hired: bool) -> Imported:
    seen = chance.sample(PROBLEMS, chance.randrange(4) + (not hired))
    return Imported(
        source_id=f"r{number}",
        hired=hired,
        need=Need.PLAYED if hired else Need.REAL,
        route=Route.ASSIGNED if hired else Route.OPEN,
        location=f"P{chance.randrange(PLACES)}",
        shopper=f"H{chance.randrange(SHOPPERS)}" if hired else None,
        channel=chance.choice(("in_person", "phone", "e_mail")),
        scenario="wrong_bill",
        visited_on=date(2026, 1, 1) + timedelta(days=chance.randrange(180)),
        list_answered=True,
        seen=tuple((problem, chance.randrange(1, 4)) for problem in sorted(seen)),
    )
