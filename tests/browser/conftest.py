"""A real server and a real browser for the tests of this folder."""

import pytest

from tests.browser.chromium import chromium
from tests.browser.server import serving


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("instance")) as started:
        yield started


@pytest.fixture(scope="session")
def address(served):
    return served.address


@pytest.fixture(scope="session")
def browser():
    with chromium() as started:
        yield started
