"""Broken variants of the application, and points at which a sound one is killed. All act in forked processes only.

A mutant shows that an experiment can see what it looks for. A failpoint ends the process at one exact moment.
Neither is in the product: the functions of the product are wrapped here, by the entry point of the test.
"""

import os
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import flask_security.forms as security_forms
import structlog
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import request
from gunicorn.workers.gthread import ThreadWorker
from sqlalchemy import event, text
from sqlalchemy.orm import Session

import survey_app.app as application
import survey_app.background.__main__ as background
import survey_app.foundations.database as foundation
import survey_app.foundations.logs as logs
from survey_app.actions import comparisons, responses
from survey_app.foundations.database import WRITING, Base, database, writing
from survey_app.models import PageRequest, Response
from survey_app.web import serving
from survey_app.web.account import accounts, equal_answers, forms
from survey_app.web.answering import pages
from survey_app.web.every_page import limits
from survey_app.web.serving import PoliteWorker
from survey_app.web.site import Site

WHOLE = "whole"
ALOUD, WORDS = "breaks aloud", "logs the words of errors"
NO_HASH, LATER_FOR_STAFF = "does not hash for unknown people, and keeps no beat", "5 ms later for the staff"
PER_PROCESS, LOOKS_FIRST = "counts per process", "counts a guess after looking at it"
#: How much later than its answer the forgetful variant commits.
_LATER_SECONDS = 0.1

BEFORE_TRANSACTION = "before the transaction"
AFTER_INSERT = "after the first insert"
BEFORE_COMMIT = "before the commit"
AFTER_COMMIT = "after the commit, before the answer"
FAILPOINTS = (BEFORE_TRANSACTION, AFTER_INSERT, BEFORE_COMMIT, AFTER_COMMIT)


def die():
    """End this process as a crash would."""
    os.kill(os.getpid(), signal.SIGKILL)


def count_down(countdown):
    """Die when the number that processes share reaches zero."""
    countdown.value -= 1
    if countdown.value == 0:
        die()


def writing_session(session_class=Session):
    """Return a session that may write, begun and not bound to any block."""
    session = session_class(database.engine.execution_options(**{WRITING: True}), expire_on_commit=False)
    session.begin()
    return session


def acknowledge_first():
    """Answer a page first and commit a little later, in a thread."""
    saving = threading.local()
    save_page = responses.save_page

    @contextmanager
    def writing_later():
        if not getattr(saving, "page", False):
            with writing() as session:
                yield session
            return
        session = writing_session()
        try:
            yield session
            session.flush()
        except BaseException:
            session.close()
            raise
        threading.Thread(target=commit_later, args=(session,)).start()

    def commit_later(session):
        time.sleep(_LATER_SECONDS)
        session.commit()
        session.close()

    def save_and_forget(*args, **kwargs):
        saving.page = True
        try:
            return save_page(*args, **kwargs)
        finally:
            saving.page = False

    responses.writing = writing_later
    pages.save_page = save_and_forget


class _Forgetful(Session):
    """A session that never finds what an earlier request of the same kind has written."""

    def scalar(self, statement, *args, **kwargs):
        asked = [
            (column.get("entity"), column["name"]) for column in getattr(statement, "column_descriptions", ())
        ]
        if asked in ([(Response, "submission_id")], [(PageRequest, "answered")]):
            return None
        return super().scalar(statement, *args, **kwargs)


def insert_blindly():
    """Look up nothing before writing; needs a database without its unique keys, see `drop_unique_keys`."""
    responses.writing = partial(_in_one_go, _Forgetful)


@contextmanager
def _in_one_go(session_class):
    with writing_session(session_class) as session:
        yield session
        session.commit()


def write_in_two_transactions():
    """Commit the answers first, and the sightings, the page request and the audit line after."""
    project = responses._project
    responses.writing = partial(_in_one_go, Session)

    def commit_and_project(session, *args):
        session.commit()
        session.begin()
        project(session, *args)

    responses._project = commit_and_project


def leave_out_the_fence():
    """Let whoever comes write the result of a comparison."""
    comparisons.still_mine = lambda session, kind, row_id, _attempt: session.get(kind, row_id)


def die_in_a_write(point, countdown):
    """Die at one point of a write of `actions.responses`, when the countdown says so; a mutant stays in place."""
    begin = responses.writing

    @contextmanager
    def writing_and_dying():
        if point == BEFORE_TRANSACTION:
            count_down(countdown)
        with begin() as session:
            if point == AFTER_INSERT:
                event.listen(session.connection(), "after_cursor_execute", die_after_insert)
            yield session
            if point == BEFORE_COMMIT:
                session.flush()
                count_down(countdown)
        if point == AFTER_COMMIT:
            count_down(countdown)

    def die_after_insert(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT"):
            count_down(countdown)

    responses.writing = writing_and_dying


def do_not_wait():
    """Give up a transaction at once if another one holds the lock."""
    foundation.LOCK_PATIENCE = 0


def begin_plainly():
    """Begin a transaction that may write as one that only reads, on SQLite: its lock comes too late."""
    foundation._begin_sqlite = lambda connection: connection.exec_driver_sql("BEGIN")


def stop_at_once():
    """Stop accepting the moment that one is told to stop."""
    PoliteWorker.handle_exit = ThreadWorker.handle_exit


def keep_the_work():
    """End without giving back what one is at."""
    background.let_go = lambda: None


def count_per_process():
    """Count tries in the memory of each process, with Redis or without."""
    limits._SCHEME = "memory"
    set_up = application.set_up_limits
    application.set_up_limits = lambda app, settings: set_up(app, replace(settings, redis_url=""))


def look_before_counting():
    """Look at a guess if a try is left, and count it afterwards if it was wrong."""

    @contextmanager
    def looking_first(*counted):
        for limit, who in counted:
            if not limits.left(limit, who):
                raise limits._too_many(limit, who)
        made = limits.Attempt()
        yield made
        if not made.right:
            for limit, who in counted:
                limits._limiter().hit(limits._item(limit), limits._key(limit, who))

    limits.attempt = forms.attempt = looking_first


def hash_nobody():
    """Hash no password of somebody unknown, and hold no answer until the next beat, which would hide it."""
    security_forms.hash_password = lambda _password: ""
    equal_answers.BEAT = 1e-6


def answer_staff_later():
    """Let an answer about somebody on the staff leave 5 ms after the beat."""
    hold = accounts.set_up_equal_answers

    def set_up(app):
        @app.after_request
        def wait(response):
            if request.method == "POST" and request.form.get("email", "").startswith("staff"):
                time.sleep(0.005)
            return response

        hold(app)

    accounts.set_up_equal_answers = set_up


def break_aloud():
    """Break on certain answers and addresses, with words that quote them, inside the application and around it."""
    save_page, call = pages.save_page, Site.__call__

    def save_or_break(*args, **kwargs):
        if "break" in str(kwargs["answers"]):
            try:
                raise LookupError(kwargs["answers"])
            except LookupError as error:
                raise ValueError(f"these answers: {kwargs['answers']}") from error
        return save_page(*args, **kwargs)

    def call_or_break(site, environ, start_response):
        if environ["PATH_INFO"].startswith("/break"):
            raise ValueError(environ["PATH_INFO"] + environ["QUERY_STRING"])
        return call(site, environ, start_response)

    pages.save_page, Site.__call__ = save_or_break, call_or_break


def log_words():
    """Break aloud, and log what errors say, in the application and in the server."""
    break_aloud()
    logs._trace_without_words = structlog.processors.format_exc_info
    serving._leave_out_visitors = lambda _record: True


MUTANTS = {
    WHOLE: lambda: None,
    "acknowledges before the commit": acknowledge_first,
    "no unique key, no look before writing": insert_blindly,
    "two transactions": write_in_two_transactions,
    "without the fence": leave_out_the_fence,
    "does not wait for a lock": do_not_wait,
    "begins plainly": begin_plainly,
    "stops at once": stop_at_once,
    "keeps its work": keep_the_work,
    PER_PROCESS: count_per_process,
    ALOUD: break_aloud,
    WORDS: log_words,
    LOOKS_FIRST: look_before_counting,
    NO_HASH: hash_nobody,
    LATER_FOR_STAFF: answer_staff_later,
}
NO_UNIQUE_KEY = "no unique key, no look before writing"

_UNIQUE = {
    "responses": ("uq_responses_submission_id", "uq_responses_receipt_hash", "uq_responses_draft_of"),
    "page_requests": ("uq_page_requests_response_id_request_id_payload_hash",),
}


def drop_unique_keys():
    """Take away the unique keys that make a repeated request harmless."""
    with database.engine.connect().execution_options(**{WRITING: True}) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            operations = Operations(MigrationContext.configure(connection))
            for table, names in _UNIQUE.items():
                convention = Base.metadata.naming_convention
                with operations.batch_alter_table(table, naming_convention=convention) as batch:
                    for name in names:
                        batch.drop_constraint(name, type_="unique")
        if sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
    with writing() as session:
        session.execute(text("SELECT 1"))
