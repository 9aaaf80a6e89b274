"""A real server on a free port, with the demonstration, for a real browser."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Served:
    """A site that is served: its address, the doors to its demonstration, its process, where it keeps its data."""

    address: str
    links: dict
    process: subprocess.Popen
    data_dir: Path


@contextmanager
def serving(data_dir, *, web_workers=1):
    """Migrate, load the demonstration, serve; end what was started."""
    port = _free_port()
    environment = {**os.environ, "DATA_DIR": str(data_dir), "PORT": str(port), "WEB_WORKERS": str(web_workers)}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    process = subprocess.Popen(
        [*flask, "serve", "--with-demonstration"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        links = subprocess.run(
            [*flask, "links", "--json"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        yield Served(f"http://127.0.0.1:{port}", json.loads(links.stdout), process, Path(data_dir))
    finally:
        process.terminate()
        process.wait(40)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(address, process, seconds=180):
    for _ in range(seconds * 10):
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server is not ready")
