"""T10, T54, T55: many guess at once, through several processes; no more is looked at than the limit says.

The limits and their windows are those of production. Time passes in the store of the counts, not here: it is
made as if the windows had begun earlier.
"""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlencode

import redis
from sqlalchemy import update

from survey_app.actions.responses import start_response
from survey_app.foundations import clock
from survey_app.foundations.database import writing
from survey_app.foundations.tokens import new_random_id, resume_code
from survey_app.models import LimitCount
from survey_app.rules.limits import OWN_CODE_EVERYBODY, OWN_CODE_NETWORK, OWN_CODES_IN_A_FLOOD, SIGN_IN
from tests.assurance.entries import LOG
from tests.assurance.faults import LOOKS_FIRST, PER_PROCESS
from tests.assurance.places import a_place
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site, ask
from tests.factories.people import PASSWORD, make_person
from tests.factories.studies import make_open_study
from tests.factories.world import TOLD
from tests.redis_server import redis_server

_WORKERS = (4, 8)
GUESSERS = 20
#: Networks that guess between two restarts of the site.
_BETWEEN_RESTARTS = 5
#: A slow machine is no fault.
_TIMEOUT = 120
_PROOF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_SIGN_IN, _CODES = "/account/sign-in", "/en/resume"
_LOOKED_AT, _REFUSED = {_SIGN_IN: 200, _CODES: 404}, 429


class Store:
    """Where tries are counted: a table of the place, or Redis; and what the site must know to count there."""

    def __init__(self, url=""):
        self.url = url
        self.settings = {"PROXY_HOPS": "1", "REDIS_URL": url}

    def let_pass(self, seconds):
        """Make it as if so many seconds more had gone by since each window began."""
        if not self.url:
            with writing() as session:
                session.execute(update(LimitCount).values(ends_at=LimitCount.ends_at - seconds))
            return
        with redis.Redis.from_url(self.url) as client:
            for key in client.scan_iter():
                client.pexpire(key, max(client.pttl(key) - 1000 * seconds, 1))
        time.sleep(0.01)


@contextmanager
def a_store(*, in_redis):
    """Give the store of the counts."""
    if not in_redis:
        yield Store()
        return
    with redis_server() as url:
        yield Store(url)


class Guesser:
    """Somebody at an address, as the proxy tells it, with a form for signing in open before them."""

    def __init__(self, site, address, *, signing_in=False):
        self.port, self.headers, self.proof = site.port, {"X-Forwarded-For": address}, {}
        if signing_in:
            _status, headers, text = ask(self.port, _SIGN_IN, timeout=_TIMEOUT, headers=self.headers)
            self.headers["Cookie"] = headers["Set-Cookie"].partition(";")[0]
            self.proof = {"csrf_token": _PROOF.search(text)[1]}

    def send(self, path, **form):
        """Send a form; return the status and the headers."""
        body = urlencode(form | self.proof)
        return ask(self.port, path, timeout=_TIMEOUT, method="POST", body=body, headers=self.headers)[:2]

    def sign_in(self, email, password=PASSWORD):
        return self.send(_SIGN_IN, email=email, password=password)[0]

    def open(self, code):
        return self.send(_CODES, code=code)[0]


def at_once(guessers, tries, send):
    """Let all begin at one moment, and send until there were so many tries; return how often which status came."""
    numbers, statuses = iter(range(tries)), Counter()
    lock, start = threading.Lock(), threading.Barrier(len(guessers))

    def guess(guesser):
        start.wait()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            status = send(guesser, number)
            with lock:
                statuses[status] += 1

    with ThreadPoolExecutor(len(guessers)) as pool:
        list(pool.map(guess, guessers))
    return statuses


class Attackers:
    """Those who guess at one site, each flood from a network that nobody has guessed from."""

    def __init__(self, site, networks, resume):
        self.site, self.networks, self.resume = site, networks, resume
        self.problems, self.refused = [], 0

    def address(self):
        """Return an address in a network of its own."""
        number = next(self.networks)
        return f"10.{number >> 8}.{number & 255}.1"

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def passwords(self, tries):
        """T10: so many wrong passwords for one account; return it, and that of a neighbour."""
        address, number = self.address(), next(self.networks)
        victim, neighbour = f"victim{number}@example.com", f"neighbour{number}@example.com"
        for email in (victim, neighbour):
            make_person(email)
        with ThreadPoolExecutor(GUESSERS) as pool:
            guessers = list(pool.map(lambda _n: Guesser(self.site, address, signing_in=True), range(GUESSERS)))
        statuses = at_once(guessers, tries, lambda guesser, n: guesser.sign_in(victim, f"wrong password {n}"))
        self._judge(_SIGN_IN, statuses, tries, SIGN_IN.tries)
        return victim, neighbour, guessers[0]

    def codes(self, tries):
        """T55: so many wrong codes from one network; return a guesser of it."""
        guesser = Guesser(self.site, self.address())
        wrong = [resume_code(new_random_id()) for _ in range(tries)]
        statuses = at_once([guesser] * GUESSERS, tries, lambda each, n: each.open(wrong[n]))
        self._judge(_CODES, statuses, tries, OWN_CODE_NETWORK.tries)
        return guesser

    def _last_error(self):
        """Return how the last error of ours that the site has logged ends, or that there is none."""
        _before, found, told = (self.site.folder.parent / LOG).read_text().rpartition("unexpected error")
        return f"its log says: {told[:2000]}" if found else "its log says nothing of an error"

    def _judge(self, path, statuses, tries, limit):
        looked_at, refused = statuses[_LOOKED_AT[path]], statuses[_REFUSED]
        self.refused += refused
        self.expect(looked_at + refused == tries, f"{path} answered {dict(statuses)}; {self._last_error()}")
        self.expect(looked_at == limit, f"{looked_at} guesses of {tries} at {path} were looked at: {limit} may be")


def guess_at_once(kind, server, tell, *, passwords, codes, tries, everywhere=1, workers=_WORKERS, in_redis=False):
    """T10, T54, T55: floods of wrong passwords and codes, and from everywhere; each flood is one trial."""
    begun = time.monotonic()
    wanted = passwords + codes * len(workers) + everywhere
    name = f"{GUESSERS} guess at once, counted in {'Redis' if in_redis else 'the database'}"
    row = Row(name, "T10, T54, T55", kind, 0, wanted, refused=0)
    with a_place(kind, server) as place, a_store(in_redis=in_redis) as store:
        networks, resume = count(), _begun_response()
        for number in workers:
            with a_site(place, workers=number, settings=store.settings) as site:
                attackers = Attackers(site, networks, resume)
                if number == workers[0]:
                    _take_passwords(attackers, store, passwords, tries)
                    row.trials += passwords
                    tell(row.trials, wanted)
                row.trials += _take_codes(attackers, codes, lambda done, at=row.trials: tell(at + done, wanted))
                store.let_pass(OWN_CODE_NETWORK.seconds)
                if number == workers[-1] and everywhere:
                    _flood_from_everywhere(attackers)
                    row.trials += 1
            row.problems += attackers.problems[:5]
            row.refused += attackers.refused
        for mutant in (PER_PROCESS,) if in_redis else (PER_PROCESS, LOOKS_FIRST):
            row.mutants.append(_catch(mutant, place, store, networks, resume))
    row.notes.append(
        f"{passwords} floods of {tries} wrong passwords at one account, {codes} floods of wrong codes from one "
        f"network through each of {' and '.join(map(str, workers))} workers, restarted between; in each exactly "
        f"{SIGN_IN.tries} passwords and {OWN_CODE_NETWORK.tries} codes may be looked at"
    )
    row.seconds = time.monotonic() - begun
    return row


def _begun_response():
    """Begin a response; return the code with which it goes on."""
    link, submission = make_open_study().links[0], new_random_id()
    start_response(
        link,
        submission_id=submission,
        request_id=new_random_id(),
        consent=TOLD,
        agreed_to=TOLD.hash,
        at=clock.now(),
    )
    return resume_code(submission)


def _take_passwords(attackers, store, floods, tries):
    """Make the floods: a right password is refused during the delay, taken after it; others are not touched."""
    for _ in range(floods):
        victim, neighbour, guesser = attackers.passwords(tries)
        elsewhere = Guesser(attackers.site, attackers.address(), signing_in=True)
        statuses = [guesser.sign_in(victim), elsewhere.sign_in(victim)]
        attackers.expect(statuses == [_REFUSED] * 2, f"a right password during the delay: {statuses}")
        attackers.expect(guesser.sign_in(neighbour) == 302, "the neighbour could not sign in")
        store.let_pass(SIGN_IN.seconds // 2)
        attackers.expect(elsewhere.sign_in(victim) == _REFUSED, "half the delay was enough")
        store.let_pass(SIGN_IN.seconds // 2)
        attackers.expect(elsewhere.sign_in(victim) == 302, "a right password after the delay was refused")


def _take_codes(attackers, floods, tell):
    """Make the floods; the site starts anew after every few, and remembers who has guessed."""
    guessers = []
    for done in range(1, floods + 1):
        guessers.append(attackers.codes(2 * OWN_CODE_NETWORK.tries))
        tell(done)
        if done % _BETWEEN_RESTARTS == 0 or done == floods:
            attackers.site.kill_group()
            attackers.site.wait()
            attackers.site.wait_for_workers()
            statuses = {guesser.open(attackers.resume) for guesser in guessers}
            attackers.expect(statuses == {_REFUSED}, f"after a restart guessers got {statuses}")
            other = Guesser(attackers.site, attackers.address()).open(attackers.resume)
            attackers.expect(other == 303, f"a right code from another network: {other}")
            guessers.clear()
    return floods


def _flood_from_everywhere(attackers):
    """T54: when many networks have used up what all have together, each has few; a right code still opens."""
    networks = -(-OWN_CODE_EVERYBODY.tries // OWN_CODE_NETWORK.tries)
    guessers = [Guesser(attackers.site, attackers.address()) for _ in range(networks)]
    wrong = resume_code(new_random_id())
    statuses = at_once(guessers, networks * OWN_CODE_NETWORK.tries, lambda guesser, _n: guesser.open(wrong))
    attackers.expect(set(statuses) <= {404, _REFUSED}, f"a flood from {networks} networks got {dict(statuses)}")
    while Guesser(attackers.site, attackers.address()).open(wrong) == 404 and statuses[404] < (
        OWN_CODE_EVERYBODY.tries
    ):
        statuses[404] += 1
    late = Guesser(attackers.site, attackers.address())
    looked_at = [late.open(wrong) for _ in range(OWN_CODES_IN_A_FLOOD + 3)].count(404)
    attackers.expect(looked_at == OWN_CODES_IN_A_FLOOD, f"{looked_at} guesses of a network in a flood")
    right = Guesser(attackers.site, attackers.address()).open(attackers.resume)
    attackers.expect(right == 303, f"a right code in a flood: {right}")


def _catch(mutant, place, store, networks, resume, *, most=5):
    """Return after how many floods a mutant was caught."""
    store.let_pass(OWN_CODE_NETWORK.seconds)
    with a_site(place, mutant=mutant, workers=_WORKERS[0], settings=store.settings) as site:
        attackers = Attackers(site, networks, resume)
        for flood in range(1, most + 1):
            attackers.codes(2 * OWN_CODE_NETWORK.tries)
            if attackers.problems:
                return Mutant(mutant, flood, most)
    return Mutant(mutant, None, most)
