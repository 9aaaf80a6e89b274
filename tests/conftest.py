"""What all tests share."""

import shutil
import tempfile
from contextlib import contextmanager
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
from tests.databases import POSTGRESQL_BIN, name_of, new_database, postgresql_server

settings.register_profile("steady", derandomize=True, print_blob=True)
settings.load_profile("steady")


def pytest_collection_modifyitems(config, items):
    """Let a test marked `any_database` run on one of them: the other could not tell anything else."""
    once = [item for item in items if item.get_closest_marker("any_database") and _on_the_second(item)]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in once]


def _on_the_second(item):
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return "postgresql" in (params.get("database_url"), params.get("_whole_world"))


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


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """The file of a migrated database, to be copied: migrating takes longer than most tests."""
    folder = tmp_path_factory.mktemp("migrated")
    _migrate(f"sqlite:///{folder / 'test.sqlite3'}", folder)
    return folder / "test.sqlite3"


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql, tmp_path_factory):
    """The name of a migrated database, to be copied by the server."""
    with new_database(postgresql) as url:
        _migrate(url, tmp_path_factory.mktemp("migrated"))
        yield name_of(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of a database, migrated if the test asks for the whole application: each test runs on both."""
    whole = "app" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        if whole:
            shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("migrated_postgresql") if whole else None
        with new_database(request.getfixturevalue("postgresql"), template) as url:
            yield url


class OutsideClient(FlaskClient):
    """A client whose requests run outside the test's own application context, or all would share one `flask.g`."""

    def open(self, *args, **kwargs):
        return Context().run(super().open, *args, **kwargs)


@contextmanager
def _application(url, folder):
    environment = {
        "APP_ENV": "test",
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "POSTGRESQL_BIN": POSTGRESQL_BIN,
    }
    app = create_app(Settings.from_environment(environment))
    app.test_client_class = OutsideClient
    with app.app_context():
        yield app
        app.extensions["opens"].finish()
        app.extensions["letters"].finish()
        database.engine.dispose()


def _migrate(url, folder):
    with _application(url, folder):
        upgrade()


@pytest.fixture
def bare_app(database_url, tmp_path):
    """The application on an empty database, not migrated yet."""
    with _application(database_url, tmp_path) as app:
        yield app


@pytest.fixture
def app(bare_app):
    """The application on a migrated database."""
    return bare_app


@pytest.fixture
def client(app):
    """A client of the application."""
    return app.test_client()
