"""A gate between two programs of this machine: it lets through, swallows an answer, or holds everything back."""

import selectors
import socket
import socketserver
import threading
import time
from contextlib import contextmanager, suppress

_LOOK_SECONDS = 0.05
_BLOCK = 65536


class Gate(socketserver.ThreadingTCPServer):
    """Listens at a port of this machine and forwards to another port, or to a socket in the filesystem."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, behind):
        super().__init__(("127.0.0.1", 0), _Passage)
        self.behind = behind
        self.port = self.server_address[1]
        self.shut = False
        #: How many answers are still to be swallowed: the other side has done its work, and nobody hears of it.
        self.to_swallow = 0
        self.swallowed = 0
        self.closing = False
        self.passages = set()

    def connect(self):
        """Open a connection to what is behind."""
        if isinstance(self.behind, int):
            return socket.create_connection(("127.0.0.1", self.behind), timeout=10)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.behind)
        return connection

    def cut(self):
        """End all connections that are open, as a network does that has forgotten them."""
        for passage in list(self.passages):
            passage.over = True

    def handle_error(self, request, client_address):
        """Say nothing: connections that break are what this is for."""


class _Passage(socketserver.BaseRequestHandler):
    over = False

    def handle(self):
        gate = self.server
        gate.passages.add(self)
        try:
            while gate.shut and not self._ended():
                time.sleep(_LOOK_SECONDS)
            if self._ended():
                return
            with gate.connect() as behind, selectors.DefaultSelector() as ready:
                ready.register(self.request, selectors.EVENT_READ, behind)
                ready.register(behind, selectors.EVENT_READ, self.request)
                while not self._ended() and self._pass(ready, behind):
                    pass
        finally:
            gate.passages.discard(self)

    def _ended(self):
        return self.over or self.server.closing

    def _pass(self, ready, behind):
        """Forward what has come; return whether the connection goes on."""
        if self.server.shut:
            time.sleep(_LOOK_SECONDS)
            return True
        for key, _events in ready.select(_LOOK_SECONDS):
            block = key.fileobj.recv(_BLOCK)
            if not block:
                return False
            if key.fileobj is behind and self.server.to_swallow:
                self.server.to_swallow -= 1
                self.server.swallowed += 1
                return False
            key.data.sendall(block)
        return True


@contextmanager
def a_gate(behind):
    """Stand between two programs."""
    gate = Gate(behind)
    thread = threading.Thread(target=gate.serve_forever, kwargs={"poll_interval": _LOOK_SECONDS}, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        gate.closing = True
        with suppress(OSError):
            gate.shutdown()
        gate.server_close()
        thread.join()
