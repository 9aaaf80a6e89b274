"""Mail: through the server of MAIL_URL, or written to a folder where none is named."""

from __future__ import annotations

import secrets
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from urllib.parse import unquote, urlsplit

from survey_app.foundations.settings import Settings

_SENDER_NAME = "Two Witnesses"
_SECONDS = 20
_LONGEST_SUBJECT = 200
_LONGEST_HEADER = 900
_FIRST_REFUSAL_FOR_GOOD = 500
#: A long address in a header stays whole: folded, mail programs would not know it again.
_POLICY = default.clone(max_line_length=_LONGEST_HEADER + 90)
_ONE_ADDRESS = "A mail goes to exactly one address, such as name@example.com. Correct it."


class MailRefused(ValueError):
    """Why a mail cannot be sent as it is, and what to do. Nothing was sent."""


class MailServerAway(OSError):
    """The server could not be reached, or said to come back later. Nothing was handed over."""


def send_mail(
    settings: Settings,
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    name: str = "",
) -> None:
    """Send one mail to one address, as plain text and, where given, as HTML beside it.

    MAIL_URL is smtp://user:password@host:port or smtps://…. A mail with a `name` has it in its Message-ID and as
    the name of its file, so that the same mail written twice to the folder is there once.

    Raises
    ------
    MailRefused
        If the address is not exactly one, a header would begin a line of its own, or the server refuses the mail.
    MailServerAway
        If the server cannot be reached or asks to come back: nothing was handed over.
    OSError
        If the connection broke in the act: nobody can know whether the mail was taken.
    """
    recipient = _one_address(to)
    if len(subject) > _LONGEST_SUBJECT or not subject.isprintable():
        raise MailRefused(f"A subject is one line of at most {_LONGEST_SUBJECT} characters. Shorten it.")
    host = urlsplit(settings.public_url).hostname or "localhost"
    message = EmailMessage(policy=_POLICY)
    message["From"] = f"{_SENDER_NAME} <no-reply@{host}>"
    message["To"] = recipient
    message["Subject"] = subject
    if name:
        message["Message-ID"] = f"<{_one_line(name)}@{host}>"
    for header, value in (headers or {}).items():
        message[header] = _one_line(value)
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if settings.mail_url:
        _hand_over(settings.mail_url, message, recipient.addr_spec)
    else:
        _write(settings, message, f"{name or secrets.token_hex(8)}.eml")


def sends_by_folder(settings: Settings) -> bool:
    """Return whether mails are written to a folder, where the same mail again changes nothing."""
    return not settings.mail_url


def _write(settings: Settings, message: EmailMessage, name: str) -> None:
    """Write a mail into the folder, whole or not at all."""
    folder = settings.data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f".{name}.{secrets.token_hex(4)}"
    half.write_bytes(message.as_bytes())
    half.replace(folder / name)


def _hand_over(mail_url: str, message: EmailMessage, recipient: str) -> None:
    connection = _connect(mail_url)
    try:
        connection.send_message(message, to_addrs=[recipient])
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _words in refused.recipients.values()]
        raise _refusal(max(codes, default=_FIRST_REFUSAL_FOR_GOOD)) from refused
    except smtplib.SMTPResponseException as refused:
        raise _refusal(refused.smtp_code) from refused
    finally:
        with suppress(OSError):
            connection.quit()


def _connect(mail_url: str) -> smtplib.SMTP:
    server = urlsplit(mail_url)
    host, port, trusted = server.hostname or "", server.port or 0, ssl.create_default_context()
    try:
        if server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=trusted)
        else:
            connection = smtplib.SMTP(host, port, timeout=_SECONDS)
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=trusted)
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
    except OSError as away:
        raise MailServerAway("the mail server cannot be reached, or does not let us in") from away
    return connection


def _refusal(code: int) -> Exception:
    if code >= _FIRST_REFUSAL_FOR_GOOD:
        return MailRefused(f"The mail server does not take this mail ({code}). Look at the address.")
    return MailServerAway(f"the mail server asks to come back later ({code})")


def _one_line(value: str) -> str:
    if len(value) > _LONGEST_HEADER or not value.isprintable():
        raise MailRefused("A header of a mail is one short line. Take the line ends out.")
    return value


def _one_address(to: str) -> Address:
    """Return exactly one address; a name, a second address or a line end is refused."""
    try:
        address = Address(addr_spec=to)
    except (ValueError, IndexError, MessageError) as error:
        raise MailRefused(_ONE_ADDRESS) from error
    if address.addr_spec != to or not to.isprintable():
        raise MailRefused(_ONE_ADDRESS)
    return address
