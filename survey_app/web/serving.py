"""How gunicorn serves the site: told to stop, it says so first, and goes on answering for a moment."""

from __future__ import annotations

import threading
from types import FrameType

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
