"""The site under gunicorn, which can be killed worker by worker or whole, and is back in a moment."""

import http.client
import os
import random
import shutil
import signal
import socket
import time
from contextlib import contextmanager, suppress

from tests.assurance.entries import serve
from tests.assurance.faults import WHOLE
from tests.assurance.processes import start

_PATIENCE = 30.0


def free_port():
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """The site of a place, in a process group of its own."""

    def __init__(
        self, place, *, mutant=WHOLE, workers=2, threads=4, failpoint=None, countdown=None, url=None, settings=None
    ):
        self.port = free_port()
        self.folder = place.folder / f"workers-{self.port}"
        environment = place.environment | ({"DATABASE_URL": url} if url else {}) | (settings or {})
        options = {"port": self.port, "workers": workers, "threads": threads, "folder": str(self.folder)}
        self.arguments = (environment, options, mutant, failpoint, countdown)
        self.wanted = workers
        self.start()

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.process = start(serve, *self.arguments)

    def workers(self):
        """Return the process ids of the workers that serve."""
        return [int(path.name) for path in self.folder.iterdir()]

    def wait(self, path="/livez"):
        """Wait until it answers."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with suppress(OSError, http.client.HTTPException):
                if ask(self.port, path, timeout=5)[0] == 200:
                    return
            time.sleep(0.01)
        raise RuntimeError(f"The site does not answer {path}.")

    def wait_for_workers(self):
        """Wait until every worker serves."""
        end = time.monotonic() + _PATIENCE
        while len(self.workers()) < self.wanted:
            if time.monotonic() > end:
                raise RuntimeError("The workers do not come back.")
            time.sleep(0.005)

    def kill_worker(self):
        """Kill one worker; the master starts another at once."""
        worker = random.choice(self.workers() or [None])
        if worker is None:
            return
        (self.folder / str(worker)).unlink()
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)

    def kill_group(self):
        """Kill the master and all workers, and start them again."""
        self.end()
        self.start()

    def end(self):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.process.close()


@contextmanager
def a_site(place, **how):
    """Serve the site of a place while something is tried."""
    site = Site(place, **how)
    try:
        site.wait()
        site.wait_for_workers()
        yield site
    finally:
        site.end()


def ask(port, path, *, timeout, method="GET", body=None, headers=None):
    """Ask the site for one page over a connection of its own; return status, headers and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=(_FORM if body is not None else {}) | (headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
