"""T82: workers are killed and paused in the middle of comparisons; each comparison finishes exactly once."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import contextmanager, suppress

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from survey_app.actions.comparisons import MOST_ATTEMPTS, request_comparison
from survey_app.background.jobs import ring_again
from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.models import AuditLine, Comparison
from survey_app.queries.comparisons import comparison_key
from survey_app.rules.definitions import hash_of
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.plans import make_plan
from survey_app.rules.vocabulary import ComparisonState
from tests.assurance.entries import work
from tests.assurance.places import a_place
from tests.assurance.processes import shared_number, start
from tests.assurance.rows import Mutant, Row
from tests.factories.imports import take_in
from tests.factories.studies import make_open_study

WITHOUT_FENCE = "without the fence"
#: A worker that has said nothing for so long is taken for dead; in production it is thirty seconds.
SILENCE = 2.0
WORKERS = 3
#: How many comparisons are under way at a time.
OPEN = 5
#: Whatever died so often is left alone, for after MOST_ATTEMPTS it is rightly given up.
MOST_DEATHS = MOST_ATTEMPTS - 2
_RING_SECONDS = 0.4
_PATIENCE = 60.0
_OVER = (ComparisonState.READY, ComparisonState.FAILED, ComparisonState.CANCELLED)


class Workforce:
    """Workers on the queue of a place, and a bell that rings for what is unfinished, oftener than usual."""

    def __init__(self, place, *, size=WORKERS, silence=SILENCE, **how):
        self.place, self.silence, self.how = place, silence, how
        self.rang = 0.0
        self.workers = [self._hire() for _ in range(size)]

    def _hire(self):
        busy = shared_number()
        return start(work, self.place.environment, self.silence, busy, self.how), busy

    def tick(self):
        """Start dead workers again, and ring from time to time; a pause in between."""
        for number, (process, _busy) in enumerate(self.workers):
            if not process.is_alive():
                process.close()
                self.workers[number] = self._hire()
        queue = self.place.app.extensions["queue"]
        if time.monotonic() - self.rang > _RING_SECONDS and queue.pending_count() < len(self.workers):
            with suppress(OperationalError):  # a paused worker may hold the lock of SQLite; the next ring is soon
                ring_again()
            self.rang = time.monotonic()
        time.sleep(0.01)

    def busy(self):
        """Return the workers that are at a comparison, with its id."""
        return [(process, busy, busy.value) for process, busy in self.workers if busy.value]

    def end(self):
        for process, _busy in self.workers:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.join()
            process.close()


@contextmanager
def a_workforce(place, **how):
    """Let workers work on a place."""
    workforce = Workforce(place, **how)
    try:
        yield workforce
    finally:
        workforce.end()


def finish_exactly_once(
    kind, server, tell, *, kills, zombies, poisons, midway, mutant_zombies=10, silence=SILENCE
):
    """Kill workers at random moments and at each step, pause some past their lease, poison some; look at all."""
    begun = time.monotonic()
    wanted = kills + midway + zombies + poisons
    row = Row("comparisons finish once", "T82, T73", kind, 0, wanted, in_flight=0)
    row.lost = row.twice = row.torn = 0
    with a_place(kind, server) as place:
        study = some_study()
        made = []
        with a_workforce(place, silence=silence) as workforce:
            expected = _expected(workforce, study, made)
            killed = _told(_kill_often(workforce, study, made, kills), 0, tell, wanted)
        countdown = shared_number()
        with a_workforce(place, silence=silence, countdown=countdown) as workforce:
            stopped = _told(_kill_midway(workforce, study, made, midway, countdown), kills, tell, wanted)
        with a_workforce(place, silence=silence) as workforce:
            paused = _told(_pause_often(workforce, study, made, zombies), kills + midway, tell, wanted)
            _finish(workforce, made)
        _look(row, made, expected)
        poisoned = _poison(place, study, row, poisons, silence)
        row.trials = row.in_flight = killed + stopped + paused + poisoned
    row.acknowledged = len(made) + 2 * poisoned
    row.notes.append(
        f"{killed} kills at random moments, {stopped} at a step of the work, {paused} workers paused for longer "
        f"than the limit of {silence:g} s, {poisoned} comparisons that kill every worker and are given up after "
        f"{MOST_ATTEMPTS} attempts"
    )
    row.mutants.append(_unfenced(kind, server, mutant_zombies, silence))
    row.seconds = time.monotonic() - begun
    return row


def _told(counts, before, tell, wanted):
    count = 0
    for count in counts:
        tell(before + count, wanted)
    return count


def some_study(*, places=40):
    """Make a study with responses of both sources."""
    made = make_open_study()
    take_in(made.study, places=places)
    return made.study


def ask(study, made):
    """Ask for a comparison; return its id, and keep it among those made."""
    made.append(comparison_key(request_comparison(SYSTEM, study, make_plan(), at=clock.now())))
    return made[-1]


def _rows(ids):
    with reading() as session:
        return session.scalars(select(Comparison).where(Comparison.id.in_(ids))).all()


def row_of(comparison_id):
    """Return a comparison as it is now."""
    return _rows([comparison_id])[0]


def wait_until(workforce, holds, what):
    """Let the workers work until something holds."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: still not so after {_PATIENCE:.0f} s")
        workforce.tick()


def _finish(workforce, made):
    wait_until(workforce, lambda: all(each.state in _OVER for each in _rows(made)), "all comparisons are finished")


def _print_of(comparison):
    """Return what two runs of the same comparison must agree on."""
    stays = {name: value for name, value in comparison.result.items() if name != "provenance"}
    return comparison.data_fingerprint, hash_of(stays)


def _expected(workforce, study, made):
    asked = ask(study, made)
    _finish(workforce, [asked])
    return _print_of(row_of(asked))


def _top_up(study, made):
    unfinished = sum(each.state not in _OVER for each in _rows(made[-2 * OPEN :]))
    for _ in range(OPEN - unfinished):
        ask(study, made)


def _kill_often(workforce, study, made, kills):
    """Kill whoever is busy; a kill counts if the comparison was left running."""
    chance, count = random.Random(1), 0
    end = time.monotonic() + _PATIENCE + 5 * kills
    while count < kills and time.monotonic() < end:
        _top_up(study, made)
        pause = time.monotonic() + chance.uniform(0, 0.3)
        while time.monotonic() < pause:
            workforce.tick()
        count += _kill_one(workforce, chance)
        yield count
    _finish(workforce, made)


def _kill_one(workforce, chance):
    """Kill a worker, stopped first so that it still is at what was looked at; return 1 if it counts."""
    busy = workforce.busy()
    if not busy:
        return 0
    process, at, comparison_id = chance.choice(busy)
    os.kill(process.pid, signal.SIGSTOP)
    if at.value != comparison_id or row_of(comparison_id).attempt > MOST_DEATHS:
        os.kill(process.pid, signal.SIGCONT)
        return 0
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return int(row_of(comparison_id).state == ComparisonState.RUNNING)


def _kill_midway(workforce, study, made, kills, countdown):
    """Let the workers die at a step of the work, right after it was reported."""
    chance, count = random.Random(2), 0
    while count < kills:
        _top_up(study, made)
        attempts = [each.attempt for each in _rows(made[-2 * OPEN :]) if each.state not in _OVER]
        if max(attempts, default=0) > MOST_DEATHS:
            workforce.tick()
            continue
        before = [process.pid for process, _busy in workforce.workers]
        countdown.value = chance.randint(1, 8)
        wait_until(workforce, lambda: [p.pid for p, _ in workforce.workers] != before, "a worker has died")  # noqa: B023
        count += 1
        yield count
    _finish(workforce, made)


def _pause_often(workforce, study, made, zombies):
    """Stop a worker until another has finished its comparison, then let it go on."""
    chance, count = random.Random(3), 0
    while count < zombies:
        asked = ask(study, made)
        wait_until(workforce, workforce.busy, "a worker is busy")
        time.sleep(chance.uniform(0, 0.15))
        found = [(process, busy) for process, busy, at in workforce.busy() if at == asked]
        if found:
            count += _pause_one(workforce, *found[0], asked)
        _finish(workforce, [asked])
        yield count


def _pause_one(workforce, process, busy, asked):
    """Return 1 if the comparison was taken over meanwhile."""
    os.kill(process.pid, signal.SIGSTOP)
    attempt, end = row_of(asked).attempt, time.monotonic() + 4 * workforce.silence
    while row_of(asked).state not in _OVER and time.monotonic() < end:
        workforce.tick()
    taken_over = row_of(asked).attempt > attempt
    os.kill(process.pid, signal.SIGCONT)
    wait_until(workforce, lambda: busy.value == 0, "the paused worker has given up")
    return int(taken_over)


def _finishes():
    with reading() as session:
        return Counter(
            session.scalars(select(AuditLine.subject_id).where(AuditLine.action == "comparison.finish")).all()
        )


def _look(row, made, expected):
    """Every comparison is ready, was finished once, and says the same."""
    finishes = _finishes()
    for each in _rows(made):
        row.lost += each.state != ComparisonState.READY
        row.twice += finishes[each.id] > 1
        row.torn += each.state == ComparisonState.READY and _print_of(each) != expected
        row.expect(each.state == ComparisonState.READY, f"comparison {each.id} is {each.state}: {each.failure}")


def _poison(place, study, row, poisons, silence):
    """Ask for comparisons that kill whoever works on them: each is given up with a reason, and others go on."""
    poison, count = shared_number(), 0
    with a_workforce(place, silence=silence, poison=poison) as workforce:
        for _ in range(poisons):
            made = []
            poison.value = ask(study, made) + 0
            ask(study, made)
            _finish(workforce, made)
            failed, sound = row_of(made[0]), row_of(made[1])
            given_up = (
                failed.state == ComparisonState.FAILED and failed.attempt == MOST_ATTEMPTS and failed.failure
            )
            row.expect(given_up, f"a poisoned comparison is {failed.state} after {failed.attempt} attempts")
            row.expect(sound.state == ComparisonState.READY, f"its neighbour is {sound.state}")
            count += 1
    return count


def _unfenced(kind, server, most, silence):
    with a_place(kind, server) as place, a_workforce(place, silence=silence, mutant=WITHOUT_FENCE) as workforce:
        study, made = some_study(), []
        for count in _pause_often(workforce, study, made, most):
            if max(_finishes().values(), default=0) > 1:
                return Mutant(WITHOUT_FENCE, max(count, 1), most)
        return Mutant(WITHOUT_FENCE, None, most)
