"""Walk through every page about accounts in a real browser: invited by an administrator, with app and passkey."""

import re
import secrets

from passlib.totp import TOTP

PASSWORD = "hevonen söi 7 omenaa"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}


def site_of(served):
    """Return the address of a site under a name: passkeys are not made for a bare number."""
    return served.address.replace("127.0.0.1", "localhost")


def press(page, words="main button.button"):
    page.locator(words).first.click()
    page.wait_for_load_state("load")


def sign_in(page, served, email, password, language="en"):
    page.goto(f"{site_of(served)}/account/sign-in?lang={language}")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    press(page)
    if (button := page.locator(f"footer button[lang={language}]")).count():
        button.click()
        page.wait_for_load_state("load")


def sign_in_as_administrator(page, served, language="en"):
    login = served.links["logins"]["administrator"]
    sign_in(page, served, login["email"], login["password"], language)


def sign_out(page):
    press(page, "header form[action$='/sign-out'] button")


def invite(page, served, language="en"):
    """Invite a manager on the page that is open; return their address and the link to a first password."""
    email = f"m{secrets.token_hex(4)}@example.com"
    page.fill("[name=email]", email)
    page.fill("[name=name]", "Maria Nowak")
    page.select_option("[name=language]", language)
    page.select_option("[name=role]", "manager")
    page.select_option("[name=within]", "all")
    press(page)
    return email, site_of(served) + "/account/" + page.inner_text("code.secret").partition("/account/")[2]


def accept(page, link):
    page.goto(link)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=password_confirm]", PASSWORD)
    press(page)


def plug_in(page):
    """Give the browser a device for passkeys; return how to speak to it, and its name."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    named = devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devices, named["authenticatorId"]


def add_passkey(page, served, name):
    page.goto(f"{site_of(served)}/account/passkeys")
    page.fill("[name=name]", name)
    press(page)
    page.wait_for_url(lambda address: not address.endswith("/passkeys"))


def set_up_app(page):
    """Set up an app for codes on the page that shows its picture."""
    page.click("details summary")
    key = page.inner_text("code.secret").replace("-", "")
    page.fill("[name=code]", TOTP(key=key).generate().token)
    press(page)


def every_page(page, served, language):
    """Walk through them all, and name each one as it is shown."""
    site = site_of(served)
    sign_in_as_administrator(page, served, language)
    page.goto(f"{site}/people")
    yield "people"
    press(page)
    yield "people-mistakes"
    email, link = invite(page, served, language)
    yield "invited"
    press(page, "main a.button")
    page.locator(".people li", has_text=email).locator("a").click()
    page.click("details summary")
    yield "member-invited"
    sign_out(page)
    page.goto(link)
    yield "invitation"
    accept(page, link)
    yield "sign-in"
    sign_in(page, served, email, "wrong", language)
    yield "sign-in-wrong"
    page.goto(link)
    yield "no-invitation"
    page.goto(f"{site}/account/password?lang={language}")
    yield "forgotten"
    page.fill("[name=email]", email)
    press(page)
    yield "forgotten-sent"
    sign_in(page, served, email, PASSWORD, language)
    yield from _second_factors(page, served, language)
    page.goto(f"{site}/account/new-password")
    yield "password"
    page.goto(f"{site}/account/confirm")
    yield "confirm"
    page.goto(f"{site}/account/recovery-codes")
    yield "recovery-codes"
    press(page)
    yield "recovery-codes-made"
    code = page.inner_text(".codes code >> nth=0")
    sign_out(page)
    sign_in(page, served, email, PASSWORD, language)
    yield "choose-factor"
    press(page, "[name=which][value=authenticator]")
    yield "code"
    page.goto(f"{site}/account/recovery-code")
    yield "recovery-code"
    page.fill("[name=code]", code)
    press(page)
    sign_out(page)
    sign_in_as_administrator(page, served, language)
    page.goto(f"{site}/people")
    page.locator(".people li", has_text=email).locator("a").click()
    yield "member"
    sign_out(page)


def _second_factors(page, served, language):
    site = site_of(served)
    page.goto(f"{site}/account")
    yield "account"
    page.goto(f"{site}/account/second-factor")
    yield "second-factor"
    press(page)
    yield "second-factor-picture"
    set_up_app(page)
    plug_in(page)
    page.goto(f"{site}/account/passkeys")
    yield "passkeys"
    add_passkey(page, served, "blue key")
    yield "account-with-factors"
    page.goto(f"{site}/account/passkeys")
    yield "passkeys-with-one"


def is_signed_in(page, served):
    page.goto(f"{site_of(served)}/account")
    return re.search(r"/account$", page.url) is not None
