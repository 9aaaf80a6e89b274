"""What all tests share."""

import tempfile
from contextvars import Context
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings

from survey_app.app import create_app
from survey_app.foundations.database import database
from survey_app.foundations.settings import Settings
from tests.databases import POSTGRESQL_BIN, empty_database, postgresql_server

settings.register_profile("steady", derandomize=True, print_blob=True)
settings.load_profile("steady")


@pytest.fixture
def random():
    """Random numbers, the same in each run."""
    return np.random.default_rng(20261124)


@pytest.fixture(scope="session")
def postgresql():
    """The address of a PostgreSQL server."""
    with (
        tempfile.TemporaryDirectory(prefix="postgresql-") as folder,
        postgresql_server(Path(folder) / "data") as uri,
    ):
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of an empty database: each test runs on both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
    else:
        with empty_database(request.getfixturevalue("postgresql")) as url:
            yield url


class OutsideClient(FlaskClient):
    """A client whose requests run outside the test's own application context, or all would share one `flask.g`."""

    def open(self, *args, **kwargs):
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture
def bare_app(database_url, tmp_path):
    """The application on an empty database, not migrated yet."""
    environment = {
        "APP_ENV": "test",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(tmp_path),
        "POSTGRESQL_BIN": POSTGRESQL_BIN,
    }
    app = create_app(Settings.from_environment(environment))
    app.test_client_class = OutsideClient
    with app.app_context():
        yield app
        app.extensions["opens"].finish()
        app.extensions["letters"].finish()
        database.engine.dispose()


@pytest.fixture
def app(bare_app):
    """The application on a migrated database."""
    upgrade()
    return bare_app


@pytest.fixture
def client(app):
    """A client of the application."""
    return app.test_client()
