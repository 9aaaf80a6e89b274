"""How migrations run: in one transaction, one process at a time, on SQLite and PostgreSQL alike."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

import survey_app.models  # noqa: F401 - so that the metadata knows every table
from survey_app.foundations.database import WRITING

_MIGRATION_LOCK = 20261124


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Batch mode copies and drops tables: with foreign keys on, dropping would delete what points there. The
        # setting has no effect inside a transaction, so it is made on the bare connection, before one begins.
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
    migrate = current_app.extensions["migrate"]
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        transactional_ddl=True,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        if sqlite:
            context.run_migrations()
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise RuntimeError(f"The migration would leave rows that point nowhere: {broken[:3]}")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            context.run_migrations()
    if sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")


with current_app.extensions["migrate"].db.engine.connect().execution_options(**{WRITING: True}) as connection:
    migrate(connection)
