"""What customers find with their codes: their draft elsewhere, what they have sent, and a question asked back."""

import json

import pytest
from sqlalchemy import func, select, text

from survey_app.actions.own import FollowUpProblem, ask_back, erase_again, tell_change
from survey_app.foundations import clock
from survey_app.foundations.database import database, reading, writing
from survey_app.foundations.erasures import noted_erasures
from survey_app.models import AuditLine, ConsentText, FollowUp, PageRequest, Response, Sighting
from survey_app.queries.comparing import study_data
from survey_app.rules.permissions import SYSTEM
from tests.factories.studies import make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt, read_page

CANARY = "a yellow bird sang at the counter"


@pytest.fixture
def study(app):
    return make_open_study()


@pytest.fixture
def visitor(app, study):
    """A customer who has opened the link."""
    return Visitor(app.test_client(use_cookies=False)).open(f"/en/s/{study.links[0]}")


def send(visitor, **wanted):
    """Answer to the end; return the receipt code."""
    wanted = {
        "story": CANARY,
        "problems": ["long_wait", "rude"],
        "real_problem": "yes",
        "ask_back": "yes",
    } | wanted
    return answer_until_receipt(visitor, **wanted)


def come_back(app, code, *, language="en"):
    """Open what was sent with its receipt code, from another device."""
    other = Visitor(app.test_client(use_cookies=False)).open(f"/{language}/my")
    return other.submit(code=code)


def the_response():
    with reading() as session:
        return session.scalars(select(Response)).one()


def test_the_receipt_code_shows_what_was_sent_however_it_is_typed(app, visitor):
    code = send(visitor)
    for typed in (
        code,
        code.lower(),
        code.replace("-", " "),
        code.replace("0", "O").replace("1", "l"),
        f" {code}\n",
    ):
        seen = come_back(app, typed)
        assert CANARY in seen.html, typed
        assert "waited too long" in seen.html.lower()


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "0000-0000-0000-0000-0000-0000", "'; DROP TABLE responses", "ä" * 24]
)
def test_a_wrong_code_says_what_to_do_and_keeps_what_was_typed(app, visitor, typed):
    send(visitor)
    seen = come_back(app, typed)
    assert seen.response.status_code == 404
    assert "This code does not lead anywhere" in seen.html


def test_the_resume_code_does_not_open_what_was_sent_nor_the_receipt_a_draft(app, visitor):
    visitor.submit()
    resume = read_code(visitor)
    assert come_back(app, resume).response.status_code == 404
    receipt = send(visitor)
    other = Visitor(app.test_client(use_cookies=False)).open("/en/resume").submit(code=receipt)
    assert other.response.status_code == 404
    other.open("/en/resume").submit(code=resume)
    assert other.response.status_code == 404, "a resume code is worth nothing once the answers are sent"


def read_code(visitor):
    """Return the resume code that a page of questions offers."""
    return visitor.html.split('<p class="code">')[1].split("<")[0]


def test_a_draft_goes_on_on_another_device_where_it_was_left(app, visitor):
    visitor.submit().submit(real_problem="yes")
    visitor.submit(story=CANARY)
    other = Visitor(app.test_client(use_cookies=False)).open("/en/resume").submit(code=read_code(visitor))
    assert other.address == visitor.address
    other.open(other.address.replace("/problems", "/story"))
    assert CANARY in other.html


def test_an_older_device_that_saves_later_is_shown_both_answers(app, visitor):
    visitor.submit().submit(real_problem="yes")
    story = visitor.address
    other = Visitor(app.test_client(use_cookies=False)).open("/en/resume").submit(code=read_code(visitor))
    other.submit(story="from the other device")
    visitor.submit(story="from the first device")
    assert visitor.response.status_code == 409
    assert "from the other device" in visitor.html
    assert "from the first device" in visitor.html
    assert the_response().answers["story"] == "from the other device"
    assert story


def test_a_correction_is_a_new_revision_and_changes_what_is_counted(app, visitor):
    code = send(visitor)
    before = the_response()
    seen = come_back(app, code)
    seen.open(f"{seen.address}/page/problems")
    seen.submit(problems=["broken_promise"], **{"severity.broken_promise": "4"})
    after = the_response()
    assert "broken promise" in seen.html.lower() or "promised" in seen.html.lower()
    assert after.revision == before.revision + 1
    assert (after.state, after.receipt_hash) == ("submitted", before.receipt_hash)
    with reading() as session:
        assert session.execute(select(Sighting.problem, Sighting.severity)).all() == [("broken_promise", 4)]


def test_the_same_correction_sent_twice_is_one(app, visitor):
    seen = come_back(app, send(visitor))
    seen.open(f"{seen.address}/page/story")
    form = read_page(seen.html)[0][0]
    pairs = [*form.fixed, ("story", "in other words")]
    for _ in range(2):
        Visitor(app.test_client(use_cookies=False)).send(pairs, to=form.action)
    with reading() as session:
        ours = dict(form.fixed)["request_id"]
        assert session.scalar(select(func.count()).where(PageRequest.request_id == ours)) == 1


def test_what_is_withdrawn_counts_nowhere_and_can_still_be_seen(app, visitor, study):
    code = send(visitor)
    key = the_response().study_id
    assert len(list(study_data(key).responses)) == 1
    seen = come_back(app, code)
    seen.open(f"{seen.address}/end").submit(seen.form_to("/withdraw"))
    assert "You have withdrawn these answers" in seen.html
    assert CANARY in seen.html
    assert list(study_data(key).responses) == []
    seen.open(f"{seen.address}/page/story")
    assert seen.response.status_code == 404, "what was withdrawn is not corrected"


def test_withdrawing_takes_three_presses(app, visitor):
    seen = come_back(app, send(visitor))  # 1: Open
    seen.open(f"{seen.address}/end")  # 2: Withdraw or erase them
    seen.submit(seen.form_to("/withdraw"))  # 3: Withdraw my answers
    assert the_response().state == "void"


def everything_stored(tmp_path):
    """Return all that lies in the database and beside it, as bytes."""
    if database.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    with reading() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return repr([session.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables]).encode()  # noqa: S608


def test_what_is_erased_is_gone_from_everywhere(app, visitor, tmp_path):
    code = send(visitor)
    seen = come_back(app, code)
    see = seen.address
    ask_back(SYSTEM, the_response().public_id, text="Which counter?", at=clock.now())
    seen.open(see).submit(answer=f"{CANARY} again")
    assert CANARY.encode() in everything_stored(tmp_path)
    seen.open(f"{see}/end").submit(seen.form_to("/erase"))
    assert "Your answers are erased." in seen.html
    assert CANARY.encode() not in everything_stored(tmp_path)
    with reading() as session:
        for table in (Response, Sighting, PageRequest, FollowUp):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalar(select(func.count()).where(AuditLine.action == "response.erase")) == 1
    assert come_back(app, code).response.status_code == 404
    assert seen.open(see).response.status_code == 404


def test_what_was_erased_is_erased_again_after_a_restore(app, visitor, study):
    code = send(visitor)
    with reading() as session:
        kept = {column.name: getattr(the_response(), column.name) for column in Response.__table__.columns}
    seen = come_back(app, code)
    seen.open(f"{seen.address}/end").submit(seen.form_to("/erase"))
    assert noted_erasures() == {kept["receipt_hash"]}
    with writing() as session:
        session.add(Response(**kept))
    assert come_back(app, code).response.status_code == 200
    assert erase_again(at=clock.now()) == 1
    assert come_back(app, code).response.status_code == 404


def test_the_file_to_take_along_holds_everything(app, visitor):
    code = send(visitor)
    seen = come_back(app, code)
    answer = seen.client.get(f"{seen.address}/answers.json")
    kept = json.loads(answer.get_data())
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert kept["receipt"] == code
    assert kept["answers"]["story"] == CANARY
    assert set(kept["answers"]["problems"]) == {"long_wait", "rude"}
    assert "16 or older" in kept["agreed_to"]


def test_a_question_is_asked_back_and_answered_by_the_code(app, visitor, study):
    code = send(visitor)
    response = the_response().public_id
    ask_back(SYSTEM, response, text="Which <b>counter</b> was it?", at=clock.now())
    with pytest.raises(FollowUpProblem, match="waiting"):
        ask_back(SYSTEM, response, text="And when?", at=clock.now())
    seen = come_back(app, code, language="fi")
    assert "Which &lt;b&gt;counter&lt;/b&gt; was it?" in seen.html
    seen.submit(answer="The third one.")
    seen.submit(answer="The fourth one, I think.")
    with reading() as session:
        assert session.scalars(select(FollowUp.answer)).all() == ["The fourth one, I think."]
    ask_back(SYSTEM, response, text="And when?", at=clock.now())


def test_nobody_is_asked_who_did_not_want_to_be(app, visitor):
    send(visitor, ask_back="no")
    with pytest.raises(FollowUpProblem, match="not_wanted"):
        ask_back(SYSTEM, the_response().public_id, text="Why?", at=clock.now())


def test_what_was_changed_is_told(app, visitor, study):
    code = send(visitor)
    texts = {
        "en": "A second counter is open.",
        "pl": "Czynne jest drugie okienko.",
        "fi": "Toinen luukku on auki.",
    }
    tell_change(SYSTEM, study.study, texts=texts, at=clock.now())
    for language, told in texts.items():
        assert told in come_back(app, code, language=language).html


def test_nothing_begins_on_words_that_were_changed_meanwhile(app, visitor, study):
    with writing() as session:
        session.execute(text("UPDATE firms SET controller = 'Another Ltd'"))
    visitor.submit()
    assert "put in other words meanwhile" in visitor.html
    assert "Another Ltd" in visitor.html
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 0
    visitor.submit()
    assert "/a/" in visitor.address


def test_each_response_keeps_the_words_that_were_agreed_to(app, visitor, study):
    visitor.submit()
    with writing() as session:
        session.execute(text("UPDATE firms SET controller = 'Another Ltd'"))
    Visitor(app.test_client()).open(f"/en/s/{study.links[0]}").submit()
    Visitor(app.test_client()).open(f"/en/s/{study.links[0]}").submit()
    with reading() as session:
        texts = session.scalars(
            select(ConsentText.text).join(Response, Response.consent_id == ConsentText.id).order_by(Response.id)
        ).all()
        assert session.scalar(select(func.count()).select_from(ConsentText)) == 2
    assert [("Another Ltd" in words) for words in texts] == [False, True, True]


def test_nothing_begins_without_agreeing(app, visitor, study):
    """The mutant of a page: a form that somebody made without the words."""
    form = read_page(visitor.html)[0][0]
    visitor.send([(name, value) for name, value in form.fixed if name != "consent"], to=form.action)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 0
