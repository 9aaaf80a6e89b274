"""Accounts of the staff: Flask-Security with our tables, our layouts, and no session for anybody else."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from flask import Flask, abort, redirect, request, url_for
from flask_security import RoleMixin, Security
from flask_security.datastore import UserDatastore
from flask_security.recoverable import reset_password_token_status
from flask_security.signals import password_changed, password_reset
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response

from survey_app.actions.people import keep_person
from survey_app.actions.second_factors import add_passkey, keep_passkey, remove_passkey
from survey_app.foundations import clock
from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import ExactSigner, derive_key
from survey_app.models import Passkey, Person
from survey_app.queries.people import find_passkey, find_person
from survey_app.web.account import forms
from survey_app.web.account.equal_answers import set_up_equal_answers
from survey_app.web.account.letters import Letters, NoMail, letters, write_changed
from survey_app.web.account.messages import MESSAGES
from survey_app.web.account.passwords import Passwords, Patient
from survey_app.web.account.second_factors import (
    CODE_SECONDS,
    Codes,
    Passkeys,
    RecoveryCodes,
    set_up_second_factors,
)
from survey_app.web.account.sessions import set_up_sessions
from survey_app.web.every_page.guards import public
from survey_app.web.every_page.limits import count_bad_link, refuse_guessers

csrf = CSRFProtect()

_CONFIG: dict[str, Any] = {
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_SSL_STRICT": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    # 19 MiB, two rounds, one lane: what OWASP asks for, and little enough for several sign-ins at once.
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19_456,
        "argon2__rounds": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_PASSWORD_NORMALIZE_FORM": None,
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
    "SECURITY_URL_PREFIX": "/account",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/home",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_URL": "/password",
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(days=1),
    "SECURITY_POST_RESET_VIEW": "/account/sign-in",
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/new-password",
    "SECURITY_POST_CHANGE_VIEW": "/account",
    "SECURITY_VERIFY_URL": "/confirm",
    "SECURITY_FRESHNESS": timedelta(minutes=15),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": True,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": CODE_SECONDS,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_SETUP_URL": "/second-factor",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/choose-factor",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/lost-factor",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "SECURITY_TOTP_ISSUER": "Two Witnesses",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/recovery-code",
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_RP_NAME": "Two Witnesses",
    "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": False,
    "SECURITY_WAN_ALLOW_AS_VERIFY": [],
    "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": False,
    "SECURITY_WAN_REGISTER_URL": "/passkeys",
    "SECURITY_WAN_SIGNIN_URL": "/passkey",
    "SECURITY_WAN_DELETE_URL": "/remove-passkey",
    "SECURITY_WAN_POST_REGISTER_VIEW": "/account",
    "SECURITY_LOGIN_USER_TEMPLATE": "account/sign_in.html",
    "SECURITY_RESET_PASSWORD_TEMPLATE": "account/new_password.html",
    "SECURITY_FORGOT_PASSWORD_TEMPLATE": "account/forgotten.html",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "account/change_password.html",
    "SECURITY_VERIFY_TEMPLATE": "account/confirm.html",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "account/second_factor.html",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "account/code.html",
    "SECURITY_TWO_FACTOR_SELECT_TEMPLATE": "account/choose_factor.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "account/recovery_codes.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "account/recovery_code.html",
    "SECURITY_WAN_REGISTER_TEMPLATE": "account/passkeys.html",
    "SECURITY_WAN_SIGNIN_TEMPLATE": "account/passkey.html",
    "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
}
#: Views that are never used: help by mail for a lost factor, and a set-up outside the session.
_UNUSED = ("two_factor_rescue", "two_factor_setup_validate")


class _People(UserDatastore):
    """People as Flask-Security asks for them: each read and each write is a transaction of its own."""

    def __init__(self) -> None:
        super().__init__(Person, RoleMixin, Passkey)

    def find_user(self, case_insensitive: bool = False, **unique: Any) -> Person | None:
        """Return a person by one unique column."""
        if case_insensitive and "email" in unique:
            unique["email"] = unique["email"].lower()
        return find_person(**unique)

    def put(self, kept: Person | Passkey) -> Person | Passkey:
        """Keep what was changed about a person or a passkey."""
        if isinstance(kept, Passkey):
            keep_passkey(kept)
        else:
            keep_person(kept, at=clock.now())
        return kept

    def delete(self, gone: Passkey) -> None:
        """Forget a passkey; people are never forgotten this way."""
        remove_passkey(gone, at=clock.now())

    def commit(self) -> None:
        """Do nothing: what was put is kept already."""

    def find_webauthn(self, credential_id: bytes) -> Passkey | None:
        """Return a passkey by what its device calls it."""
        return find_passkey(credential_id)

    def create_webauthn(self, user: Person, **values: Any) -> None:  # type: ignore[override]
        """Keep a new passkey."""
        del values["usage"], values["extensions"]
        values["transports"] = [str(each.value) for each in values.pop("transports", None) or []]
        add_passkey(user.id, at=clock.now(), **values)


class _Accounts(Security):
    """Flask-Security without two parts that it would insist on: we draw codes, and clean names, ourselves."""

    def _check_modules(self, module: str, config_name: str) -> None:
        if module not in ("qrcode", "nh3"):
            super()._check_modules(module, config_name)  # type: ignore[no-untyped-call]


def set_up_accounts(app: Flask, settings: Settings) -> None:
    """Add sign-in, second factors and sessions; protect every form against forgery."""
    key = settings.secret_key
    app.config.update(
        _CONFIG,
        **{f"SECURITY_MSG_{name}": message for name, message in MESSAGES.items()},
        SECURITY_PASSWORD_SALT=key,
        SECURITY_TOTP_SECRETS={"1": base64.b64encode(derive_key(key, "second-factor")).decode()},
        SECURITY_TWO_FACTOR_REQUIRED=settings.second_factor_required,
    )
    csrf.init_app(app)
    accounts = _Accounts(
        app,
        _People(),
        mail_util_cls=NoMail,
        password_util_cls=Passwords,
        totp_cls=Codes,
        mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=Passkeys,
        login_form=forms.SignInForm,
        verify_form=forms.ConfirmForm,
        forgot_password_form=forms.ForgottenForm,
        change_password_form=forms.NewPasswordForm,
        two_factor_setup_form=forms.SetUpForm,
        two_factor_select_form=forms.SelectForm,
        two_factor_rescue_form=forms.RescueForm,
        two_factor_verify_code_form=forms.CodeForm,
        wan_register_form=forms.AddPasskeyForm,
        mf_recovery_form=forms.RecoveryForm,
        wan_signin_response_form=forms.PasskeyForm,
    )
    for endpoint in _UNUSED:
        app.view_functions[f"security.{endpoint}"] = _no_page
    accounts.pwd_context = Patient(accounts.pwd_context)
    for part in vars(accounts).values():
        if isinstance(part, URLSafeTimedSerializer):
            part.signer = ExactSigner
    # Pages only: a program that asks for JSON would be handed a token that outlives its session.
    accounts.want_json(lambda _request: False)
    app.extensions["people"] = accounts
    app.extensions["letters"] = Letters(app)
    app.login_manager.unauthorized_handler(_ask_to_sign_in)  # type: ignore[attr-defined]
    set_up_sessions(app)
    set_up_second_factors(app)
    set_up_equal_answers(app)
    app.before_request(_count_reset_links)
    for signal in (password_changed, password_reset):
        signal.connect(_tell_of_new_password, app)


@public
def _no_page(**_: str) -> Response:
    abort(404)


def _ask_to_sign_in() -> Response:
    return redirect(url_for("security.login"))


def _count_reset_links() -> None:
    """Stop whoever tries links to a new password that nobody was sent."""
    if request.endpoint != "security.reset_password":
        return
    refuse_guessers()
    _expired, _invalid, person = reset_password_token_status((request.view_args or {})["token"])  # type: ignore[no-untyped-call]
    if person is None:
        count_bad_link()


def _tell_of_new_password(_app: Flask, user: Person, **_: Any) -> None:
    letters().post(write_changed, user.id)
