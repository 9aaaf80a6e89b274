"""A respondent meets what the rules say: pages come and go, answers are repeated, and nobody sends unawares."""

import re

import pytest
from sqlalchemy import select

from survey_app.foundations.database import reading
from survey_app.models import Response
from survey_app.rules.answered import not_given, state_of
from tests.factories.instruments import rich_instrument, small_instrument
from tests.factories.studies import make_open_study
from tests.journeys.html_forms import Visitor, read_page

NONE = {"story": "It was long.", "problems": "none"}


@pytest.fixture
def visitor(app):
    study = make_open_study(definition=rich_instrument())
    return Visitor(app.test_client()).open(f"/en/s/{study.links[0]}")


def stored():
    with reading() as session:
        return session.scalars(select(Response).order_by(Response.id.desc())).first()


def go_to(visitor, page, **wanted):
    for _ in range(9):
        if visitor.address.split("?")[0].endswith(f"/{page}"):
            return visitor
        visitor.submit(**wanted)
        assert visitor.response.status_code == 200, visitor.html
    raise AssertionError(f"never came to {page}")


def test_a_page_that_a_rule_hides_is_passed_over_both_ways(visitor):
    go_to(visitor, "before", **NONE)
    assert "Page 4 of 5" in visitor.html
    visitor.submit(where="nowhere", weeks="2", spent="3")
    assert visitor.address.endswith("/after")
    assert "Page 5 of 5" in visitor.html
    back = visitor.address.replace("/after", "/outside")
    assert visitor.open(back).address.endswith("/after")
    visitor.open(back.replace("/outside", "/before"))
    visitor.submit(where="public", weeks="2", spent="3")
    assert visitor.address.endswith("/outside")
    assert "Page 5 of 6" in visitor.html


def test_what_was_said_on_a_page_that_is_hidden_in_the_end_was_not_shown(visitor):
    go_to(visitor, "before", **NONE)
    before = visitor.address
    visitor.submit(where="public", weeks="", spent="3", **{"weeks.dont_know": "yes", "weeks.refused": None})
    visitor.submit(pain="9")
    visitor.submit(told="to my friends", agree="refused")
    assert visitor.text("receipt-code")
    sent = stored()
    assert state_of(sent.answers, "told") == "answered"
    assert sent.answers["weeks"] == not_given("dont_know")
    assert sent.answers["agree"] == not_given("refused")
    assert {"hello", "thanks"} & set(sent.answers) == set()

    other = Visitor(visitor.client).open(visitor.address)
    assert other.open(before).text("receipt-code")


def test_going_back_and_answering_otherwise_takes_the_later_answers_away(visitor):
    go_to(visitor, "before", **NONE)
    before = visitor.address
    visitor.submit(where="public", weeks="2", spent="3")
    visitor.submit(pain="9")
    visitor.open(before).submit(where="nowhere", weeks="2", spent="3")
    assert visitor.address.endswith("/after")
    assert 'name="told"' not in visitor.html
    assert stored().answers["pain"] == 9
    visitor.submit(agree="3")
    assert visitor.text("receipt-code")
    assert state_of(stored().answers, "pain") == "not_shown"


def test_what_was_chosen_is_chosen_still_on_the_way_back(visitor):
    visitor.submit()
    visitor.submit(channel="phone", scenario="delay", real_problem="no")
    visitor.open(visitor.address.replace("/story", "/encounter"))
    chosen = re.findall(r'name="(\w+)"\s+value="(\w+)"[^>]*? checked=""', visitor.html)
    assert chosen == [("channel", "phone"), ("scenario", "delay"), ("real_problem", "no")]


def test_an_answer_is_repeated_as_text(visitor):
    go_to(visitor, "story", **NONE)
    visitor.submit(story="<script>alert(1)</script> {where}")
    go_to(visitor, "after", where="public", pain="9", weeks="", spent="", problems="none")
    assert "You wrote: &lt;script&gt;alert(1)&lt;/script&gt; {where}" in visitor.html
    assert "You said 9. {braces}" in visitor.html


def test_what_shuts_out_the_others_is_asked_again_and_kept(visitor):
    go_to(visitor, "before", **NONE)
    visitor.submit(where=["public", "nowhere"], weeks="2", spent="3")
    assert visitor.response.status_code == 422
    assert "shuts out the others" in visitor.html
    ticked = [value for name, value in read_page(visitor.html)[0][0].checked if name == "where"]
    assert sorted(ticked) == ["nowhere", "public"]


def last_page_depends():
    definition = small_instrument()
    definition["pages"] = [page for page in definition["pages"] if page["stage"] == "core"]
    definition["pages"][-1]["only_if"] = "any_problem"
    return definition


@pytest.fixture
def short(app):
    study = make_open_study(name="Short", definition=last_page_depends())
    return go_to(Visitor(app.test_client()).open(f"/en/s/{study.links[0]}"), "problems", **NONE)


def button(visitor):
    return visitor.html.partition('<button type="submit" class="button">')[2].partition("<")[0].strip()


def test_continue_never_sends(short):
    """Whoever ticks nothing has no further page: they see the page again with Send before anything is sent."""
    assert button(short) == "Continue"
    short.submit(problems="none")
    assert stored().state == "in_progress"
    assert button(short) == "Send"
    short.submit(problems="none")
    assert short.text("receipt-code")


def test_continue_leads_to_the_page_that_the_answer_brought(short):
    short.submit(problems="rude", **{"severity.rude": "2", "severity.long_wait": None})
    assert short.address.endswith("/feeling")
    assert button(short) == "Send"


def test_the_orders_that_were_drawn_are_kept_with_the_response(visitor):
    go_to(visitor, "story")
    presented = stored().presented
    assert set(presented["orders"]) == {"pages", "items"}
    assert sorted(presented["orders"]["pages"]["before"]) == ["spent", "weeks", "where"]
    go_to(visitor, "before", **NONE)
    places = [visitor.html.index(f'name="{code}"') for code in presented["orders"]["pages"]["before"]]
    assert places == sorted(places)
