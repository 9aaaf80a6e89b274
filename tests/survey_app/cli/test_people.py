"""A fresh installation has no account; the first administrator comes by a link that holds for a day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.models import Person
from tests.factories.people import PASSWORD, make_person, sign_in

#: One of the databases is enough: nothing here depends on it.
pytestmark = pytest.mark.any_database

FIRST = ["people", "first", "a@example.com", "--name", "A"]


def run(app, *args):
    return app.test_cli_runner().invoke(args=list(args))


def path_of(app, told):
    return told.output.strip().removeprefix(app.extensions["settings"].public_url)


def test_a_fresh_installation_lets_nobody_in(app):
    """T15. No account, not even the demonstration's; and none is made by trying."""
    for email in ("admin@example.com", "administrator@example.com", "admin@localhost", "researcher@example.com"):
        for password in ("admin", PASSWORD):
            visitor = sign_in(app, email, password)
            assert visitor.client.get("/account").status_code == 302
    with reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 0


@pytest.mark.parametrize(
    ("age", "opens"),
    [
        (timedelta(0), True),
        (timedelta(hours=23, minutes=59), True),
        (timedelta(hours=24, seconds=2), False),
        (timedelta(days=300), False),
    ],
)
def test_the_first_administrator_has_a_day_to_choose_a_password(app, monkeypatch, age, opens):
    """T15."""
    path = path_of(app, run(app, *FIRST))
    later = clock.now() + age
    monkeypatch.setattr(clock, "now", lambda: later)
    assert (app.test_client().get(path).status_code == 200) is opens


def test_the_first_administrator_signs_in_and_is_the_only_first_one(app):
    again = [path_of(app, run(app, *FIRST)) for _ in range(2)]
    client = app.test_client()
    page = client.get(again[1]).get_data(as_text=True)
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    client.post(again[1], data={"csrf_token": token, "password": PASSWORD, "password_confirm": PASSWORD})
    visitor = sign_in(app, "a@example.com")
    assert visitor.client.get("/people").status_code == 200
    assert [app.test_client().get(path).status_code for path in again] == [404, 404]
    told = run(app, "people", "first", "b@example.com", "--name", "B")
    assert told.exit_code != 0
    assert "administrator already" in told.output


def test_nobody_who_is_no_administrator_becomes_the_first(app):
    make_person("a@example.com")
    told = run(app, *FIRST)
    assert "no administrator" in told.output
    assert "invitation" not in told.output
