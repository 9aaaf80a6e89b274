"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from pathlib import Path

import structlog
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.foundations.database import WRITING, database
from survey_app.foundations.settings import ROOT
from survey_app.web.every_page.guards import public

log = structlog.get_logger()
health = Blueprint("health", __name__)


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
    """Say whether the database can be written and is at the revision of this code."""
    reason = _not_ready()
    if reason is None:
        return Response("ready\n", mimetype="text/plain")
    log.warning("not ready", reason=reason)
    return Response("not ready\n", status=503, mimetype="text/plain", headers={"Retry-After": "5"})


def _not_ready() -> str | None:
    try:
        with database.engine.connect().execution_options(**{WRITING: True}) as connection:
            found = connection.scalar(
                text("UPDATE alembic_version SET version_num = version_num RETURNING version_num")
            )
            connection.rollback()
    except DBAPIError as error:
        return f"the database cannot be written: {type(error.orig).__name__}"
    return None if found == _EXPECTED else f"the database is at revision {found}, the code at {_EXPECTED}"
