"""T76 and the rush hour: many at once on one file; nobody is shown an error, and nothing is lost."""

import statistics
import threading
import time
from contextlib import contextmanager

from sqlalchemy import func, select, text

from survey_app.foundations.database import reading, writing
from survey_app.models import PageRequest
from tests.assurance.entries import count_up
from tests.assurance.faults import WHOLE
from tests.assurance.killing import Attack, look, take_in
from tests.assurance.places import SQLITE, a_place
from tests.assurance.processes import shared_number, start
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.assurance.strangers import a_crowd
from tests.factories.studies import make_open_study

PLAIN = "begins plainly"
COUNTING, SERVING, CROWD = 6, 2, 4
RESPONDENTS = 64
#: Respondents think for so long between two pages.
_THINK_SECONDS = 0.5
#: Blocks of writes with and without a reader, in turn, and how many writes each has.
_BLOCKS, _WRITES = 10, 60
#: A reader may not make a writer slower than this, in medians.
_MOST_RATIO = 1.5


def mix_processes(kind, server, tell, *, seconds, mutant_seconds=20):
    """T76: eight processes read and write one SQLite file; a number that six of them count up is never short."""
    begun = time.monotonic()
    row = Row(f"{COUNTING + SERVING} processes read and write one file", "T76", SQLITE, 0, seconds)
    attack, counted = _mix(seconds, tell)
    take_in(row, attack)
    _judge(row, counted)
    row.trials = seconds
    row.notes.append(
        f"trials are seconds; {counted.done:,} increments by {COUNTING} processes beside {SERVING} serving pages"
    )
    attack, counted = _mix(mutant_seconds, lambda *_: None, mutant=PLAIN)
    caught = counted.failed or counted.lost or attack.statuses[503]
    row.mutants.append(Mutant(PLAIN, attack.killed if caught else None, mutant_seconds))
    row.seconds = time.monotonic() - begun
    return row


def _judge(row, counted):
    row.acknowledged += counted.done
    row.lost += counted.lost
    row.expect(not counted.failed, f"{counted.failed} transactions failed")
    row.expect(not row.refused, f"{row.refused} pages showed an error")


class _Counted:
    """What processes that count up have reported, and what is in the table."""

    def __init__(self, reports):
        self.done = sum(done.value for done, _failed in reports)
        self.failed = sum(failed.value for _done, failed in reports)
        with reading() as session:
            self.lost = self.done - session.scalar(text("SELECT value FROM assurance_counter"))


def _make_counter():
    with writing() as session:
        session.execute(text("CREATE TABLE assurance_counter (value INTEGER)"))
        session.execute(text("INSERT INTO assurance_counter VALUES (0)"))


def _mix(seconds, tell, *, mutant=WHOLE):
    """Let all work for some seconds; a mutant is stopped at the first second that betrays it."""
    attack = Attack()
    with a_place(SQLITE) as place:
        study = make_open_study(places=3)
        _make_counter()
        stop, reports = shared_number(), [(shared_number(), shared_number()) for _ in range(COUNTING)]
        processes = [start(count_up, place.environment, mutant, stop, *report) for report in reports]
        try:
            with (
                a_site(place, mutant=mutant, workers=SERVING) as site,
                a_crowd(site, study, size=CROWD, pause=0.05) as crowd,
            ):
                for second in range(1, seconds + 1):
                    time.sleep(1)
                    attack.killed = second
                    tell(second, seconds)
                    if mutant != WHOLE and (any(failed.value for _, failed in reports) or crowd.statuses[503]):
                        break
                stop.value = 1
                for process in processes:
                    process.join(30)
            look(place, crowd, attack)
        finally:
            for process in processes:
                process.kill()
                process.join()
                process.close()
        return attack, _Counted(reports)


def meet_the_rush(kind, server, tell, *, seconds, mutant_seconds=20):
    """64 respondents at once: no error, as many pages as were acknowledged; and a long reader slows no writer."""
    begun = time.monotonic()
    row = Row(f"{RESPONDENTS} respondents at once", "T76", kind, 0, seconds)
    attack, stored = _rush(kind, server, seconds, tell)
    take_in(row, attack)
    row.trials = seconds
    row.expect(not row.refused, f"{row.refused} pages showed an error")
    row.expect(not attack.retries, f"{attack.retries} requests got no answer")
    row.expect(stored == row.acknowledged, f"{row.acknowledged} pages acknowledged, {stored} stored")
    row.notes.append(f"trials are seconds; {row.acknowledged / seconds:,.0f} pages acknowledged a second")
    ratio, blocked = (_reader_ratio(kind, server, holding) for holding in (reading, writing))
    row.expect(ratio < _MOST_RATIO, f"with a long reader a write took {ratio:.2f} times as long")
    row.notes.append(
        f"while a reader holds a long read, the median write takes {ratio:.2f} times as long as without it"
    )
    if kind == SQLITE:
        row.mutants.append(Mutant("the reader takes the writers' door", 1 if blocked > _MOST_RATIO else None, 1))
        attack, _stored = _rush(kind, server, mutant_seconds, lambda *_: None, mutant=PLAIN)
        refused = sum(count for status, count in attack.statuses.items() if status >= 500)
        row.mutants.append(Mutant(PLAIN, attack.killed if refused else None, mutant_seconds))
    row.seconds = time.monotonic() - begun
    return row


def _rush(kind, server, seconds, tell, *, mutant=WHOLE):
    attack = Attack()
    with a_place(kind, server) as place:
        study = make_open_study(places=3)
        with a_site(place, mutant=mutant) as site:
            with a_crowd(site, study, size=RESPONDENTS, pause=_THINK_SECONDS) as crowd:
                for second in range(1, seconds + 1):
                    time.sleep(1)
                    attack.killed = second
                    tell(second, seconds)
                    if mutant != WHOLE and crowd.statuses[503]:
                        break
            look(place, crowd, attack)
        with reading() as session:
            return attack, session.scalar(select(func.count()).select_from(PageRequest))


def _reader_ratio(kind, server, holding):
    """Return by how much the median write takes longer while somebody holds a read."""
    taken = {False: [], True: []}
    with a_place(kind, server) as place:
        make_open_study()
        _make_counter()
        for block in range(_BLOCKS):
            held = bool(block % 2)
            with _held(place, holding) if held else _nothing():
                taken[held] += [_one_write() for _ in range(_WRITES if holding is reading else 1)]
    return statistics.median(taken[True]) / statistics.median(taken[False])


def _one_write():
    begun = time.perf_counter()
    with writing() as session:
        session.execute(text("UPDATE assurance_counter SET value = value + 1"))
    return time.perf_counter() - begun


@contextmanager
def _nothing():
    yield


@contextmanager
def _held(place, holding):
    """Hold a transaction open in another thread; a holder that may write lets go after a second."""
    begun, done = threading.Event(), threading.Event()

    def hold():
        with place.app.app_context(), holding() as session:
            session.execute(text("SELECT count(*) FROM responses")).one()
            begun.set()
            done.wait(60 if holding is reading else 1)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join()
