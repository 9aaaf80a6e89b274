"""What is mailed goes to one person, under the site's own name, whatever was sent to us."""

import email
import re
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import replace
from email import policy
from pathlib import Path

import pytest

from survey_app.app import create_app
from survey_app.foundations.database import database
from survey_app.foundations.mail import MailRefused, send_mail
from survey_app.foundations.settings import ROOT, Settings
from survey_app.queries.people import find_person
from survey_app.web.account import letters
from tests.factories.world import KEY

ORIGIN = "https://survey.example"
HOSTS = ("survey.example", "survey.example:8443", "also.example", "ALSO.example", "localhost:1", "127.0.0.1")
#: Headers that some programs take for the name of the site.
CLAIMS = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "//evil.example",
    "X-Original-Host": "evil.example",
    "X-Host": "evil.example",
    "Forwarded": "for=1.2.3.4;host=evil.example;proto=http",
    "Referer": "https://evil.example/",
    "Origin": "https://evil.example",
}
_LINK = re.compile(r"\w+://[^/\s]*")
#: Letters about an account; the one to customers is written by the worker, which answers no request.
LETTERS = sorted({path.stem for path in (ROOT / "templates" / "mail").glob("*.txt")} - {"invitation_to_answer"})


@contextmanager
def site_of(world, folder):
    """Give the application of the world under a name of its own, and the folder of its mails."""
    settings = {
        "APP_ENV": "test",
        "DATABASE_URL": world.app.extensions["settings"].database_url,
        "DATA_DIR": str(folder),
        "SECRET_KEY": KEY,
        "PUBLIC_URL": f"{ORIGIN}/",
        "PROXY_HOPS": "1",
        "TRUSTED_HOSTS": "survey.example,also.example,localhost,127.0.0.1",
    }
    app = create_app(Settings.from_environment(settings))
    yield app, Path(folder) / "mail"
    with app.app_context():
        app.extensions["letters"].finish()
        app.extensions["opens"].finish()
        database.engine.dispose()


def mails_in(folder):
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]


def origins(mails):
    """Return the beginning of every address in some mails."""
    return {origin for mail in mails for origin in _LINK.findall(mail.get_content())}


@pytest.mark.any_database
def test_a_link_to_a_new_password_bears_the_sites_own_name(world, tmp_path):
    """T20. Under each name that is trusted, with every header that claims another."""
    with site_of(world, tmp_path) as (app, folder):
        for host in HOSTS:
            client = app.test_client()
            where = {"base_url": f"https://{host}", "headers": CLAIMS}
            page = client.get("/account/password", **where).get_data(as_text=True)
            body = {
                "email": "researcher@example.com",
                "csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1],
            }
            assert client.post("/account/password", data=body, **where).status_code in (200, 429)
        app.extensions["letters"].finish()
        mails = mails_in(folder)
        assert len(mails) >= 5
        assert origins(mails) == {ORIGIN}


@pytest.mark.any_database
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_bears_the_sites_own_name(world, tmp_path, letter):
    """T20. Even one that is written while a request to another name is answered."""
    with site_of(world, tmp_path) as (app, folder):
        with app.test_request_context(base_url="https://evil.example", headers=CLAIMS):
            letters.write(
                find_person(email="researcher@example.com"), letter, address=letters.public("/x"), days=3
            )
        assert origins(mails_in(folder)) == {ORIGIN}


@pytest.mark.any_database
def test_a_letter_that_trusts_the_host_is_found(world, tmp_path, monkeypatch):
    """The mutant: addresses as Flask would write them."""
    from flask import request  # noqa: PLC0415 - the mutant's own

    monkeypatch.setattr(letters, "public", lambda path: request.host_url.rstrip("/") + path)
    with site_of(world, tmp_path) as (app, folder):
        with app.test_request_context(base_url="https://also.example"):
            letters.write(find_person(email="researcher@example.com"), "password", address=letters.public("/x"))
        assert origins(mails_in(folder)) == {"https://also.example"}


# --- headers ---


INJECTED = (
    "A\r\nBcc: evil@example.com",
    "A\nBcc: evil@example.com",
    "A\rBcc: evil@example.com",
    "A\r\n\r\nanother body",
    "A\u2028Bcc: evil@example.com",
    "A\x0bBcc: evil@example.com",
    "A\x00B",
    "A%0aBcc: evil@example.com",
    "=?utf-8?q?A=0ABcc:_evil=40example.com?=",
)


@pytest.mark.any_database
@pytest.mark.parametrize("name", INJECTED)
@pytest.mark.parametrize("letter", LETTERS)
def test_a_name_adds_no_header_and_no_recipient(world, tmp_path, letter, name):
    """T41. A person's name stands in the body alone."""
    with site_of(world, tmp_path) as (app, folder):
        with app.test_request_context():
            person = find_person(email="researcher@example.com")
            person.name = name
            letters.write(person, letter, address=letters.public("/x"), days=3)
            database.session.rollback()
        [mail] = mails_in(folder)
        assert mail["To"] == "researcher@example.com"
        assert sorted(mail.keys()) == [
            "Content-Transfer-Encoding",
            "Content-Type",
            "From",
            "MIME-Version",
            "Subject",
            "To",
        ]
        assert "evil" not in repr(mail.items())


@pytest.mark.parametrize("text", [text for text in INJECTED if not text.isprintable()])
def test_a_subject_of_several_lines_is_refused(bare_settings, text):
    """T41."""
    with pytest.raises(MailRefused):
        send_mail(bare_settings, to="a@example.com", subject=text, text="x")
    assert not (bare_settings.data_dir / "mail").exists()


@pytest.mark.parametrize(
    "to",
    [
        *(f"a@example.com{end}" for end in ("\r\nBcc: evil@example.com", "\n", ", evil@example.com", " ", "\0")),
        *("A <a@example.com>", "a@example.com;evil@example.com", "evil@example.com,a@example.com", "", "a", "@"),
        *('"a\r\nBcc: evil"@example.com', "a@example.com\u2028evil@example.com", "<a@example.com>"),
    ],
)
def test_a_mail_goes_to_exactly_one_address(bare_settings, to):
    """T41."""
    with pytest.raises(MailRefused):
        send_mail(bare_settings, to=to, subject="s", text="x")
    assert not (bare_settings.data_dir / "mail").exists()


@pytest.fixture
def bare_settings(tmp_path):
    return Settings.from_environment({"APP_ENV": "test", "DATA_DIR": str(tmp_path)})


class _Server(socketserver.StreamRequestHandler):
    """Takes mails as a server does, and notes what it was told."""

    def handle(self):
        self.say("220 here")
        for line in iter(self.rfile.readline, b""):
            told = line.decode().strip()
            self.server.told.append(told)
            if told.upper() == "DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(body)
            self.say("221 bye" if told.upper() == "QUIT" else "250 yes")
            if told.upper() == "QUIT":
                return

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server():
    """A mail server of this machine."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as server:
        server.told, server.mails = [], []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_server_is_told_one_recipient(bare_settings, server):
    """T41. A line of the text that looks like a header, or like the end of the mail, is text."""
    settings = replace(bare_settings, mail_url=f"smtp://127.0.0.1:{server.server_address[1]}")
    text = "Hello\r\nBcc: evil@example.com\r\n.\r\nRCPT TO:<evil@example.com>\r\n"
    send_mail(settings, to="a@example.com", subject="Żółć ✓", text=text)
    assert [line for line in server.told if line.upper().startswith("RCPT")] == ["rcpt TO:<a@example.com>"]
    [sent] = server.mails
    mail = email.message_from_bytes(sent, policy=policy.default)
    assert mail["Subject"] == "Żółć ✓"
    assert mail["Bcc"] is None
