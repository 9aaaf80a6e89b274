"""T84, T73: two processes migrate at once, with data, and die midway; the schema is whole before and after."""

import time

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from survey_app.foundations.database import Base, database, reading, writing
from survey_app.web.every_page.health import newest_revision
from tests.assurance.entries import migrate
from tests.assurance.places import POSTGRESQL, a_place
from tests.assurance.processes import shared_number, start
from tests.assurance.rows import Mutant, Row

UNLOCKED, PIECEMEAL = "nobody waits for who migrates", "each statement committed for itself"
#: Revisions that hold data; all that follow are tried from the first of them.
_FROM = "0002"
_MINUTES = 600.0


def migrate_at_once(kind, server, tell, *, rounds, rows, deaths, mutant_rounds=20):
    """T84: up and down with data; two processes at once; and killed at any statement, the old schema is whole."""
    begun = time.monotonic()
    row = Row("migrations with data, two at once, killed midway", "T84, T73", kind, 0, rounds + deaths + 1)
    row.in_flight = deaths
    _up_and_down(kind, server, row, rows)
    row.trials = 1
    for _ in range(rounds):
        row.problems += _two_at_once(kind, server)[:2]
        row.trials += 1
        tell(row.trials, row.wanted)
    for number in range(deaths):
        row.problems += _die_midway(kind, server, number)[:2]
        row.trials += 1
        tell(row.trials, row.wanted)
    row.notes.append(
        f"up, down and up again with {rows:,} rows; {rounds} times two processes at once, of which one migrates; "
        f"{deaths} times killed after a statement, drawn evenly over all"
    )
    row.mutants.append(_caught(UNLOCKED, mutant_rounds, lambda _: _two_at_once(kind, server, {"unlocked": True})))
    if kind == POSTGRESQL:
        row.mutants.append(
            _caught(
                PIECEMEAL, mutant_rounds, lambda number: _die_midway(kind, server, number, {"piecemeal": True})
            )
        )
    row.seconds = time.monotonic() - begun
    return row


def _caught(name, most, trial):
    for number in range(most):
        if trial(number):
            return Mutant(name, number + 1, most)
    return Mutant(name, None, most)


def _fill(rows):
    """Put so many firms into a database of the first revision that holds any."""
    with writing() as session:
        session.execute(
            text("INSERT INTO firms (public_id, name, controller, contact) VALUES (:name, :name, 'c', 'c')"),
            [{"name": f"firm-{number}"} for number in range(rows)],
        )


def _firms():
    with reading() as session:
        return session.scalar(text("SELECT count(*) FROM firms"))


def _up_and_down(kind, server, row, rows):
    """Each revision above the first goes up, down and up again with data, and ends where the models are."""
    with a_place(kind, server, revision=_FROM):
        _fill(rows)
        for step in (upgrade, lambda: downgrade(revision=_FROM), upgrade):
            step()
            row.expect(_firms() == rows, f"{_firms()} of {rows} rows were left")
        row.problems += _unlike_the_models()


def _unlike_the_models():
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found, differences = context.get_current_revision(), compare_metadata(context, Base.metadata)
    wrong = [] if found == newest_revision() else [f"the database is at {found}"]
    return wrong + [f"unlike the models: {difference}" for difference in differences[:1]]


def _two_at_once(kind, server, how=None):
    """Return what is wrong after two processes began to migrate at the same moment."""
    with a_place(kind, server, revision=_FROM) as place:
        _fill(20)
        counts = [shared_number(), shared_number()]
        both = [start(migrate, place.environment, shared_number(), count, how) for count in counts]
        for process in both:
            process.join(_MINUTES)
        ends = [process.exitcode for process in both]
        worked = sum(count.value > 0 for count in counts)
        wrong = [] if ends == [0, 0] else [f"two processes at once ended with {ends}"]
        if worked != 1:
            wrong.append(f"{worked} of two processes changed the schema")
        return wrong + _unlike_the_models()


def _die_midway(kind, server, number, how=None):
    """Return what is wrong after a process died in the middle of migrating, and another one came after it."""
    with a_place(kind, server, revision=_FROM) as place:
        _fill(20)
        before = _tables()
        _run(place, shared_number(1 + number * 7 % 40), how)
        wrong = []
        if _revision() == _FROM and _tables() != before:
            wrong.append("a migration that was cut off left something behind")
        try:
            upgrade()
        except SQLAlchemyError as error:
            return [*wrong, f"the next migration fails: {type(error).__name__}"]
        return wrong + ([] if _firms() == 20 else ["rows were lost"]) + _unlike_the_models()


def _run(place, countdown, how):
    process = start(migrate, place.environment, countdown, shared_number(), how)
    process.join(_MINUTES)
    process.close()


def _revision():
    with reading() as session:
        return session.scalar(text("SELECT version_num FROM alembic_version"))


def _tables():
    with reading() as session:
        if database.engine.dialect.name == "sqlite":
            return session.scalars(text("SELECT sql FROM sqlite_master ORDER BY name")).all()
        return session.execute(
            text(
                "SELECT table_name, column_name, data_type FROM information_schema.columns "
                "WHERE table_schema = 'public' ORDER BY 1, 2"
            )
        ).all()
