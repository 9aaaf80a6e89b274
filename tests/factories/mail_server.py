"""A mail server of the outside world: it takes mails, says no, says later, or hangs up in the act."""

import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Post:
    """Where a mail server listens, what it answers to a recipient, and what it has taken."""

    recipient_gets: str = "250 OK"
    hangs_up: bool = False
    url: str = ""
    taken: list = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 ready")
        recipients = []
        for line in self.rfile:
            word = line[:4].upper()
            if word in (b"EHLO", b"HELO"):
                self.say("250 hello")
            elif word == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
                self.say(self.server.post.recipient_gets)
            elif word == b"DATA":
                self.say("354 go on")
                content = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.post.taken.append((recipients, content))
                if self.server.post.hangs_up:
                    return
                self.say("250 taken")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 OK")

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def mail_server(**how):
    """Serve mail on a free port of this machine."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.post = Post(url=f"smtp://127.0.0.1:{server.server_address[1]}", **how)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.post
        finally:
            server.shutdown()
            thread.join()
