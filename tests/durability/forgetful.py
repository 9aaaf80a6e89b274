"""The mutant of the kill test: it answers first and commits a little later, in a thread."""

import threading
import time
from contextlib import contextmanager

from sqlalchemy.orm import Session

from survey_app.actions import responses
from survey_app.app import create_app
from survey_app.foundations.database import WRITING, database

app = create_app()


@contextmanager
def writing_later():
    session = Session(database.engine.execution_options(**{WRITING: True}), expire_on_commit=False)
    session.begin()
    try:
        yield session
        session.flush()
    except BaseException:
        session.close()
        raise

    def commit():
        time.sleep(0.05)
        session.commit()
        session.close()

    threading.Thread(target=commit).start()


responses.writing = writing_later
