"""People on the staff, and how they sign in."""

import re
from datetime import UTC, datetime

from flask_security import hash_password
from passlib.totp import TOTP

from survey_app.actions.people import add_person
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import Role
from tests.journeys.html_forms import Visitor

PASSWORD = "hevonen söi 7 omenaa"
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def make_person(email="r@example.com", *, role=Role.RESEARCHER, password=PASSWORD, name="R", firm_id=None):
    """Take somebody on who has accepted already; return their id."""
    hashed = None if password is None else hash_password(password)
    return add_person(SYSTEM, email=email, name=name, role=role, firm_id=firm_id, password_hash=hashed, at=AT)


def sign_in(app, email="r@example.com", password=PASSWORD):
    """Return a visitor who has sent address and password."""
    return Visitor(app.test_client()).open("/account/sign-in").submit(email=email, password=password)


def set_up_app(visitor):
    """Set up an app for codes on the page that is open; return the app, and leave its first code used."""
    visitor.submit(visitor.form_to("/account/second-factor"), setup="authenticator")
    key = re.search(r'<code class="secret">([A-Z2-7-]+)</code>', visitor.html)[1]
    app = TOTP(key=key.replace("-", ""))
    visitor.submit(visitor.form_to("/account/code"), code=app.generate().token)
    return app
