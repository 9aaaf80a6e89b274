"""What a manager's page costs the server, with a study of 100,000 responses; and what the audit takes."""

from __future__ import annotations

import random
import secrets
import statistics
import tempfile
import time

from flask_migrate import upgrade
from flask_security import hash_password

from survey_app.actions.people import add_person
from survey_app.actions.studies import make_region
from survey_app.app import create_app
from survey_app.foundations.settings import Settings
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import Role
from tests.factories.publications import published
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor

PLACES, RESPONSES = 60, 100_000
MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))
TABLES = ("firm-month", "firm-quarter", "region-whole", "region-quarter", "location-whole", "location-quarter")


def report_managers() -> None:
    """Print the median time of each of the managers' pages, and how long the audit took."""
    password = secrets.token_hex(12)
    with tempfile.TemporaryDirectory() as folder:
        environment = {"APP_ENV": "test", "DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3"}
        app = create_app(Settings.from_environment(environment))
        with app.app_context():
            upgrade()
            name, taken = _published()
            print(f"{'audit of 6 tables, 60 places, 12 months':<58} {1000 * taken:>10.2f} ms")
            add_person(
                SYSTEM,
                email="m@example.com",
                name="M",
                role=Role.MANAGER,
                firm_id=None,
                password_hash=hash_password(password),
                at=NOW,
            )
        visitor = Visitor(app.test_client()).open("/account/sign-in")
        visitor.submit(email="m@example.com", password=password)
        for part in ("", f"/{name}", f"/{name}/places", f"/{name}/places.csv", f"/{name}/time"):
            what = f"manager page {part.replace(name, 'study') or '/'}"
            print(f"{what:<58} {1000 * _median(visitor, f'/manager{part}'):>10.2f} ms   wanted: 30 ms")
        app.extensions["opens"].finish()
        app.extensions["letters"].finish()


def _published() -> tuple[str, float]:
    """Publish a study in whose places and months people are unevenly many; return its name, and the time taken."""
    study = make_open_study(places=PLACES)
    for number in range(4):
        codes = [f"place-{place}" for place in range(number, PLACES, 4)]
        make_region(SYSTEM, study.firm, name=f"R{number}", codes=codes, at=NOW)
    chance = random.Random(100)
    weights = [[chance.gammavariate(1.5, 1) for _month in MONTHS] for _place in range(PLACES)]
    share = RESPONSES / sum(map(sum, weights))
    begun = time.perf_counter()
    counts = [[round(share * weight) for weight in row] for row in weights]
    return published(study.study, counts, tables=TABLES, months=MONTHS), time.perf_counter() - begun


def _median(visitor: Visitor, address: str) -> float:
    taken = []
    for _ in range(30):
        begun = time.perf_counter()
        assert visitor.open(address).response.status_code == 200
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
