"""T56: whoever, or whatever, fills in too fast or blindly meets the same pages; researchers read the signs."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from survey_app.foundations.database import reading, writing
from survey_app.models import Response, Study
from survey_app.queries.comparing import study_data
from survey_app.queries.tidy import response_rows
from tests.factories.people import make_person, sign_in
from tests.factories.studies import make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt

SEEN = {"homepage": "", "real_problem": "yes", "problems": ["long_wait"], "felt": "-3", "recommend": "1"}
STORY = "They sent me from one counter to the other, and in the end the office had closed for the day."


@pytest.fixture
def study(app):
    return make_open_study(places=2)


def come(app, study, link=0):
    return Visitor(app.test_client(use_cookies=False)).open(f"/en/s/{study.links[link]}")


def take_time():
    """Let the responses that are being filled in have begun three minutes earlier."""
    with writing() as session:
        for response in session.scalars(select(Response).where(Response.state == "in_progress")):
            response.started_at -= timedelta(minutes=3)


def sent(app, study, *, slowly=True, link=0, **wanted):
    visitor = come(app, study, link).submit()
    if slowly:
        take_time()
    answer_until_receipt(visitor, **(SEEN | wanted))
    return visitor


def flags():
    """Return the flags of each response that was sent, in the order of sending."""
    with reading() as session:
        key = session.scalars(select(Study.id)).one()
        rows = session.scalars(select(Response.public_id).order_by(Response.id)).all()
    found = {row["response_id"]: row["flags"] for row in response_rows(study_data(key))}
    return [found[name] for name in rows if name in found]


def as_seen(visitor):
    """Return a page without what is different for each respondent."""
    same = re.sub(r"/[\w.-]{40,}", "/…", visitor.html)
    own = r"(\w{4}-){5}\w{4}|data:image[^\"]*|data-forget=\"\w+\"|<section>(?:(?!<section).)*?drawn.*?</section>"
    return re.sub(own, "", same, flags=re.DOTALL)


def test_who_takes_their_time_and_sees_the_page_carries_no_flag(app, study):
    sent(app, study)
    assert flags() == [""]


def test_a_program_meets_the_same_pages_and_its_answers_count_with_their_flags(app, study):
    person = sent(app, study)
    program = sent(app, study, slowly=False, homepage="https://example.com")
    assert as_seen(program) == as_seen(person)
    assert flags() == ["", "too_fast;trap_filled"]


@pytest.mark.parametrize("shown", [None, "", "forged", "é", "of another response"])
def test_a_page_that_was_not_shown_to_this_respondent_is_noticed(app, study, shown):
    """Missing, made up, or replayed from somebody else's page. It does not run out: slow is always fine."""
    other = come(app, study).submit()
    replayed = re.search(r'name="shown" value="([^"]+)"', other.html)[1]
    visitor = come(app, study).submit()
    take_time()
    visitor.submit(**SEEN)
    pairs = {"story": "Short.", "shown": replayed if shown == "of another response" else shown}
    form = [(name, value) for name, value in pairs.items() if value is not None]
    visitor.send([("request_id", "r"), ("revision", "1"), *form])
    assert visitor.response.status_code == 200
    assert answer_until_receipt(visitor, **SEEN)
    assert flags() == ["not_shown"]


def test_copied_texts_and_a_burst_are_seen_beside_others(app, study):
    for _ in range(9):
        sent(app, study, story=STORY)
    sent(app, study, link=1, story="Something of my own.")
    assert flags() == ["burst;same_text"] * 9 + [""]


def test_the_list_shows_flags_and_can_be_narrowed_to_them(app, study):
    sent(app, study)
    sent(app, study, homepage="x")
    make_person()
    researcher = sign_in(app)
    address = f"/research/studies/{study.study}/responses"
    everything = researcher.open(address).html
    assert everything.count("hidden field filled in") == 1
    assert everything.count('href="/research/answers/') == 2
    flagged = researcher.open(f"{address}?flags=with").html
    assert flagged.count('href="/research/answers/') == flagged.count("hidden field filled in") == 1
    without = researcher.open(f"{address}?flags=without").html
    assert without.count('href="/research/answers/') == 1
    assert "hidden field" not in without
    one = re.search(r'href="(/research/answers/\w+)"', flagged)[1]
    assert "A field that nobody sees was filled in" in researcher.open(one).html


def test_a_correction_takes_back_the_flags_of_what_was_corrected(app, study):
    visitor = sent(app, study, problems=["long_wait", "foreign_form"])
    before = flags()
    own = visitor.open(re.search(r'href="(/en/my/[^"]+)"', visitor.html)[1])
    own.open(re.search(r'href="([^"]+/page/problems)"', own.html)[1]).submit(**SEEN)
    assert before == ["impossible"]
    assert flags() == [""]
