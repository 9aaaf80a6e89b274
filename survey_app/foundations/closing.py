"""Whether this process has been told to stop: it says so to whoever sends it visitors, and finishes its work."""

from __future__ import annotations

import threading

#: Set once the process has been told to stop.
CLOSING = threading.Event()
