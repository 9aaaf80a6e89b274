"""What Flask-Security says, in our words and three languages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

_ONCE_MORE = _l("That did not work. Please try once more.")
_TOO_LATE = _l("That took too long. Please begin again.")
_USED_LINK = _l("This link was used or is not whole. Ask for a new one.")

#: Name of the message → text and kind. Those that are left out are never shown.
MESSAGES: dict[str, tuple[str, str]] = {
    "API_ERROR": (_ONCE_MORE, "error"),
    "GENERIC_AUTHN_FAILED": (_l("E-mail or password is not right."), "error"),
    "UNAUTHENTICATED": (_l("Sign in to go on."), "info"),
    "REAUTHENTICATION_REQUIRED": (_l("Write your password once more to go on."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (_l("Thank you. Please go on."), "info"),
    "ANONYMOUS_USER_REQUIRED": (_l("You are signed in already."), "info"),
    "INVALID_REDIRECT": (_l("This address leads out of the site."), "error"),
    "INVALID_INPUT": (_ONCE_MORE, "error"),
    "EMAIL_NOT_PROVIDED": (_l("Write your e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (_l("This is no e-mail address."), "error"),
    "PASSWORD_NOT_PROVIDED": (_l("Write a password."), "error"),
    "INVALID_PASSWORD": (_l("This password is not right."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_l("The two passwords differ."), "error"),
    "PASSWORD_IS_THE_SAME": (_l("The new password is the same as the old one."), "error"),
    "PASSWORD_RESET_REQUEST": (
        _l("If somebody on the staff has this address, a link is on its way to it."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (_l("This link is too old. Ask for a new one."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_USED_LINK, "error"),
    "PASSWORD_RESET_NO_LOGIN": (_l("The password is set. Sign in with it."), "success"),
    "PASSWORD_CHANGE": (
        _l("The password is changed. You are signed out everywhere else."),
        "success",
    ),
    "TWO_FACTOR_INVALID_TOKEN": (
        _l("This code is not right, or was used already. Wait for the next one."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_l("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        _l("The app is set up. You will be asked for its code when you sign in."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (_l("Please sign in first."), "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_ONCE_MORE, "error"),
    "TWO_FACTOR_DISABLED": (_l("The app is no longer asked for."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (_TOO_LATE, "error"),
    "INVALID_RECOVERY_CODE": (_l("There is no such recovery code, or it was used already."), "error"),
    "WEBAUTHN_EXPIRED": (_TOO_LATE, "error"),
    "WEBAUTHN_NAME_REQUIRED": (_l("Give the passkey a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (_l("You have a passkey of this name already. Choose another name."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_l("You have no passkey of this name."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (_l("The passkey is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        _l("The passkey is added. You can use it when you sign in."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_l("This device is registered already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (_l("This passkey is not known here."), "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (_l("This passkey is not known here."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (_ONCE_MORE, "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (_ONCE_MORE, "error"),
    "WEBAUTHN_NO_VERIFY": (_ONCE_MORE, "error"),
    "DISABLED_ACCOUNT": (_ONCE_MORE, "error"),
}
