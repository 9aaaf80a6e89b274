"""People who are invited: each written to once, kept apart from answers, and forgotten."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from survey_app.actions import contacts as actions
from survey_app.actions.contacts import (
    SILENCE,
    ask_to_write,
    begin_letter,
    forget_address,
    forget_again,
    forget_due_addresses,
    forget_list,
    settle_letters,
    take_in_contacts,
)
from survey_app.background import letters as sending
from survey_app.background.letters import write_letters
from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.foundations.mail import MailRefused, MailServerAway
from survey_app.models import Contact, ContactList, Letter, NoMail
from survey_app.queries.contacts import letters_to_write, lists_of
from survey_app.rules.contacts import NewContact
from survey_app.rules.permissions import SYSTEM, NotAllowed
from survey_app.rules.vocabulary import LetterKind
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt

DAY = timedelta(days=1)
INVITATION, REMINDER = LetterKind.INVITATION, LetterKind.REMINDER


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def study(app):
    return make_open_study(places=2)


def take_in(study, count=3, *, at=NOW, **how):
    people = [
        NewContact(
            number + 2, f"p{number}@example.com", "Anna" if number else "", ("en", "pl", "fi")[number % 3], place
        )
        for number, place in zip(range(count), study.places * count, strict=False)
    ]
    wanted = {"name": "People", "delete_on": (NOW + 30 * DAY).date()} | how
    return take_in_contacts(SYSTEM, study.study, people, **wanted, at=at)


def list_id(taken):
    with reading() as session:
        return session.scalar(select(ContactList.id).where(ContactList.public_id == taken.list_public_id))


def write(taken):
    """Let the worker take as many turns as it needs."""
    for _ in range(5):
        write_letters(list_id(taken))


def invite(study, taken, kind=INVITATION):
    new = ask_to_write(SYSTEM, study.study, taken.list_public_id, kind, at=NOW)
    write(taken)
    return new


def mails(app):
    folder = Path(app.extensions["settings"].data_dir) / "mail"
    found = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(folder.glob("*.eml"))]
    return {mail["To"]: mail for mail in sorted(found, key=lambda mail: mail["Message-ID"])}


def states():
    with reading() as session:
        return sorted(session.scalars(select(Letter.state)))


def link_in(mail):
    plain = mail.get_body(("plain",)).get_content()
    return next(line for line in plain.splitlines() if "/s/" in line).partition("127.0.0.1:8000")[2]


def test_each_person_gets_one_mail_in_their_language_with_a_link_of_their_own(app, study):
    taken = take_in(study)
    assert invite(study, taken) == 3
    found = mails(app)
    assert sorted(found) == ["p0@example.com", "p1@example.com", "p2@example.com"]
    assert len({link_in(mail) for mail in found.values()}) == 3
    polish = found["p1@example.com"]
    assert "Jak Cię potraktowano" in polish["Subject"]
    assert link_in(polish).startswith("/pl/s/")
    html = polish.get_body(("html",)).get_content()
    assert link_in(polish) in html
    assert polish["List-Unsubscribe"].startswith("<http")
    page = Visitor(app.test_client(use_cookies=False)).open(link_in(polish))
    assert answer_until_receipt(page)
    assert invite(study, taken) == 0
    assert states() == ["sent"] * 3


def test_nothing_leads_from_an_answer_to_its_person(app, study):
    """Not a column of any table that knows the response names the link, the contact or the address."""
    taken = take_in(study, 1)
    invite(study, taken)
    page = Visitor(app.test_client(use_cookies=False)).open(link_in(mails(app)["p0@example.com"]))
    assert answer_until_receipt(page)
    with reading() as session:
        contact = session.scalars(select(Contact)).one()
        known = {"p0@example.com", contact.address_hash, contact.public_id}
        for table in inspect(session.connection()).get_table_names():
            if table not in ("contacts", "alembic_version"):
                rows = session.execute(text(f'SELECT * FROM "{table}"')).mappings().all()  # noqa: S608
                assert not [row for row in rows if known & {str(value) for value in row.values()}], table
                for row in rows if table == "responses" else []:
                    assert (row["invitation_id"], row["draft_of"]) == (None, None)


def test_a_reminder_goes_once_to_whoever_has_not_answered(app, study):
    taken = take_in(study)
    assert invite(study, taken, REMINDER) == 0
    invite(study, taken)
    answer_until_receipt(Visitor(app.test_client(use_cookies=False)).open(link_in(mails(app)["p0@example.com"])))
    assert invite(study, taken, REMINDER) == 2
    assert invite(study, taken, REMINDER) == 0
    (seen,) = lists_of(SYSTEM, study.study)
    assert (seen.answered, seen.count("invitation", "sent"), seen.count("reminder", "sent")) == (1, 3, 2)


def test_who_is_known_or_wants_no_mail_is_not_taken_in_again(app, study):
    take_in(study)
    again = take_in(study, 4)
    assert (again.new, again.known, again.no_mail) == (1, 3, 0)
    invite(study, again)
    stop = mails(app)["p3@example.com"]["List-Unsubscribe"].strip("<>").partition("127.0.0.1:8000")[2]
    page = app.test_client().get(stop)
    assert page.status_code == 200
    with reading() as session:
        assert session.scalars(select(NoMail)).all() == []
    for _ in range(2):
        assert app.test_client().post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with reading() as session:
        assert len(session.scalars(select(NoMail)).all()) == 1
        assert session.scalar(select(Contact).where(Contact.email == "p3@example.com")) is None
    third = take_in(study, 4)
    assert (third.new, third.known, third.no_mail) == (0, 3, 1)
    assert app.test_client().get(stop[:-2]).status_code == 404


def test_an_address_that_was_refused_between_two_turns_gets_no_mail(app, study):
    taken = take_in(study)
    ask_to_write(SYSTEM, study.study, taken.list_public_id, INVITATION, at=NOW)
    assert forget_address(SYSTEM, study.study, "P1@example.com", at=NOW)
    write(taken)
    assert sorted(mails(app)) == ["p0@example.com", "p2@example.com"]
    assert states() == ["sent", "sent", "skipped"]


def canary_in_files(app):
    folder = Path(app.extensions["settings"].data_dir)
    return [file.name for file in folder.glob("test.sqlite3*") if b"p1@example.com" in file.read_bytes()]


def test_addresses_are_deleted_by_hand_by_list_and_by_their_day(app, study):
    taken = take_in(study)
    assert forget_address(SYSTEM, study.study, "p0@example.com", at=NOW)
    assert not forget_address(SYSTEM, study.study, "p0@example.com", at=NOW)
    assert forget_due_addresses(at=NOW + 29 * DAY) == 0
    assert forget_due_addresses(at=NOW + 30 * DAY) == 2
    assert canary_in_files(app) == []
    other = take_in(study, 3)
    assert other.new == 3
    assert forget_list(SYSTEM, study.study, other.list_public_id, at=NOW) == 3
    with reading() as session:
        rows = session.execute(select(Contact.email, Contact.address_hash, Contact.name)).all()
    assert set(rows) == {(None, None, "")}
    assert [(seen.people, seen.kept) for seen in lists_of(SYSTEM, study.study)] == [(3, 0), (3, 0)]
    assert taken.new == 3


def test_what_was_deleted_is_deleted_again_after_a_restore(app, study):
    take_in(study, 1)
    forget_address(SYSTEM, study.study, "p0@example.com", at=NOW)
    take_in(study, 1)
    assert forget_again(at=NOW) == 1
    with reading() as session:
        assert session.scalars(select(Contact.email)).all() == [None, None]


def test_a_mail_server_that_is_away_is_tried_again_and_one_that_says_no_is_not(study, monkeypatch):
    troubles = iter([MailRefused("no such address"), ConnectionResetError(), MailServerAway()])
    taken = take_in(study, 4)
    ask_to_write(SYSTEM, study.study, taken.list_public_id, INVITATION, at=NOW)

    def refuse(*_args, **_how):
        raise next(troubles)

    monkeypatch.setattr(sending, "send_mail", refuse)
    write_letters(list_id(taken))
    with reading() as session:
        letters = session.execute(select(Letter.state, Letter.attempts).order_by(Letter.id)).all()
    assert letters == [("failed", 1), ("uncertain", 1), ("waiting", 1), ("waiting", 0)]


def test_a_server_that_stays_away_is_given_up(study, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ATTEMPTS", 2)
    taken = take_in(study, 1)
    ask_to_write(SYSTEM, study.study, taken.list_public_id, INVITATION, at=NOW)

    def refuse(*_args, **_how):
        raise MailServerAway

    monkeypatch.setattr(sending, "send_mail", refuse)
    write(taken)
    assert states() == ["failed"]


def test_nobody_is_written_to_after_the_link_has_closed(study):
    taken = take_in(study, 2, closes_on=(NOW - DAY).date())
    invite(study, taken)
    assert states() == ["skipped", "skipped"]


def test_a_letter_whose_sender_was_killed_is_settled_once_it_is_silent(study):
    taken = take_in(study, 2)
    ask_to_write(SYSTEM, study.study, taken.list_public_id, INVITATION, at=NOW)
    late = NOW + SILENCE + timedelta(seconds=1)
    for letter, again in zip(letters_to_write(list_id(taken), at=NOW), (True, False), strict=True):
        assert begin_letter(letter.letter_id, at=NOW)
        assert not begin_letter(letter.letter_id, at=NOW)
        assert settle_letters(again=again, at=NOW + SILENCE) == 0
        assert settle_letters(again=again, at=late) == 1
    assert states() == ["uncertain", "waiting"]


WORKER = """
import sys
from datetime import UTC, datetime
from wsgi import app
from survey_app.background import letters
from survey_app.foundations import clock
clock.now = lambda: datetime(2026, 11, 24, 12, tzinfo=UTC)
with app.app_context():
    for _ in range(20):
        letters.write_letters(int(sys.argv[1]))
"""


def killed_in_the_act(app, taken):
    """Send in a process of its own, and kill it while it sends; return how many mails there were then."""
    settings = app.extensions["settings"]
    folder = Path(settings.data_dir) / "mail"
    before = len(list(folder.glob("*.eml")))
    environment = os.environ | {
        "APP_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-c", WORKER, str(list_id(taken))]
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
    until = time.monotonic() + 60
    while len(list(folder.glob("*.eml"))) < before + 10 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return len(list(folder.glob("*.eml")))


def test_everybody_is_written_to_once_although_the_worker_is_killed(app, study, monkeypatch):
    taken = take_in(study, 120)
    ask_to_write(SYSTEM, study.study, taken.list_public_id, INVITATION, at=NOW)
    sent = [killed_in_the_act(app, taken) for _ in range(2)]
    assert 10 <= sent[0] < sent[1] < 120
    monkeypatch.setattr(clock, "now", lambda: NOW + 3650 * DAY)
    settle_letters(again=True, at=clock.now())
    monkeypatch.setattr(clock, "now", lambda: NOW)
    write(taken)
    assert states() == ["sent"] * 120
    assert len(mails(app)) == len(list((Path(app.extensions["settings"].data_dir) / "mail").glob("*.eml"))) == 120
    with reading() as session:
        assert max(session.scalars(select(Letter.attempts))) <= 2


def test_two_workers_at_once_write_to_nobody_twice(app, study, monkeypatch):
    """And the mutant, in which a letter is taken without noting so, does."""
    taken = take_in(study, 2)
    ask_to_write(SYSTEM, study.study, taken.list_public_id, INVITATION, at=NOW)
    handed = []
    monkeypatch.setattr(sending, "send_mail", lambda *_args, to, **_how: handed.append(to))
    both = [letters_to_write(list_id(taken), at=NOW)] * 2

    def turn(letters):
        monkeypatch.setattr(sending, "letters_to_write", lambda *_args, **_how: letters)
        write_letters(list_id(taken))

    for letters in both:
        turn(letters)
    assert sorted(handed) == ["p0@example.com", "p1@example.com"]
    monkeypatch.setattr(sending, "begin_letter", lambda *_args, **_how: True)
    turn(both[0])
    assert len(handed) == 4


def test_a_place_of_another_study_is_refused(app, study):
    other = make_open_study(name="Other Bank")
    with pytest.raises(NotAllowed):
        take_in_contacts(
            SYSTEM,
            study.study,
            [NewContact(2, "a@example.com", "", "en", other.places[0])],
            name="P",
            delete_on=NOW.date(),
            at=NOW,
        )
