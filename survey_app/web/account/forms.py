"""Flask-Security's forms, with every guess counted before it is looked at."""

from __future__ import annotations

from typing import Any, cast

from flask import session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    VerifyForm,
)
from flask_security.forms import TwoFactorRescueForm, TwoFactorSetupForm, TwoFactorVerifyCodeForm
from flask_security.proxies import _security
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.tf_plugin import TwoFactorSelectForm
from flask_security.webauthn import WebAuthnRegisterForm, WebAuthnSigninResponseForm
from werkzeug.exceptions import TooManyRequests
from wtforms import Field, RadioField, StringField

from survey_app.models import Person
from survey_app.rules.limits import CODE, RESET, RESET_NETWORK, SIGN_IN, SIGN_IN_NETWORK, Limit
from survey_app.web.account.letters import letters, write_reset
from survey_app.web.account.second_factors import begin_waiting
from survey_app.web.every_page.addresses import local_address
from survey_app.web.every_page.limits import attempt, network, spend

#: A challenge is answered once.
_CHALLENGE = Limit("passkey-challenge", 1, 300)


def _account(written: str | None) -> str:
    """Return an address as it is looked up, however it was written: tries at one account are one account's."""
    try:
        return str(_security.mail_util.normalize(written or "")).lower()
    except ValueError:
        return (written or "").strip().lower()


class SignInForm(LoginForm):
    """Address and password. Nobody is remembered beyond their session."""

    remember = None

    def validate_next(self, field: Field) -> None:
        """Go home instead of out of the site."""
        field.data = local_address(field.data or "", otherwise="")

    def validate(self, **options: Any) -> bool:
        """Compare the password if a try is left for the account and for the network."""
        with attempt((SIGN_IN, _account(self.email.data)), (SIGN_IN_NETWORK, network())) as made:
            if not super().validate(**options):
                return False
            made.succeed()
            begin_waiting(cast(Person, self.user))
            self.next.data = self.next.data or url_for("account.home")
            return True


class ConfirmForm(VerifyForm):
    """The password once more, before something weighty."""

    def validate(self, **options: Any) -> bool:
        """Compare the password if a try is left."""
        with attempt((SIGN_IN, self.user.email)) as made:
            if not super().validate(**options):
                return False
            made.succeed()
            return True


class NewPasswordForm(ChangePasswordForm):
    """The password so far, and the new one twice."""

    def validate(self, **options: Any) -> bool:
        """Compare the password so far if a try is left; a new one that is not taken is no wrong guess."""
        with attempt((SIGN_IN, current_user.email)) as made:
            taken = bool(super().validate(**options))
            if taken or not self.password.errors:
                made.succeed()
            return taken


class ForgottenForm(ForgotPasswordForm):
    """An address to which a link is sent, if somebody has it."""

    def validate(self, **_options: Any) -> bool:
        """Let the link be written after the answer, which is the same for every address."""
        if not self.email.data or not self.email.data.strip():
            self.form_errors.append(_("Write your e-mail address."))
            return False
        account = _account(self.email.data)
        spend(RESET_NETWORK, network())
        spend(RESET, account)
        letters().post(write_reset, account)
        return False


class SetUpForm(TwoFactorSetupForm):
    """Begin to set up an app, or no longer ask for it; the form itself checks which."""

    setup = StringField()


class SelectForm(TwoFactorSelectForm):
    """Which of one's factors to use; what one has not is no choice."""

    which = StringField()


class RescueForm(TwoFactorRescueForm):
    """Ways to help that Flask-Security would offer; ours are links on the page."""

    help_setup = RadioField(choices=[])


class AddPasskeyForm(WebAuthnRegisterForm):
    """The name of a new passkey; it is a second factor, whatever was sent."""

    usage = StringField(default="secondary")


class CodeForm(TwoFactorVerifyCodeForm):
    """The code of the app."""

    def validate(self, **options: Any) -> bool:
        """Compare the code if a try is left."""
        with attempt((CODE, str(cast(Person, self.user).id)), (SIGN_IN_NETWORK, network())) as made:
            if not super().validate(**options):
                return False
            made.succeed()
            return True


class RecoveryForm(MfRecoveryForm):
    """One of the recovery codes."""

    def validate(self, **options: Any) -> bool:
        """Take the code if a try is left."""
        with attempt((CODE, str(cast(Person, self.user).id)), (SIGN_IN_NETWORK, network())) as made:
            if not super().validate(**options):
                return False
            made.succeed()
            return True


class PasskeyForm(WebAuthnSigninResponseForm):
    """What a device answered to a challenge."""

    def validate(self, **options: Any) -> bool:
        """Take the answer once, and only from the one whose password was right."""
        if not super().validate(**options):
            return False
        person = cast(Person, self.user)
        if not person.is_active or person.fs_uniquifier != session.get("tf_user_id"):
            return self._refuse()
        try:
            spend(_CHALLENGE, self.challenge)
        except TooManyRequests:
            return self._refuse()
        return True

    def _refuse(self) -> bool:
        self.credential.errors = [_("This passkey cannot be used here. Try once more.")]
        return False
