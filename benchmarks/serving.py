"""Serve an application as the site is served."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def gunicorn(application: str, *, folder: Path, environment: dict[str, str]) -> Iterator[tuple[str, float, int]]:
    """Serve an application on a free port; give its address, how long it took to answer, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        Path(sys.executable).with_name("gunicorn"),
        "--preload",
        "--workers",
        "1",
        "--worker-class",
        "gthread",
    ]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--threads", "4", "--log-level", "error", "--bind", f"127.0.0.1:{port}", application],
        cwd=folder,
        env={**os.environ, **environment},
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=2).read()
                break
            except OSError:
                time.sleep(0.02)
        yield address, time.perf_counter() - begun, process.pid
    finally:
        process.terminate()
        process.wait(30)
