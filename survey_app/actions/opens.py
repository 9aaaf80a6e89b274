"""Count how often links are opened: in memory while pages are shown, written by a timer, about nobody."""

from __future__ import annotations

import atexit
import threading
from collections import Counter
from datetime import date

import structlog
from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import DBAPIError

from survey_app.foundations.database import database, writing
from survey_app.models import Invitation, LinkOpens

log = structlog.get_logger()
_SECONDS = 10.0


class Opens:
    """Opens that were counted and not yet written, one a process; one that is killed forgets the last few."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.counted: Counter[tuple[str, date]] = Counter()
        self.lock = threading.Lock()
        self.timer: threading.Timer | None = None
        atexit.register(self.finish)

    def note(self, invitation_public_id: str, *, on: date) -> None:
        """Count one open; the first since the last writing starts the timer."""
        with self.lock:
            self.counted[invitation_public_id, on] += 1
            if self.timer is None:
                self.timer = threading.Timer(_SECONDS, self._write_later)
                self.timer.daemon = True
                self.timer.start()

    def finish(self) -> None:
        """Write the last ones now: the process is about to end."""
        if self.timer is not None:
            self.timer.cancel()
            self._write_later()

    def _write_later(self) -> None:
        with self.app.app_context():
            try:
                self.write()
            except DBAPIError as error:
                log.warning("opens could not be written and are lost", kind=type(error.orig).__name__)

    def write(self) -> None:
        """Write what was counted."""
        with self.lock:
            counted, self.counted = self.counted, Counter()
            self.timer = None
        if counted:
            _add(counted)


def _add(counted: Counter[tuple[str, date]]) -> None:
    insert = insert_sqlite if database.engine.dialect.name == "sqlite" else insert_postgresql
    with writing() as session:
        codes = {code for code, _day in counted}
        ids = dict(
            session.execute(
                select(Invitation.public_id, Invitation.id).where(Invitation.public_id.in_(codes))
            ).all()
        )
        for (code, day), opens in sorted(counted.items()):
            if code in ids:
                statement = insert(LinkOpens).values(invitation_id=ids[code], day=day, opens=opens)
                session.execute(
                    statement.on_conflict_do_update(
                        index_elements=["invitation_id", "day"],
                        set_={"opens": LinkOpens.opens + statement.excluded.opens},
                    )
                )
