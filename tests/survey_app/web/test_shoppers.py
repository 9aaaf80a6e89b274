"""A shopper's link opens their own visits, and nobody else's; what is filed waits for a review."""

import pytest
from flask_security import hash_password
from sqlalchemy import func, select

from survey_app.actions.fieldwork import replace_link, review_response
from survey_app.actions.people import add_person
from survey_app.foundations import clock
from survey_app.foundations.database import Base, reading, writing
from survey_app.models import Assignment, AuditLine, Response, Shopper, Sighting
from survey_app.rules.permissions import SYSTEM, Actor, Grant
from survey_app.rules.vocabulary import ActorKind, Role, Scope
from tests.factories.instruments import small_instrument
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, fill, read_page

PAGES = 10
PASSWORD = "a long enough password"


@pytest.fixture
def study(app):
    return make_open_study()


@pytest.fixture
def shopper(app, study):
    return Visitor(app.test_client()).open(f"/shopper/{study.secrets[0]}")


@pytest.fixture
def reviewer(app):
    person = add_person(
        SYSTEM,
        email="r@example.com",
        name="R",
        role=Role.RESEARCHER,
        firm_id=None,
        password_hash=hash_password(PASSWORD),
        at=NOW,
    )
    return Actor(ActorKind.PERSON, person, (Grant(Role.RESEARCHER, Scope.ALL),))


def the_response():
    with reading() as session:
        return session.scalars(select(Response)).one()


def whole_database():
    with reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }


def set_state(assignment, state):
    with writing() as session:
        session.scalars(select(Assignment).where(Assignment.public_id == assignment)).one().state = state


def review(reviewer, decision, reason):
    response = the_response()
    review_response(
        reviewer,
        response.public_id,
        decision=decision,
        reason=reason,
        revision=response.revision,
        at=clock.now(),
    )


def file_visit(shopper, assignment, **wanted):
    shopper.open(f"/en/visits/{assignment}").submit()
    for _ in range(PAGES + 2):
        if shopper.address.endswith("/filed"):
            return shopper
        shopper.submit(**wanted)
    raise AssertionError("not filed")


def test_the_link_writes_nothing_and_leaves_the_address(app, study):
    before = whole_database()
    client = app.test_client()
    answer = client.get(f"/shopper/{study.secrets[0]}")
    assert answer.status_code == 303
    assert study.secrets[0] not in answer.headers["Location"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert whole_database() == before
    assert before["audit"]


def test_a_wrong_link_and_no_link_get_a_clear_page(app, study):
    wrong = app.test_client().get("/shopper/nonsense")
    assert wrong.status_code == 404
    assert b"ask them for a new link" in wrong.data
    none = app.test_client().get("/en/visits")
    assert none.status_code == 403
    assert b"open your personal link again" in none.data


def test_a_replaced_link_ends_its_sessions_and_works_no_more(app, study, shopper):
    _name, secret = replace_link(SYSTEM, study.firm, study.shoppers[0], at=NOW)
    assert shopper.open("/en/visits").response.status_code == 403
    assert app.test_client().get(f"/shopper/{study.secrets[0]}").status_code == 404
    assert shopper.open(f"/shopper/{secret}").response.status_code == 200
    assert shopper.address == "/en/visits"


def test_the_visits_are_found_without_a_language(app, study, shopper):
    assert shopper.open("/visits").address == "/en/visits"
    answer = shopper.client.get("/visits", headers={"Accept-Language": "fi"})
    assert answer.headers["Location"] == "/fi/visits"
    assert app.test_client().get("/visits").status_code == 403


def test_whoever_has_no_link_may_read_so_in_another_language(app, study):
    page = app.test_client().get("/en/visits").get_data(as_text=True)
    assert 'href="/fi/visits"' in page
    assert '<html lang="fi">' in app.test_client().get("/fi/visits").get_data(as_text=True)


def test_a_sign_in_and_a_personal_link_live_side_by_side(study, shopper, reviewer):
    shopper.open("/account/sign-in").submit(email="r@example.com", password=PASSWORD)
    assert shopper.address == "/research"
    assert shopper.open("/en/visits").response.status_code == 200
    shopper.open(f"/en/visits/{study.assignments[0]}").submit()
    with reading() as session:
        begun = session.scalars(select(AuditLine).where(AuditLine.action == "response.start")).one()
    assert begun.actor_kind == ActorKind.SHOPPER

    shopper.open(f"/shopper/{study.secrets[1]}")
    assert shopper.open("/research").response.status_code == 200
    shopper.submit(shopper.form_to("sign-out"))
    assert shopper.open("/research").address == "/account/sign-in"
    assert shopper.open("/en/visits").response.status_code == 200


def test_a_dismissed_shopper_gets_in_no_more(app, study, shopper):
    with writing() as session:
        for each in session.scalars(select(Shopper)):
            each.active = False
    assert shopper.open("/en/visits").response.status_code == 403
    assert app.test_client().get(f"/shopper/{study.secrets[0]}").status_code == 404


def test_another_shoppers_visit_looks_like_a_missing_one(study, shopper):
    for path in ("", "/filed", "/encounter"):
        foreign = shopper.open(f"/en/visits/{study.assignments[1]}{path}")
        missing = shopper.open(f"/en/visits/{'0' * 20}{path}")
        assert foreign.response.status_code == missing.response.status_code == 404


def test_a_filed_visit_has_its_answers_its_arm_and_waits(study, shopper):
    shopper = file_visit(shopper, study.assignments[0], problems=["rude", "long_wait"], arrived_at="12:30")
    assert "waits for review" in shopper.html
    response = the_response()
    assert (response.hired, response.need, response.route) == (True, "played", "assigned")
    assert (response.scenario, response.channel, response.cost_cents) == ("wrong_bill", "in_person", 2500)
    assert (response.state, response.review, response.receipt_hash) == ("submitted", "waiting", None)
    assert response.answers["arrived_at"] == "12:30"
    assert response.answers["standards"] == {"greeted": "yes"}
    assert "real_problem" not in response.answers
    with reading() as session:
        assert set(session.scalars(select(Sighting.problem))) >= {"rude", "long_wait"}


def test_the_last_page_sent_twice_files_once(app, study, shopper):
    shopper.open(f"/en/visits/{study.assignments[0]}").submit()
    while not shopper.address.endswith("/visit"):
        shopper.submit()
    form = read_page(shopper.html)[0][0]
    pairs, address = fill(form), form.action
    for _ in range(2):
        assert shopper.send(pairs, to=address).address.endswith("/filed")
    assert the_response().revision == PAGES
    with reading() as session:
        sent = select(func.count()).where(AuditLine.action == "response.send")
        assert session.scalar(sent) == 1


def test_beginning_twice_goes_on_with_the_same_report(study, shopper):
    for _ in range(2):
        shopper.open(f"/en/visits/{study.assignments[0]}").submit()
        assert shopper.address.endswith("/encounter")
    assert the_response().state == "in_progress"


def test_a_filed_visit_cannot_be_changed_until_it_is_returned(app, study, shopper, reviewer):
    address = f"/en/visits/{study.assignments[0]}/story"
    shopper.open(f"/en/visits/{study.assignments[0]}").submit()
    stood_open = read_page(shopper.open(address).html)[0][0]
    file_visit(shopper, study.assignments[0], story="First")
    assert shopper.open(address).address.endswith("/filed")
    assert shopper.send(fill(stood_open, story="Second"), to=address).address.endswith("/filed")
    assert shopper.send(fill(stood_open, visited_on="never"), to=address).address.endswith("/filed")
    assert the_response().answers["story"] == "First"

    review(reviewer, "returned", "When was it?")
    assert "When was it?" in shopper.open("/en/visits").html
    assert "When was it?" in shopper.open(f"/en/visits/{study.assignments[0]}").html
    file_visit(shopper, study.assignments[0], story="At noon")
    assert the_response().answers["story"] == "At noon"
    assert the_response().review == "waiting"
    assert "When was it?" not in shopper.open("/en/visits").html


def test_a_shoppers_form_needs_proof_of_its_origin(study, shopper):
    answer = shopper.client.post(f"/en/visits/{study.assignments[0]}/begin")
    assert answer.status_code == 400
    assert b"stood open too long" in answer.data


def test_the_page_of_a_filed_visit_says_when_by_the_clock_of_the_place(study, shopper):
    file_visit(shopper, study.assignments[0])
    with writing() as session:
        session.scalars(select(Response)).one().submitted_at = NOW
    page = shopper.open(f"/en/visits/{study.assignments[0]}/filed").html
    assert "Filed on Nov 24, 2026, 2:00:00\u202fPM" in page


def test_visits_stand_under_what_they_need(app, reviewer):
    study = make_open_study(name="Busy Bank", places=5, shoppers=1)
    shopper = Visitor(app.test_client()).open(f"/shopper/{study.secrets[0]}")
    states = ("accepted", "filed", "open", "returned", "cancelled")
    for assignment, state in zip(study.assignments, states, strict=True):
        set_state(assignment, state)
    page = shopper.open("/en/visits").html
    order = ["For you to do", "Place 3", "Place 2", "Being reviewed", "Place 1", "Decided", "Place 0"]
    found = [page.index(text) for text in order]
    assert found == sorted(found)
    assert "Place 4" not in page


def test_a_decision_comes_with_its_reason(study, shopper, reviewer):
    file_visit(shopper, study.assignments[0])
    review(reviewer, "rejected", "Another branch was visited.")
    for path in ("", f"/{study.assignments[0]}", f"/{study.assignments[0]}/filed"):
        page = shopper.open(f"/en/visits{path}").html
        assert "rejected" in page.lower()
        assert "Another branch was visited." in page
        assert "waits for review" not in page


def test_a_page_that_is_not_in_the_report_is_missing(study, shopper):
    own = f"/en/visits/{study.assignments[0]}"
    assert shopper.open(f"{own}/encounter").response.status_code == 404
    file_visit(shopper.open(own), study.assignments[0])
    for code in ("nonsense", "receipt", "begin"):
        assert shopper.open(f"{own}/{code}").response.status_code == 404


def test_a_cancelled_visit_takes_no_report(study, shopper):
    own = f"/en/visits/{study.assignments[0]}"
    shopper.open(own).submit()
    set_state(study.assignments[0], "cancelled")
    assert shopper.open(f"{own}/encounter").response.status_code == 404
    assert "This report is not filed yet" in shopper.open(f"{own}/filed").html
    assert read_page(shopper.open(own).html)[0] == []


def test_a_brief_in_one_language_is_shown_in_the_others(study, shopper):
    with writing() as session:
        for each in session.scalars(select(Assignment)):
            each.brief = {"en": "Ask about the fee."}
    page = shopper.open(f"/fi/visits/{study.assignments[0]}")
    assert page.response.status_code == 200
    assert '<p class="brief" dir="auto" lang="en">Ask about the fee.</p>' in page.html


def test_what_keeps_a_report_from_being_filed_is_said(app):
    study = make_open_study(name="Small Bank", definition=small_instrument())
    shopper = Visitor(app.test_client()).open(f"/shopper/{study.secrets[0]}")
    shopper.open(f"/en/visits/{study.assignments[0]}").submit()
    shopper.open(f"/en/visits/{study.assignments[0]}/visit").submit()
    assert shopper.address.endswith("/story?missing=story")
    assert 'href="#story"' in shopper.html
    assert the_response().state == "in_progress"
    file_visit(shopper, study.assignments[0], story="At noon")
    assert the_response().state == "submitted"
