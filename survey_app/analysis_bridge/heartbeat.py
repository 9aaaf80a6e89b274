"""Say every second that the work goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, current_app

_BEAT_SECONDS = 1.0


@contextmanager
def heartbeat(say_alive: Callable[[], object]) -> Iterator[None]:
    """Say every second that this attempt is alive, while the work goes on in the foreground."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    done = threading.Event()

    def beat() -> None:
        with app.app_context():
            while not done.wait(_BEAT_SECONDS):
                say_alive()

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
