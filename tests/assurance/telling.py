"""T53: how long an answer takes tells nobody who has an account. Three kinds of people ask in, in turn.

Their times are compared by the chance that one is longer than another (the area under the curve of Mann and
Whitney) and by the gap between their medians. A band of 0.47 to 0.53 is right for 2,000 of a kind, where it is 3.3
standard errors wide; with 500 of a kind, one fair comparison in ten falls out of it. So the band is 3.3 standard
errors wide, and no narrower than that.
A gap between medians counts from 2 ms, unless shuffling who is of which kind makes one as wide: answers leave on a
beat, so on a busy machine a median falls on one beat or on the next.
"""

import math
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np
from scipy.stats import mannwhitneyu
from sqlalchemy import update

from survey_app.actions.limits import forget_tries
from survey_app.actions.people import add_person
from survey_app.foundations.database import writing
from survey_app.models import Person
from survey_app.rules.limits import RESET, RESET_NETWORK, SIGN_IN
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import Role
from tests.assurance.faults import LATER_FOR_STAFF, NO_HASH
from tests.assurance.guessing import Guesser
from tests.assurance.places import a_place
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.factories.people import AT

SIGN_IN_PAGE, RESET_PAGE = "/account/sign-in", "/account/password"
#: Page → how many ask at the same time. Hashing needs a core for itself.
_AT_ONCE = {SIGN_IN_PAGE: 4, RESET_PAGE: 8}
STAFF, UNKNOWN, DISABLED = "staff", "known", "ended"
MUTANTS = (NO_HASH, LATER_FOR_STAFF)
_KINDS = (STAFF, UNKNOWN, DISABLED)
#: Of no password that is tried.
_HASH = "$argon2id$v=19$m=19456,t=2,p=1$0S7ntV+WS/h5aKoLKKmpKw$5bVronvkrQG2mBy2AGCuwUeehEIRMCN8QHlEyLvy23Q"
_BEYOND = 3.3
_NARROWEST, _MOST_GAP, _SHUFFLES = 0.03, 0.002, 4_000


def tell_nobody(kind, server, tell, *, each, mutant_each, mutants=MUTANTS):
    """T53: people on the staff, unknown and disabled ask to sign in and for a new password."""
    begun = time.monotonic()
    wanted = 2 * len(_KINDS) * each
    row = Row("how long the answer to a stranger takes", "T53", kind, 0, wanted)
    with a_place(kind, server) as place:
        _make_people(-(-max(each, mutant_each) // min(RESET.tries, SIGN_IN.tries - 1)))
        networks = count()
        with a_site(place, threads=8, settings={"PROXY_HOPS": "1"}) as site:
            for page in (SIGN_IN_PAGE, RESET_PAGE):
                times = _ask_in(
                    site, page, range(each), networks, lambda done, at=row.trials: tell(at + done, wanted)
                )
                row.trials += sum(map(len, times.values()))
                _judge(row, page, times)
        for mutant in mutants:
            row.mutants.append(_catch(mutant, place, networks, mutant_each))
    row.seconds = time.monotonic() - begun
    return row


def _tell_on(tell, before, wanted, done):
    tell(before + done, wanted)


def _make_people(number):
    """Make so many people of each kind that there are some of; their password is never right."""
    for kind in (STAFF, DISABLED):
        for n in range(number):
            add_person(
                SYSTEM,
                email=_address(kind, n),
                name="R",
                role=Role.RESEARCHER,
                firm_id=None,
                password_hash=_HASH,
                at=AT,
            )
    with writing() as session:
        session.execute(update(Person).where(Person.email.startswith(DISABLED)).values(active=False))


def _address(kind, number):
    return f"{kind}{number:05}@example.com"


def _ask_in(site, page, numbers, networks, tell, *, seed=53):
    """Return how long the answers took, by kind; each round asks for one of each, in an order of its own."""
    times, lock = {kind: [] for kind in _KINDS}, threading.Lock()
    numbers = iter(numbers)

    def ask_on(chance):
        guesser = Guesser(site, _network(networks), signing_in=True)
        for asked, number in enumerate(iter(lambda: _next(numbers, lock), None)):
            if asked % (RESET_NETWORK.tries // len(_KINDS) - 1) == 0:
                guesser.headers["X-Forwarded-For"] = _network(networks)
            for kind in chance.sample(_KINDS, len(_KINDS)):
                person = _address(kind, number // (RESET.tries if page == RESET_PAGE else SIGN_IN.tries - 1))
                begun = time.perf_counter()
                status, _headers = guesser.send(page, email=person, password="a wrong password")
                taken = time.perf_counter() - begun
                with lock:
                    times[kind].append(taken if status == 200 else math.nan)
            tell(sum(map(len, times.values())))

    with ThreadPoolExecutor(_AT_ONCE[page]) as pool:
        list(pool.map(ask_on, [random.Random(seed + n) for n in range(_AT_ONCE[page])]))
    return times


def _next(numbers, lock):
    with lock:
        return next(numbers, None)


def _network(networks):
    number = next(networks)
    return f"10.{number >> 8 & 255}.{number & 255}.1"


def apart(ones, others):
    """Return the area under the curve, the gap between the medians in seconds, and whether the two differ."""
    area = mannwhitneyu(ones, others).statistic / (len(ones) * len(others))
    gap = statistics.median(ones) - statistics.median(others)
    error = math.sqrt((len(ones) + len(others) + 1) / (12 * len(ones) * len(others)))
    beyond = abs(area - 0.5) > max(_NARROWEST, _BEYOND * error)
    return area, gap, beyond or (abs(gap) >= _MOST_GAP and not _by_chance(ones, others, abs(gap)))


def _by_chance(ones, others, gap):
    """Return whether one in a thousand shuffles of all times leaves medians as far apart."""
    shuffled = np.random.default_rng(53).permuted(np.tile([*ones, *others], (_SHUFFLES, 1)), axis=1)
    first, second = shuffled[:, : len(ones)], shuffled[:, len(ones) :]
    wide = abs(np.median(first, axis=1) - np.median(second, axis=1)) >= gap
    return wide.sum() >= _SHUFFLES / 1000


def _judge(row, page, times):
    unanswered = sum(math.isnan(taken) for each in times.values() for taken in each)
    row.expect(not unanswered, f"{page}: {unanswered} got another answer than a page")
    if unanswered:
        return
    for kind in (STAFF, DISABLED):
        area, gap, differ = apart(times[kind], times[UNKNOWN])
        found = f"{page}, {kind} beside unknown: area {area:.3f}, medians {1000 * gap:+.2f} ms apart"
        row.expect(not differ, found)
        row.notes.append(found)


def _catch(mutant, place, networks, most):
    """Return after how many of each kind a mutant was caught: looked at after each tenth."""
    page = SIGN_IN_PAGE if mutant == NO_HASH else RESET_PAGE
    forget_tries()
    with a_site(place, mutant=mutant, threads=8, settings={"PROXY_HOPS": "1"}) as site:
        times = {kind: [] for kind in _KINDS}
        for first in range(0, most, most // 10):
            numbers = range(first, first + most // 10)
            found = _ask_in(site, page, numbers, networks, lambda _done: None, seed=first)
            for kind in _KINDS:
                times[kind] += found[kind]
            if apart(times[STAFF], times[UNKNOWN])[2]:
                return Mutant(mutant, len(times[STAFF]), most)
    return Mutant(mutant, None, most)
