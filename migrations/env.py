"""How migrations run: in one transaction, one process at a time, on SQLite and PostgreSQL alike.

Before an SQLite file that is in use is changed, a backup of it is made and verified.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

import survey_app.models  # noqa: F401 - so that the metadata knows every table
from survey_app.foundations import clock
from survey_app.foundations.backups import make_backup, verify_backup
from survey_app.foundations.database import LOCK_PATIENCE, WRITING

_MIGRATION_LOCK = 20261124
#: Milliseconds that a process waits while another one migrates; no statement of a migration is too long.
_PATIENCE = 600_000


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Batch mode copies and drops tables: with foreign keys on, dropping would delete what points there. The
        # setting has no effect inside a transaction, so it is made on the bare connection, before one begins.
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        connection.connection.dbapi_connection.execute(f"PRAGMA busy_timeout={_PATIENCE}")
    migrate = current_app.extensions["migrate"]
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        transactional_ddl=True,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        if sqlite:
            back_up_first()
            context.run_migrations()
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise RuntimeError(f"The migration would leave rows that point nowhere: {broken[:3]}")
        else:
            connection.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE}"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            context.run_migrations()
    if sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
        connection.connection.dbapi_connection.execute(f"PRAGMA busy_timeout={LOCK_PATIENCE}")


def back_up_first() -> None:
    """Make and verify a backup of a database that is about to change; others read on, nobody writes meanwhile."""
    found = context.get_context().get_current_revision()
    try:
        wanted = context.get_revision_argument()
    except KeyError:  # the command only looks
        return
    if found is None or found == wanted:
        return
    settings = current_app.extensions["settings"]
    made = make_backup(settings, settings.data_dir / "backups", at=clock.now())
    verify_backup(settings, made)


with current_app.extensions["migrate"].db.engine.connect().execution_options(**{WRITING: True}) as connection:
    migrate(connection)
