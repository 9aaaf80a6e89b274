"""T73: the process dies at one exact point, again and again; what holds at that point holds afterwards."""

import time

from survey_app.foundations import clock
from survey_app.foundations.backups import make_backup, verify_backup
from tests.assurance.entries import back_up
from tests.assurance.faults import FAILPOINTS
from tests.assurance.killing import STRANGERS, Attack, look, take_in
from tests.assurance.places import a_place
from tests.assurance.processes import shared_number, start
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.assurance.strangers import a_crowd
from tests.factories.studies import make_open_study

FORGETFUL = "acknowledges before the commit"
#: A write is drawn for each death: one of the next so many.
_WRITES = 6
_PATIENCE = 20.0
#: Steps of making a backup at which it dies in turn.
_STEPS = 6


def die_at_each_point(kind, server, tell, *, each, mutant_deaths=50):
    """T73: die at four points of a write, and at each step of making a backup."""
    begun = time.monotonic()
    wanted = each * (len(FAILPOINTS) + 1)
    row = Row("dies at each point of a write and of a backup", "T73", kind, 0, wanted, in_flight=0)
    for number, point in enumerate(FAILPOINTS):
        attack = _die(kind, server, point, each, lambda done, _of, n=number: tell(n * each + done, wanted))
        take_in(row, attack)
        row.trials += attack.killed
    row.in_flight = row.trials
    row.trials += _die_in_a_backup(kind, server, each, row)
    tell(row.trials, wanted)
    row.notes.append(f"{each} deaths each: {', '.join(FAILPOINTS)}, and while a backup is made")
    attack = _die(kind, server, FAILPOINTS[-1], mutant_deaths, lambda *_: None, mutant=FORGETFUL)
    row.mutants.append(Mutant(FORGETFUL, attack.killed if attack.findings.bad else None, mutant_deaths))
    row.seconds = time.monotonic() - begun
    return row


def _die(kind, server, point, deaths, tell, *, mutant=None):
    """Let the site die at one point, as often as wanted, while strangers answer."""
    attack, countdown = Attack(), shared_number()
    how = {"mutant": mutant} if mutant else {}
    between, patience = (5, 2.0) if mutant else (deaths, 60.0)
    with a_place(kind, server) as place:
        study = make_open_study(places=3)
        with a_site(place, failpoint=point, countdown=countdown, **how) as site:
            for first in range(0, deaths, between):
                with a_crowd(site, study, size=STRANGERS, seed=first, patience=patience) as crowd:
                    for number in range(min(between, deaths - first)):
                        countdown.value = 1 + number % _WRITES
                        _wait_until_dead(site, countdown)
                        attack.killed += 1
                        tell(attack.killed, deaths)
                        site.kill_group()
                        crowd.wait_for(1)
                look(place, crowd, attack)
                if attack.findings.bad:
                    break
    return attack


def _wait_until_dead(site, countdown):
    """Wait until a worker has died of the countdown."""
    end = time.monotonic() + _PATIENCE
    while countdown.value > 0:
        if time.monotonic() > end:
            raise RuntimeError("nobody wrote, so nobody died")
        time.sleep(0.005)
    time.sleep(0.02)


def _die_in_a_backup(kind, server, deaths, row):
    """A backup that was cut off bears no name; what does bear one is whole, and the next one works."""
    with a_place(kind, server) as place:
        make_open_study()
        settings, folder = place.app.extensions["settings"], place.folder / "backups"
        for number in range(deaths):
            process = start(back_up, place.environment, str(folder), shared_number(1 + number % _STEPS))
            process.join(_PATIENCE)
            row.expect(process.exitcode == -9, f"the backup ended with {process.exitcode}")
            process.close()
        for made in folder.glob("backup-*"):
            verify_backup(settings, made)
        verify_backup(settings, make_backup(settings, folder, at=clock.now()))
    return deaths
