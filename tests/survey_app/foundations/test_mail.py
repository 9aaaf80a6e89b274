"""A mail is taken, refused, to be tried later, or nobody knows: the four are told apart."""

import secrets
from email import message_from_bytes
from email.policy import default

import pytest

from survey_app.foundations.mail import MailRefused, MailServerAway, send_mail
from survey_app.foundations.settings import Settings
from tests.factories.mail_server import mail_server

STOP = f"<https://example.com/en/no-mail/{secrets.token_hex(64)}>"


def send(url, tmp_path, **how):
    environment = {
        "APP_ENV": "test",
        "MAIL_URL": url,
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://example.com",
    }
    wanted = {
        "to": "anna@example.com",
        "subject": "Jak Cię potraktowano?",
        "text": "Cześć",
        "html": "<p>Cześć</p>",
    }
    send_mail(Settings.from_environment(environment), **(wanted | how))


def test_a_mail_is_taken_whole_by_one_recipient(tmp_path):
    with mail_server() as post:
        send(post.url, tmp_path, headers={"List-Unsubscribe": STOP}, name="letter-1")
    ((recipients, content),) = post.taken
    mail = message_from_bytes(content, policy=default)
    assert recipients == ["anna@example.com"]
    assert mail["Subject"] == "Jak Cię potraktowano?"
    assert mail["List-Unsubscribe"] == STOP
    assert STOP.encode() in content
    assert mail["Message-ID"] == "<letter-1@example.com>"
    assert mail.get_body(("plain",)).get_content().strip() == "Cześć"
    assert mail.get_body(("html",)).get_content().strip() == "<p>Cześć</p>"


@pytest.mark.parametrize(
    ("answer", "error"), [("550 no such person", MailRefused), ("451 come back later", MailServerAway)]
)
def test_a_refusal_for_good_and_one_for_now_are_two(tmp_path, answer, error):
    with mail_server(recipient_gets=answer) as post, pytest.raises(error):
        send(post.url, tmp_path)
    assert post.taken == []


def test_a_server_that_hangs_up_in_the_act_leaves_it_open(tmp_path):
    with mail_server(hangs_up=True) as post, pytest.raises(OSError, match=r".*") as error:
        send(post.url, tmp_path)
    assert not isinstance(error.value, MailServerAway)


def test_a_server_that_is_not_there_is_away(tmp_path):
    with mail_server() as post:
        pass
    with pytest.raises(MailServerAway):
        send(post.url, tmp_path)


def test_the_same_letter_twice_is_one_file(tmp_path):
    for _ in range(2):
        send("", tmp_path, name="letter-1")
    assert [file.name for file in (tmp_path / "mail").iterdir()] == ["letter-1.eml"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "a@example.com\r\nBcc: b@example.com"},
        {"to": "a@example.com, b@example.com"},
        {"subject": "Hello\r\nBcc: b@example.com"},
        {"headers": {"List-Unsubscribe": "<x>\nBcc: b@example.com"}},
        {"name": "x\r\nBcc: b@example.com"},
    ],
)
def test_no_header_is_begun_by_what_somebody_typed(tmp_path, wrong):
    """T41."""
    with mail_server() as post, pytest.raises(MailRefused):
        send(post.url, tmp_path, **wrong)
    assert post.taken == []
