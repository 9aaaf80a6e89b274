"""What runs in a forked process: the site under gunicorn, the worker, and a few that only read and write."""

import os
import time
from datetime import timedelta
from pathlib import Path

from flask import current_app
from flask_migrate import upgrade
from gunicorn.app.base import BaseApplication
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

import survey_app.background.__main__ as background
from survey_app.actions import comparisons
from survey_app.analysis_bridge import comparing, heartbeat
from survey_app.app import create_app
from survey_app.foundations import backups, clock
from survey_app.foundations.database import database, reading, writing
from tests.assurance.faults import MUTANTS, WHOLE, count_down, die, die_in_a_write

#: Where what a process says is kept, in the folder of the place.
LOG = "log"
_BETWEEN_COUNTS = 0.02
#: Pages that every visitor meets: read before the workers fork, as a server that runs for long has read them.
_PAGES = ("survey/greeting.html", "answering/page.html", "survey/receipt.html", "answering/not_sent.html")


def serve(environment, options, mutant, failpoint=None, countdown=None):
    """Serve the site of the environment, with a fault in it or none."""
    _begin(environment)
    MUTANTS[mutant]()
    if failpoint is not None:
        die_in_a_write(failpoint, countdown)
    _Site(options).run()


def _begin(environment):
    os.setsid()
    os.environ.update(environment)
    with (Path(environment["DATA_DIR"]) / LOG).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


class _Site(BaseApplication):
    def __init__(self, options):
        self.options = options
        super().__init__()

    def load_config(self):
        folder = Path(self.options["folder"])
        for name, value in {
            "bind": f"127.0.0.1:{self.options['port']}",
            "workers": self.options["workers"],
            "threads": self.options["threads"],
            "worker_class": "survey_app.web.serving.PoliteWorker",
            "preload_app": True,
            "graceful_timeout": 25,
            "logger_class": "survey_app.web.serving.DiscreetLog",
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": lambda worker: (folder / str(worker.pid)).touch(),
        }.items():
            self.cfg.set(name, value)

    def load(self):
        app = create_app()
        for name in _PAGES:
            app.jinja_env.get_template(name)
        return app


def work(environment, silence, busy, how):
    """Run the worker; `busy` is the comparison that it works on, or 0. Silence is shorter than in production."""
    _begin(environment)
    MUTANTS[how.get("mutant", WHOLE)]()
    comparisons.SILENCE = timedelta(seconds=silence)
    heartbeat._BEAT_SECONDS = silence / 8
    if "poison" in how:
        comparing.comparison_to_do = _poisoned(comparing.comparison_to_do, how["poison"])
    if "countdown" in how:
        comparing.report_progress = _dying(comparing.report_progress, how["countdown"])
    comparing._compute = _noting(comparing._compute, busy)
    background.main()


def _noting(compute, busy):
    def noted(comparison_id, attempt):
        busy.value = comparison_id
        try:
            compute(comparison_id, attempt)
        finally:
            busy.value = 0

    return noted


def _poisoned(comparison_to_do, poison):
    def poisoned(comparison_id):
        if comparison_id == poison.value:
            die()
        return comparison_to_do(comparison_id)

    return poisoned


def _dying(report_progress, countdown):
    def dying(comparison_id, attempt, **kwargs):
        wanted = report_progress(comparison_id, attempt, **kwargs)
        if "step" in kwargs and attempt < comparisons.MOST_ATTEMPTS - 1:
            count_down(countdown)
        return wanted

    return dying


def count_up(environment, mutant, stop, done, failed):
    """Read a number and write it back one larger, and read much in between, until told to stop."""
    _begin(environment)
    MUTANTS[mutant]()
    with create_app().app_context():
        while not stop.value:
            try:
                with writing() as session:
                    value = session.scalar(text("SELECT value FROM assurance_counter"))
                    session.execute(text("UPDATE assurance_counter SET value = :value"), {"value": value + 1})
                done.value += 1
                with reading() as session:
                    session.execute(text("SELECT count(*), max(received_at) FROM page_requests")).one()
            except DBAPIError:
                failed.value += 1
            time.sleep(_BETWEEN_COUNTS)


def migrate(environment, countdown, executed, how=None):
    """Bring the database up to date; die after as many statements as the countdown says.

    Two mutants: piecemeal, each statement is committed for itself; unlocked, no process waits for another.
    """
    _begin(environment)
    how = how or {}
    if how.get("unlocked"):
        MUTANTS["begins plainly"]()
    app = create_app()
    with app.app_context():
        if how.get("unlocked"):
            event.listen(database.engine, "before_cursor_execute", _without_lock, retval=True)

        @event.listens_for(database.engine, "after_cursor_execute")
        def after(connection, cursor, statement, *_):
            executed.value += statement.startswith(("CREATE", "ALTER"))
            if how.get("piecemeal"):
                _commit_between(connection, cursor)
            count_down(countdown)

        upgrade()


def _without_lock(_connection, _cursor, statement, parameters, *_):
    return ("SELECT 1", {}) if "pg_advisory_xact_lock" in statement else (statement, parameters)


def back_up(environment, folder, countdown):
    """Make a backup; die at the step of it that the countdown says."""
    _begin(environment)
    for name in ("_flush", "_hash_of", "_sign"):
        setattr(backups, name, _counted(getattr(backups, name), countdown))
    with create_app().app_context():
        backups.make_backup(current_app.extensions["settings"], Path(folder), at=clock.now())


def _counted(step, countdown):
    def counted(*args):
        count_down(countdown)
        return step(*args)

    return counted


def _commit_between(connection, cursor):
    if connection.dialect.name == "sqlite":
        if connection.connection.dbapi_connection.in_transaction:
            cursor.execute("COMMIT")
            cursor.execute("BEGIN IMMEDIATE")
    else:
        connection.connection.dbapi_connection.commit()
