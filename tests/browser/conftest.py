"""A real server on a real port, with the demonstration, for a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.chromium import chromium

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(address, process, seconds=60):
    for _ in range(seconds * 10):
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=2)  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server is not ready")


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    port = free_port()
    data = str(tmp_path_factory.mktemp("instance"))
    environment = {**os.environ, "DATA_DIR": data, "PORT": str(port), "WEB_WORKERS": "1"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run([*flask, *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    process = subprocess.Popen([*flask, "serve"], cwd=ROOT, env=environment)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def browser():
    with chromium() as started:
        yield started
