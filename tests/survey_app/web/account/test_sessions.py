"""A session lives at the server: once it has ended, its cookie opens nothing, whoever kept it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from survey_app.actions.people import accept_invitation
from survey_app.foundations.database import reading, writing
from survey_app.models import Person, StaffSession
from survey_app.queries.people import find_person
from tests.factories.people import PASSWORD, make_person, sign_in

NEW_PASSWORD = "seitsemän harmaata kiveä"


@pytest.fixture
def person(app):
    return make_person()


def cookie_of(visitor):
    return visitor.client.get_cookie("session").value


def gets_in(app, cookie):
    """Whether a cookie, sent byte for byte, opens a page of the staff."""
    client = app.test_client()
    client.set_cookie("session", cookie)
    response = client.get("/account")
    assert response.status_code in (200, 302)
    return response.status_code == 200


def rows():
    with reading() as session:
        return list(session.scalars(select(StaffSession).order_by(StaffSession.id)))


def test_the_cookie_carries_a_key_of_which_only_the_hash_is_kept(app, person):
    visitor = sign_in(app)
    with visitor.client.session_transaction() as kept:
        key = kept["staff"]
    row = rows()[0]
    assert len(key) >= 43
    assert key not in (row.key_hash, row.public_id)
    assert len(row.key_hash) == 64


def test_a_cookie_from_before_signing_in_opens_nothing_afterwards(app, person):
    visitor = sign_in(app)
    client = app.test_client()
    client.get("/account/sign-in")
    before = client.get_cookie("session").value
    assert before != cookie_of(visitor)
    assert not gets_in(app, before)
    assert gets_in(app, cookie_of(visitor))


def test_signing_in_begins_a_new_session_each_time(app, person):
    first, second = (cookie_of(sign_in(app)) for _ in range(2))
    assert first != second
    assert len({row.key_hash for row in rows()}) == 2


def test_signing_out_ends_every_session_of_ones_own(app, person):
    here, there = sign_in(app), sign_in(app)
    kept = cookie_of(here)
    here.submit(here.form_to("/account/sign-out"))
    assert not gets_in(app, kept)
    assert not gets_in(app, cookie_of(there))


def test_signing_out_clears_the_browser(app, person):
    visitor = sign_in(app)
    token = visitor.html.partition('name="csrf_token" value="')[2].partition('"')[0]
    response = visitor.client.post("/account/sign-out", data={"csrf_token": token})
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_a_new_password_ends_every_session_and_begins_one(app, person):
    here, there = sign_in(app), sign_in(app)
    kept = [cookie_of(here), cookie_of(there)]
    here.open("/account/new-password")
    here.submit(
        here.form_to("/account/new-password"),
        password=PASSWORD,
        new_password=NEW_PASSWORD,
        new_password_confirm=NEW_PASSWORD,
    )
    assert here.address == "/account"
    assert "signed out everywhere else" in here.html
    assert not any(gets_in(app, cookie) for cookie in kept)
    assert gets_in(app, cookie_of(here))
    assert sign_in(app).address == "/account/sign-in"
    assert sign_in(app, password=NEW_PASSWORD).address == "/research"


def test_a_reset_password_ends_every_session_and_signs_nobody_in(app, person):
    kept = cookie_of(sign_in(app))
    link = app.test_cli_runner().invoke(args=["people", "link", "r@example.com"]).output.strip()
    visitor = sign_in(app, password="wrong").open(link.removeprefix(app.extensions["settings"].public_url))
    visitor.submit(password=NEW_PASSWORD, password_confirm=NEW_PASSWORD)
    assert visitor.address == "/account/sign-in"
    assert "Sign in with it" in visitor.html
    assert not gets_in(app, kept)


def test_a_disabled_account_is_out_with_the_next_page(app, person):
    visitor = sign_in(app)
    with writing() as session:
        session.execute(update(Person).values(active=False))
    assert not gets_in(app, cookie_of(visitor))
    assert sign_in(app).address == "/account/sign-in"


@pytest.mark.parametrize(
    ("column", "age", "holds"),
    [
        ("seen_at", timedelta(minutes=29), True),
        ("seen_at", timedelta(minutes=30), False),
        ("begun_at", timedelta(hours=11, minutes=59), True),
        ("begun_at", timedelta(hours=12), False),
    ],
)
def test_a_session_ends_by_itself(app, person, column, age, holds):
    visitor = sign_in(app)
    with writing() as session:
        moment = rows()[0].begun_at - age
        session.execute(update(StaffSession).values({column: moment}))
    assert gets_in(app, cookie_of(visitor)) is holds


def test_the_use_of_a_session_is_noted_once_a_minute(app, person):
    visitor = sign_in(app)
    begun = rows()[0].seen_at
    visitor.open("/account")
    assert rows()[0].seen_at == begun
    with writing() as session:
        session.execute(update(StaffSession).values(seen_at=begun - timedelta(minutes=2)))
    visitor.open("/account")
    assert rows()[0].seen_at >= begun


def test_one_sees_and_ends_ones_own_sessions(app, person):
    here, there, elsewhere = (sign_in(app) for _ in range(3))
    here.open("/account")
    assert here.html.count("Since ") == 3
    assert here.html.count("this one") == 1
    here.submit(here.form_to("/end"))
    assert [gets_in(app, cookie_of(each)) for each in (here, there, elsewhere)].count(True) == 2
    sign_in(app)
    here.open("/account").submit(here.form_to("/end-others"))
    assert [row.ended_at is None for row in rows()].count(True) == 1
    assert gets_in(app, cookie_of(here))


def test_nobody_ends_the_session_of_somebody_else(app, person):
    make_person("other@example.com")
    other = sign_in(app, "other@example.com")
    mine = sign_in(app).open("/account")
    foreign = rows()[0].public_id
    for public_id in (foreign, "nowhere"):
        pairs = [("csrf_token", mine.html.partition('name="csrf_token" value="')[2].partition('"')[0])]
        mine.send(pairs, to=f"/account/sessions/{public_id}/end")
        assert mine.response.status_code == 404
        mine.open("/account")
    assert gets_in(app, cookie_of(other))


def test_no_token_stands_in_for_a_session(app, person):
    """Flask-Security would hand out tokens to programs, and take them in headers and addresses."""
    client = app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "email": "r@example.com", "password": PASSWORD, "remember": "y"}
    response = client.post(
        "/account/sign-in?include_auth_token", data=form, headers={"Accept": "application/json"}
    )
    assert response.status_code == 302
    assert "json" not in response.content_type
    assert [cookie.partition("=")[0] for cookie in response.headers.getlist("Set-Cookie")] == ["session"]
    made = find_person(email="r@example.com").get_auth_token()
    for how in ({"headers": {"Authentication-Token": made}}, {"query_string": {"auth_token": made}}):
        assert app.test_client().get("/account", **how).status_code == 302


def test_an_invitation_is_accepted_once(app):
    person_id = make_person(password=None)
    uniquifier = find_person(id=person_id).fs_uniquifier
    assert accept_invitation(uniquifier, "a", at=rows and find_person(id=person_id).made_at)
    assert not accept_invitation(uniquifier, "b", at=find_person(id=person_id).made_at)
    assert find_person(id=person_id).password == "a"
