"""A real server and a real browser for the tests of this folder."""

import shutil

import pytest

from tests.browser.chromium import chromium
from tests.browser.server import serving


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """A folder with the demonstration's data, made once; nobody serves from it."""
    folder = tmp_path_factory.mktemp("demonstration") / "instance"
    with serving(folder):
        pass
    return folder


@pytest.fixture(scope="module")
def served(demonstration, tmp_path_factory):
    """A site of a module's own, so that no module meets what another wrote."""
    folder = tmp_path_factory.mktemp("served") / "instance"
    shutil.copytree(demonstration, folder)
    with serving(folder) as started:
        yield started


@pytest.fixture(scope="module")
def address(served):
    return served.address


@pytest.fixture(scope="session")
def browser():
    with chromium() as started:
        yield started
