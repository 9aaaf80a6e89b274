"""Who may do what, door by door: every row of `matrix.csv` is tried as everybody, on both databases."""

import pytest

from survey_app.rules.permissions import GRANTS
from survey_app.web.every_page.guards import GUARD
from tests.safety import matrix

ROWS = matrix.rows()
_REFUSED = {"404", "403", "400", "410", matrix.SIGN_IN}


def test_every_door_has_a_row_and_every_row_a_door(world):
    real, in_file = matrix.doors(world.app), {row.door for row in ROWS}
    assert real - in_file == set(), "add rows to tests/safety/matrix.csv as CONTRIBUTING.md says"
    assert in_file - real == set(), "take these rows out of tests/safety/matrix.csv"


def test_a_route_without_a_row_is_found(world):
    """The mutant: a page that somebody added and forgot."""
    doors = matrix.doors(world.app) | {("research.forgotten", "GET")}
    assert doors - {row.door for row in ROWS} == {("research.forgotten", "GET")}


def test_every_door_is_tried_with_things_in_every_relation(world):
    """For each thing in an address: own, each other relation that there is, and missing; the others being own."""
    lacking = {}
    for door in matrix.doors(world.app):
        tried = [row.of for row in ROWS if row.door == door]
        own = next((of for of in tried if all(relation == "own" for _kind, relation in of)), ())
        wanted = {own}
        for place, (kind, _own) in enumerate(own):
            for relation in ({*world.things[kind]} | {"missing"}) - {"shared"}:
                wanted.add((*own[:place], (kind, relation), *own[place + 1 :]))
        if wanted - set(tried) or len(own) != len(matrix.arguments(world.app, door[0])[0]):
            lacking[" ".join(door)] = sorted(map(matrix.named, wanted - set(tried)))
    assert lacking == {}


def test_every_guard_is_a_permission_of_the_one_table(world):
    guards = {getattr(view, GUARD) for view in world.app.view_functions.values() if hasattr(view, GUARD)}
    assert guards - set(GRANTS) == {"public", "signed in"}


@pytest.fixture(scope="session")
def walked(_whole_world):
    """Every cell, tried once: what was answered, what of it can be seen, and what changed without permission."""
    _whole_world.forget_guesses()
    cells, changes = {}, []
    for row in ROWS:
        for role in matrix.ROLES:
            answer = matrix.ask(_whole_world, role, row.endpoint, row.method, row.of)
            told = matrix.answered(answer)
            if told == matrix.SIGN_IN and row.method != "GET" and _whole_world.changed():
                told = str(answer.status_code)
            cells[row, role] = told, matrix.face(answer, _whole_world, row.of) if told == "404" else None
            if row.method != "GET" and told not in _REFUSED:
                _whole_world.restore()
        if changed := _whole_world.changed():
            changes.append(f"{row}: {', '.join(sorted(changed))}")
            _whole_world.restore()
    return cells, changes


def test_everybody_gets_what_the_matrix_says_at_every_door(walked):
    cells, _changes = walked
    wrong = [
        f"{row} as {role}: {told}, not {row.answers[role]}"
        for (row, role), (told, _face) in cells.items()
        if told != row.answers[role]
    ]
    assert wrong == []


def test_whoever_is_refused_or_only_looks_changes_nothing(walked):
    _cells, changes = walked
    assert changes == []


def test_what_is_foreign_looks_like_what_never_was(walked):
    """The same status, headers and page, but for the name of the thing that was asked for."""
    faces = {}
    for (row, role), (_told, face) in walked[0].items():
        if face:
            faces.setdefault((*row.door, role), {}).setdefault(repr(face), []).append(matrix.named(row.of))
    differing = {" ".join(door): list(seen.values()) for door, seen in faces.items() if len(seen) > 1}
    assert differing == {}
    assert len(faces) > 100
