"""Accounts in a real Chromium: every page, passkeys, and what Back shows after signing out."""

import base64
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.browser import accounts
from tests.browser.accounts import (
    accept,
    add_passkey,
    invite,
    is_signed_in,
    plug_in,
    press,
    sign_in,
    sign_out,
    site_of,
)
from tests.browser.chromium import ARGUMENTS, find_browser
from tests.browser.test_survey import check
from tests.safety.test_forged import ELSEWHERE

pytestmark = [pytest.mark.xdist_group(__name__), pytest.mark.slow]
#: Presents another passkey than the page asks for.
_PRESENT = """
const ask = navigator.credentials.get.bind(navigator.credentials);
navigator.credentials.get = (options) => {
  options.publicKey.allowCredentials = [
    { type: 'public-key', id: Uint8Array.from(atob('%s'), (letter) => letter.charCodeAt(0)) }];
  return ask(options);
};
"""


@pytest.fixture
def new_page(browser):
    contexts = []

    def open_page(width=1280, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


def heard(page):
    """Return what the console said, but for advice on fields for passwords, refusals, and what was cleared."""
    expected = ("[DOM]", "Failed to load resource", "Clear-Site-Data header")
    return [text for text in page.complaints if not text.startswith(expected)]


@pytest.mark.parametrize(("width", "language"), [(390, "en"), (1280, "pl"), (320, "fi")])
def test_every_page_about_accounts_can_be_read_by_all(new_page, served, width, language):
    page = new_page(width, bypass_csp=True)
    seen = []
    for name in accounts.every_page(page, served, language):
        assert page.get_attribute("html", "lang") == language, name
        check(page)
        seen.append(name)
    assert len(seen) == len(set(seen)) > 20
    assert heard(page) == []


def newcomer(new_page, served):
    """Let somebody be invited, accept, and sign in; return their page and address."""
    page = new_page()
    accounts.sign_in_as_administrator(page, served)
    page.goto(f"{site_of(served)}/people")
    email, link = invite(page, served)
    sign_out(page)
    accept(page, link)
    sign_in(page, served, email, accounts.PASSWORD)
    return page, email


def begin_with_passkey(page, served, email):
    """Give the password, and let the device be asked."""
    sign_in(page, served, email, accounts.PASSWORD)
    assert page.url.partition("?")[0].endswith("/account/passkey")
    press(page)


def test_a_passkey_signs_its_owner_in_and_nobody_else(new_page, served):
    """T14. Its own passkey; a device that copied its name but not its key; the good passkey of somebody else."""
    page, email = newcomer(new_page, served)
    devices, device = plug_in(page)
    add_passkey(page, served, "blue key")
    assert "blue key" in page.inner_text("main")
    assert heard(page) == []
    sign_out(page)
    begin_with_passkey(page, served, email)
    page.wait_for_url("**/manager")
    assert is_signed_in(page, served)
    sign_out(page)

    [passkey] = devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    _devices, copy = plug_in(page)
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    forged = {name: passkey[name] for name in ("credentialId", "isResidentCredential", "rpId")}
    forged |= {"privateKey": base64.b64encode(key).decode(), "signCount": 1000}
    devices.send("WebAuthn.addCredential", {"authenticatorId": copy, "credential": forged})
    begin_with_passkey(page, served, email)
    page.wait_for_load_state("load")
    assert not is_signed_in(page, served)

    other, _email = newcomer(new_page, served)
    others, theirs = plug_in(other)
    add_passkey(other, served, "red key")
    sign_out(other)
    [foreign] = others.send("WebAuthn.getCredentials", {"authenticatorId": theirs})["credentials"]
    other.add_init_script(_PRESENT % foreign["credentialId"])
    begin_with_passkey(other, served, email)
    other.wait_for_url(lambda address: "/account/passkey" in address)
    other.wait_for_load_state("load")
    assert not is_signed_in(other, served)


@pytest.fixture
def remembering(browser):
    """A browser that remembers pages for Back, as people's do; drivers switch it off."""
    switched_on = ["--disable-back-forward-cache"]
    started = browser.browser_type.launch(
        executable_path=find_browser(), args=ARGUMENTS, ignore_default_args=switched_on
    )
    yield started
    started.close()


def test_back_after_signing_out_shows_nothing(remembering, served):
    """T25."""
    page = remembering.new_page()
    accounts.sign_in_as_administrator(page, served)
    for path in ("/people", "/research"):
        page.goto(f"{site_of(served)}{path}")
    assert "Birbhum" in page.inner_text("main")
    sign_out(page)
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state("load")
        assert "Birbhum" not in page.content()
        assert "@" not in page.inner_text("main")
    assert not is_signed_in(page, served)


def test_no_address_leads_from_signing_in_to_another_site(new_page, served):
    """T19, as a browser reads addresses: it drops tabs, and takes a backslash for a slash."""
    page, site = new_page(), site_of(served)
    accounts.sign_in_as_administrator(page, served)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for target in ELSEWHERE:
        page.goto(f"{site}/account/sign-in?next={quote(target)}")
        assert page.url.startswith(f"{site}/"), target
    sign_out(page)
    login = served.links["logins"]["administrator"]
    page.goto(f"{site}/account/sign-in?next={quote('//evil.example')}")
    page.fill("[name=email]", login["email"])
    page.fill("[name=password]", login["password"])
    press(page)
    assert page.url.startswith(f"{site}/research")
    assert [address for address in asked if not address.startswith(f"{site}/")] == []
