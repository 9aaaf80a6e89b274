"""Passwords: any script, compared exactly; what others would try first is refused; what is kept costs to guess."""

import time

import pytest
from flask_security.utils import get_hmac, hash_password
from passlib.hash import argon2
from sqlalchemy import update
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from survey_app.actions.studies import make_firm
from survey_app.foundations.database import reading, writing
from survey_app.models import Firm, Person
from survey_app.queries.people import find_person
from survey_app.rules.passwords import SHORTEST, Weakness, weakness_of
from survey_app.rules.permissions import SYSTEM
from survey_app.web.account.passwords import Patient, refused
from tests.factories.people import AT, PASSWORD, make_person, sign_in

#: One of the databases is enough: nothing here depends on it.
pytestmark = pytest.mark.any_database

#: Eight characters and 128, in scripts of one to four bytes a character, with blanks and marks.
SCRIPTS = [
    "zq7!vKw4",
    "żółw ćmą",
    "ключ7дом",
    "مفتاح٧بيت",
    "パスと夢の橋を渡",
    "🦔🌉🎻🧭🍋🪁🧵🥁",
    "  zq7!vKw4  ",
    "e\u0301tude noire",
]


@pytest.fixture
def person(app):
    return make_person()


def change(visitor, password, *, so_far=PASSWORD):
    visitor.open("/account/new-password")
    return visitor.submit(
        visitor.form_to("/account/new-password"),
        password=so_far,
        new_password=password,
        new_password_confirm=password,
    )


def gets_in(app, password):
    return sign_in(app, password=password).address == "/research"


@pytest.mark.parametrize("password", [*SCRIPTS, ("".join(SCRIPTS) * 3)[:128], "🦔🌉🎻🧭🍋🪁🧵🥁" * 16])
def test_a_password_of_any_script_is_taken_and_compared_exactly(app, person, password):
    """T9. Sizes count characters, not bytes; nothing is stripped, folded or brought into another form."""
    assert SHORTEST <= len(password) <= 128
    change(sign_in(app), password)
    assert gets_in(app, password)
    others = {
        password[:-1],
        password + " ",
        password.swapcase(),
        password.strip(),
        password.replace("e\u0301", "é"),
    }
    assert not any(gets_in(app, other) for other in list(others - {password})[:3])


def test_a_short_or_plain_password_is_refused_with_what_to_do(app, person):
    visitor = sign_in(app)
    for password, said in (("zq7!vKw", "at least 8"), ("password1", "first that others would try")):
        assert said in change(visitor, password).html
        assert gets_in(app, PASSWORD)


def test_the_3000_most_common_passwords_are_refused():
    """T9. Against the list of zxcvbn, from the most common one on."""
    common = FREQUENCY_LISTS["passwords"][:3000]
    assert len(common) == 3000
    assert [each for each in common if weakness_of(each) is None] == []
    assert sum(weakness_of(each) is Weakness.EASY_TO_GUESS for each in common) > 500


@pytest.mark.parametrize(
    "password",
    [
        *("twowitnesses", "TwoWitnesses1", "two-witnesses", "mysteryshopper", "survey2026", "Witnesses2026!"),
        *("birbhumbank", "BirbhumBank1", "Birbhum2026", "MariaKowalska", "kowalska1985", "m.kowalska1"),
        *("birbhum!bank", "Maria@Bank-2026", "bank.birbhum.12345"),
    ],
)
def test_what_is_known_about_the_site_the_person_and_their_firm_is_no_password(app, password):
    make_firm(SYSTEM, name="Birbhum Bank", controller="C", contact="+48", at=AT)
    with reading() as session:
        firm_id = session.query(Firm.id).scalar()
    make_person("m.kowalska@example.com", name="Maria Kowalska", firm_id=firm_id)
    with app.test_request_context():
        assert refused(password, find_person(email="m.kowalska@example.com"))
        assert not refused(f"{password} hevonen söi", find_person(email="m.kowalska@example.com"))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/account/sign-in", "password"),
        ("/account/new-password", "new_password"),
        ("/account/confirm", "password"),
        ("/account/invitation/x", "password"),
        ("/account/password/x", "password"),
    ],
)
def test_a_huge_password_is_refused_at_once_and_never_hashed(app, person, monkeypatch, path, field):
    """T9. A megabyte, and what just fits into a form."""

    def hash_nothing(*_args, **_options):
        raise AssertionError("it was hashed")

    visitor = sign_in(app)
    token = visitor.html.partition('name="csrf_token" value="')[2].partition('"')[0]
    monkeypatch.setattr(Patient, "hash", hash_nothing)
    monkeypatch.setattr(Patient, "verify", hash_nothing)
    took = []
    for length in (1_000_000, 900_000, 16_000, 1_025):
        began = time.process_time()
        answer = visitor.client.post(
            path, data={"csrf_token": token, "email": "r@example.com", field: "a" * length}
        )
        took.append(time.process_time() - began)
        assert answer.status_code in (400, 413), length
    assert min(took) < 0.1


def test_what_is_kept_is_argon2id_of_the_cost_that_is_set(app, person):
    kept = find_person(email="r@example.com").password
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len({hash_password(PASSWORD) for _ in range(2)}) == 2


def test_a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(app, person):
    """T9. Nobody is signed out for it."""
    cheap = argon2.using(rounds=1, memory_cost=8192, parallelism=1).hash(get_hmac(PASSWORD))
    with writing() as session:
        session.execute(update(Person).values(password=cheap))
    here = sign_in(app)
    kept = find_person(email="r@example.com").password
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert here.client.get("/account").status_code == 200
    assert gets_in(app, PASSWORD)
    assert find_person(email="r@example.com").password == kept
