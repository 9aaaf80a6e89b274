"""Mail: through the server of MAIL_URL, or written to a folder where none is named."""

from __future__ import annotations

import secrets
import smtplib
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from survey_app.foundations.settings import Settings

_SENDER_NAME = "Two Witnesses"
_SECONDS = 20
_LONGEST_SUBJECT = 200
_ONE_ADDRESS = "A mail goes to exactly one address, such as name@example.com. Correct it."


class MailRefused(ValueError):
    """Why a mail cannot be sent as it is, and what to do. Nothing was sent."""


def send_mail(settings: Settings, *, to: str, subject: str, text: str) -> None:
    """Send one mail in plain text to one address. MAIL_URL is smtp://user:password@host:port or smtps://….

    Raises
    ------
    MailRefused
        If the address is not exactly one, or a header would begin a line of its own.
    OSError
        If the server cannot be reached or refuses.
    """
    recipient = _one_address(to)
    if len(subject) > _LONGEST_SUBJECT or not subject.isprintable():
        raise MailRefused(f"A subject is one line of at most {_LONGEST_SUBJECT} characters. Shorten it.")
    message = EmailMessage()
    message["From"] = f"{_SENDER_NAME} <no-reply@{urlsplit(settings.public_url).hostname or 'localhost'}>"
    message["To"] = recipient
    message["Subject"] = subject
    message.set_content(text)
    if not settings.mail_url:
        folder = settings.data_dir / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{secrets.token_hex(8)}.eml").write_bytes(message.as_bytes())
        return
    server = urlsplit(settings.mail_url)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "", server.port or 0, timeout=_SECONDS) as connection:
        if server.scheme != "smtps" and connection.has_extn("starttls"):
            connection.starttls()
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message, to_addrs=[recipient.addr_spec])


def _one_address(to: str) -> Address:
    """Return exactly one address; a name, a second address or a line end is refused."""
    try:
        address = Address(addr_spec=to)
    except (ValueError, IndexError, MessageError) as error:
        raise MailRefused(_ONE_ADDRESS) from error
    if address.addr_spec != to or not to.isprintable():
        raise MailRefused(_ONE_ADDRESS)
    return address
