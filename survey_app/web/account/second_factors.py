"""Second factors: the code of an app, recovery codes, passkeys. Each code opens once."""

from __future__ import annotations

import base64
import io
import secrets
import time
from typing import Any

import segno
from flask import Flask, current_app, redirect, request, session, url_for
from flask_login import current_user
from flask_security import MfRecoveryCodesUtil, Totp, UserMixin, WebauthnUtil
from flask_security.proxies import _datastore, _security
from flask_security.signals import tf_disabled, tf_profile_changed, wan_deleted, wan_registered
from flask_security.tf_plugin import tf_clean_session
from passlib.exc import TokenError
from werkzeug.wrappers import Response

from survey_app.actions.second_factors import keep_recovery_codes, take_code, take_recovery_code
from survey_app.foundations import clock
from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import keyed_hash
from survey_app.models import Person
from survey_app.rules.text import clean_line
from survey_app.web.account.sessions import renew_session
from survey_app.web.every_page.languages import WAITING_LANGUAGE

#: A code is good for its half minute, the one before and the one after: clocks differ.
CODE_SECONDS = 30
#: Seconds between the password and the second factor.
_PATIENCE = 600
_RECOVERY_CODES = 10
#: No letter that could be taken for another; 16 of 32 make 80 bits.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SINCE = "tf_since"
_CODE = "security.two_factor_token_validation"
_SETTING_UP = ("setup_from_login", "validating_profile")
_LONGEST_NAME = 64


class Codes(Totp):
    """Codes of an app. Secrets are kept encrypted, and no code is taken twice, nor one older than the last."""

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Return whether a code is right, and take it: two requests at once cannot both have it."""
        try:
            found = self._totp.verify(token, totp_secret, window=window)
        except (TokenError, ValueError):
            return False
        return take_code(user.id, found.counter)

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Return the picture that an app reads, as an address that holds it."""
        file = io.BytesIO()
        segno.make(self.get_totp_uri(username, totp), micro=False).save(file, kind="svg", scale=5, border=4)
        return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"

    def generate_recovery_codes(self, number: int) -> list[str]:
        """Return new recovery codes, in four groups of four."""
        return ["-".join(_letters(4) for _ in range(4)) for _ in range(number)]


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes, of which only keyed hashes are kept, and which open once."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """Return new codes, which are shown now and never again."""
        codes = _security.totp_factory.generate_recovery_codes(_RECOVERY_CODES)
        keep_recovery_codes(user.id, [_hash_of(code) for code in codes], at=clock.now())
        return list(codes)

    def get_recovery_codes(self, _user: UserMixin) -> list[str]:
        """Return none: what is kept cannot be read."""
        return []

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Take a code, and return whether there was one to take."""
        return take_recovery_code(user.id, _hash_of(code), at=clock.now())

    def delete_recovery_code(self, _user: UserMixin, _code: str) -> bool:
        """Do nothing: a code is gone when it is taken."""
        return True


def _hash_of(code: str) -> str:
    """Return what is kept of a code, however it was typed."""
    typed = "".join(each for each in code.casefold() if each.isalnum())
    return keyed_hash("recovery-code", typed.replace("o", "0").replace("i", "1").replace("l", "1"))


class Passkeys(WebauthnUtil):
    """Passkeys of this site, under the address that people see."""

    def origin(self) -> str:
        """Return where the browser says that it is."""
        settings: Settings = current_app.extensions["settings"]
        return f"{'https' if settings.https else request.scheme}://{request.host}"

    def name_svn(self, value: str) -> tuple[str | None, str | None]:
        """Return the name of a passkey as it is kept."""
        return None, clean_line(value)[:_LONGEST_NAME] or None


def totp_secret_of(person: Person) -> str | None:
    """Return the secret of somebody's app in plain letters, for the demonstration; None if there is none."""
    if not (person.tf_totp_secret and person.tf_primary_method):
        return None
    return str(_security.totp_factory.get_totp_b32_key(person.tf_totp_secret))


def set_up_second_factors(app: Flask) -> None:
    """Let what is half done go stale, and begin a new session whenever somebody's factors change."""
    app.before_request(_drop_stale)
    app.before_request(_lead_back)
    for signal in (tf_profile_changed, tf_disabled, wan_registered, wan_deleted):
        signal.connect(_renew, app)


def begin_waiting(person: Person) -> None:
    """Note when a password was right, and whose: the second factor must follow soon, in their language."""
    session[_SINCE] = int(time.time())
    session[WAITING_LANGUAGE] = person.language


def _drop_stale() -> None:
    """Forget a password that was right too long ago, and a set-up from before there was a second factor.

    A cookie from then could otherwise be sent once more, to put another factor in the place of the real one.
    """
    if "tf_user_id" not in session or request.blueprint != "security":
        return
    if time.time() - session.get(_SINCE, 0) > _PATIENCE or _is_set_up_by_now():
        tf_clean_session()  # type: ignore[no-untyped-call]


def _lead_back() -> Response | None:
    """Lead whoever is signed in and sets nothing up away from the page for codes; it would sign them out."""
    if request.endpoint != _CODE or not current_user.is_authenticated or session.get("tf_state") == _SETTING_UP[1]:
        return None
    return redirect(url_for("account.mine"))


def _is_set_up_by_now() -> bool:
    if session.get("tf_state") not in _SETTING_UP or current_user.is_authenticated:
        return False
    person = _datastore.find_user(fs_uniquifier=session["tf_user_id"])
    return person is None or not person.active or bool(_security.two_factor_plugins.get_setup_tf_methods(person))


def _renew(_app: Flask, **_: Any) -> None:
    renew_session()
