"""Which cells lack whom: counted from an index alone, and each with what to do."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from survey_app.actions.fieldwork import assign, close_invitation
from survey_app.actions.imports import import_responses
from survey_app.foundations import clock
from survey_app.foundations.database import database, reading
from survey_app.queries.cells import MOST_SHOWN, cells_of
from survey_app.queries.collection import collection_of
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import Need, Route
from tests.factories.imports import some_responses
from tests.factories.studies import BRIEF, NOW, make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt
from tests.survey_app.web.test_links import PASSWORD
from tests.survey_app.web.test_links import researcher as researcher  # noqa: PLC0414 - a fixture

VISIT, COMPLAINT = some_responses(places=1, visits=1, complainants=1)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def study(app, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_open_study(places=2)


def take_in(study, *responses):
    named = [replace(response, source_id=str(number)) for number, response in enumerate(responses)]
    import_responses(SYSTEM, study.study, named, time_zone="Europe/Helsinki", at=NOW)


def at(response, place, month, **how):
    return replace(response, location=place, visited_on=month, **how)


def seen(study, **how):
    found = cells_of(SYSTEM, study.study, **how)
    return [(cell.location_name, cell.month, cell.complainants, cell.visits, cell.lacks) for cell in found.shown]


def test_each_cell_says_who_is_missing(study):
    take_in(
        study,
        at(VISIT, "place-0", MARCH),
        at(COMPLAINT, "place-0", date(2026, 3, 31)),
        at(COMPLAINT, "place-0", APRIL),
        at(VISIT, "place-1", APRIL),
        at(VISIT, "place-1", APRIL, channel="phone"),
        at(COMPLAINT, "place-1", APRIL, need=Need.NONE),
        at(COMPLAINT, "place-1", APRIL, route=Route.BROUGHT_IN, channel="post"),
    )
    assert seen(study) == [
        ("Place 0", APRIL, 1, 0, "shoppers"),
        ("Place 1", APRIL, 0, 1, "complainants"),
        ("Place 1", APRIL, 0, 1, "complainants"),
        ("Place 0", MARCH, 1, 1, "nothing"),
    ]
    found = cells_of(SYSTEM, study.study)
    assert found.counts == {"shoppers": 1, "complainants": 2, "nothing": 1}
    assert seen(study, by_month=False)[-1] == ("Place 0", None, 2, 1, "nothing")
    assert seen(study, lack="shoppers") == [("Place 0", APRIL, 1, 0, "shoppers")]
    assert len(seen(study, location_public_id=study.places[1])) == 2


def test_who_did_not_say_how_or_why_they_came_makes_a_cell_that_no_visit_can_match(researcher, study):
    take_in(study, replace(at(COMPLAINT, "place-0", None), channel=None, scenario=None))
    html = page_of(researcher, study)
    assert "scenario not known" in html
    assert "so no visit can match" in html


def test_a_place_about_which_nobody_has_answered_is_named(study):
    take_in(study, at(VISIT, "place-0", MARCH))
    found = cells_of(SYSTEM, study.study)
    assert (found.empty, found.empty_places) == (1, ("Place 1",))


def page_of(researcher, study, query=""):
    return researcher.open(f"/research/studies/{study.study}/cells{query}").html


def test_each_cell_says_what_to_do_and_where(researcher, study):
    """Walked through as a researcher would: the sentence changes with what was done."""
    now = NOW.date().replace(day=1)
    take_in(study, at(COMPLAINT, "place-0", now), at(COMPLAINT, "place-0", MARCH), at(VISIT, "place-1", now))
    html = page_of(researcher, study)
    assert "Send a shopper with this scenario" in html
    assert "The month is over" in html
    assert "Nobody has opened its link" in html
    assert f"shoppers?place={study.places[0]}&amp;scenario=wrong_bill&amp;channel=in_person" in html
    assign(
        SYSTEM,
        study.study,
        shopper_public_id=study.shoppers[0],
        location_public_id=study.places[0],
        scenario="wrong_bill",
        channel="in_person",
        due_on=NOW.date(),
        fee_cents=100,
        brief=BRIEF,
        at=NOW,
    )
    assert "A visit is asked for" in page_of(researcher, study)
    researcher.client.get(f"/en/s/{study.links[1]}")
    database_opens = researcher.client.application.extensions["opens"]
    database_opens.finish()
    assert "Invite people who complained" in page_of(researcher, study)
    close_invitation(SYSTEM, study.study, study.links[1], at=NOW - timedelta(minutes=1))
    assert "Its link is not open now" in page_of(researcher, study)
    assert 'value="together" selected' in page_of(
        researcher, study, "?months=together&lack=shoppers&place=nowhere"
    )


def test_a_visit_is_asked_for_with_what_the_cell_is(researcher, study):
    page = f"/research/studies/{study.study}/shoppers?place={study.places[1]}&scenario=late&channel=phone"
    html = researcher.open(page).html
    assert f'value="{study.places[1]}" selected' in html
    assert 'value="phone" selected' in html


def test_a_long_study_shows_the_newest_cells_and_counts_all(study):
    days = [date(2000 + number // 12, number % 12 + 1, 1) for number in range(MOST_SHOWN + 20)]
    take_in(study, *(at(COMPLAINT, "place-0", day) for day in days))
    found = cells_of(SYSTEM, study.study)
    assert (found.found, len(found.shown), found.shown[0].month) == (MOST_SHOWN + 20, MOST_SHOWN, max(days))


def test_no_answer_is_read_to_count_them(study):
    """The aggregate stands on an index alone, so that a hundred thousand responses are counted in a moment."""
    if database.engine.dialect.name != "sqlite":
        return
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append((args[2], args[3])))
    take_in(study, at(VISIT, "place-0", MARCH))
    statements.clear()
    cells_of(SYSTEM, study.study)
    plans = []
    with reading() as session:
        for statement, values in [each for each in statements if "FROM responses" in each[0]]:
            rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plans += [row[3] for row in rows if "responses" in row[3]]
    assert plans
    assert [plan for plan in plans if "COVERING INDEX" not in plan] == []


def test_the_page_of_progress_says_where_customers_stop_and_where_it_is_silent(researcher, study, monkeypatch):
    moments = iter(range(1000))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=10 * next(moments)))
    client = researcher.client.application.test_client(use_cookies=False)
    answer_until_receipt(Visitor(client).open(f"/en/s/{study.links[0]}"))
    Visitor(client).open(f"/fi/s/{study.links[0]}").submit().submit()
    take_in(study, at(COMPLAINT, "place-0", MARCH))
    found = collection_of(SYSTEM, study.study)
    assert (found.begun, found.sent) == (2, 1)
    assert [page.sent for page in found.pages] == [2, 1, 1, 1]
    assert all(page.seconds and page.seconds % 10 == 0 for page in found.pages)
    assert {(line.language, line.begun, line.sent) for line in found.languages} == {("en", 1, 1), ("fi", 1, 0)}
    assert [place.location_name for place in found.silent if place.last is None] == ["Place 1"]
    html = researcher.open(f"/research/studies/{study.study}").html
    assert "2 customers began" in html
    assert "No customer's answer for a week" not in html
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=8))
    again = Visitor(researcher.client).open("/account/sign-in")
    again.submit(email="r@example.com", password=PASSWORD)
    assert "answer for a week" in again.open(f"/research/studies/{study.study}").html
