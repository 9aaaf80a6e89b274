"""A second factor is asked for wherever there is one, each code opens once, and nothing leads round it."""

import re
import time

import pytest
from sqlalchemy import update

from survey_app.actions.second_factors import take_code, take_recovery_code
from survey_app.app import create_app
from survey_app.foundations.database import writing
from survey_app.foundations.settings import Settings
from survey_app.models import LimitCount, Person
from survey_app.queries.people import find_person
from tests.factories.people import AT, make_person, set_up_app, sign_in


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def with_app(app, person):
    """A person who has set up an app for codes, and the app; no code of it was taken yet."""
    codes = set_up_app(sign_in(app).open("/account/second-factor"))
    forget_counts()
    return codes


def forget_counts():
    with writing() as session:
        session.execute(update(Person).values(totp_counter=None))
        session.query(LimitCount).delete()


def cookie_of(visitor):
    return visitor.client.get_cookie("session").value


def is_in(visitor):
    return visitor.client.get("/account").status_code == 200


def send_code(visitor, code):
    return visitor.open("/account/code").submit(visitor.form_to("/account/code"), code=code)


def test_the_secret_is_kept_encrypted(app, with_app):
    kept = find_person(email="r@example.com").tf_totp_secret
    assert with_app.base32_key not in kept
    assert '"enckey"' in kept


def test_the_password_alone_opens_nothing(app, with_app):
    visitor = sign_in(app)
    assert visitor.address == "/account/code?next=/home"
    assert not is_in(visitor)
    send_code(visitor, with_app.generate().token)
    assert visitor.address == "/research"


def test_a_code_opens_once_and_none_from_before_it(app, with_app):
    earlier, code = with_app.generate(time.time() - 30).token, with_app.generate().token
    first, second, third = (sign_in(app) for _ in range(3))
    send_code(first, code)
    assert is_in(first)
    for visitor, used in ((second, code), (third, earlier)):
        send_code(visitor, used)
        assert "This code is not right" in visitor.html
        assert not is_in(visitor)


def test_an_old_window_and_a_wrong_code_are_refused(app, with_app):
    visitor = sign_in(app)
    for code in (with_app.generate(time.time() - 90).token, with_app.generate(time.time() + 90).token, "x", ""):
        send_code(visitor, code)
        assert not is_in(visitor)


def test_two_requests_cannot_both_take_a_code(app, person):
    assert [take_code(person, 7), take_code(person, 7), take_code(person, 6), take_code(person, 8)] == [
        True,
        False,
        False,
        True,
    ]


def test_after_five_wrong_codes_a_right_one_is_refused_too(app, with_app):
    visitor = sign_in(app)
    for _ in range(5):
        send_code(visitor, "000000")
    send_code(visitor, with_app.generate().token)
    assert visitor.response.status_code == 429
    assert int(visitor.response.headers["Retry-After"]) > 500
    assert not is_in(visitor)


def make_recovery_codes(visitor):
    visitor.open("/account/recovery-codes").submit(visitor.form_to("/account/recovery-codes"))
    return re.findall(r"<li><code>([a-z0-9-]{19})</code></li>", visitor.html)


def test_a_recovery_code_opens_once_and_only_its_hash_is_kept(app, with_app):
    visitor = sign_in(app)
    send_code(visitor, with_app.generate().token)
    earlier, codes = make_recovery_codes(visitor), make_recovery_codes(visitor)
    assert len(set(codes)) == 10
    kept = find_person(email="r@example.com").mf_recovery_codes
    assert not set(codes) & set(kept)
    assert all(len(each) == 64 for each in kept)
    for code, opens in ((codes[0].upper().replace("-", " "), True), (codes[0], False), (earlier[1], False)):
        again = sign_in(app).open("/account/recovery-code")
        again.submit(again.form_to("/account/recovery-code"), code=code)
        assert is_in(again) is opens
    assert len(find_person(email="r@example.com").mf_recovery_codes) == 9


def test_two_requests_cannot_both_take_a_recovery_code(app, person):
    with writing() as session:
        session.execute(update(Person).values(mf_recovery_codes=["a", "b"]))
    assert [take_recovery_code(person, code, at=AT) for code in ("a", "a", "c", "b")] == [True, False, False, True]


def test_a_new_factor_ends_the_other_sessions_and_renews_this_one(app, person):
    here, there = sign_in(app), sign_in(app)
    before = cookie_of(here)
    set_up_app(here.open("/account/second-factor"))
    assert is_in(here)
    assert not is_in(there)
    client = app.test_client()
    client.set_cookie("session", before)
    assert client.get("/account").status_code == 302


def test_a_reset_does_not_lead_round_the_second_factor(app, with_app):
    link = app.test_cli_runner().invoke(args=["people", "link", "r@example.com"]).output.strip()
    visitor = sign_in(app, password="wrong").open(link.removeprefix(app.extensions["settings"].public_url))
    visitor.submit(password="toinen pitkä salasana", password_confirm="toinen pitkä salasana")
    assert not is_in(visitor)
    visitor = sign_in(app, password="toinen pitkä salasana")
    assert visitor.address == "/account/code?next=/home"
    assert not is_in(visitor)


def test_a_password_that_was_right_too_long_ago_must_be_given_again(app, with_app):
    visitor = sign_in(app)
    with visitor.client.session_transaction() as kept:
        kept["tf_since"] -= 601
    send_code_to(visitor, with_app)
    assert not is_in(visitor)


def send_code_to(visitor, codes):
    pairs = [("csrf_token", _token(visitor)), ("code", codes.generate().token)]
    visitor.send(pairs, to="/account/code")


def _token(visitor):
    return visitor.html.partition('name="csrf_token" value="')[2].partition('"')[0]


@pytest.fixture
def strict(bare_app, database_url, tmp_path):
    """The application where a second factor is required, on the same database."""
    from flask_migrate import upgrade  # noqa: PLC0415 - used here only

    upgrade()
    bare_app.config["SECURITY_TWO_FACTOR_REQUIRED"] = True
    make_person()
    return bare_app


def test_where_it_is_required_whoever_has_none_sets_one_up_before_anything_else(strict):
    visitor = sign_in(strict)
    assert visitor.address == "/account/second-factor"
    for page in ("/account", "/research", "/manager", "/account/recovery-codes", "/account/passkeys"):
        assert visitor.client.get(page).status_code == 302
    set_up_app(visitor)
    assert is_in(visitor)
    assert "disable" not in visitor.open("/account/second-factor").html


def test_a_cookie_from_before_the_set_up_cannot_put_another_app_in_its_place(strict):
    visitor, thief = sign_in(strict), sign_in(strict)
    set_up_app(visitor)
    secret = find_person(email="r@example.com").tf_totp_secret
    thief.open("/account/second-factor")
    assert thief.address == "/account/sign-in"
    thief.send([("csrf_token", _token(thief)), ("setup", "authenticator")], to="/account/second-factor")
    assert find_person(email="r@example.com").tf_totp_secret == secret


def test_production_requires_it_and_others_offer_it(tmp_path):
    from tests.survey_app.foundations.test_settings import SAFE  # noqa: PLC0415 - used here only

    app = create_app(Settings.from_environment(SAFE | {"DATA_DIR": str(tmp_path)}))
    assert app.config["SECURITY_TWO_FACTOR_REQUIRED"]
    app = create_app(Settings.from_environment({"DATA_DIR": str(tmp_path)}))
    assert not app.config["SECURITY_TWO_FACTOR_REQUIRED"]


@pytest.mark.parametrize("path", ["/account/lost-factor", "/account/second-factor/token"])
def test_parts_of_flask_security_that_are_not_used_do_not_exist(app, person, path):
    visitor = sign_in(app)
    visitor.send([("csrf_token", _token(visitor))], to=path)
    assert visitor.response.status_code == 404
