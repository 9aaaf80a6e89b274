"""T12. Each cookie that any door sets, in production and without: how it is named, how far it goes, how large."""

import pytest

from survey_app.app import create_app
from survey_app.foundations.settings import Settings
from tests.factories.world import KEY, PASSWORD, ROLES
from tests.safety import matrix

ROWS = matrix.rows()
SITE = "https://survey.example"
_MOST = 4096
#: Pages of customers, and those that anybody may open: nobody is remembered there.
_WITHOUT = ("survey.", "own.", "public.", "health.")


def faults_of(cookie, *, https):
    """Return what is wrong with one Set-Cookie header."""
    pair, *parts = [part.strip() for part in cookie.split(";")]
    said = {name.lower(): value for name, _equals, value in (part.partition("=") for part in parts)}
    name = pair.partition("=")[0]
    wanted = {
        "name": name == ("__Host-session" if https else "session"),
        "Secure": ("secure" in said) == https,
        "HttpOnly": "httponly" in said,
        "SameSite": said.get("samesite") in ("Lax", "Strict"),
        "Path": said.get("path") == "/",
        "no Domain": "domain" not in said,
        "size": len(cookie) < _MOST,
    }
    return [rule for rule, holds in wanted.items() if not holds]


@pytest.mark.parametrize(
    "bad",
    [
        "session=a; Secure; HttpOnly; Path=/; SameSite=Lax",
        "__Host-session=a; HttpOnly; Path=/; SameSite=Lax",
        "__Host-session=a; Secure; Path=/; SameSite=Lax",
        "__Host-session=a; Secure; HttpOnly; Path=/; SameSite=None",
        "__Host-session=a; Secure; HttpOnly; Path=/account; SameSite=Lax",
        "__Host-session=a; Secure; HttpOnly; Path=/; SameSite=Lax; Domain=survey.example",
        f"__Host-session={'a' * 4096}; Secure; HttpOnly; Path=/; SameSite=Lax",
    ],
)
def test_a_cookie_that_goes_too_far_is_found(bad):
    """The mutants."""
    assert len(faults_of(bad, https=True)) == 1


@pytest.fixture
def production(world, tmp_path):
    """The application as in production, on the same database."""
    environment = {
        "APP_ENV": "production",
        "SECRET_KEY": KEY,
        "TRUSTED_HOSTS": "survey.example",
        "PUBLIC_URL": SITE,
        "DATABASE_URL": world.app.config["SQLALCHEMY_DATABASE_URI"],
        "DATA_DIR": str(tmp_path),
    }
    return create_app(Settings.from_environment(environment))


@pytest.mark.any_database
@pytest.mark.parametrize("https", [True, False])
def test_every_cookie_of_every_door_stays_at_home(world, production, https):
    app, base, name = (production, SITE, "__Host-session") if https else (world.app, "http://localhost", "session")
    faults, seen, on_surveys = {}, 0, []
    for row in ROWS:
        if any(relation != "own" for _kind, relation in row.of):
            continue
        for role in dict.fromkeys(("anybody", "shopper_a", "researcher", ROLES[-1])):
            client = app.test_client()
            for value in world.cookies[role].values():
                client.set_cookie(name, value, domain=base.partition("//")[2], secure=https)
            body = None
            if row.method == "POST":
                body = matrix.form(world, row.endpoint, row.of) | {"csrf_token": world.proofs[role]}
            path = matrix.address(world, row.endpoint, row.of)
            headers = {"Referer": f"{base}/"}
            with client.open(path, method=row.method, data=body, base_url=base, headers=headers) as answer:
                cookies = answer.headers.getlist("Set-Cookie")
            seen += len(cookies)
            faults |= {
                f"{row} as {role}: {each}": found for each in cookies if (found := faults_of(each, https=https))
            }
            if role == "anybody" and cookies and row.endpoint.startswith(_WITHOUT):
                on_surveys.append(str(row))
        if row.method == "POST":
            world.restore()
    assert faults == {}
    assert on_surveys == []
    assert seen > 20


@pytest.mark.any_database
def test_signing_in_sets_one_cookie_and_it_is_safe(world, production):
    client = production.test_client()
    page = client.get("/account/password", base_url=SITE).get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"email": "researcher@example.com", "password": PASSWORD, "csrf_token": token}
    answer = client.post("/account/sign-in", data=form, base_url=SITE, headers={"Referer": f"{SITE}/"})
    assert answer.headers["Location"] == "/account/second-factor"
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert faults_of(cookie, https=True) == []
