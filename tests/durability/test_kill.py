"""The server is killed again and again while strangers answer: what was acknowledged is there, once and whole."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest
from sqlalchemy import func, select

from survey_app.foundations.database import database, reading
from survey_app.foundations.tokens import hash_of_secret
from survey_app.models import PageRequest, Response, Sighting
from tests.factories.studies import make_open_study
from tests.journeys.html_forms import fill, read_page

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
KILLS = 25
STRANGERS = 6


class Server:
    """The site under gunicorn in a process group of its own, which can be killed whole and started again."""

    def __init__(self, app, application):
        settings = app.extensions["settings"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **os.environ,
            "APP_ENV": "test",
            "DATABASE_URL": settings.database_url,
            "DATA_DIR": str(settings.data_dir),
            "SECRET_KEY": settings.secret_key,
        }
        self.command = [
            *(str(Path(sys.executable).with_name("gunicorn")), "--preload", "--workers", "2"),
            *("--worker-class", "gthread", "--threads", "4", "--log-level", "critical"),
            *("--bind", f"127.0.0.1:{self.port}", application),
        ]
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )

    def wait(self):
        """Wait until it answers."""
        while True:
            with suppress(OSError, HTTPException):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=5).close()
                return
            time.sleep(0.05)

    def kill(self):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Stranger(threading.Thread):
    """Answers again and again; whatever is not acknowledged is sent again as it was."""

    def __init__(self, link, stop):
        super().__init__(daemon=True)
        self.link, self.stop, self.receipts, self.acknowledged = link, stop, [], []

    def run(self):
        while not self.stop.is_set():
            self.receipts.append(self.walk())

    def walk(self):
        address, page = self.load(self.link)
        while True:
            forms, texts = read_page(page)
            if "receipt-code" in texts:
                return texts["receipt-code"]
            pairs = fill(forms[0], problems=["rude", "long_wait"])
            address, page = self.load(urljoin(address, forms[0].action), pairs)
            self.acknowledged += [value for name, value in pairs if name == "request_id"]

    def load(self, address, pairs=None):
        body = None if pairs is None else urlencode(pairs).encode()
        while True:
            try:
                with urllib.request.urlopen(address, body, timeout=10) as answer:
                    return answer.url, answer.read().decode()
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise
            except (OSError, HTTPException):
                pass
            time.sleep(0.02)


def answer_under_fire(app, application):
    """Let strangers answer while the server is killed; return the receipts and pages that were acknowledged."""
    study = make_open_study()
    database.engine.dispose()
    server, stop = Server(app, application), threading.Event()
    link = f"http://127.0.0.1:{server.port}/en/s/{study.links[0]}"
    strangers = [Stranger(link, stop) for _ in range(STRANGERS)]
    for stranger in strangers:
        stranger.start()
    moments = random.Random(1)
    try:
        for _ in range(KILLS):
            server.wait()
            time.sleep(0.2 + moments.random())
            server.kill()
            server.start()
        stop.set()
        for stranger in strangers:
            stranger.join(60)
    finally:
        server.kill()
    return (
        [receipt for stranger in strangers for receipt in stranger.receipts],
        [page for stranger in strangers for page in stranger.acknowledged],
    )


def lost_pages(acknowledged):
    """Return the acknowledged pages that are not there, or not once."""
    with reading() as session:
        kept = Counter(session.scalars(select(PageRequest.request_id)))
    return [page for page in acknowledged if kept[page] != 1]


def test_what_was_acknowledged_is_there_once_and_whole(app):
    receipts, acknowledged = answer_under_fire(app, "wsgi:app")
    assert len(acknowledged) > 4 * KILLS
    assert lost_pages(acknowledged) == []
    with reading() as session:
        kept = session.scalars(select(Response).where(Response.state == "submitted")).all()
        seen = dict(
            session.execute(select(Sighting.response_id, func.count()).group_by(Sighting.response_id)).all()
        )
    assert sorted(response.receipt_hash for response in kept) == sorted(map(hash_of_secret, receipts))
    for response in kept:
        assert seen[response.id] == len(response.answers["problems"]) == 2
        assert response.answers["felt"] == -3


def test_answering_before_the_commit_would_lose_answers(app):
    """The mutant: it leads on to the next page first, and commits a little later."""
    _receipts, acknowledged = answer_under_fire(app, "tests.durability.forgetful:make_app()")
    assert len(acknowledged) > KILLS
    assert lost_pages(acknowledged)
