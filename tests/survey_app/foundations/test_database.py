"""Two ways into the database: what may write loses nothing, what reads cannot write and stops nobody."""

import multiprocessing
import threading
import time

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from survey_app.foundations.database import WRITING, apply_recipe, database, reading, writing

RECIPE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 10000,
    "trusted_schema": 0,
    "secure_delete": 1,
    "cell_size_check": 1,
    "query_only": 1,
}
INSERT = text(
    "INSERT INTO firms (public_id, name, name_key, controller, contact)"
    " VALUES (CAST(:name AS text), CAST(:name AS text), CAST(:name AS text), 'controller', 'contact')"
)


def insert(session, name="a"):
    session.execute(INSERT, {"name": name})


def names():
    with reading() as session:
        return session.scalars(text("SELECT name FROM firms ORDER BY name")).all()


def test_returning_commits_and_raising_rolls_back(app):
    with writing() as session:
        insert(session, "kept")
    with pytest.raises(IntegrityError), writing() as session:
        session.execute(INSERT, [{"name": name} for name in ("lost", "kept")])
    assert names() == ["kept"]


def test_reading_cannot_write(app):
    with pytest.raises(DBAPIError), reading() as session:
        insert(session)
    assert names() == []
    with writing() as session:
        insert(session, "afterwards")
    assert names() == ["afterwards"]


def test_the_database_says_no(app):
    with writing() as session:
        insert(session)
    with pytest.raises(IntegrityError), writing() as session:
        insert(session)
    with pytest.raises(IntegrityError), writing() as session:
        session.execute(text("INSERT INTO regions (firm_id, name) VALUES (-1, 'of no firm')"))


def test_sqlite_connections_follow_the_recipe(app):
    if database.engine.dialect.name != "sqlite":
        return
    with reading() as session:
        found = {pragma: session.scalar(text(f"PRAGMA {pragma}")) for pragma in RECIPE}
    assert found == RECIPE


def test_on_postgresql_nothing_waits_for_ever(app):
    if database.engine.dialect.name != "postgresql":
        return
    with reading() as session:
        found = {
            name: session.scalar(text(f"SHOW {name}"))
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        }
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
    assert found == {
        "lock_timeout": "10s",
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "2min",
    }


def test_a_long_read_does_not_hold_up_a_writer(app):
    started, done = threading.Event(), threading.Event()

    def read_for_long():
        with app.app_context(), reading() as session:
            session.execute(text("SELECT * FROM firms")).all()
            started.set()
            done.wait(10)

    reader = threading.Thread(target=read_for_long)
    reader.start()
    started.wait(10)
    before = time.monotonic()
    with writing() as session:
        insert(session)
    assert time.monotonic() - before < 5
    assert reader.is_alive()
    done.set()
    reader.join()


def count_up(url, times, *, recipe):
    """Read a number and write it back one larger, many times; the answer is how many reported success.

    Between the two it waits for a moment, so that processes meet there on a machine with one core as well.
    """
    engine = create_engine(url, connect_args={"timeout": 10})
    if recipe:
        apply_recipe(engine, synchronous="NORMAL")
    done = 0
    for _ in range(times):
        try:
            with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                value = connection.scalar(text("SELECT value FROM counter"))
                time.sleep(0.001)
                connection.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})
            done += 1
        except DBAPIError:
            continue
    engine.dispose()
    return done


def race(folder, *, recipe, processes=4, times=100):
    url = f"sqlite:///{folder / f'counter-{recipe}.sqlite3'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("CREATE TABLE counter (value INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        done = [pool.apply_async(count_up, (url, times), {"recipe": recipe}) for _ in range(processes)]
        reported = sum(part.get(timeout=120) for part in done)
    with engine.connect() as connection:
        counted = connection.scalar(text("SELECT value FROM counter"))
    engine.dispose()
    return reported, counted


def test_no_update_is_lost_between_processes(tmp_path):
    assert race(tmp_path, recipe=True) == (400, 400)


def test_without_the_recipe_updates_are_lost(tmp_path):
    """The mutant: SQLAlchemy's defaults, which this test must be able to catch."""
    reported, counted = race(tmp_path, recipe=False)
    assert counted < reported
