"""Every route says who may use it, and only the customers' pages take a form without proof of its origin."""

import pytest

from survey_app.web.account.accounts import csrf
from survey_app.web.every_page.guards import GUARD

#: Flask-Security guards its own; a new one must be looked at before it is added here.
FLASK_SECURITY = {
    "security.login",
    "security.logout",
    "security.verify",
    "security.forgot_password",
    "security.reset_password",
    "security.change_password",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.two_factor_token_validation",
    "security.two_factor_rescue",
    "security.tf_select",
    "security.mf_recovery",
    "security.mf_recovery_codes",
    "security.wan_register",
    "security.wan_register_response",
    "security.wan_signin",
    "security.wan_signin_response",
    "security.wan_delete",
}


def test_every_route_wears_a_guard(bare_app):
    bare = {
        endpoint
        for endpoint, view in bare_app.view_functions.items()
        if not hasattr(view, GUARD) and endpoint not in FLASK_SECURITY
    }
    assert bare == set()


def test_a_route_without_a_guard_is_found(bare_app):
    """The mutant: a page that somebody forgot to guard."""
    bare_app.add_url_rule("/forgotten", "forgotten", lambda: "all the answers")
    assert not hasattr(bare_app.view_functions["forgotten"], GUARD)


def test_flask_security_has_no_route_that_nobody_looked_at(bare_app):
    found = {endpoint for endpoint in bare_app.view_functions if endpoint.startswith("security.")}
    assert found == FLASK_SECURITY


#: Parts of an address that may be one of a few words only.
CHOICES = {"chosen": "en", "table": "responses", "kind": "json", "language": "en", "letter": "invitation"}


def staff_pages(app):
    """Addresses of all pages that need a permission, with names of rows that do not exist."""
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], GUARD, "public")
        if guard not in ("public", "visits.file"):
            values = dict.fromkeys(rule.arguments, "nowhere")
            values |= {name: word for name, word in CHOICES.items() if name in values}
            yield rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, values), rule.methods


def test_nobody_gets_in_without_signing_in(app, client):
    seen = 0
    for endpoint, address, methods in staff_pages(app):
        method = "GET" if "GET" in methods else "POST"
        app.config["WTF_CSRF_ENABLED"] = False
        response = client.open(address, method=method)
        assert response.status_code in (302, 303), endpoint
        assert "/account/sign-in" in response.headers["Location"], endpoint
        seen += 1
    assert seen > 15


def test_only_the_customers_pages_take_a_form_without_proof_of_origin():
    assert {blueprint.name for blueprint in csrf._exempt_blueprints} == {"survey", "own"}
    assert csrf._exempt_views == set()


@pytest.mark.parametrize("address", ["/account/sign-in", "/research/firms/new", "/account/sign-out"])
def test_a_forged_form_is_refused(client, address):
    response = client.post(address, data={"email": "a@example.com", "password": "b", "name": "c"})
    assert response.status_code == 400
