"""T70, T71, T58: the same thing is sent twice, twenty times at once, or by twenty people through one link."""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urljoin

from survey_app.actions.fieldwork import make_invitation
from survey_app.foundations import clock
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import InvitationKind
from tests.assurance.faults import NO_UNIQUE_KEY, WHOLE, drop_unique_keys
from tests.assurance.findings import compare_with_stored
from tests.assurance.gate import a_gate
from tests.assurance.places import a_place
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.assurance.strangers import GaveUp, Sent, Stranger, Walk
from tests.factories.studies import make_open_study

CLIENTS = 20
#: Trials that run side by side where each is one stranger.
_SIDE_BY_SIDE = 4
#: Start, then four pages.
_STAGES = 5
#: After so many trials, what is stored is held against what was acknowledged.
_ROUND, _MUTANT_ROUND = 200, 5
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Trials:
    """A site with a study on it, and the ledger of all that was acknowledged there."""

    def __init__(self, place, site, study, *, patience):
        self.place, self.site, self.study, self.patience = place, site, study, patience
        self.walks, self.problems, self.gave_up = [], [], []
        self.count = 0

    def stranger(self, number, *, port=None, link=None):
        """Return somebody who acts when told to."""
        path = f"/en/s/{link or self.study.links[number % len(self.study.links)]}"
        return Stranger(port or self.site.port, path, threading.Event(), seed=number, patience=self.patience)

    def attempt(self, trial, job):
        """Make one trial; a stranger who gives up is a problem on a sound site only."""
        try:
            with self.place.app.app_context():
                trial(self, job)
        except (GaveUp, OSError) as reason:
            self.gave_up.append(repr(reason))
        self.count += 1

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)


def send_twice(kind, server, each, tell, *, mutant_trials=100):
    """T70: each way of sending the same again, so many times each."""
    jobs = [(way, number) for number in range(each) for way in _WAYS]
    return _row(
        "sent again: double click, two tabs, back, reload, cut answer",
        "T70",
        kind,
        server,
        jobs,
        _one_way,
        tell,
        side_by_side=_SIDE_BY_SIDE,
        most=mutant_trials,
    )


def send_at_once(kind, server, rounds, tell, *, mutant_rounds=50):
    """T71: twenty clients send one and the same request at one moment."""
    name = f"{CLIENTS} identical posts at once"
    return _row(name, "T71", kind, server, list(range(rounds)), _race_with_one_page, tell, most=mutant_rounds)


def share_single_link(kind, server, rounds, tell, *, mutant_rounds=50):
    """T58: twenty clients answer through one link that is good once."""
    name = f"{CLIENTS} through one single-use link"
    return _row(name, "T58", kind, server, list(range(rounds)), _race_through_one_link, tell, most=mutant_rounds)


def _row(name, check, kind, server, jobs, trial, tell, *, most, side_by_side=1):
    begun = time.monotonic()
    row = Row(name, check, kind, 0, len(jobs))
    trials, findings = _try(kind, server, jobs, trial, tell, side_by_side=side_by_side)
    row.trials = trials.count
    row.add(findings)
    row.problems += trials.problems[:5]
    mutated = jobs[:most]
    trials, findings = _try(kind, server, mutated, trial, lambda *_: None, mutant=NO_UNIQUE_KEY)
    caught = findings.bad or trials.problems
    row.mutants.append(Mutant(NO_UNIQUE_KEY, trials.count if caught else None, len(mutated)))
    row.seconds = time.monotonic() - begun
    return row


def _try(kind, server, jobs, trial, tell, *, mutant=WHOLE, side_by_side=1):
    """Make all trials on a sound site; on a mutant, look after every few, and stop when one betrays it."""
    with a_place(kind, server) as place:
        study = make_open_study(places=3)
        if mutant == NO_UNIQUE_KEY:
            drop_unique_keys()
        with a_site(place, mutant=mutant) as site, ThreadPoolExecutor(side_by_side) as pool:
            trials = Trials(place, site, study, patience=30.0 if mutant == WHOLE else 1.0)
            size = _ROUND if mutant == WHOLE else _MUTANT_ROUND
            for first in range(0, len(jobs), size):
                for _done in pool.map(lambda job: trials.attempt(trial, job), jobs[first : first + size]):
                    tell(trials.count, len(jobs))
                findings = compare_with_stored(place, trials.walks)
                if findings.bad or trials.problems:
                    break
        if mutant == WHOLE:
            trials.problems += trials.gave_up
        return trials, findings


def _double_click(trials, stranger, path, pairs):
    """The browser sends twice and listens to the second answer only; or both arrive."""
    second = Stranger(trials.site.port, path, threading.Event(), seed=0, patience=trials.patience)
    if stranger.chance.random() < 0.5:
        _send_and_hang_up(trials.site.port, path, pairs)
    led = []
    thread = threading.Thread(target=lambda: led.append(second.line.post(path, pairs)))
    thread.start()
    time.sleep(stranger.chance.uniform(0, 0.02))
    led.append(stranger.line.post(path, pairs))
    thread.join()
    return led


def _two_tabs(trials, stranger, path, pairs):
    """The page was opened twice; each has its request id, both say the same."""
    hidden = dict(pairs)
    if "request_id" not in hidden:
        return [stranger.line.post(path, pairs) for _ in range(2)]
    _path, text = stranger.line.get(path)
    other = dict(stranger.hidden(text))
    tab = [(name, other.get(name, value)) for name, value in pairs]
    return [stranger.line.post(path, pairs), stranger.line.post(path, tab)]


def _back_and_send(trials, stranger, path, pairs):
    """Back brings the page as it was, with its old request id; it is sent as it is."""
    led = stranger.line.post(path, pairs)
    stranger.line.get(led)
    return [led, stranger.line.post(path, pairs)]


def _reload(trials, stranger, path, pairs):
    """The browser asks whether to send again, and somebody says yes, three times."""
    return [stranger.line.post(path, pairs) for _ in range(4)]


def _cut_answer(trials, stranger, path, pairs):
    """A proxy cuts the answer off after the server has committed; the browser sends again."""
    with a_gate(trials.site.port) as gate:
        gate.to_swallow = 1
        through = Stranger(gate.port, path, threading.Event(), seed=0, patience=trials.patience)
        led = through.line.post(path, pairs)
        trials.expect(gate.swallowed == 1, "the gate swallowed no answer")
    return [led]


_WAYS = (_double_click, _two_tabs, _back_and_send, _reload, _cut_answer)


def _one_way(trials, job):
    """One stranger goes from link to receipt, and sends one of the pages in one of these ways."""
    way, number = job
    stranger = trials.stranger(number)
    at = stranger.chance.randrange(_STAGES)
    walk, (path, pairs) = stranger.greeted()
    trials.walks.append(walk)
    led = _sent(trials, stranger, path, pairs, way if at == 0 else None)
    walk.started = True
    stage = 0
    while not led.endswith("/receipt"):
        stage += 1
        path, pairs = stranger.page(walk, led)
        led = _sent(trials, stranger, path, pairs, way if at == stage else None)
        walk.pages.append(Sent(dict(pairs)["request_id"], stranger.line.began))
    walk.receipt = stranger.receipt(led)
    if way is _back_and_send:
        again = stranger.line.post(path, pairs)
        trials.expect(stranger.receipt(again) == walk.receipt, "back and send gave another receipt")


def _sent(trials, stranger, path, pairs, way):
    if way is None:
        return stranger.line.post(path, pairs)
    led = way(trials, stranger, path, pairs)
    trials.expect(len(set(led)) == 1, f"{way.__name__.strip('_')} led to {len(set(led))} places")
    return led[0]


def _send_and_hang_up(port, path, pairs):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, body=urlencode(pairs), headers=_FORM)
    connection.close()


def _post_at_once(port, posts):
    """Send many posts at one moment over connections that are open already; return (status, where it led)."""
    barrier = threading.Barrier(len(posts))

    def send(path, pairs):
        body = urlencode(pairs)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.connect()
            barrier.wait()
            connection.request("POST", path, body=body, headers=_FORM)
            answer = connection.getresponse()
            answer.read()
            return answer.status, urljoin(path, answer.headers.get("Location", ""))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, *zip(*posts, strict=True)))


def _race_with_one_page(trials, number):
    """Start, a page in the middle, or the last one: in turn."""
    stranger, at = trials.stranger(number), (0, 3, _STAGES - 1)[number % 3]
    walk, (path, pairs) = stranger.greeted()
    trials.walks.append(walk)
    led = _raced(trials, stranger, path, pairs, race=at == 0)
    walk.started = True
    stage = 0
    while not led.endswith("/receipt"):
        stage += 1
        path, pairs = stranger.page(walk, led)
        led = _raced(trials, stranger, path, pairs, race=at == stage)
        walk.pages.append(Sent(dict(pairs)["request_id"], stranger.line.began))
    walk.receipt = stranger.receipt(led)


def _raced(trials, stranger, path, pairs, *, race):
    if not race:
        return stranger.line.post(path, pairs)
    answers = _post_at_once(trials.site.port, [(path, pairs)] * CLIENTS)
    trials.expect(
        len(set(answers)) == 1, f"the same post was answered in {len(set(answers))} ways: {set(answers)}"
    )
    return stranger.line.post(path, pairs)


def _race_through_one_link(trials, number):
    """Twenty open the link and press Start at once, answer one draft together, and press Send at once."""
    study = trials.study
    link = make_invitation(
        SYSTEM, study.study, location_public_id=study.places[0], kind=InvitationKind.SINGLE, at=clock.now()
    )
    people = [trials.stranger(CLIENTS * number + each, link=link) for each in range(CLIENTS)]
    begun = _post_at_once(trials.site.port, [stranger.greeted()[1] for stranger in people])
    trials.expect(len(set(begun)) == 1, f"one link led to {len(set(begun))} drafts")
    led = begun[0][1]
    if begun[0][0] != 303:
        raise GaveUp(f"start: {begun[0][0]}")
    submission = led.split("/")[3].rpartition(".")[0]
    walk = Walk(submission, f"{submission} was here", {}, started=True)
    trials.walks.append(walk)
    for _page in range(_STAGES - 2):
        led = people[0].answer(walk, led)
    ends = _post_at_once(trials.site.port, [stranger.page(walk, led) for stranger in people])
    trials.expect({status for status, _led in ends} == {303}, f"send was answered with {ends}")
    receipts = {stranger.receipt(where) for stranger, (_status, where) in zip(people[:3], ends, strict=False)}
    trials.expect(len(receipts) == 1, f"{len(receipts)} receipts")
    walk.receipt = next(iter(receipts))
    late = _post_at_once(trials.site.port, [(people[0].link, [("submission", "")])] * 3)
    trials.expect({status for status, _led in late} == {410}, f"a used link was answered with {late}")
