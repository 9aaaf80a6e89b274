"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import secrets
import shutil
from datetime import timedelta
from pathlib import Path

import structlog
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.foundations import clock
from survey_app.foundations.closing import CLOSING
from survey_app.foundations.database import WRITING, database
from survey_app.foundations.settings import ROOT, Settings
from survey_app.queries.comparing import longest_wait
from survey_app.web.every_page.guards import public

log = structlog.get_logger()
health = Blueprint("health", __name__)
#: With less space than this on the disk of the data, no more answers should be sent here.
LEAST_FREE_BYTES = 64 * 2**20
#: Work that has waited for so long has no worker. Pages are served all the same, so the site stays ready.
_LONGEST_WAIT = timedelta(minutes=3)


def newest_revision(folder: Path = ROOT / "migrations") -> str | None:
    """Return the revision of the database that this code is written for."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config).get_current_head()


_EXPECTED = newest_revision()


@health.get("/livez")
@public
def livez() -> Response:
    """Say that the process answers; asks nothing of the database."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
@public
def readyz() -> Response:
    """Say whether the site can take answers: it is not stopping, has space, and a database that can be written."""
    reason = _not_ready()
    if reason is None:
        return Response(f"ready\n{_about_work()}", mimetype="text/plain")
    reference = secrets.token_hex(4)
    log.warning("not ready", reference=reference, reason=reason)
    return Response(
        f"not ready\nReference: {reference}\n", status=503, mimetype="text/plain", headers={"Retry-After": "5"}
    )


def _not_ready() -> str | None:
    if CLOSING.is_set():
        return "this process has been told to stop"
    settings: Settings = current_app.extensions["settings"]
    free = shutil.disk_usage(settings.data_dir).free
    if free < LEAST_FREE_BYTES:
        return f"only {free / 2**20:.0f} MB are free where the data are kept"
    try:
        with database.engine.connect().execution_options(**{WRITING: True}) as connection:
            found = connection.scalar(
                text("UPDATE alembic_version SET version_num = version_num RETURNING version_num")
            )
            connection.rollback()
    except DBAPIError as error:
        return f"the database cannot be written: {type(error.orig).__name__}"
    return None if found == _EXPECTED else f"the database is at revision {found}, the code at {_EXPECTED}"


def _about_work() -> str:
    """Return a line if work waits for a worker in vain, else nothing."""
    wait = longest_wait(at=clock.now())
    if wait < _LONGEST_WAIT:
        return ""
    log.warning("work waits for a worker", seconds=round(wait.total_seconds()))
    return f"Work has waited for {wait.total_seconds():.0f} seconds: is the worker running?\n"
