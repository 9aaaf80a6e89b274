"""The mutant of the kill test: it answers a page first and commits a little later, in a thread."""

import threading
import time
from contextlib import contextmanager

from sqlalchemy.orm import Session

from survey_app.actions import responses
from survey_app.app import create_app
from survey_app.foundations.database import WRITING, database, writing
from survey_app.web.answering import pages

saving = threading.local()
save_page = responses.save_page


@contextmanager
def writing_later():
    if not getattr(saving, "page", False):
        with writing() as session:
            yield session
        return
    session = Session(database.engine.execution_options(**{WRITING: True}), expire_on_commit=False)
    session.begin()
    try:
        yield session
        session.flush()
    except BaseException:
        session.close()
        raise
    threading.Thread(target=commit_later, args=(session,)).start()


def commit_later(session):
    time.sleep(0.1)
    session.commit()
    session.close()


def save_and_forget(*args, **kwargs):
    saving.page = True
    try:
        return save_page(*args, **kwargs)
    finally:
        saving.page = False


def make_app():
    """Return the application with the fault in it; nothing is changed by importing this."""
    responses.writing = writing_later
    pages.save_page = save_and_forget
    return create_app()
