"""A plan is locked before the answers; what comes later says so; and who looks early is written down."""

import pytest
from flask_security import hash_password
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from analysis.shapes.plan import read_plan
from survey_app.actions.comparisons import claim_comparison, finish_comparison, request_comparison
from survey_app.actions.people import add_person
from survey_app.actions.plans import (
    PlanRefused,
    follow_plan,
    lock_plan,
    look_before_the_end,
    save_plan,
    store_power,
)
from survey_app.actions.studies import NewStudy, close_study, make_firm, make_study
from survey_app.analysis_bridge.planning import work_out_power
from survey_app.foundations.database import reading, writing
from survey_app.models import AuditLine, Comparison, Firm, Plan, Study
from survey_app.queries.comparisons import find_comparison
from survey_app.queries.plans import drafts_without_power, plan_of
from survey_app.queries.studies import comparisons_of
from survey_app.rules.permissions import SYSTEM, Actor, Grant
from survey_app.rules.plans import PlanProblem, begin_plan, make_plan
from survey_app.rules.privacy import Support
from survey_app.rules.vocabulary import ActorKind, Role, Scope
from tests.factories.imports import take_in
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor

PASSWORD = "a long enough password"
SENTENCE = "Complainants saw 0.9 more problems."


@pytest.fixture
def open_study(app):
    return make_open_study(places=6)


@pytest.fixture
def researcher(app, open_study):
    return person_of(open_study, "r@example.com")


def person_of(study, email):
    with reading() as session:
        firm_id = session.scalar(select(Firm.id).where(Firm.public_id == study.firm))
    row_id = add_person(
        SYSTEM,
        email=email,
        name="Rea Researcher",
        role=Role.RESEARCHER,
        firm_id=firm_id,
        password_hash=hash_password(PASSWORD),
        at=NOW,
    )
    return Actor(ActorKind.PERSON, row_id, (Grant(Role.RESEARCHER, Scope.FIRM, firm_id),))


def changed(**choices):
    return begin_plan() | {"choices": make_plan(**choices)}


def code_of(call, *args, **how):
    with pytest.raises(PlanRefused) as refused:
        call(*args, **how)
    return refused.value.code


def test_a_plan_locked_before_the_first_answer_says_nothing_else(open_study, researcher):
    assert code_of(lock_plan, researcher, open_study.study, seen_revision=0, at=NOW) == "nothing_chosen"
    assert save_plan(researcher, open_study.study, begin_plan(), seen_revision=0, at=NOW) == 1
    assert lock_plan(researcher, open_study.study, seen_revision=1, at=NOW) == (1, False)
    seen = plan_of(researcher, open_study.study)
    assert (seen.current.number, seen.current.late, seen.current.locked_by) == (1, False, "Rea Researcher")
    assert not seen.differs
    assert code_of(lock_plan, researcher, open_study.study, seen_revision=1, at=NOW) == "nothing_new"


def test_what_is_locked_after_answers_came_in_says_so_and_why(open_study, researcher):
    save_plan(researcher, open_study.study, begin_plan(), seen_revision=0, at=NOW)
    lock_plan(researcher, open_study.study, seen_revision=1, at=NOW)
    sent = take_in(open_study.study)
    assert save_plan(researcher, open_study.study, changed(margin=0.3), seen_revision=1, at=NOW) == 2
    lock = (researcher, open_study.study)
    assert code_of(lock_plan, *lock, seen_revision=2, reason=" ", at=NOW) == "reason_needed"
    assert code_of(lock_plan, *lock, seen_revision=1, reason="r", at=NOW) == "changed_meanwhile"
    assert lock_plan(*lock, seen_revision=2, reason="The client asked.", at=NOW) == (2, True)
    first, second = plan_of(researcher, open_study.study).locked
    assert (first.late, second.late, second.responses, second.reason) == (False, True, sent, "The client asked.")
    assert first.content != second.content


def test_two_people_do_not_overwrite_each_others_plan(open_study, researcher):
    save_plan(researcher, open_study.study, begin_plan(), seen_revision=0, at=NOW)
    other = person_of(open_study, "other@example.com")
    told = code_of(save_plan, other, open_study.study, changed(margin=2), seen_revision=0, at=NOW)
    assert told == "changed_meanwhile"
    assert plan_of(other, open_study.study).content == begin_plan()


@pytest.mark.parametrize(
    "bad",
    [
        {"choices": make_plan() | {"margin": 0}},
        {"choices": make_plan() | {"margin": -1.0}},
        {"choices": make_plan() | {"margin": float("nan")}},
        {"choices": make_plan() | {"shoppers": ["robot"]}},
        {"choices": make_plan() | {"complainants": []}},
        {"choices": make_plan() | {"routes": ["brought_in"]}},
        {"choices": make_plan() | {"margins": {"H3": 0}}},
        {"hypotheses": ["H11"]},
        {"stopping": {"kind": "full moon", "day": None, "responses": None}},
        {"stopping": {"kind": "responses", "day": None, "responses": None}},
        {"design": begin_plan()["design"] | {"shoppers": 0}},
        {"design": begin_plan()["design"] | {"expected": 0}},
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(open_study, researcher, bad):
    with pytest.raises(PlanProblem):
        save_plan(researcher, open_study.study, begin_plan() | bad, seen_revision=0, at=NOW)
    assert plan_of(researcher, open_study.study).revision == 0


def test_a_study_without_places_is_not_locked(app):
    firm = make_firm(SYSTEM, name="F", controller="C", contact="c", at=NOW)
    study = make_study(SYSTEM, firm, NewStudy(name="S"), at=NOW)
    save_plan(SYSTEM, study, begin_plan(), seen_revision=0, at=NOW)
    assert code_of(lock_plan, SYSTEM, study, seen_revision=1, at=NOW) == "no_place"


def test_the_database_itself_keeps_what_was_locked_and_logged(open_study, researcher):
    save_plan(researcher, open_study.study, begin_plan(), seen_revision=0, at=NOW)
    lock_plan(researcher, open_study.study, seen_revision=1, at=NOW)
    look_before_the_end(researcher, finished(open_study), reason="r", at=NOW)
    for statement in (
        update(Plan).values(content={}),
        update(Plan).values(hash="0" * 64),
        update(Plan).values(responses=7, reason="x"),
        text("UPDATE looks SET reason = 'x'"),
        text("DELETE FROM looks"),
    ):
        with pytest.raises(DBAPIError, match="frozen"), writing() as session:
            session.execute(statement)


def test_the_locked_plan_is_followed_to_the_letter(open_study, researcher):
    assert code_of(follow_plan, researcher, open_study.study, at=NOW) == "nothing_locked"
    content = changed(margin=0.4, window_days=14, seed=7)
    save_plan(researcher, open_study.study, content, seen_revision=0, at=NOW)
    lock_plan(researcher, open_study.study, seen_revision=1, at=NOW)
    asked = follow_plan(researcher, open_study.study, at=NOW)
    other = request_comparison(researcher, open_study.study, make_plan(), at=NOW)
    with reading() as session:
        stored = session.scalar(select(Comparison).where(Comparison.public_id == asked))
    assert stored.plan == content["choices"]
    assert stored.plan_hash == read_plan(content["choices"]).hash()
    assert find_comparison(researcher, asked).follows == 1
    assert find_comparison(researcher, other).follows is None


def test_the_worker_works_out_what_a_plan_can_find(open_study, researcher):
    small = begin_plan()
    large = small | {"design": small["design"] | {"shoppers": 40, "visits": 4, "complaints": 6, "expected": 2.0}}
    found = []
    for revision, content in enumerate((small, large)):
        save_plan(researcher, open_study.study, content, seen_revision=revision, at=NOW)
        assert len(drafts_without_power()) == 1
        work_out_power(drafts_without_power()[0])
        assert drafts_without_power() == []
        found.append(plan_of(researcher, open_study.study).power)
    assert found[0]["power"] < found[1]["power"] <= 1
    assert found[0]["places"] == 6
    assert found[0]["half_width"] > 0


def test_power_of_a_plan_that_was_changed_meanwhile_is_not_stored(open_study, researcher):
    save_plan(researcher, open_study.study, begin_plan(), seen_revision=0, at=NOW)
    [study_id] = drafts_without_power()
    save_plan(researcher, open_study.study, changed(margin=1), seen_revision=1, at=NOW)
    assert not store_power(study_id, revision=1, power={"power": 1})
    assert store_power(study_id, revision=2, power={"power": 0.5})


def finished(study):
    public_id = request_comparison(SYSTEM, study.study, make_plan(), at=NOW)
    with reading() as session:
        row_id = session.scalar(select(Comparison.id).where(Comparison.public_id == public_id))
    attempt = claim_comparison(row_id, at=NOW)
    finish_comparison(
        row_id,
        attempt,
        result={"verdict": "supported", "sentence": SENTENCE, "primary": {"estimate": 0.9, "ci95": [0.4, 1.4]}},
        documents={
            language: {
                "language": language,
                "title": "T",
                "blocks": [{"kind": "prose", "id": "p", "paragraphs": [SENTENCE]}],
            }
            for language in ("en", "pl", "fi")
        },
        support=Support(complainant_responses=40, visits=20, shoppers=5),
        data_fingerprint="0" * 64,
        at=NOW,
    )
    return public_id


def sentences_in_the_list(actor, study):
    return [sentence for _id, _state, sentence, _at in comparisons_of(actor, study.study, language="en")]


def test_the_difference_is_hidden_from_each_person_until_they_log_a_look(app, open_study, researcher):
    comparison = finished(open_study)
    assert not find_comparison(researcher, comparison).hidden
    save_plan(researcher, open_study.study, begin_plan(), seen_revision=0, at=NOW)
    lock_plan(researcher, open_study.study, seen_revision=1, at=NOW)
    other = person_of(open_study, "other@example.com")
    page = f"/research/comparisons/{comparison}"
    visitor = Visitor(app.test_client()).open("/account/sign-in").submit(email="r@example.com", password=PASSWORD)
    assert SENTENCE not in visitor.open(page).html
    assert "± 0.5" in visitor.html
    assert SENTENCE not in visitor.open(f"/research/studies/{open_study.study}/comparisons").html
    visitor.open(page).submit(visitor.form_to("/look"), reason="")
    assert SENTENCE not in visitor.html
    visitor.open(page).submit(visitor.form_to("/look"), reason="The budget runs out.")
    assert sentences_in_the_list(researcher, open_study) == [SENTENCE]
    assert not find_comparison(researcher, comparison).hidden
    assert find_comparison(other, comparison).hidden
    assert sentences_in_the_list(other, open_study) == [None]
    log = visitor.open(f"/research/studies/{open_study.study}/plan").html
    assert "The budget runs out." in log
    assert "Rea Researcher" in log
    with reading() as session:
        assert "comparison.look" in session.scalars(select(AuditLine.action)).all()
    close_study(SYSTEM, open_study.study, at=NOW)
    assert not find_comparison(other, comparison).hidden


def test_the_page_asks_each_choice_and_says_what_is_wrong(app, open_study, researcher):
    visitor = Visitor(app.test_client()).open("/account/sign-in").submit(email="r@example.com", password=PASSWORD)
    address = f"/research/studies/{open_study.study}/plan"
    visitor.open(address)
    good = {"margin": "0,4", "stop_day": "2027-01-31", "stop_responses": "", "exclude_flags": "", "seed": "7"}
    for wrong, told in (
        ({"margin": "0"}, "lies above 0"),
        ({"margin": "-1"}, "lies above 0"),
        ({"shoppers": "robot"}, "no such group"),
        ({"complainants": "ghost"}, "no such group"),
        ({"route_invited": None, "route_open": None}, "at least one way"),
        ({"stopping": "responses"}, "at how many responses"),
        ({"stopping": "day", "stop_day": ""}, "the day on which"),
        ({"visits": "0"}, "from 1 to 20"),
    ):
        visitor.open(address).submit(visitor.form_to("/plan"), **(good | wrong))
        assert told in visitor.html, wrong
        assert plan_of(researcher, open_study.study).revision == 0
    visitor.open(address).submit(visitor.form_to("/plan"), **good)
    assert "It is not locked yet." in visitor.html
    assert plan_of(researcher, open_study.study).content["choices"]["margin"] == 0.4
    visitor.submit(visitor.form_to("/plan/lock"))
    assert "Version 1 is locked" in visitor.html
    assert plan_of(researcher, open_study.study).current.hash in visitor.html
    page = visitor.open(f"/research/studies/{open_study.study}/comparisons").html
    assert "there are no pairs" in page
    visitor.submit(visitor.form_to("/plan/compare"))
    assert "version 1 of the locked plan" in visitor.html
    with reading() as session:
        assert session.scalar(select(Study.time_zone)) == "UTC"
