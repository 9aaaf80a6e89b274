"""T8, T35, T51: tokens that were tampered with, tokens by the hundred thousand, and SQL at every door."""

import tempfile
import time
from contextlib import contextmanager, redirect_stderr
from itertools import cycle
from pathlib import Path

from survey_app.foundations.database import database
from survey_app.web.public import survey
from tests.assurance.places import an_address
from tests.assurance.rows import Mutant, Row
from tests.factories.world import make_world
from tests.safety.payloads import SQL
from tests.safety.tampering import DOORS, accepted, lasting_faults, public_alphabets
from tests.safety.test_hostile import DOORS as EVERY_DOOR
from tests.safety.test_hostile import look_up_as_text, send_sql
from tests.safety.test_tokens import BROKEN, KINDS

#: Requests between two looks at the database.
_BETWEEN_LOOKS = 25
_MUTANT_EACH = 6


@contextmanager
def a_world(kind, server):
    """Give a small world with everybody in it; what it logs stays in its folder."""
    with (
        tempfile.TemporaryDirectory(prefix="assurance-") as name,
        an_address(kind, Path(name), server) as url,
        (Path(name) / "log").open("w") as log,
        redirect_stderr(log),
    ):
        world = make_world(url, Path(name))
        yield world
        world.finish_mail()
        with world.app.app_context():
            world.app.extensions["opens"].finish()
            database.engine.dispose()


def tamper(kind, server, tell, *, each, made):
    """T8, T51: tampered tokens of each kind open nothing; tokens are even, unlike, and tell no order."""
    begun = time.monotonic()
    wanted = each * len(DOORS) + made * len(KINDS)
    row = Row("tokens tampered with, and many of each kind", "T8, T51", kind, 0, wanted)
    with a_world(kind, server) as world:
        for token in DOORS:
            for first in range(0, each, _BETWEEN_LOOKS):
                few = min(_BETWEEN_LOOKS, each - first)
                taken = accepted(world, token, few, seed=first)
                row.expect(not taken, f"a {token} that was tampered with opened its door: {taken[:1]}")
                row.trials += few
                tell(row.trials, wanted)
        row.expect(not world.changed(), f"tampered tokens changed {world.changed()}")
        with world.app.app_context():
            for name, (make, alphabets) in KINDS.items():
                faults = lasting_faults(make, alphabets, made)
                row.expect(not faults, f"{name}: {faults[:3]}")
                row.trials += made
                tell(row.trials, wanted)
        true = world.thing("token")
        forgiving = accepted(
            world, "token", each, 8, opens=lambda _world, _door, token: token.lower() == true.lower()
        )
    row.mutants.append(Mutant("forgives the case of a letter", len(forgiving) and each, each))
    for name, make in BROKEN.items():
        found = lasting_faults(make, public_alphabets(), made)
        row.mutants.append(Mutant(f"tokens {name}", made if found else None, made))
    row.notes.append(
        f"{each:,} tampered of each of {len(DOORS)} kinds, {made:,} made of each of {len(KINDS)} kinds"
    )
    row.seconds = time.monotonic() - begun
    return row


def inject(kind, server, tell, *, each, most=100):
    """T35: each payload in every part of an address, parameter, header, cookie and field of every door."""
    begun = time.monotonic()
    wanted = each * len(EVERY_DOOR)
    row = Row("SQL in everything that is sent", "T35", kind, 0, wanted)
    payloads = cycle(SQL)
    with a_world(kind, server) as world:
        for door in EVERY_DOOR:
            for first in range(0, each, _BETWEEN_LOOKS):
                few = min(_BETWEEN_LOOKS, each - first)
                row.problems += send_sql(world, *door, payloads, few)[:2]
                row.trials += few
            tell(row.trials, wanted)
        greeting = next(door for door in EVERY_DOOR if door[0].endpoint == "survey.greet")
        look_behind, survey.look_behind = survey.look_behind, look_up_as_text
        try:
            parts = range(0, most, _MUTANT_EACH)
            found = next((n for n in parts if send_sql(world, *greeting, payloads, _MUTANT_EACH)), None)
        finally:
            survey.look_behind = look_behind
    caught = None if found is None else found + _MUTANT_EACH
    row.mutants.append(Mutant("puts a statement together", caught, most))
    row.notes.append(f"{len(SQL)} payloads, {each} requests at each of {len(EVERY_DOOR)} doors, several in each")
    row.seconds = time.monotonic() - begun
    return row
