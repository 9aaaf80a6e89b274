"""What the staff may see ends where their grant ends; what they change is written down."""

import pytest
from flask_security import hash_password
from sqlalchemy import select

from survey_app.actions.fieldwork import ReviewProblem, review_response
from survey_app.actions.people import add_person
from survey_app.foundations.database import reading
from survey_app.models import AuditLine, Comparison, Firm, Invitation, LinkOpens, Location, Person, Response
from survey_app.queries.people import find_person
from survey_app.rules.permissions import SYSTEM, Actor, Grant, NotAllowed
from survey_app.rules.vocabulary import ActorKind, Role, Scope
from tests.factories.imports import take_in
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt

PASSWORD = "a long enough password"


@pytest.fixture
def own(app):
    return make_open_study(name="Own Bank")


@pytest.fixture
def foreign(app):
    return make_open_study(name="Foreign Bank")


@pytest.fixture
def researcher(app, own):
    with reading() as session:
        firm_id = session.scalar(select(Firm.id).where(Firm.public_id == own.firm))
    add_person(
        SYSTEM,
        email="r@example.com",
        name="R",
        role=Role.RESEARCHER,
        firm_id=firm_id,
        password_hash=hash_password(PASSWORD),
        at=NOW,
    )
    visitor = Visitor(app.test_client()).open("/account/sign-in")
    return visitor.submit(email="R@Example.com", password=PASSWORD)


def pages(study):
    return [
        f"/research/firms/{study.firm}",
        f"/research/firms/{study.firm}/studies/new",
        *(
            f"/research/studies/{study.study}{part}"
            for part in ("", "/links", "/sheet", "/shoppers", "/comparisons")
        ),
    ]


def test_a_researcher_sees_their_own_firm_only(researcher, own, foreign):
    assert researcher.address == "/research"
    assert "Own Bank" in researcher.html
    assert "Foreign Bank" not in researcher.html
    for page in pages(own):
        assert researcher.open(page).response.status_code == 200, page


def test_a_foreign_page_looks_like_a_missing_one(researcher, foreign):
    missing = researcher.open("/research/studies/nowhere").html
    for page in pages(foreign):
        assert researcher.open(page).response.status_code == 404, page
        assert researcher.html == missing


def test_what_is_changed_in_a_foreign_study_stays_unchanged(researcher, own, foreign):
    form = researcher.open(f"/research/studies/{own.study}").html
    token = (
        form.partition('name="csrf_token" value="')[2].partition('"')[0]
        or form.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    )
    for page in ("/close", "/links", "/comparisons"):
        researcher.send(
            [("csrf_token", token), ("margin", "1"), ("place", foreign.places[0])],
            to=f"/research/studies/{foreign.study}{page}",
        )
        assert researcher.response.status_code == 404, page
    with reading() as session:
        assert session.scalars(select(Comparison)).all() == []
        assert len(session.scalars(select(Invitation)).all()) == 4


def test_a_wrong_password_says_nothing_about_who_exists(app, researcher):
    answers = set()
    for email in ("r@example.com", "nobody@example.com"):
        visitor = Visitor(app.test_client()).open("/account/sign-in")
        visitor.submit(email=email, password="wrong")
        answers.add(visitor.html.replace(email, "").partition("csrf_token")[0])
        assert "E-mail or password is not right." in visitor.html
    assert len(answers) == 1


def test_a_one_time_link_sets_the_password_once(app):
    runner = app.test_cli_runner()
    result = runner.invoke(args=["people", "add", "New@Example.com", "--name", "N", "--role", "manager"])
    assert result.exit_code == 0, result.output
    link = result.output.strip().replace(app.extensions["settings"].public_url, "")
    visitor = Visitor(app.test_client()).open(link).open(link)
    visitor.submit(password=PASSWORD, password_confirm=PASSWORD)
    visitor.open("/account/sign-in").submit(email="new@example.com", password=PASSWORD)
    assert visitor.address == "/manager"
    again = Visitor(app.test_client()).open(link)
    assert again.response.status_code == 404
    assert "This link opens nothing" in again.html
    assert (
        "already"
        in runner.invoke(args=["people", "add", "new@example.com", "--name", "N", "--role", "manager"]).output
    )


def test_whoever_is_taken_on_for_one_firm_has_a_grant_for_it(app, own, foreign):
    add = ["people", "add", "f@example.com", "--name", "F", "--role", "manager", "--firm"]
    runner = app.test_cli_runner()
    assert "There is no firm 'No Bank'" in runner.invoke(args=[*add, "No Bank"]).output
    assert runner.invoke(args=[*add, "Own Bank"]).exit_code == 0
    grant = find_person(email="f@example.com").grants[0]
    assert (grant.role, grant.scope) == ("manager", "firm")
    with reading() as session:
        assert session.scalar(select(Firm.name).where(Firm.id == grant.firm_id)) == "Own Bank"


def test_a_manager_may_be_given_a_region_or_a_place(app, own):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["regions", "add", "Own Bank", "North"]).exit_code == 0
    made = ["regions", "add", "Own Bank", "City", "--above", "North", "--place", "place-0"]
    assert runner.invoke(args=made).exit_code == 0
    add = ["--name", "N", "--role", "manager", "--firm", "Own Bank"]
    for number, (part, scope) in enumerate(
        [(["--region", "NORTH"], "region"), (["--place", "place-0"], "location")]
    ):
        assert runner.invoke(args=["people", "add", f"{number}@example.com", *add, *part]).exit_code == 0
        assert find_person(email=f"{number}@example.com").grants[0].scope == scope


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["regions", "add", "No Bank", "North"], "no firm 'No Bank'"),
        (["regions", "add", "Own Bank", "City", "--above", "South"], "no region 'South'"),
        (["regions", "add", "Own Bank", "City", "--place", "mars"], "no place 'mars'"),
        (["people", "add", "a@b.example", "--name", "N", "--role", "manager", "--place", "place-0"], "--firm"),
        (
            ["people", "add", "a@b.c", "--name", "N", "--role", "manager", "--region", "S", "--firm", "Own Bank"],
            "no region 'S'",
        ),
    ],
)
def test_what_a_part_of_a_firm_lacks_is_told(app, own, args, told):
    result = app.test_cli_runner().invoke(args=args)
    assert result.exit_code == 1
    assert told in result.output


@pytest.mark.parametrize("address", ["/s/a%00b", "/en/s/%01", "/shopper/%00", "/research/studies/a%00b"])
def test_an_address_that_cannot_be_written_does_not_exist(researcher, address):
    assert researcher.open(address).response.status_code == 404


def test_text_is_kept_as_both_databases_can_hold_it(researcher, own):
    researcher.open(f"/research/firms/{own.firm}")
    researcher.submit(researcher.form_to("/places"), places="a\x00b; Tu\x00rku", time_zone="Europe/Helsinki")
    with reading() as session:
        assert session.scalars(select(Location.name).where(Location.code == "ab")).one() == "Turku"


def test_a_language_is_kept(researcher):
    researcher.submit(researcher.form_to("/account/language/fi"))
    assert "Tutkimukset" in researcher.html
    assert "Tutkimukset" in researcher.open("/research").html
    with reading() as session:
        assert session.scalars(select(Person.language)).one() == "fi"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_choosing_a_language_leads_to_no_other_site(researcher, back):
    token = researcher.html.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = researcher.client.post("/account/language/pl", data={"csrf_token": token, "back": back})
    assert answer.headers["Location"] == "/home"


def test_opens_are_counted_about_nobody_and_written_by_the_timer(app, own):
    for _ in range(3):
        Visitor(app.test_client()).open(f"/en/s/{own.links[0]}")
    with reading() as session:
        assert session.scalars(select(LinkOpens)).all() == []
    app.extensions["opens"].write()
    app.extensions["opens"].note(own.links[0], on=NOW.date())
    app.extensions["opens"].write()
    with reading() as session:
        assert sum(session.scalars(select(LinkOpens.opens))) == 4


def test_reviews_of_what_has_changed_meanwhile_are_refused(app, own):
    take_in(own.study)
    person = add_person(
        SYSTEM,
        email="x@example.com",
        name="X",
        role=Role.RESEARCHER,
        firm_id=None,
        password_hash=None,
        at=NOW,
    )
    reviewer = Actor(ActorKind.PERSON, person, (Grant(Role.RESEARCHER, Scope.ALL),))
    with reading() as session:
        imported = session.scalars(select(Response.public_id).where(Response.hired)).first()
    with pytest.raises(NotAllowed):
        review_response(reviewer, imported, decision="rejected", reason="no", revision=0, at=NOW)

    shopper = Visitor(app.test_client()).open(f"/shopper/{own.secrets[0]}")
    shopper.open(f"/en/visits/{own.assignments[0]}").submit()
    while not shopper.address.endswith("/filed"):
        shopper.submit()
    with reading() as session:
        filed = session.scalars(select(Response).where(Response.assignment_id.is_not(None))).one()
    with pytest.raises(ReviewProblem, match="changed since"):
        review_response(reviewer, filed.public_id, decision="accepted", reason="", revision=1, at=NOW)
    with pytest.raises(ReviewProblem, match="Say why"):
        review_response(
            reviewer, filed.public_id, decision="rejected", reason=" ", revision=filed.revision, at=NOW
        )
    review_response(reviewer, filed.public_id, decision="accepted", reason="", revision=filed.revision, at=NOW)
    with pytest.raises(ReviewProblem, match="already"):
        review_response(
            reviewer, filed.public_id, decision="rejected", reason="no", revision=filed.revision, at=NOW
        )


def test_every_change_is_written_down(app, own):
    answer_until_receipt(Visitor(app.test_client()).open(f"/en/s/{own.links[0]}"))
    with reading() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    actions = [line.action for line in lines]
    assert {"firm.make", "study.make", "study.open", "invitation.make", "shopper.add", "assignment.make"} <= set(
        actions
    )
    assert actions[-6:] == ["response.start", *["response.page"] * 3, "response.send", "response.page"]
    assert all(line.actor_id is None for line in lines if line.actor_kind == "customer")
