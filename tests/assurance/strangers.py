"""Strangers who answer through the real forms, and send again whatever was not acknowledged, as it was."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urljoin

from survey_app.foundations import clock
from survey_app.rules.questionnaire import NONE_OF_THESE
from tests.journeys.html_forms import fill, read_page

#: How long a stranger waits for an answer, and how long they go on trying before they give the survey up.
_TIMEOUT = 15.0
_PATIENCE = 40.0
_PAUSE = 0.03
_HIDDEN = re.compile(r'name="(request_id|revision)"\s+value="([^"]*)"')


class GaveUp(Exception):
    """The site would not take a request, however often it was sent."""


@dataclass
class Flight:
    """One post, from the moment at which it was sent in full until its fate was known."""

    sent: bool = False
    fate: str = "unknown"


@dataclass
class Sent:
    """A page that was acknowledged, and when the attempt began that was."""

    request_id: str
    began: datetime


@dataclass
class Walk:
    """One stranger's way through one survey: what they said, and what the site acknowledged of it."""

    submission_id: str
    story: str
    seen: dict
    started: bool = False
    pages: list[Sent] = field(default_factory=list)
    receipt: str | None = None


class Line:
    """The line of one stranger to the site: each request over a connection of its own, kept while in flight."""

    def __init__(self, port, stop=None, *, patience=_PATIENCE):
        self.port, self.stop, self.patience = port, stop or threading.Event(), patience
        self.flight = None
        self.statuses = Counter()
        self.retries = 0
        self.slowest = 0.0
        self.began = None
        #: Refusals of a page that did not say when to come again, or did not hold what was sent.
        self.bare = []

    def get(self, path):
        """Return the text of a page, and its address after redirects."""
        status, headers, text = self._insist("GET", path, None)
        if status in (302, 303):
            return self.get(urljoin(path, headers["Location"]))
        if status != 200:
            raise GaveUp(f"GET {_shape(path)}: {status}")
        return path, text

    def post(self, path, pairs):
        """Send a form until it is acknowledged; return where it led."""
        status, headers, _text = self._insist("POST", path, urlencode(pairs))
        if status != 303:
            raise GaveUp(f"POST {_shape(path)}: {status}")
        return urljoin(path, headers["Location"])

    def _insist(self, method, path, body):
        begun = time.monotonic()
        while True:
            self.began = clock.now()
            try:
                status, headers, text = self._ask(method, path, body)
            except (OSError, http.client.HTTPException):
                self.retries += 1
            else:
                self.statuses[status] += 1
                if status < 500 and status != 429:
                    if method == "POST":
                        self.slowest = max(self.slowest, time.monotonic() - begun)
                    return status, headers, text
                if status == 503 and method == "POST":
                    self._look_at_refusal(path, body, headers, text)
            if time.monotonic() - begun > self.patience:
                raise GaveUp(f"{method} {_shape(path)}: no answer")
            time.sleep(_PAUSE)

    def _look_at_refusal(self, path, body, headers, text):
        if "Retry-After" not in headers:
            self.bare.append(f"POST {_shape(path)}: 503 without Retry-After")
        kept = dict(parse_qsl(body)).get("request_id", "")
        if f'value="{kept}"' not in text and kept:
            self.bare.append(f"POST {_shape(path)}: 503 without the answers")

    def _ask(self, method, path, body):
        flight = Flight() if method == "POST" else None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT)
        try:
            connection.request(method, path, body=body, headers=_FORM if body is not None else {})
            if flight is not None:
                flight.sent, self.flight = True, flight
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            if flight is not None:
                flight.fate = "cut off"
            raise
        finally:
            self.flight = None
            connection.close()
        if flight is not None:
            flight.fate = "refused" if answer.status >= 500 else "answered"
        return answer.status, answer.headers, text


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _shape(path):
    """Return the address without its token."""
    return re.sub(r"/(a|s)/[^/]+", r"/\1/…", path)


class Stranger(threading.Thread):
    """Answers survey after survey until told to stop."""

    #: Page code → the form as it was first read, which all share: reading it anew each time would cost more than
    #: serving it. The address and the hidden fields are taken from each page as it comes.
    forms = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, port, link, stop, *, seed, pause=0.0, patience=_PATIENCE):
        super().__init__(daemon=True)
        self.link, self.stop, self.pause = link, stop, pause
        self.line = Line(port, stop, patience=patience)
        self.chance = random.Random(seed)
        self.walks = []
        self.gave_up = []

    def run(self):
        while not self.stop.is_set():
            try:
                self.walk()
            except GaveUp as reason:
                self.gave_up.append(str(reason))
                time.sleep(_PAUSE)

    def walk(self):
        """Go from the link to the receipt."""
        walk, path = self.begin()
        while not path.endswith("/receipt"):
            if self.stop.is_set():
                return
            path = self.answer(walk, path)
            time.sleep(self.pause)
        walk.receipt = self.receipt(path)

    def greeted(self):
        """Open the link; return the walk that would begin here, and the greeting's form as it would be sent."""
        path, text = self.line.get(self.link)
        forms, _texts = read_page(text)
        pairs = fill(forms[0])
        submission = dict(pairs)["submission"].rpartition(".")[0]
        return Walk(submission, f"{submission} was here", {}), (urljoin(path, forms[0].action), pairs)

    def begin(self):
        """Press Start; return the walk and the address of its first page."""
        walk, (path, pairs) = self.greeted()
        self.walks.append(walk)
        path = self.line.post(path, pairs)
        walk.started = True
        return walk, path

    def page(self, walk, path):
        """Open a page and fill it in; return where it is sent and what."""
        path, text = self.line.get(path)
        form, hidden = self.form(path, text), self.hidden(text)
        pairs = [(name, value) for name, value in self.filled(walk, form) if name not in hidden]
        return path, [*pairs, *hidden.items()]

    def answer(self, walk, path):
        """Answer one page; return where it led."""
        path, pairs = self.page(walk, path)
        path = self.line.post(path, pairs)
        walk.pages.append(Sent(dict(pairs)["request_id"], self.line.began))
        return path

    def receipt(self, path):
        """Return the receipt that a page shows."""
        receipt = read_page(self.line.get(path)[1])[1].get("receipt-code")
        if receipt is None:
            raise GaveUp("a receipt was promised and is not there")
        return receipt

    def form(self, path, text):
        code = path.rpartition("/")[2].partition("?")[0]
        if code not in self.forms:
            self.forms[code] = read_page(text)[0][0]
        return self.forms[code]

    def hidden(self, text):
        """Return the hidden fields of a page."""
        return dict(_HIDDEN.findall(text))

    def filled(self, walk, form):
        offered = [code for name, code in form.boxes if name == "problems" and code != NONE_OF_THESE]
        if not offered:
            return fill(form, story=walk.story)
        if not walk.seen:
            chosen = self.chance.sample(offered, self.chance.randint(1, 4))
            walk.seen = {code: self.chance.randint(1, 4) for code in chosen}
        severities = {f"severity.{code}": severity for code, severity in walk.seen.items()}
        return fill(form, problems=list(walk.seen), **severities)


class Crowd:
    """Strangers who answer at the same time."""

    def __init__(self, port, links, size, *, seed, **how):
        self.stop = threading.Event()
        self.strangers = [
            Stranger(port, f"/en/s/{links[number % len(links)]}", self.stop, seed=seed * 1000 + number, **how)
            for number in range(size)
        ]

    @property
    def walks(self):
        return [walk for stranger in self.strangers for walk in stranger.walks]

    @property
    def gave_up(self):
        return [reason for stranger in self.strangers for reason in stranger.gave_up]

    @property
    def statuses(self):
        return sum((stranger.line.statuses for stranger in self.strangers), Counter())

    @property
    def bare(self):
        return [reason for stranger in self.strangers for reason in stranger.line.bare]

    @property
    def retries(self):
        return sum(stranger.line.retries for stranger in self.strangers)

    @property
    def slowest(self):
        return max((stranger.line.slowest for stranger in self.strangers), default=0.0)

    def acknowledged(self):
        """Return how many writes were acknowledged so far."""
        return sum(walk.started + len(walk.pages) for walk in self.walks)

    def flights(self):
        """Return the posts that were sent in full and not answered yet."""
        flights = [stranger.line.flight for stranger in self.strangers]
        return [flight for flight in flights if flight is not None and flight.sent]

    def wait_for(self, more, *, seconds=_PATIENCE):
        """Wait until so many more writes were acknowledged; return the seconds that it took."""
        begun, before = time.monotonic(), self.acknowledged()
        while self.acknowledged() < before + more:
            if time.monotonic() - begun > seconds:
                return None
            time.sleep(0.005)
        return time.monotonic() - begun

    def finish(self):
        """Let everybody finish what they are at."""
        self.stop.set()
        for stranger in self.strangers:
            with suppress(RuntimeError):
                stranger.join(2 * _PATIENCE)


@contextmanager
def a_crowd(site, study, *, size, seed=1, **how):
    """Let strangers answer while something happens to the site."""
    crowd = Crowd(site.port, study.links, size, seed=seed, **how)
    for stranger in crowd.strangers:
        stranger.start()
    try:
        yield crowd
    finally:
        crowd.finish()
