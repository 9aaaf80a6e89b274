"""A plan is put to the data again and again; a study is copied, archived, and counts its own days."""

from datetime import UTC, date, datetime

import pytest
from flask_security import hash_password
from sqlalchemy import select, update

from survey_app.actions.comparisons import claim_comparison, report_progress, request_comparison
from survey_app.actions.people import add_person
from survey_app.actions.plans import save_plan
from survey_app.actions.studies import close_study
from survey_app.analysis_bridge.comparing import run_comparison
from survey_app.foundations.database import reading, writing
from survey_app.models import Assignment, Comparison, Problem, Response, Study
from survey_app.queries.comparing import open_study_data
from survey_app.queries.comparisons import comparison_key, find_comparison
from survey_app.queries.plans import plan_of
from survey_app.queries.studies import find_study
from survey_app.queries.tidy import response_rows
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.plans import begin_plan, make_plan
from survey_app.rules.quality import Flag
from survey_app.rules.vocabulary import Role
from tests.factories.imports import take_in
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor

PASSWORD = "a long enough password"


@pytest.fixture
def made(app):
    study = make_open_study()
    take_in(study.study)
    return study


@pytest.fixture
def researcher(app, made):
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


def test_a_second_run_stands_beside_the_first_with_what_has_changed(made, researcher):
    close_study(SYSTEM, made.study, at=NOW)
    first = request_comparison(SYSTEM, made.study, make_plan(), at=NOW)
    run_comparison(comparison_key(first))
    page = researcher.open(f"/research/comparisons/{first}").html
    seen = find_comparison(SYSTEM, first)
    assert seen.data_fingerprint in page
    assert f"pandas {seen.versions['pandas']}" in page
    assert "What has changed since the run before" not in page
    with writing() as session:
        session.execute(update(Response).where(Response.source_id.like("c0-%")).values(state="void"))
    researcher.submit(researcher.form_to("/again"), without_flagged=None)
    second = researcher.address.rpartition("/")[2]
    assert second != first
    run_comparison(comparison_key(second))
    page = researcher.open(f"/research/comparisons/{second}").html
    assert "What has changed since the run before" in page
    now, before = find_comparison(SYSTEM, second).ran, find_comparison(SYSTEM, second).before
    assert (before.public_id, before.responses, now.responses) == (first, 30, 25)
    assert (before.locations, now.locations) == (6, 5)
    assert f"/research/comparisons/{first}" in page


def test_a_run_without_flagged_responses_follows_another_plan(made, researcher):
    close_study(SYSTEM, made.study, at=NOW)
    with writing() as session:
        flagged = update(Response).where(Response.source_id == "c0-0")
        session.execute(flagged.values(flags={Flag.TOO_FAST: {"seconds": 3}}))
    first = request_comparison(SYSTEM, made.study, make_plan(), at=NOW)
    run_comparison(comparison_key(first))
    researcher.open(f"/research/comparisons/{first}")
    researcher.submit(researcher.form_to("/again"), without_flagged="y")
    second = researcher.address.rpartition("/")[2]
    run_comparison(comparison_key(second))
    before, now = find_comparison(SYSTEM, first), find_comparison(SYSTEM, second)
    assert now.plan["exclude_flags"] == sorted(Flag)
    assert now.plan_hash != before.plan_hash
    assert (before.ran.responses, now.ran.responses) == (30, 29)


def test_progress_is_told_in_words_and_per_cent(made, researcher):
    asked = request_comparison(SYSTEM, made.study, make_plan(), at=NOW)
    attempt = claim_comparison(comparison_key(asked), at=NOW)
    report_progress(comparison_key(asked), attempt, step="problem by problem", done=2, of=8, at=NOW)
    assert "25 % done. Step 3 of 8: problem by problem" in researcher.open(f"/research/comparisons/{asked}").html
    assert "problem po problemie" in researcher.open(f"/research/comparisons/{asked}?lang=pl").html
    researcher.submit(researcher.form_to("/cancel"))
    assert not report_progress(comparison_key(asked), attempt, step="discovery", done=3, of=8, at=NOW)


def test_a_copy_asks_the_same_and_has_collected_nothing(made, researcher):
    save_plan(SYSTEM, made.study, begin_plan() | {"hypotheses": ["H2"]}, seen_revision=0, at=NOW)
    researcher.open(f"/research/studies/{made.study}/settings")
    researcher.submit(researcher.form_to("/copy"), copy_name="Study of Test Bank")
    assert "of this name already" in researcher.html
    researcher.open(f"/research/studies/{made.study}/settings")
    researcher.submit(researcher.form_to("/copy"), copy_name="The same again")
    copy = researcher.address.rpartition("/")[2]
    old, new = find_study(SYSTEM, made.study), find_study(SYSTEM, copy)
    assert [place.code for place in new.places] == [place.code for place in old.places]
    assert (new.state, new.has_instrument, new.counts.complainants) == ("draft", True, 0)
    assert plan_of(SYSTEM, copy).content["hypotheses"] == ["H2"]
    assert plan_of(SYSTEM, copy).locked == ()
    with reading() as session:
        listed = [
            session.scalars(select(Problem.code).join(Study).where(Study.public_id == study)).all()
            for study in (made.study, copy)
        ]
        assert sorted(listed[0]) == sorted(listed[1])
        assert session.scalar(select(Comparison.id)) is None
        assert {row.study_id for row in session.scalars(select(Assignment))} == {1}


def test_what_is_archived_is_out_of_the_way_and_kept(made, researcher):
    settings = f"/research/studies/{made.study}/settings"
    researcher.open(settings).submit(researcher.form_to("/archive"))
    assert "Close it first" in researcher.html
    close_study(SYSTEM, made.study, at=NOW)
    researcher.open(settings).submit(researcher.form_to("/archive"))
    assert "All of it is kept" in researcher.html
    assert "1 study in the archive" in researcher.open("/research").html
    researcher.open(settings).submit(researcher.form_to("/unarchive"))
    assert "in the archive" not in researcher.open("/research").html


def test_settings_are_checked(made, researcher):
    settings = f"/research/studies/{made.study}/settings"
    researcher.open(settings).submit(researcher.form_to("/settings"), currency="EUR", time_zone="Mars/Olympus")
    assert "time zone is not known" in researcher.html
    researcher.open(settings).submit(researcher.form_to("/settings"), currency="PLN", time_zone="UTC")
    assert "written down in EUR already" in researcher.html
    wanted = {"currency": "EUR", "time_zone": "Europe/Helsinki", "name": "Renamed"}
    researcher.open(settings).submit(researcher.form_to("/settings"), **wanted)
    assert "Kept." in researcher.html
    seen = find_study(SYSTEM, made.study)
    assert (seen.name, seen.currency, seen.time_zone) == ("Renamed", "EUR", "Europe/Helsinki")


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2026-03-31"), ("Europe/Helsinki", "2026-04-01")])
def test_days_are_counted_by_the_clock_of_the_study(made, zone, day):
    with writing() as session:
        session.execute(update(Study).values(time_zone=zone))
        session.execute(
            update(Response)
            .where(Response.source_id == "c0-0")
            .values(submitted_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC), visited_on=date(2026, 3, 31))
        )
        study_id = session.scalar(select(Study.id))
        wanted = session.scalar(select(Response.public_id).where(Response.source_id == "c0-0"))
    with open_study_data(study_id) as data:
        [row] = [row for row in response_rows(data) if row["response_id"] == wanted]
    assert row["submitted_at"] == day
