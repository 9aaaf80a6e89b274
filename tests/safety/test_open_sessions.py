"""T5. Who loses a role or their account while a page stands open is anybody with the next request, everywhere."""

import pytest

from survey_app.actions import staff
from survey_app.actions.fieldwork import replace_link
from survey_app.actions.staff import set_active, take_role
from survey_app.foundations import clock
from survey_app.queries.people import find_person
from survey_app.rules.permissions import SYSTEM
from tests.factories.world import STAFF
from tests.safety import matrix

OWN = [row for row in matrix.rows() if all(relation == "own" for _kind, relation in row.of)]
#: Each of the ten roles: anybody and customers have nothing that could be taken.
LOSE = {
    "anybody": [],
    "customer": [],
    "shopper_a": ["their link is replaced"],
    "shopper_b": ["their link is replaced"],
    **{role: ["their role is taken", "their account is closed"] for role in STAFF},
}


def lose(world, role, what):
    with world.app.app_context():
        if what == "their link is replaced":
            relation = "own" if role == "shopper_a" else "sibling"
            replace_link(SYSTEM, world.thing("firm"), world.thing("shopper", relation), at=clock.now())
            return
        person = find_person(email=f"{role}@example.com")
        if what == "their role is taken":
            take_role(SYSTEM, person.public_id, person.grants[0].public_id, at=clock.now())
        else:
            set_active(SYSTEM, person.public_id, active=False, at=clock.now())


def doors_of(role):
    """Doors at which this role is told something else than anybody."""
    return [row for row in OWN if row.answers[role] != row.answers["anybody"]]


def still_open(world, role):
    """Return the doors at which a session of this role, begun before, is not anybody's; and what changed."""
    client, found = world.client(role), {}
    for row in doors_of(role):
        told = matrix.answered(matrix.ask(world, role, row.endpoint, row.method, row.of, client=client))
        # A form that stood open carries a proof of the session that has ended.
        allowed = {row.answers["anybody"]} | ({"400"} if row.method == "POST" else set())
        if told not in allowed:
            found[str(row)] = told
        client = world.client(role)
    return found


def test_every_role_is_tried():
    assert set(LOSE) == set(matrix.ROLES)


@pytest.mark.any_database
@pytest.mark.parametrize(("role", "what"), [(role, what) for role, losses in LOSE.items() for what in losses])
def test_who_lost_it_is_anybody_at_the_next_request(world, role, what):
    assert len(doors_of(role)) > 5
    lose(world, role, what)
    before = world.rows()
    assert still_open(world, role) == {}
    assert world.rows() == before


@pytest.mark.any_database
def test_a_session_that_goes_on_is_found(world, monkeypatch):
    """The mutants: nothing is taken; and a role is taken, but the sessions that were begun with it go on."""
    assert len(still_open(world, "researcher")) > 20
    world.restore()
    monkeypatch.setattr(staff, "end_in", lambda *_args, **_options: None)
    lose(world, "location_1", "their role is taken")
    assert still_open(world, "location_1")
