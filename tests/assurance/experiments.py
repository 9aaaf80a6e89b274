"""All experiments on one screen: on which databases, and how often each is made at the gate.

A new experiment is a function `(kind, server, times, tell) -> Row` and one line in `EXPERIMENTS`. `times(200)` is
how often to make what the gate wants made 200 times; `tell(done, wanted)` moves the bar.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.assurance.dying import die_at_each_point
from tests.assurance.finishing import SILENCE, finish_exactly_once
from tests.assurance.guessing import guess_at_once
from tests.assurance.injecting import inject, tamper
from tests.assurance.keeping import back_up_under_load
from tests.assurance.killing import MUTANTS, Kills, kill_while_strangers_answer
from tests.assurance.migrating import migrate_at_once
from tests.assurance.mixing import meet_the_rush, mix_processes
from tests.assurance.outages import interrupt_database, lock_database
from tests.assurance.places import KINDS, POSTGRESQL, SQLITE, PostgresqlServer
from tests.assurance.rows import Row
from tests.assurance.sending import send_at_once, send_twice, share_single_link
from tests.assurance.stopping import stop_while_strangers_answer
from tests.assurance.telling import MUTANTS as TELLING
from tests.assurance.telling import tell_nobody
from tests.redis_server import REDIS_SERVER

#: Seconds without a word after which a worker is taken for dead, in the short form.
_BRIEF_SILENCE = 1.0
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Times:
    """How often something is made: as often as the gate wants, times the scale, and never less than once.

    In brief, an experiment with several mutants meets the first of them only.
    """

    scale: float = 1.0
    brief: bool = False

    def __call__(self, gate, *, least=1):
        return max(min(least, gate), round(gate * self.scale))


@dataclass(frozen=True)
class Experiment:
    """One experiment: the name to choose it by, what it does, on which databases, and whether it can be quick."""

    name: str
    make: Callable[[str, PostgresqlServer | None, Times, Tell], Row]
    kinds: tuple[str, ...] = KINDS
    quick: bool = True


def _kills(kind, server, times, tell):
    if kind == POSTGRESQL:
        kills = Kills(workers=times(500), groups=times(350), servers=times(150))
    else:
        kills = Kills(workers=times(600), groups=times(400))
    mutants = MUTANTS[:1] if times.brief else MUTANTS
    return kill_while_strangers_answer(
        kind, server, kills, tell, mutants=mutants, mutant_kills=times(300, least=60)
    )


def _again(kind, server, times, tell):
    return send_twice(kind, server, times(200), tell)


def _at_once(kind, server, times, tell):
    return send_at_once(kind, server, times(200, least=3), tell)


def _single_link(kind, server, times, tell):
    return share_single_link(kind, server, times(200), tell)


def _comparisons(kind, server, times, tell):
    return finish_exactly_once(
        *(kind, server, tell),
        kills=times(200),
        midway=times(50),
        zombies=times(20),
        poisons=0 if times.brief else times(5),
        silence=_BRIEF_SILENCE if times.brief else SILENCE,
    )


def _points(kind, server, times, tell):
    return die_at_each_point(kind, server, tell, each=times(50))


def _outages(kind, server, times, tell):
    return interrupt_database(
        *(kind, server, tell),
        restarts=times(100),
        backends=times(300),
        silences=times(5),
        silence_seconds=times(30, least=3),
        mutant_restarts=times(100, least=20),
    )


def _locks(kind, server, times, tell):
    return lock_database(
        *(kind, server, tell),
        short=times(10),
        long=times(3),
        short_seconds=times(5, least=1),
        long_seconds=times(60, least=1),
    )


def _processes(kind, server, times, tell):
    return mix_processes(kind, server, tell, seconds=times(600, least=3))


def _rush(kind, server, times, tell):
    return meet_the_rush(kind, server, tell, seconds=times(60, least=3))


def _migrations(kind, server, times, tell):
    return migrate_at_once(kind, server, tell, rounds=times(20), rows=times(100_000), deaths=times(50))


def _backups(kind, server, times, tell):
    return back_up_under_load(kind, server, tell, made=times(50, least=2), flips=times(200, least=6))


def _stops(kind, server, times, tell):
    return stop_while_strangers_answer(kind, server, tell, stops=times(30))


def _guesses(kind, server, times, tell, *, in_redis=False):
    return guess_at_once(
        *(kind, server, tell),
        passwords=times(3),
        codes=times(20),
        tries=times(200, least=60),
        everywhere=0 if times.brief else 1,
        workers=(4,) if times.brief else (4, 8),
        in_redis=in_redis,
    )


def _strangers_times(kind, server, times, tell):
    each = times(500, least=150)
    mutants = TELLING[:1] if times.brief else TELLING
    return tell_nobody(kind, server, tell, each=each, mutant_each=times(500, least=150), mutants=mutants)


def _tokens(kind, server, times, tell):
    return tamper(kind, server, tell, each=times(10_000, least=50), made=times(100_000, least=2_000))


def _sql(kind, server, times, tell):
    return inject(kind, server, tell, each=times(100))


EXPERIMENTS = (
    Experiment("again", _again),
    Experiment("at-once", _at_once),
    Experiment("single-link", _single_link),
    Experiment("kills", _kills),
    Experiment("points", _points, quick=False),
    Experiment("comparisons", _comparisons),
    Experiment("outages", _outages, (POSTGRESQL,), quick=False),
    Experiment("locks", _locks, (SQLITE,)),
    Experiment("processes", _processes, (SQLITE,), quick=False),
    Experiment("rush", _rush, quick=False),
    Experiment("migrations", _migrations),
    # On PostgreSQL it takes some 180 flips to tell the mutant: the dump notices most by itself.
    Experiment("backups", _backups, quick=False),
    Experiment("stops", _stops, quick=False),
    Experiment("guesses", _guesses),
    Experiment("who-is-there", _strangers_times, quick=False),
    # Whatever opens a door never reaches a table, so one database is enough. `make test` has its own short forms.
    Experiment("tokens", _tokens, (SQLITE,), quick=False),
    Experiment("sql", _sql, quick=False),
    *([Experiment("guesses-redis", partial(_guesses, in_redis=True), (SQLITE,))] if REDIS_SERVER else []),
)
