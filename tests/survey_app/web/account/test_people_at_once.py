"""Two administrators at the same moment: one of them is left, and whom both invite is taken on once."""

import threading
from contextlib import suppress

import pytest
from sqlalchemy import select

from survey_app.actions import staff
from survey_app.actions.staff import invite_person, set_active
from survey_app.actions.studies import make_firm
from survey_app.foundations.database import reading, writing
from survey_app.models import Firm, Person
from survey_app.queries.people import actor_of, find_person
from survey_app.rules.permissions import SYSTEM, NotAllowed
from survey_app.rules.vocabulary import Role
from survey_app.rules.within import Within
from tests.factories.people import AT, make_person


def mail(name):
    return f"{name}@example.com"


def person(name):
    return find_person(email=mail(name))


def actor(name):
    return actor_of(person(name))


@pytest.fixture
def firm(app):
    make_firm(SYSTEM, name="Own Bank", controller="C", contact="+48", at=AT)
    with reading() as session:
        return session.scalar(select(Firm.id))


def at_once(app, *acts):
    """Do all at the same moment, each in its own thread; return what went wrong."""
    wrong, start = [], threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait()
            try:
                act()
            except Exception as error:  # noqa: BLE001 - whatever it was is what the test asks about
                wrong.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def meeting(count, seconds=0.3):
    """Return something to wait at until all are there: a lock that works keeps all but one from coming."""
    barrier = threading.Barrier(count)

    def wait():
        with suppress(threading.BrokenBarrierError):
            barrier.wait(seconds)

    return wait


def shut_each_other(app, monkeypatch):
    """Two administrators of all close each other's account; return who is left."""
    for name in ("a", "b"):
        if person(name) is None:
            make_person(mail(name), role=Role.ADMINISTRATOR, name=name)
    with writing() as session:
        for each in session.scalars(select(Person)).unique():
            each.active = True
    actors, codes = [actor(name) for name in "ab"], [person(name).public_id for name in "ab"]
    reached, wait = staff.reach, meeting(2)
    with monkeypatch.context() as patched:
        patched.setattr(staff, "reach", lambda *args: (wait(), reached(*args))[1])
        wrong = at_once(
            app,
            lambda: set_active(actors[0], codes[1], active=False, at=AT),
            lambda: set_active(actors[1], codes[0], active=False, at=AT),
        )
    assert all(isinstance(error, NotAllowed) for error in wrong)
    return [name for name in "ab" if person(name).active]


def test_two_administrators_cannot_close_each_others_account_at_once(app, monkeypatch):
    for _ in range(3):
        assert len(shut_each_other(app, monkeypatch)) == 1


def test_a_look_without_a_lock_locks_the_last_administrator_out(app, monkeypatch):
    """The mutant: SQLite lets one write at a time, so there it is the second look that is left out."""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        monkeypatch.setattr(staff, "_as_they_stand", lambda _session, actor, _person: actor)
    else:
        monkeypatch.setattr(type(select(Person)), "with_for_update", lambda query, **_: query)
    assert shut_each_other(app, monkeypatch) == []


def invite_at_once(app, monkeypatch, firm):
    make_person(mail("boss"), role=Role.ADMINISTRATOR, name="boss")
    boss, drawn, wait = actor("boss"), staff.new_uniquifier, meeting(2)
    monkeypatch.setattr(staff, "new_uniquifier", lambda: (wait(), drawn())[1])

    def taking_on(role):
        return lambda: invite_person(
            boss, email=mail("new"), name="N", language="en", role=role, within=Within(firm), at=AT
        )

    return at_once(app, taking_on(Role.MANAGER), taking_on(Role.RESEARCHER))


def test_two_who_invite_the_same_address_at_once_take_one_person_on(app, firm, monkeypatch):
    assert invite_at_once(app, monkeypatch, firm) == []
    assert sorted(grant.role for grant in person("new").grants) == ["manager", "researcher"]


def test_without_a_second_try_one_of_two_invitations_fails(app, firm, monkeypatch):
    """The mutant. SQLite lets one write at a time, so nobody is surprised there."""
    monkeypatch.setattr(staff, "IntegrityError", ZeroDivisionError)
    failed = len(invite_at_once(app, monkeypatch, firm))
    assert failed == (0 if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite") else 1)
