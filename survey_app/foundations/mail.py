"""Mail: through the server of MAIL_URL, or written to a folder where none is named."""

from __future__ import annotations

import secrets
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from survey_app.foundations.settings import Settings

_SENDER_NAME = "Two Witnesses"
_SECONDS = 20


def send_mail(settings: Settings, *, to: str, subject: str, text: str) -> None:
    """Send one mail in plain text. MAIL_URL is smtp://user:password@host:port or smtps://….

    Raises
    ------
    OSError
        If the server cannot be reached or refuses.
    """
    host = urlsplit(settings.public_url).hostname or "localhost"
    message = EmailMessage()
    message["From"] = f"{_SENDER_NAME} <no-reply@{host}>"
    message["To"] = to
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
        connection.send_message(message)
