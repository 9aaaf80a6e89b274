"""A shopper's link opens their own visits, and nobody else's; what is filed waits for a review."""

import pytest
from sqlalchemy import func, select

from survey_app.actions.fieldwork import review_response
from survey_app.actions.people import add_person
from survey_app.foundations import clock
from survey_app.foundations.database import reading, writing
from survey_app.models import AuditLine, Response, Shopper, Sighting
from survey_app.rules.permissions import Actor, Grant
from survey_app.rules.vocabulary import ActorKind, Role, Scope
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, fill, read_page

PAGES = 10


@pytest.fixture
def study(app):
    return make_open_study()


@pytest.fixture
def shopper(app, study):
    return Visitor(app.test_client()).open(f"/shopper/{study.secrets[0]}")


@pytest.fixture
def reviewer(app):
    person = add_person(
        *(Actor(ActorKind.SYSTEM),),
        email="r@example.com",
        name="R",
        role=Role.RESEARCHER,
        firm_id=None,
        password_hash=None,
        at=NOW,
    )
    return Actor(ActorKind.PERSON, person, (Grant(Role.RESEARCHER, Scope.ALL),))


def the_response():
    with reading() as session:
        return session.scalars(select(Response)).one()


def audit_lines():
    with reading() as session:
        return session.scalar(select(func.count()).select_from(AuditLine))


def file_visit(shopper, assignment, **wanted):
    shopper.open(f"/en/visits/{assignment}").submit()
    for _ in range(PAGES + 2):
        if shopper.address.endswith("/filed"):
            return shopper
        shopper.submit(**wanted)
    raise AssertionError("not filed")


def test_the_link_writes_nothing_and_leaves_the_address(app, study):
    before = audit_lines()
    client = app.test_client()
    answer = client.get(f"/shopper/{study.secrets[0]}")
    assert answer.status_code == 303
    assert study.secrets[0] not in answer.headers["Location"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert audit_lines() == before


def test_a_wrong_link_and_no_link_get_a_clear_page(app, study):
    wrong = app.test_client().get("/shopper/nonsense")
    assert wrong.status_code == 404
    assert b"ask them for a new link" in wrong.data
    none = app.test_client().get("/en/visits")
    assert none.status_code == 403
    assert b"open your personal link again" in none.data


def test_a_replaced_link_ends_its_sessions(shopper):
    with writing() as session:
        for each in session.scalars(select(Shopper)):
            each.generation += 1
    assert shopper.open("/en/visits").response.status_code == 403


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
    file_visit(shopper, study.assignments[0], story="First")
    address = f"/en/visits/{study.assignments[0]}/story"
    assert shopper.open(address).address.endswith("/filed")

    response = the_response()
    review_response(
        reviewer,
        response.public_id,
        decision="returned",
        reason="When was it?",
        revision=response.revision,
        at=clock.now(),
    )
    assert "When was it?" in shopper.open("/en/visits").html
    assert "When was it?" in shopper.open(f"/en/visits/{study.assignments[0]}").html
    file_visit(shopper, study.assignments[0], story="At noon")
    assert the_response().answers["story"] == "At noon"
    assert the_response().review == "waiting"


def test_a_shoppers_form_needs_proof_of_its_origin(study, shopper):
    answer = shopper.client.post(f"/en/visits/{study.assignments[0]}/begin")
    assert answer.status_code == 400
    assert b"stood open too long" in answer.data
