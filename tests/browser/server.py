"""A real server on a free port, with the demonstration, for a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(data_dir):
    """Migrate, load the demonstration, serve; give the address; end what was started."""
    port = _free_port()
    environment = {**os.environ, "DATA_DIR": str(data_dir), "PORT": str(port), "WEB_WORKERS": "1"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run([*flask, *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    process = subprocess.Popen([*flask, "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(address, process, seconds=60):
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
