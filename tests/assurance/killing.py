"""T72: workers, the whole site and the database server are killed again and again while strangers answer."""

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.assurance.faults import NO_UNIQUE_KEY, WHOLE, drop_unique_keys
from tests.assurance.findings import Findings, compare_with_stored
from tests.assurance.places import a_place
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.assurance.strangers import a_crowd
from tests.factories.studies import make_open_study

STRANGERS = 12
#: Between two kills, in seconds.
LEAST_PAUSE, MOST_PAUSE = 0.05, 0.4
#: After so many kills everybody stops, and what is stored is held against what was acknowledged.
BETWEEN_LOOKS, BETWEEN_LOOKS_AT_MUTANTS = 100, 10
WORKER, GROUP, SERVER = "worker", "whole site", "database server"
MUTANTS = ("acknowledges before the commit", NO_UNIQUE_KEY, "two transactions")
#: Kills that hit nothing are made again, but not for ever.
_MOST_TRIES = 60
_FATE_SECONDS = 3.0
#: A mutant that commits later than it answers gets the time to do so: it is the kills that must betray it.
SETTLE_SECONDS = 0.3


@dataclass(frozen=True)
class Kills:
    """How many kills with a write in flight are wanted, of what."""

    workers: int
    groups: int
    servers: int = 0

    @property
    def all(self):
        """How many in all."""
        return self.workers + self.groups + self.servers

    def order(self, chance):
        """Return what to kill, one after the other, well mixed."""
        order = [WORKER] * self.workers + [GROUP] * self.groups + [SERVER] * self.servers
        chance.shuffle(order)
        return order


@dataclass
class Attack:
    """What became of a series of kills."""

    killed: int = 0
    #: Of what → kills that cut a write off.
    counted: Counter = field(default_factory=Counter)
    walks: list = field(default_factory=list)
    gave_up: list = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    retries: int = 0
    slowest: float = 0.0
    bare: list = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def kill_while_strangers_answer(kind, server, kills, tell, *, mutants=MUTANTS, mutant_kills=300):
    """Kill as often as wanted, counting only kills that cut a write off; then see the same loop catch mutants."""
    begun = time.monotonic()
    attack = _attack_a_place(kind, server, kills, tell)
    counted = attack.counted.total()
    row = Row("kills while strangers answer", "T72", kind, counted, kills.all, in_flight=counted)
    take_in(row, attack)
    split = ", ".join(
        f"{attack.counted[what]:,} {what}" for what in (WORKER, GROUP, SERVER) if attack.counted[what]
    )
    row.notes.append(f"{attack.killed:,} kills, of which {counted:,} cut off at least one write ({split})")
    row.mutants += [kill_a_mutant(kind, server, mutant, mutant_kills) for mutant in mutants]
    row.seconds = time.monotonic() - begun
    return row


def take_in(row, attack):
    """Put what became of an attack on a sound site into a row."""
    row.add(attack.findings)
    refused = sum(count for status, count in attack.statuses.items() if status >= 500)
    row.refused += refused
    errors = attack.statuses[500]
    row.expect(not errors, f"{errors} pages showed an error of ours (500)")
    row.expect(not attack.gave_up, f"{len(attack.gave_up)} strangers gave up: {attack.gave_up[:1]}")
    row.expect(not attack.bare, f"{len(attack.bare)} refusals were bare: {attack.bare[:1]}")
    row.notes.append(
        f"{attack.retries + refused:,} requests sent again; {attack.findings.committed_unanswered:,} writes "
        f"had been committed when their answer was cut off; slowest acknowledgement {attack.slowest:.1f} s"
    )


def kill_a_mutant(kind, server, mutant, most):
    """Return after how many kills a mutant was caught."""
    kills = Kills(workers=most - most // 4, groups=most // 4)
    attack = _attack_a_place(kind, server, kills, lambda *_: None, mutant=mutant)
    return Mutant(mutant, attack.counted.total() if attack.findings.bad else None, most)


def _attack_a_place(kind, server, kills, tell, *, mutant=WHOLE):
    between = BETWEEN_LOOKS if mutant == WHOLE else BETWEEN_LOOKS_AT_MUTANTS
    patience = {} if mutant == WHOLE else {"patience": 2.0}
    chance = random.Random(1)
    with a_place(kind, server) as place:
        study = make_open_study(places=3)
        if mutant == NO_UNIQUE_KEY:
            drop_unique_keys()
        attack, order = Attack(), kills.order(chance)
        with a_site(place, mutant=mutant) as site:
            for first in range(0, len(order), between):
                with a_crowd(site, study, size=STRANGERS, seed=first, **patience) as crowd:
                    for what in order[first : first + between]:
                        _kill_until_it_hurts(what, place, site, crowd, chance, attack)
                        tell(attack.counted.total(), kills.all)
                look(place, crowd, attack)
                if attack.findings.bad:
                    break
        return attack


def look(place, crowd, attack):
    """Take in what a crowd met, and hold what is stored against all that was ever acknowledged."""
    time.sleep(SETTLE_SECONDS)
    attack.walks += crowd.walks
    attack.gave_up += crowd.gave_up
    attack.bare += crowd.bare
    attack.statuses += crowd.statuses
    attack.retries += crowd.retries
    attack.slowest = max(attack.slowest, crowd.slowest)
    attack.findings = compare_with_stored(place, attack.walks)


def _kill_until_it_hurts(what, place, site, crowd, chance, attack):
    """Kill until a write was cut off by it."""
    for _try in range(_MOST_TRIES):
        time.sleep(chance.uniform(LEAST_PAUSE, MOST_PAUSE))
        flights = crowd.flights()
        _kill(what, place, site, chance)
        attack.killed += 1
        hurt = cut_off(flights)
        if what != WORKER:
            crowd.wait_for(1)
        if hurt:
            attack.counted[what] += 1
            return


def _kill(what, place, site, chance):
    if what == WORKER:
        site.kill_worker()
    elif what == GROUP:
        site.kill_group()
    else:
        place.server.kill(chance.choice((signal.SIGKILL, signal.SIGQUIT)))
        place.server.start()


def cut_off(flights):
    """Whether one of the posts that were under way got no answer, or was told to come back."""
    end = time.monotonic() + _FATE_SECONDS
    while True:
        fates = {flight.fate for flight in flights}
        if fates & {"cut off", "refused"}:
            return True
        if "unknown" not in fates or time.monotonic() > end:
            return False
        time.sleep(0.002)
