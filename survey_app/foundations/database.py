"""The database: one connection recipe for all processes, and two ways in, `writing` and `reading`.

A transaction waits for others only so long, and is then given up with an error that means "come back later".
On SQLite a transaction that may write begins with BEGIN IMMEDIATE, or a read followed by a write would be two
transactions and updates would be lost without an error. A transaction that only reads begins plainly and may not
write, or a long read would stop every respondent. On PostgreSQL reading is read-only as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from survey_app.foundations.settings import Settings

#: Execution option of a connection whose transaction may write.
WRITING = "survey_app_writing"
#: How long a transaction waits for a lock that another one holds, in milliseconds, on both databases.
LOCK_PATIENCE = 10_000
#: PostgreSQL ends what goes on for longer than any page or job of ours, so that nothing waits behind it for ever.
_POSTGRESQL_SETTINGS = {
    "lock_timeout": LOCK_PATIENCE,
    "statement_timeout": 60_000,
    "idle_in_transaction_session_timeout": 120_000,
}
#: A server that has gone without a word is noticed: no new connection hangs, and an old one is given up.
_POSTGRESQL_NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
#: PostgreSQL ended the transaction in favour of another: a failed serialization, a deadlock.
_GAVE_WAY = {"40001", "40P01"}


class Base(DeclarativeBase):
    """What all tables share: names of constraints that both databases and all migrations agree on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


database = SQLAlchemy(model_class=Base, disable_autonaming=True)


def set_up_database(app: Flask, settings: Settings) -> None:
    """Bind the database of the settings to the application."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    else:
        options["connect_args"] = _POSTGRESQL_NETWORK
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    database.init_app(app)
    with app.app_context():
        apply_recipe(database.engine, synchronous=settings.sqlite_synchronous)


def apply_recipe(engine: Engine, *, synchronous: str) -> None:
    """Make every connection of an engine begin its transactions as this module says."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: _prepare_sqlite(connection, synchronous))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", lambda connection, _: _prepare_postgresql(connection))
        event.listen(engine, "begin", _begin_postgresql)


def _prepare_sqlite(connection: Any, synchronous: str) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_PATIENCE}",
        "trusted_schema=OFF",
        "secure_delete=ON",
        "cell_size_check=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any) -> None:
    connection.autocommit = True
    for name, milliseconds in _POSTGRESQL_SETTINGS.items():
        connection.execute(f"SET {name} = {milliseconds}")
    connection.autocommit = False


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITING, False)
    # Straight to the driver, past SQLAlchemy's bookkeeping, what cannot fail; to wait for the lock can.
    driver: Any = connection.connection.driver_connection
    if writes:
        driver.execute("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        driver.execute("PRAGMA query_only=ON")
        driver.execute("BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITING, False):
        # One snapshot for all that is read in it; a transaction that only reads never has to give way for that.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def gave_way(error: DBAPIError) -> bool:
    """Whether the database ended a transaction in favour of another one, so that it may simply be made again."""
    return getattr(error.orig, "sqlstate", None) in _GAVE_WAY


@contextmanager
def writing() -> Iterator[Session]:
    """Open one short transaction that may write: returning commits, raising rolls back."""
    with Session(database.engine.execution_options(**{WRITING: True})) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Open one transaction that only reads, from one snapshot, and never stops a writer."""
    with Session(database.engine) as session:
        yield session


def scrub() -> None:
    """Leave nothing of what was erased in the files beside an SQLite database; others see to it themselves."""
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
