"""Backups: a folder with the database as of one moment, and a manifest that shows any change to either.

They are made while the site runs: SQLite by `VACUUM INTO`, PostgreSQL by `pg_dump` from the snapshot that the rows
were counted in. The manifest names what is inside and is signed with the key of the installation, so a backup is
restored only whole and only where its secrets still hold.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import new_random_id

_FORMAT = 1
_MANIFEST, _SIGNATURE = "manifest.json", "manifest.hmac"
_NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_PURPOSE = b"two-witnesses backup"
_LOCK_SECONDS = 60.0
_BLOCK = 2**20


class BackupProblem(Exception):
    """Why a backup cannot be made, trusted or restored, and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What is in a backup."""

    format: int
    made_at: str
    database: str
    revision: str | None
    #: Table → how many rows it has.
    rows: dict[str, int]
    file: str
    bytes: int
    sha256: str


def make_backup(settings: Settings, parent: Path, *, at: datetime) -> Path:
    """Make a backup in a new folder under `parent`, and return it; it bears its name only once it is whole.

    Raises
    ------
    BackupProblem
    """
    url = make_url(settings.database_url)
    kind = url.get_backend_name()
    folder = parent / f"backup-{at:%Y%m%dT%H%M%SZ}-{new_random_id()[:6]}"
    part = folder.with_name(f".{folder.name}")
    part.mkdir(parents=True, mode=0o700)
    try:
        file = part / _NAMES[kind]
        revision, rows = _save_sqlite(url, file) if kind == "sqlite" else _save_postgresql(settings, url, file)
        _flush(file)
        manifest = Manifest(
            _FORMAT, at.isoformat(), kind, revision, rows, file.name, file.stat().st_size, _hash_of(file)
        )
        content = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
        _write(part / _MANIFEST, content)
        _write(part / _SIGNATURE, _sign(settings, content))
        part.rename(folder)
        _flush(parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return folder


def verify_backup(settings: Settings, folder: Path) -> Manifest:
    """Restore a backup to a scratch place, and hold it against its manifest.

    Raises
    ------
    BackupProblem
        If it was changed, is not whole, is damaged, or was made with another key.
    """
    manifest = _read(settings, folder)
    if manifest.database == "sqlite":
        with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
            copy = Path(scratch) / manifest.file
            shutil.copyfile(folder / manifest.file, copy)
            _hold_against(manifest, _look_into_sqlite(copy))
    else:
        url = _server(settings)
        with _scratch_database(url) as scratch_url:
            _restore_postgresql(settings, folder / manifest.file, scratch_url)
            _hold_against(manifest, _look_into_postgresql(scratch_url))
    return manifest


def restore_backup(settings: Settings, folder: Path, *, replace: bool = False) -> Manifest:
    """Verify a backup, and put it in the place of the database of the settings, which must be empty or given up.

    Raises
    ------
    BackupProblem
    """
    manifest = verify_backup(settings, folder)
    url = make_url(settings.database_url)
    if manifest.database != url.get_backend_name():
        raise BackupProblem(
            f"The backup is of {manifest.database}, and DATABASE_URL names {url.get_backend_name()}. "
            f"Set DATABASE_URL to a database of the same kind."
        )
    if manifest.database == "sqlite":
        _put_sqlite(folder / manifest.file, _path(url), replace=replace)
        _hold_against(manifest, _look_into_sqlite(_path(url)))
    else:
        _empty_postgresql(url, replace=replace)
        _restore_postgresql(settings, folder / manifest.file, url)
        _hold_against(manifest, _look_into_postgresql(url))
    return manifest


def _read(settings: Settings, folder: Path) -> Manifest:
    """Return the manifest, once it is sure that neither it nor the file was changed."""
    try:
        content, signature = (folder / _MANIFEST).read_bytes(), (folder / _SIGNATURE).read_bytes()
    except OSError as error:
        raise BackupProblem(
            f"{folder} is no backup: {error.strerror}. Name the folder that `make` made."
        ) from error
    if not hmac.compare_digest(signature, _sign(settings, content)):
        raise BackupProblem(
            f"{folder / _MANIFEST} was changed, or was made with another SECRET_KEY. "
            "Set the key of the installation that made it, or take another backup."
        )
    manifest = Manifest(**json.loads(content))
    if manifest.format != _FORMAT:
        raise BackupProblem(
            f"The backup has format {manifest.format}, not {_FORMAT}. Use the version that made it."
        )
    file = folder / manifest.file
    if not file.is_file() or file.stat().st_size != manifest.bytes or _hash_of(file) != manifest.sha256:
        raise BackupProblem(f"{file} is not what its manifest says: it was changed or cut. Take another backup.")
    return manifest


def _hold_against(manifest: Manifest, found: tuple[str | None, dict[str, int]]) -> None:
    revision, rows = found
    if revision != manifest.revision:
        raise BackupProblem(f"The backup holds revision {revision}, its manifest says {manifest.revision}.")
    wrong = [table for table in manifest.rows.keys() | rows.keys() if manifest.rows.get(table) != rows.get(table)]
    if wrong:
        raise BackupProblem(
            f"Restored, these tables do not have the rows of the manifest: {', '.join(sorted(wrong))}."
        )


def _sign(settings: Settings, content: bytes) -> bytes:
    key = hmac.digest(settings.secret_key.encode(), _PURPOSE, "sha256")
    return hmac.digest(key, content, "sha256").hex().encode()


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _flush(path)


def _flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# SQLite.


def _path(url: URL) -> Path:
    return Path(url.database or "")


def _save_sqlite(url: URL, file: Path) -> tuple[str | None, dict[str, int]]:
    if not _path(url).exists():
        raise BackupProblem(f"There is no database at {_path(url)}. Correct DATABASE_URL.")
    with closing(sqlite3.connect(_path(url), timeout=_LOCK_SECONDS)) as connection:
        connection.execute("VACUUM INTO ?", (str(file),))
    return _look_into_sqlite(file)


def _look_into_sqlite(file: Path) -> tuple[str | None, dict[str, int]]:
    """Return the revision and the rows of each table, once nothing is found damaged."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            damage = [line for (line,) in connection.execute("PRAGMA integrity_check") if line != "ok"]
            damage += [f"{row[0]} points nowhere" for row in connection.execute("PRAGMA foreign_key_check")]
            if damage:
                raise BackupProblem(f"{file} is damaged: {damage[0]}. Take another backup.")
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            ).fetchall()
            rows = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our tables
                for (name,) in tables
            }
            known = "alembic_version" in rows
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
            return found[0] if found else None, rows
    except sqlite3.DatabaseError as error:
        raise BackupProblem(f"{file} cannot be read: {error}. Take another backup.") from error


def _put_sqlite(file: Path, target: Path, *, replace: bool) -> None:
    beside = [target.with_name(target.name + end) for end in ("-wal", "-shm")]
    if target.exists() and target.stat().st_size and not replace:
        raise BackupProblem(
            f"{target} exists. Name an empty place in DATABASE_URL; or stop the site and give --replace, and what "
            "is in it is lost."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(file, part)
    _flush(part)
    for path in beside:
        path.unlink(missing_ok=True)
    part.replace(target)
    _flush(target.parent)


# PostgreSQL.


def _plain(url: URL) -> str:
    """Return the address as the programs of PostgreSQL read it, without the password."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _connect(url: URL, **how: Any) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), **how)
    except psycopg.OperationalError as error:
        raise BackupProblem(f"The database server does not answer: {error}") from error


def _server(settings: Settings) -> URL:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "postgresql":
        raise BackupProblem(
            "The backup is of postgresql. To look into it, set DATABASE_URL to a database of a PostgreSQL server."
        )
    return url


def _run(settings: Settings, program: str, url: URL, *arguments: str) -> None:
    folder = settings.postgresql_bin
    command = shutil.which(program, path=folder or None)
    if command is None:
        raise BackupProblem(
            f"{program} is not found{f' in {folder}' if folder else ''}. Install PostgreSQL's client programs, "
            "or set POSTGRESQL_BIN to the folder that holds them."
        )
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [command, "--no-password", "--dbname", _plain(url), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BackupProblem(f"{program} failed: {last}")


def _save_postgresql(settings: Settings, url: URL, file: Path) -> tuple[str | None, dict[str, int]]:
    with _connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        found = _count(connection)
        _run(
            *(settings, "pg_dump", url),
            *("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}"),
        )
    return found


def _look_into_postgresql(url: URL) -> tuple[str | None, dict[str, int]]:
    with _connect(url) as connection:
        return _count(connection)


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    )
    return [name for (name,) in found]


def _count(connection: psycopg.Connection[Any]) -> tuple[str | None, dict[str, int]]:
    rows = {}
    for name in _tables(connection):
        (rows[name],) = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        ).fetchone() or (0,)
    known = "alembic_version" in rows
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return found[0] if found else None, rows


@contextmanager
def _scratch_database(url: URL) -> Iterator[URL]:
    """Make an empty database beside that of the settings; drop it when done."""
    name = f"verify_{new_random_id()[:8]}"
    with _connect(url, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.Error as error:
            raise BackupProblem(
                f"No scratch database could be made to look into the backup: {error}. "
                "Let the user of DATABASE_URL create databases (CREATEDB)."
            ) from error
        try:
            yield url.set(database=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _restore_postgresql(settings: Settings, file: Path, url: URL) -> None:
    _run(
        *(settings, "pg_restore", url),
        *("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(file)),
    )


def _empty_postgresql(url: URL, *, replace: bool) -> None:
    with _connect(url) as connection:
        tables = _tables(connection)
        if not tables:
            return
        if not replace:
            raise BackupProblem(
                f"The database has {len(tables)} tables. Name an empty one in DATABASE_URL; or stop the site and "
                "give --replace, and what is in it is lost."
            )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
