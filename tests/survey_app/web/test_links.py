"""Links that open, close and fill up: the same answer by every path, and nothing that was begun is lost."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from flask_security import hash_password
from sqlalchemy import func, select

from survey_app.actions import responses
from survey_app.actions.fieldwork import NewLink, change_invitation, close_invitation, make_invitations
from survey_app.actions.people import add_person
from survey_app.actions.responses import start_response
from survey_app.actions.studies import close_study
from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.foundations.tokens import new_random_id, resume_code
from survey_app.models import Invitation, Response
from survey_app.queries.links import links_of
from survey_app.queries.surveys import look_behind
from survey_app.rules.consent import Consent
from survey_app.rules.doors import HELD
from survey_app.rules.permissions import SYSTEM, NotAllowed
from survey_app.rules.vocabulary import InvitationKind, Role
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt, read_page

TOLD = Consent("en", ("We keep your answers.",))
PASSWORD = "a long enough password"


@pytest.fixture
def study(app):
    return make_open_study(places=2)


@pytest.fixture
def on_day(monkeypatch):
    """Set the clock to the afternoon of a day in Helsinki."""

    def set_to(day):
        afternoon = datetime(day.year, day.month, day.day, 13, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: afternoon)

    return set_to


def make(study, **new):
    return make_invitations(SYSTEM, study.study, NewLink(**new), location_public_id=study.places[0], at=NOW)[0]


def change(study, link, **how):
    wanted = {"language": None, "opens_on": None, "closes_on": None, "cap": None, "reached": None} | how
    change_invitation(SYSTEM, study.study, link, **wanted, at=NOW)


def begin(link, *, at=NOW):
    submission = new_random_id()
    door, _id = start_response(
        link, submission_id=submission, request_id="r", consent=TOLD, agreed_to=TOLD.hash, at=at
    )
    return door, submission


def visit(app, path):
    return Visitor(app.test_client(use_cookies=False)).open(path)


def line(study, link, *, at=NOW):
    return next(each for each in links_of(SYSTEM, study.study, at=at).open if each.public_id == link)


def test_a_link_is_open_from_its_first_day_to_its_last(app, study, on_day):
    link = make(study, opens_on=date(2026, 12, 1), closes_on=date(2026, 12, 31))
    for day, status, words in (
        (date(2026, 11, 30), 200, "It opens on December 1, 2026."),
        (date(2026, 12, 1), 200, "Start"),
        (date(2026, 12, 31), 200, "Start"),
        (date(2027, 1, 1), 410, "Its last day was December 31, 2026."),
    ):
        on_day(day)
        page = visit(app, f"/en/s/{link}")
        assert (page.response.status_code, words in page.html) == (status, True)


def test_days_are_those_of_the_place(app, study):
    """In Helsinki, two hours before Greenwich, 1 December begins at ten in the evening of 30 November."""
    link = make(study, opens_on=date(2026, 12, 1))
    ten = datetime(2026, 11, 30, 22, tzinfo=UTC)
    assert begin(link, at=ten - timedelta(seconds=1))[0] == "not_yet"
    assert begin(link, at=ten)[0] == "open"


def gates(study):
    """Each way in which an open link lets nobody in: link, moment, and what is said."""
    full = make(study, cap=1)
    begin(full)
    closed, over, early = (
        make(study),
        make(study, closes_on=date(2026, 11, 23)),
        make(study, opens_on=date(2027, 1, 1)),
    )
    close_invitation(SYSTEM, study.study, closed, at=NOW - timedelta(minutes=1))
    return {full: "full", closed: "closed", over: "closed", early: "not_yet"}


def test_every_gate_is_the_same_by_every_path(app, study, on_day):
    """T6. The page of the link in each language, its form, a form kept from before: one verdict."""
    on_day(date(2026, 11, 24))
    greeting = visit(app, f"/en/s/{study.links[0]}")
    pairs = read_page(greeting.html)[0][0].fixed
    for link, door in gates(study).items():
        status = 200 if door == "not_yet" else 410
        before = count()
        for language in ("en", "pl", "fi"):
            assert visit(app, f"/{language}/s/{link}").response.status_code == status
        sent = Visitor(app.test_client()).send(pairs, to=f"/en/s/{link}")
        assert (sent.response.status_code, count()) == (status, before), door
        assert begin(link, at=clock.now())[0] == door
        assert line(study, link, at=clock.now()).door == door


def test_what_was_begun_goes_on_by_every_path(app, study, on_day):
    """T6. The page itself and the resume code; and what was sent, with the receipt code."""
    on_day(date(2026, 11, 24))
    for gate in ("closed", "over", "full", "study"):
        link = make(study, cap=2)
        phone, sent = visit(app, f"/en/s/{link}"), visit(app, f"/en/s/{link}")
        receipt = answer_until_receipt(sent)
        phone.submit()
        with reading() as session:
            begun = session.scalar(select(Response.submission_id).where(Response.state == "in_progress"))
        if gate == "closed":
            close_invitation(SYSTEM, study.study, link, at=clock.now())
        elif gate == "over":
            change(study, link, closes_on=date(2026, 11, 23))
        elif gate == "study":
            close_study(SYSTEM, study.study, at=clock.now())
        assert visit(app, f"/en/s/{link}").response.status_code == 410, gate
        laptop = visit(app, "/en/resume").submit(code=resume_code(begun))
        assert laptop.response.status_code == 200
        assert answer_until_receipt(laptop)
        own = visit(app, "/en/my").submit(code=receipt)
        assert "/en/my/" in own.address


def test_a_single_link_leads_back_to_its_draft_after_its_last_day(app, study, on_day):
    """T6. The greeting says what the form does."""
    on_day(date(2026, 11, 24))
    link = make(study, kind=InvitationKind.SINGLE, closes_on=date(2026, 11, 25))
    visit(app, f"/en/s/{link}").submit()
    on_day(date(2026, 11, 26))
    again = visit(app, f"/en/s/{link}")
    assert "Go on where you stopped" in again.html
    assert answer_until_receipt(again.submit())
    other = make(study, kind=InvitationKind.SINGLE, closes_on=date(2026, 11, 25))
    assert "Its last day was November 25, 2026." in visit(app, f"/en/s/{other}").html


def count():
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Response))


def test_who_has_begun_holds_a_place_for_three_days_and_may_still_send(app, study):
    link = make(study, cap=1)
    begin(link)
    assert begin(link, at=NOW + HELD - timedelta(seconds=1))[0] == "full"
    assert begin(link, at=NOW + HELD)[0] == "open"


def race(app, begin_one, clients=12):
    """Let many begin at the same moment; return how many were let in."""
    barrier, doors = threading.Barrier(clients), []

    def act():
        with app.app_context():
            barrier.wait()
            doors.append(begin_one())

    threads = [threading.Thread(target=act) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return doors.count("open")


def test_no_more_are_let_in_than_the_cap_says_however_many_come_at_once(app, study):
    for cap in (1, 5):
        link = make(study, cap=cap)
        assert race(app, lambda link=link: begin(link)[0]) == cap


def test_looking_first_and_beginning_then_lets_too_many_in(app, study, monkeypatch):
    """The mutant: whether there is room is looked up before the transaction that takes it."""
    link, looked = make(study, cap=1), threading.Barrier(12)

    def look_then_begin():
        seen = look_behind(link, at=NOW).door
        looked.wait()
        threading.current_thread().seen = seen
        return begin(link)[0]

    monkeypatch.setattr(responses, "door_behind", lambda *_args, **_how: threading.current_thread().seen)
    assert race(app, look_then_begin) > 1


def test_a_link_greets_in_its_own_language(app, study):
    link = make(study, language="fi")
    page = app.test_client().get(f"/s/{link}", headers={"Accept-Language": "pl"})
    assert page.headers["Location"] == f"/fi/s/{link}"
    assert app.test_client().get(f"/s/{link}", headers={"Accept-Language": "fi"}).status_code == 200
    assert app.test_client().get(f"/pl/s/{link}").status_code == 200


def test_the_answer_rate_says_out_of_how_many(app, study):
    link = make(study)
    app.test_client().get(f"/en/s/{link}")
    app.test_client().get(f"/en/s/{link}")
    answer_until_receipt(visit(app, f"/en/s/{link}"))
    visit(app, f"/en/s/{link}").submit()
    app.extensions["opens"].finish()
    found = line(study, link)
    assert (found.opens, found.begun, found.sent, found.rate) == (4, 2, 1, 0.25)
    change(study, link, reached=10)
    assert (line(study, link).out_of, line(study, link).rate) == (10, 0.1)
    change(study, link, reached=0)
    assert line(study, link).rate is None
    single = visit(app, f"/en/s/{study.single_link}")
    answer_until_receipt(single)
    (group,) = links_of(SYSTEM, study.study, at=NOW).single
    assert (group.made, group.begun, group.sent, group.rate) == (1, 1, 1, 1.0)


def test_single_links_have_neither_cap_nor_change(app, study):
    make(study, kind=InvitationKind.SINGLE)
    with reading() as session:
        singles = session.scalars(select(Invitation.public_id).where(Invitation.kind == "single")).all()
    with pytest.raises(NotAllowed):
        change(study, singles[-1], cap=3)


@pytest.fixture
def researcher(app, study):
    add_person(
        SYSTEM,
        email="r@example.com",
        name="R",
        role=Role.RESEARCHER,
        firm_id=None,
        password_hash=hash_password(PASSWORD),
        at=NOW,
    )
    return Visitor(app.test_client()).open("/account/sign-in").submit(email="r@example.com", password=PASSWORD)


def form_with(visitor, text):
    """Return the hidden fields of the form that has a field of this name."""
    return next(form for form in read_page(visitor.html)[0] if text in {**form.typed, **form.selects})


def test_a_researcher_makes_a_link_for_each_place_and_sets_its_days(researcher, study):
    page = f"/research/studies/{study.study}/links"
    form = form_with(researcher.open(page), "place")
    wanted = {
        "place": "",
        "channel": "phone",
        "language": "pl",
        "opens_on": "2027-01-01",
        "closes_on": "2027-01-31",
    }
    researcher.send([*form.fixed, *wanted.items(), ("cap", "50")], to=page)
    made = [link for link in links_of(SYSTEM, study.study, at=NOW).open if link.cap == 50]
    assert [(link.location_name, link.door, link.language) for link in made] == [
        ("Place 0", "not_yet", "pl"),
        ("Place 1", "not_yet", "pl"),
    ]
    assert (made[0].opens_on, made[0].closes_on) == (date(2027, 1, 1), date(2027, 1, 31))
    assert "from Jan 1, 2027" in researcher.html
    change_page = f"{page}/{made[0].public_id}"
    form = form_with(researcher.open(change_page), "reached")
    researcher.send(
        [*form.fixed, ("opens_on", ""), ("closes_on", "2027-01-31"), ("reached", "120")], to=change_page
    )
    changed = line(study, made[0].public_id)
    assert (changed.opens_on, changed.cap, changed.reached, changed.door) == (None, None, 120, "open")


def test_what_cannot_be_is_refused_with_what_to_do(researcher, study):
    page = f"/research/studies/{study.study}/links"
    before = len(links_of(SYSTEM, study.study, at=NOW).open)
    for given, said in (
        ({"opens_on": "2027-02-01", "closes_on": "2027-01-01"}, "The last day is before the first."),
        ({"opens_on": "0001-01-01"}, "Choose a day from 2000 to 2100."),
        ({"cap": "0"}, "between 1 and"),
        ({"single": "y", "cap": "5"}, "A link for one person needs no cap."),
        ({"single": "y", "place": ""}, "Choose the place of the one person."),
    ):
        form = form_with(researcher.open(page), "place")
        researcher.send([*form.fixed, *({"place": study.places[0]} | given).items()], to=page)
        assert said in researcher.html
        assert len(links_of(SYSTEM, study.study, at=NOW).open) == before
