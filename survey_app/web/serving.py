"""How gunicorn serves the site, and what it logs: told to stop, it says so first, and goes on for a moment."""

from __future__ import annotations

import logging
import threading
from types import FrameType
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from survey_app.foundations.closing import CLOSING

#: Seconds in which `/readyz` says no while all else is answered, so that a proxy can stop sending visitors here.
NOTICE_SECONDS = 2.0


class PoliteWorker(ThreadWorker):  # type: ignore[misc]
    """A worker with threads that gives notice before it stops accepting, and then finishes what is in flight."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Give notice, and begin to stop a moment later."""
        if CLOSING.is_set():
            return
        CLOSING.set()
        stop = threading.Timer(NOTICE_SECONDS, super().handle_exit, (sig, frame))
        stop.daemon = True
        stop.start()


class DiscreetLog(Logger):  # type: ignore[misc]
    """gunicorn's own log in the form of ours, without what visitors sent and where they came from."""

    def setup(self, cfg: Any) -> None:
        """Hand every line to the log of the application, which writes it."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.filters = [_leave_out_visitors]


def _leave_out_visitors(record: logging.LogRecord) -> bool:
    """Keep what happened and where in the code; drop the address, the visitor, and the words of an error."""
    if not isinstance(record.msg, str):
        record.msg = type(record.msg).__name__
    if record.exc_info:
        record.msg, record.args = record.msg.replace("%s", "").strip(), ()
    record.msg = record.msg.partition(" from ip=")[0]
    return True
