"""T85: backups under load hold what was acknowledged before, show a flipped bit, and come back whole."""

import random
import shutil
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from survey_app.analysis_bridge.exports import export_comparison
from survey_app.foundations import backups, clock
from survey_app.foundations.backups import BackupProblem, make_backup, restore_backup, verify_backup
from tests.assurance.finishing import ask, some_study
from tests.assurance.killing import STRANGERS, Attack, look, take_in
from tests.assurance.places import SQLITE, a_place, an_address, an_application
from tests.assurance.rows import Mutant, Row
from tests.assurance.site import a_site
from tests.assurance.strangers import a_crowd
from tests.factories.studies import make_open_study

COPIED, UNHASHED = "copies the file while it is written", "does not look at the hash"
TRUSTING = "believes the manifest"


def back_up_under_load(kind, server, tell, *, made, flips):
    """T85: make backups while strangers answer; flip bits; restore on a clean place and compare exports."""
    begun = time.monotonic()
    row = Row("backups under load, one bit flipped", "T85", kind, 0, made + flips, in_flight=made)
    attack = Attack()
    with a_place(kind, server) as place:
        study = make_open_study(places=3)
        with a_site(place) as site, a_crowd(site, study, size=STRANGERS) as crowd:
            for number in range(1, made + 1):
                row.lost += _missing(place, crowd, make_backup)
                tell(number, made + flips)
        look(place, crowd, attack)
        take_in(row, attack)
        folder = make_backup(_settings(place), place.folder / "flipped", at=clock.now())
        unseen = sum(not seen for seen in _flip(_settings(place), folder, flips))
        row.expect(not unseen, f"{unseen} flipped bits were not seen")
        row.trials = made + flips
        tell(row.trials, row.wanted)
        row.mutants.append(_believing(kind, _settings(place), folder, flips))
        row.notes.append(
            f"{made} backups made, verified and restored while strangers answered, each held against all pages "
            f"that were acknowledged before it began; {flips} single bits flipped anywhere in a backup"
        )
    _export_twice(kind, server, row)
    if kind == SQLITE:
        row.mutants.append(_copied(made))
    row.seconds = time.monotonic() - begun
    return row


def _settings(place):
    return place.app.extensions["settings"]


def _missing(place, crowd, make):
    """Make a backup; return how many pages that had been acknowledged before are not in it."""
    crowd.wait_for(3)
    before = {sent.request_id for walk in crowd.walks for sent in list(walk.pages)}
    folder = make(_settings(place), place.folder / "backups", at=clock.now())
    try:
        verify_backup(_settings(place), folder)
        with an_address(place.kind, place.folder, place.server) as url:
            _restore(place, folder, url)
            return len(before - _pages(place.kind, url))
    finally:
        shutil.rmtree(folder)


def _restore(place, folder, url):
    restore_backup(replace(_settings(place), database_url=_spoken(url)), folder)


def _spoken(url):
    return url.replace("postgresql:", "postgresql+psycopg:")


def _pages(kind, url):
    if kind == SQLITE:
        with closing(sqlite3.connect(make_url(url).database)) as connection:
            found = connection.execute("SELECT request_id FROM page_requests").fetchall()
    else:
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT request_id FROM page_requests").fetchall()
    return {request_id for (request_id,) in found}


def _flip(settings, folder, flips):
    """Flip one bit at a time, anywhere in a backup; yield whether verifying it said no."""
    chance = random.Random(1)
    files = sorted(folder.iterdir())
    for number in range(flips):
        path = files[number % len(files)]
        whole = path.read_bytes()
        content = bytearray(whole)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        try:
            verify_backup(settings, folder)
            yield False
        except BackupProblem:
            yield True
        finally:
            path.write_bytes(whole)


@contextmanager
def _standing_in(**functions):
    """Let other functions of the module of backups stand in for its own."""
    sound = {name: getattr(backups, name) for name in functions}
    for name, function in functions.items():
        setattr(backups, name, function)
    try:
        yield
    finally:
        for name, function in sound.items():
            setattr(backups, name, function)


def _careless(kind, folder):
    """Return a mutant: whatever is in the file, its hash is said to be that of the manifest.

    A dump of PostgreSQL is packed and sums itself up, so that bringing it back shows all but a few flips as
    well; there the mutant does not bring it back either.
    """
    said = backups._hash_of(next(folder.glob("database.*")))
    unhashed = {"_hash_of": lambda _path: said}
    if kind == SQLITE:
        return UNHASHED, unhashed
    return TRUSTING, unhashed | {"_restore_postgresql": _leave, "_hold_against": _leave}


def _leave(*_):
    """Do nothing."""


def _believing(kind, settings, folder, flips):
    name, functions = _careless(kind, folder)
    with _standing_in(**functions):
        for number, seen in enumerate(_flip(settings, folder, flips), start=1):
            if not seen:
                return Mutant(name, number, flips)
    return Mutant(name, None, flips)


def _copied(most):
    """The mutant: the file of the database is copied as it stands, while strangers answer."""
    with a_place(SQLITE) as place:
        study = make_open_study(places=3)
        with (
            _standing_in(_save_sqlite=_copy),
            a_site(place) as site,
            a_crowd(site, study, size=STRANGERS) as crowd,
        ):
            for number in range(1, most + 1):
                try:
                    missing = _missing(place, crowd, make_backup)
                except (BackupProblem, sqlite3.DatabaseError):
                    missing = 1
                if missing:
                    return Mutant(COPIED, number, most)
    return Mutant(COPIED, None, most)


def _copy(url, file):
    shutil.copyfile(url.database, file)
    return backups._look_into_sqlite(file)


def _export_twice(kind, server, row):
    """What a comparison exports here and from a restored backup elsewhere is the same, byte by byte."""
    with a_place(kind, server) as place:
        asked = ask(some_study(), [])
        export_comparison(asked, place.folder / "here")
        folder = make_backup(_settings(place), place.folder / "backups", at=clock.now())
        with an_address(kind, place.folder, server) as url:
            _restore(place, folder, url)
            with an_application(place.environment | {"DATABASE_URL": url}):
                export_comparison(asked, place.folder / "there")
        here, there = (_hashes(place.folder / name) for name in ("here", "there"))
        row.expect(len(here) > 2 and here == there, "a restored backup exports something else")


def _hashes(folder: Path):
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
