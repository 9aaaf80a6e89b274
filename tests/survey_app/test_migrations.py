"""Every revision goes up and down, with data, on both databases, and ends where the models are."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from survey_app.foundations.database import Base, database, reading, writing
from survey_app.web.every_page.health import newest_revision
from tests.survey_app.foundations.test_database import insert


def schema():
    inspector = inspect(database.engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            sorted(str(constraint["name"]) for constraint in inspector.get_unique_constraints(table)),
            sorted(str(constraint["name"]) for constraint in inspector.get_check_constraints(table)),
        )
        for table in inspector.get_table_names()
    }


def test_the_newest_revision_is_what_the_models_say(app):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert context.get_current_revision() == newest_revision()
        assert compare_metadata(context, Base.metadata) == []


def test_check_constraints_of_the_models_are_in_the_database(app):
    """Alembic does not compare them, so we do."""
    for table in Base.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        found = {c["name"] for c in inspect(database.engine).get_check_constraints(table.name)}
        assert found == wanted


def test_down_and_up_again_leaves_the_schema_as_it_was(app):
    before = schema()
    downgrade(revision="base")
    assert set(schema()) == {"alembic_version"}
    upgrade()
    assert schema() == before


def test_going_up_twice_changes_nothing(app):
    with writing() as session:
        insert(session)
    upgrade()
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM firms")) == 1


def test_going_down_with_data_works(app):
    with writing() as session:
        insert(session)
    downgrade(revision="base")
    upgrade()
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM firms")) == 0


def test_foreign_keys_hold_again_after_a_migration(app):
    if database.engine.dialect.name == "sqlite":
        with reading() as session:
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
