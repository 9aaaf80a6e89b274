"""The application as Flask runs it: a page whose transaction had to give way to another is made again."""

from __future__ import annotations

import structlog
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from survey_app.foundations.database import database, gave_way

log = structlog.get_logger()
MOST_TRIES = 3


class Site(Flask):
    """Flask, which makes a page again if the database ended its transaction in favour of another one.

    A page calls one action, an action is one transaction, and one that gave way has written nothing: so the same
    request is simply tried again, at most three times in all.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request."""
        for tried in range(1, MOST_TRIES + 1):
            try:
                return super().dispatch_request()
            except DBAPIError as error:
                if not gave_way(error) or tried == MOST_TRIES:
                    raise
                log.info("a transaction gave way and is made again", tried=tried)
                database.session.rollback()
        raise AssertionError("the last try returns or raises")
