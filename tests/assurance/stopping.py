"""T86: the site is told to stop while strangers answer; and what it says of itself while the database is away."""

import http.client
import os
import signal
import sqlite3
import time
from contextlib import closing, contextmanager, suppress

from sqlalchemy import make_url

from survey_app.rules.vocabulary import ComparisonState
from tests.assurance.faults import WHOLE
from tests.assurance.finishing import a_workforce, ask, row_of, some_study, wait_until
from tests.assurance.killing import STRANGERS, Attack, cut_off, look, take_in
from tests.assurance.places import SQLITE, a_place
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.assurance.site import ask as ask_for
from tests.assurance.strangers import a_crowd
from tests.factories.studies import make_open_study

AT_ONCE, KEEPS = "stops at once", "keeps its work"
_NOTICE_SECONDS, _EXIT_SECONDS = 1.0, 30.0
_BETWEEN_LOOKS = 10


def stop_while_strangers_answer(kind, server, tell, *, stops, mutant_stops=5):
    """Tell the whole site to stop; it says so within a second, finishes what is in flight, and ends in time."""
    begun = time.monotonic()
    row = Row("told to stop while strangers answer", "T86", kind, 0, stops, in_flight=0)
    attack, seen = _stop_often(kind, server, stops, tell)
    take_in(row, attack)
    row.trials, row.in_flight = attack.killed, seen.in_flight
    row.problems += seen.problems[:5]
    row.notes.append(
        f"not ready {seen.slowest_notice:.2f} s after being told, gone after {seen.slowest_end:.1f} s at most"
    )
    _say_that_the_database_is_away(kind, server, row)
    row.expect(_give_back(kind, server), "a worker that was told to stop kept its comparison")
    _attack, seen = _stop_often(kind, server, mutant_stops, lambda *_: None, mutant=AT_ONCE)
    row.mutants.append(Mutant(AT_ONCE, seen.count if seen.problems else None, mutant_stops))
    row.mutants.append(Mutant(KEEPS, None if _give_back(kind, server, mutant=KEEPS) else 1, 1))
    row.seconds = time.monotonic() - begun
    return row


class _Seen:
    """What was seen of a site that was told to stop."""

    def __init__(self):
        self.count, self.in_flight = 0, 0
        self.slowest_notice = self.slowest_end = 0.0
        self.problems = []

    def stop(self, site, crowd):
        """Tell it to stop, and watch it."""
        crowd.wait_for(3)
        flights = crowd.flights()
        began = time.monotonic()
        os.kill(site.process.pid, signal.SIGTERM)
        noticed = self._wait_for_notice(site, began)
        site.process.join(_EXIT_SECONDS + 5)
        took = time.monotonic() - began
        self.count += 1
        self.in_flight += bool(flights)
        self.slowest_notice, self.slowest_end = max(self.slowest_notice, noticed), max(self.slowest_end, took)
        if noticed > _NOTICE_SECONDS:
            self.problems.append(f"not said to be not ready after {noticed:.1f} s")
        if took > _EXIT_SECONDS:
            self.problems.append(f"still there after {took:.1f} s")
        if cut_off(flights):
            self.problems.append("a request that was in flight was cut off")

    def _wait_for_notice(self, site, began):
        """Return after how long it said that it is not ready."""
        while time.monotonic() - began < 2 * _NOTICE_SECONDS:
            with suppress(OSError, http.client.HTTPException):
                if ask_for(site.port, "/readyz", timeout=5)[0] == 503:
                    return time.monotonic() - began
            time.sleep(0.02)
        return 2 * _NOTICE_SECONDS


def _stop_often(kind, server, stops, tell, *, mutant=WHOLE):
    attack, seen = Attack(), _Seen()
    with a_place(kind, server) as place:
        study = make_open_study(places=3)
        with a_site(place, mutant=mutant) as site:
            for first in range(0, stops, _BETWEEN_LOOKS):
                with a_crowd(site, study, size=STRANGERS, seed=first) as crowd:
                    for _ in range(min(_BETWEEN_LOOKS, stops - first)):
                        seen.stop(site, crowd)
                        site.kill_group()
                        site.wait()
                        site.wait_for_workers()
                        attack.killed += 1
                        tell(attack.killed, stops)
                        if mutant != WHOLE and seen.problems:
                            break
                look(place, crowd, attack)
                if mutant != WHOLE and seen.problems:
                    break
    return attack, seen


def _say_that_the_database_is_away(kind, server, row):
    """While the database is away the process lives, and is not ready; when it is back, it is."""
    with a_place(kind, server) as place, a_site(place) as site:
        row.expect(ask_for(site.port, "/readyz", timeout=5)[0] == 200, "/readyz does not say 200")
        with _database_away(place):
            row.expect(ask_for(site.port, "/livez", timeout=5)[0] == 200, "/livez does not say 200")
            row.expect(ask_for(site.port, "/readyz", timeout=30)[0] == 503, "/readyz does not say 503")
        row.expect(ask_for(site.port, "/readyz", timeout=5)[0] == 200, "/readyz does not say 200 again")


@contextmanager
def _database_away(place):
    """Stop the server; or lock the file, so that nobody else can write it."""
    if place.kind == SQLITE:
        with closing(sqlite3.connect(make_url(place.url).database, timeout=60)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    place.server.kill(signal.SIGQUIT)
    try:
        yield
    finally:
        place.server.start()


def _give_back(kind, server, *, mutant=WHOLE):
    """Whether a worker that is told to stop gives its comparison back at once, and the next one finishes it."""
    with a_place(kind, server) as place:
        study, made = some_study(places=200), []
        for _ in range(5):
            with a_workforce(place, size=1, silence=30.0, mutant=mutant) as workforce:
                asked = ask(study, made)
                wait_until(workforce, workforce.busy, "a worker is busy")
                ((process, _busy, _at),) = workforce.busy() or [(None, None, None)]
                if process is not None:
                    os.kill(process.pid, signal.SIGTERM)
                    process.join(10)
            found = row_of(asked)
            if found.state != ComparisonState.READY:
                break
        if found.state != ComparisonState.REQUESTED:
            return False
        with a_workforce(place, size=1, silence=30.0) as workforce:
            wait_until(workforce, lambda: row_of(asked).state == ComparisonState.READY, "it is finished")
        return True
