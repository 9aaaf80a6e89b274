"""The queue of background work: it only rings, by name and id, after the commit; the row is the truth."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey
from huey.api import TaskWrapper

from survey_app.foundations.settings import Settings

log = structlog.get_logger()

#: Name → what the worker does; filled by `survey_app.background`, empty in the web process.
JOBS: dict[str, Callable[[int], None]] = {}


def set_up_queue(app: Flask, settings: Settings) -> None:
    """Connect the application to its queue."""
    huey: Huey
    if settings.redis_url:
        huey = RedisHuey("two-witnesses", url=settings.redis_url, results=False)
    else:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        path = settings.data_dir / "queue.sqlite3"
        huey = SqliteHuey("two-witnesses", filename=str(path), results=False)
    app.extensions["queue"] = huey
    app.extensions["run_job"] = huey.task(name="run_job")(_run_job)


def ring(job: str, row_id: int) -> None:
    """Tell the worker that a row wants work. A bell that is lost is rung again by the schedule."""
    task: TaskWrapper = current_app.extensions["run_job"]
    try:
        task(job, row_id)
    except Exception as error:  # noqa: BLE001 - whatever the queue raises: the row is safe
        log.warning("the queue cannot be reached", job=job, row=row_id, kind=type(error).__name__)


def _run_job(job: str, row_id: int) -> None:
    JOBS[job](row_id)
