"""One world a database for all tests of safety: building it takes longer than trying it."""

import pytest

from survey_app.foundations.database import database
from tests.databases import new_database
from tests.factories.world import make_world

DATABASES = [
    pytest.param(kind, marks=pytest.mark.xdist_group(f"world of {kind}")) for kind in ("sqlite", "postgresql")
]


@pytest.fixture(scope="session", params=DATABASES)
def _whole_world(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    if request.param == "sqlite":
        yield from _world(f"sqlite:///{folder / 'test.sqlite3'}", folder)
    else:
        with new_database(request.getfixturevalue("postgresql")) as url:
            yield from _world(url, folder)


def _world(url, folder):
    world = make_world(url, folder)
    yield world
    with world.app.app_context():
        world.app.extensions["opens"].finish()
        world.app.extensions["letters"].finish()
        database.engine.dispose()


@pytest.fixture
def world(_whole_world):
    """The world as it was made, with no guess counted yet; whatever a test changes is undone."""
    _whole_world.forget_guesses()
    yield _whole_world
    if _whole_world.changed():
        _whole_world.restore()
