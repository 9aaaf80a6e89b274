"""A backup holds what was there, shows any change to it, and comes back only into an empty or given up place."""

import random
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from survey_app.foundations import clock
from survey_app.foundations.backups import BackupProblem, make_backup, restore_backup, verify_backup
from survey_app.foundations.database import database, reading, writing
from tests.databases import new_database
from tests.factories.studies import make_open_study
from tests.survey_app.foundations.test_database import insert

FLIPS = 20


@pytest.fixture
def settings(app):
    make_open_study()
    return app.extensions["settings"]


@pytest.fixture
def backup(settings, tmp_path):
    return make_backup(settings, tmp_path / "kept", at=clock.now())


@contextmanager
def another_place(settings, tmp_path, request):
    """Give the settings of an installation with the same key and an empty database."""
    if settings.database_url.startswith("sqlite"):
        yield replace(settings, database_url=f"sqlite:///{tmp_path / 'clean' / 'other.sqlite3'}")
    else:
        with new_database(request.getfixturevalue("postgresql")) as url:
            yield replace(settings, database_url=url.replace("postgresql:", "postgresql+psycopg:"))


def flip_a_bit(path, chance):
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def test_a_backup_is_verified_and_restored_into_an_empty_place(settings, backup, tmp_path, request):
    manifest = verify_backup(settings, backup)
    assert manifest.rows["studies"] == 1
    assert manifest.revision == revision()
    with another_place(settings, tmp_path, request) as clean:
        assert restore_backup(clean, backup) == manifest
        again = make_backup(clean, tmp_path / "again", at=clock.now())
        assert verify_backup(clean, again).rows == manifest.rows


def revision():
    with reading() as session:
        return session.scalar(text("SELECT version_num FROM alembic_version"))


def test_what_is_written_later_is_not_in_it_and_does_not_hinder_it(settings, tmp_path):
    first = make_backup(settings, tmp_path, at=clock.now())
    with writing() as session:
        insert(session, "later")
        during = make_backup(settings, tmp_path, at=clock.now())
    after = make_backup(settings, tmp_path, at=clock.now())
    assert [verify_backup(settings, made).rows["firms"] for made in (first, during, after)] == [1, 1, 2]


@pytest.mark.parametrize("name", ["manifest.json", "manifest.hmac", "database"])
def test_one_flipped_bit_anywhere_is_found(settings, backup, name):
    (path,) = backup.glob(f"{name}*")
    whole, chance = path.read_bytes(), random.Random(1)
    for _ in range(FLIPS):
        flip_a_bit(path, chance)
        with pytest.raises(BackupProblem):
            verify_backup(settings, backup)
        path.write_bytes(whole)
    verify_backup(settings, backup)


def test_another_key_does_not_open_it(settings, backup):
    with pytest.raises(BackupProblem, match="another SECRET_KEY"):
        verify_backup(replace(settings, secret_key="another"), backup)


def test_what_is_no_backup_is_said_to_be_none(settings, tmp_path):
    with pytest.raises(BackupProblem, match="is no backup"):
        verify_backup(settings, tmp_path)


def test_a_database_in_use_is_replaced_only_on_request(settings, backup):
    with writing() as session:
        insert(session, "later")
    with pytest.raises(BackupProblem, match="--replace"):
        restore_backup(settings, backup)
    database.engine.dispose()
    restore_backup(settings, backup, replace=True)
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM firms")) == 1


def test_missing_programs_are_named(settings, tmp_path):
    if settings.database_url.startswith("sqlite"):
        return
    with pytest.raises(BackupProblem, match="pg_dump is not found in"):
        make_backup(replace(settings, postgresql_bin=str(tmp_path)), tmp_path, at=clock.now())


def test_the_commands_make_verify_and_restore(app, settings, tmp_path):
    runner = app.test_cli_runner()
    made = runner.invoke(args=["backup", "make", "--out", str(tmp_path / "kept")])
    assert made.exit_code == 0, made.output
    folder = made.output.splitlines()[0]
    assert "Whole:" in runner.invoke(args=["backup", "verify", folder]).output
    refused = runner.invoke(args=["backup", "restore", folder])
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    database.engine.dispose()
    assert "Restored:" in runner.invoke(args=["backup", "restore", folder, "--replace"]).output


def test_a_file_is_backed_up_before_it_is_migrated(settings):
    """An empty one is not, nor one that is up to date."""
    folder = settings.data_dir / "backups"
    upgrade()
    assert not folder.exists()
    downgrade(revision="0001")
    if database.engine.dialect.name == "postgresql":
        assert not folder.exists()
        return
    (before,) = folder.iterdir()
    assert verify_backup(settings, before).rows["studies"] == 1
    upgrade()
    assert len(list(folder.iterdir())) == 2
