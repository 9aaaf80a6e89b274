"""T74, T75: the database restarts, loses connections, falls silent, or is locked, while strangers answer."""

import signal
import sqlite3
import time
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy import make_url

from tests.assurance.faults import WHOLE
from tests.assurance.gate import a_gate
from tests.assurance.killing import STRANGERS, Attack, cut_off, look, take_in
from tests.assurance.places import POSTGRESQL, SQLITE, a_place
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.assurance.strangers import a_crowd
from tests.factories.studies import make_open_study

FORGETFUL, IMPATIENT = "acknowledges before the commit", "does not wait for a lock"
#: So soon after the database is back, somebody must have been served.
RECOVERY_SECONDS = 10.0
#: How long strangers try: longer than any outage here.
_PATIENCE = 150.0
_BETWEEN_LOOKS = 25
_MOST_LOOKS_FOR_A_BACKEND = 4000
_BACKEND = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'
    ORDER BY random() LIMIT 1
"""


def interrupt_database(kind, server, tell, *, restarts, backends, silences, silence_seconds, mutant_restarts=100):
    """T74: immediate restarts, ended connections, and a network that swallows everything."""
    begun = time.monotonic()
    wanted = restarts + backends + silences
    row = Row("database restarts, drops and falls silent", "T74", POSTGRESQL, 0, wanted, in_flight=0)
    slowest = []
    attack, hurt = _restart_often(server, restarts, tell, wanted, slowest)
    take_in(row, attack)
    row.trials, row.in_flight = attack.killed, hurt
    attack, hurt = _end_backends(server, backends, tell, row.trials, wanted)
    take_in(row, attack)
    row.trials, row.in_flight = row.trials + attack.killed, row.in_flight + hurt
    attack, hurt = _fall_silent(server, silences, silence_seconds, tell, row.trials, wanted, slowest)
    take_in(row, attack)
    row.trials, row.in_flight = row.trials + attack.killed, row.in_flight + hurt
    worst = max(slowest)
    row.expect(worst < RECOVERY_SECONDS, f"it took {worst:.1f} s until somebody was served again")
    row.notes.append(
        f"{restarts} immediate restarts, {backends} connections ended at work, {silences} times "
        f"{silence_seconds:g} s without a word; somebody was served {worst:.1f} s after it was back, at the latest"
    )
    attack, _hurt = _restart_often(server, mutant_restarts, lambda *_: None, 0, [], mutant=FORGETFUL)
    row.mutants.append(Mutant(FORGETFUL, attack.killed if attack.findings.bad else None, mutant_restarts))
    row.seconds = time.monotonic() - begun
    return row


@contextmanager
def _answering(server, *, mutant=WHOLE, through_gate=False, kind=POSTGRESQL):
    """A site with a study on it; behind a gate if wanted."""
    with a_place(kind, server) as place:
        study = make_open_study(places=3)
        if not through_gate:
            with a_site(place, mutant=mutant) as site:
                yield place, study, site, None
            return
        with a_gate(place.socket) as gate, a_site(place, url=place.url_through(gate.port)) as site:
            yield place, study, site, gate


def _restart_often(server, restarts, tell, wanted, slowest, *, mutant=WHOLE):
    attack, hurt = Attack(), 0
    between = _BETWEEN_LOOKS if mutant == WHOLE else 5
    patience = _PATIENCE if mutant == WHOLE else 2.0
    with _answering(server, mutant=mutant) as (place, study, site, _gate):
        for first in range(0, restarts, between):
            with a_crowd(site, study, size=STRANGERS, seed=first, patience=patience) as crowd:
                for _ in range(min(between, restarts - first)):
                    crowd.wait_for(5)
                    flights = crowd.flights()
                    server.kill(signal.SIGQUIT)
                    server.start()
                    slowest.append(crowd.wait_for(1, seconds=RECOVERY_SECONDS) or RECOVERY_SECONDS)
                    hurt += cut_off(flights)
                    attack.killed += 1
                    tell(attack.killed, wanted)
            look(place, crowd, attack)
            if attack.findings.bad:
                break
    return attack, hurt


def _end_backends(server, backends, tell, before, wanted):
    attack = Attack()
    with (
        _answering(server) as (place, study, site, _gate),
        psycopg.connect(server.uri, autocommit=True) as connection,
    ):
        name = make_url(place.url).database
        for first in range(0, backends, 4 * _BETWEEN_LOOKS):
            with a_crowd(site, study, size=STRANGERS, seed=first, patience=_PATIENCE) as crowd:
                for _ in range(min(4 * _BETWEEN_LOOKS, backends - first)):
                    _end_one(connection, name)
                    attack.killed += 1
                    tell(before + attack.killed, wanted)
                    crowd.wait_for(2)
            look(place, crowd, attack)
    return attack, attack.killed


def _end_one(connection, name):
    for _ in range(_MOST_LOOKS_FOR_A_BACKEND):
        if connection.execute(_BACKEND, (name,)).fetchone():
            return
        time.sleep(0.001)
    raise RuntimeError("no connection was ever at work")


def _fall_silent(server, silences, seconds, tell, before, wanted, slowest):
    attack, hurt = Attack(), 0
    with _answering(server, through_gate=True) as (place, study, site, gate):
        for number in range(silences):
            with a_crowd(site, study, size=STRANGERS, seed=number, patience=_PATIENCE) as crowd:
                crowd.wait_for(20)
                flights = crowd.flights()
                gate.shut = True
                time.sleep(seconds)
                hurt += bool(flights)
                if number % 2:
                    gate.cut()
                gate.shut = False
                slowest.append(crowd.wait_for(1, seconds=RECOVERY_SECONDS) or RECOVERY_SECONDS)
                attack.killed += 1
                tell(before + attack.killed, wanted)
            look(place, crowd, attack)
    return attack, hurt


def lock_database(kind, server, tell, *, short, long, short_seconds=5.0, long_seconds=60.0):
    """T75: another program holds the write lock of the file: a short time is waited out, a long one is told."""
    begun = time.monotonic()
    row = Row("file locked by another program", "T75", SQLITE, 0, short + long, in_flight=0)
    attack, hurt = _lock_often(short, short_seconds, tell, 0, short + long)
    take_in(row, attack)
    row.trials, row.in_flight = attack.killed, hurt
    row.expect(not row.refused, f"{row.refused} pages were refused within {short_seconds:g} s")
    attack, hurt = _lock_often(long, long_seconds, tell, short, short + long)
    take_in(row, attack)
    row.trials, row.in_flight = row.trials + attack.killed, row.in_flight + hurt
    row.expect(row.refused or long_seconds < RECOVERY_SECONDS, "nobody was told to come back later")
    row.notes.append(
        f"{short} locks of {short_seconds:g} s were waited out, {long} of {long_seconds:g} s led to "
        f"{row.refused:,} pages that kept the answers and said when to try again"
    )
    attack, _hurt = _lock_often(short, short_seconds, lambda *_: None, 0, 0, mutant=IMPATIENT)
    refused = sum(count for status, count in attack.statuses.items() if status >= 500)
    row.mutants.append(Mutant(IMPATIENT, attack.killed if refused else None, short))
    row.seconds = time.monotonic() - begun
    return row


def _lock_often(locks, seconds, tell, before, wanted, *, mutant=WHOLE):
    attack, hurt = Attack(), 0
    with _answering(None, mutant=mutant, kind=SQLITE) as (place, study, site, _gate):
        for number in range(locks):
            with a_crowd(site, study, size=STRANGERS, seed=number, patience=_PATIENCE) as crowd:
                crowd.wait_for(20)
                with closing(sqlite3.connect(make_url(place.url).database, timeout=60)) as other:
                    other.execute("BEGIN IMMEDIATE")
                    time.sleep(seconds)
                    hurt += bool(crowd.flights())
                    other.execute("ROLLBACK")
                crowd.wait_for(5)
                attack.killed += 1
                tell(before + attack.killed, wanted)
            look(place, crowd, attack)
            if mutant != WHOLE:
                break
    return attack, hurt
