"""Quotations: covered, the writer's own words, from enough people, in no order, and gone when they say so."""

import re

import pytest
from scipy.stats import kendalltau
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from survey_app.actions.own import erase_again, erase_response, withdraw_response
from survey_app.actions.publications import publish_proposal
from survey_app.actions.quotations import QuotationProblem, release_quotation
from survey_app.actions.responses import save_page, start_response
from survey_app.analysis_bridge import publishing
from survey_app.foundations.database import reading, writing
from survey_app.foundations.tokens import new_random_id
from survey_app.models import AuditLine, Quotation, Response
from survey_app.models.columns import new_public_id
from survey_app.queries.stories import stories_behind
from survey_app.rules.consent import Consent
from survey_app.rules.permissions import CUSTOMER, SYSTEM, NotAllowed
from survey_app.rules.quotations import Behind, Released, quotations_to_show
from survey_app.rules.vocabulary import Role
from tests.factories.instruments import small_instrument
from tests.factories.publications import comparison_of, proposed
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import read_page
from tests.survey_app.web.test_managers import signed_in

TOLD = Consent("en", ("We keep your answers.",))
STORY = (
    "I told Anna 3 times. On 4.5. at 14:30 she wrote from anna@bank.example, order 55123, at Place 0: <b>wait</b>."
)
COVERED = "I told […] 3 times. […] she wrote […]: <b>wait</b>."
SHOWN = "I told […] 3 times. […] she wrote […]: &lt;b&gt;wait&lt;/b&gt;."


def ask_whether_to_quote():
    definition = small_instrument()
    page = next(page for page in definition["pages"] if page["code"] == "feeling")
    yes_no = next(item for page in definition["pages"] for item in page["items"] if item["code"] == "real_problem")
    page["items"].append({**yes_no, "code": "may_quote", "required": False})
    return definition


@pytest.fixture
def study(app):
    return make_open_study(places=4, definition=small_instrument())


def tell(study, *, story=STORY, seen="rude", **feeling):
    """Send a customer's story about a problem; return its submission and the public id of the response."""
    sent = new_random_id()
    start_response(
        study.links[0], submission_id=sent, request_id=new_random_id(), consent=TOLD, agreed_to=TOLD.hash, at=NOW
    )
    answer(sent, "encounter", {"channel": "phone", "scenario": "delay", "real_problem": "yes"}, revision=0)
    answer(sent, "story", {"story": story}, revision=1)
    answer(sent, "problems", {"problems": {seen: 2}}, revision=2)
    answer(sent, "feeling", {"felt": 3} | feeling, revision=3)
    with reading() as session:
        return sent, session.scalar(select(Response.public_id).where(Response.submission_id == sent))


def answer(sent, page, answers, *, revision, correcting=False):
    with reading() as session:
        row_id = session.scalar(select(Response.id).where(Response.submission_id == sent))
    save_page(
        CUSTOMER,
        row_id,
        page=page,
        answers=answers,
        request_id=new_random_id(),
        seen_revision=revision,
        language="en",
        going="on",
        correcting=correcting,
        at=NOW,
    )


def release(study, response, text=COVERED, problem="rude"):
    return release_quotation(SYSTEM, study.study, problem, response, text=text, at=NOW)


def publish(study):
    asked = proposed(comparison_of(study.study, [(20, 20)] * 4))
    return publish_proposal(SYSTEM, asked, reason="With quotations.", at=NOW)


def fetched(app, visitor, name):
    """Return all that a manager can fetch of a publication: every route of managers, by every link on them."""
    pages = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("managers.") and "GET" in rule.methods:
            path = rule.rule.replace("<public_id>", name)
            for problem in ("rude", "long_wait") if "<problem>" in path else ("",):
                page = visitor.open(path.replace("<problem>", problem))
                pages[path.replace("<problem>", problem)] = page.html
                for link in sorted(set(re.findall(r'href="(/manager/[^"]+\?[^"]+)"', page.html))):
                    pages[link] = visitor.open(link.replace("&amp;", "&")).html
    assert len(pages) > 7
    return pages


def check_unreleased_is_nowhere(app, visitor, name):
    """T68."""
    pages = fetched(app, visitor, name)
    assert SHOWN in pages[f"/manager/{name}/problems/rude"]
    others = [page for path, page in pages.items() if not path.endswith("/problems/rude")]
    assert not any("I told" in page for page in others)
    for told in ("Anna", "anna@", "14:30", "55123", "Nobody came", "From nine"):
        assert not any(told in page for page in pages.values()), told


def test_managers_read_what_was_released_from_ten_people_and_nothing_else(app, study, monkeypatch):
    for _ in range(9):
        last = tell(study)[1]
        nine = tell(study, seen="long_wait", story="From nine.")[1]
    tell(study, story="Nobody came.")
    release(study, last)
    release(study, nine, "From nine.", "long_wait")
    manager, name = signed_in(app, place=study.places[1]), publish(study)
    check_unreleased_is_nowhere(app, manager, name)

    def all_of_them(released, _behind):
        return quotations_to_show(released, {(each.problem, each.hired): Behind(99, 9) for each in released})

    monkeypatch.setattr(publishing, "quotations_to_show", all_of_them)
    with pytest.raises(AssertionError, match="From nine"):
        check_unreleased_is_nowhere(app, manager, publish(study))


def test_a_release_shows_from_the_next_publication_on(app, study):
    sent = [tell(study)[1] for _ in range(10)]
    before, manager = publish(study), signed_in(app)
    release(study, sent[3])
    assert "No quotation" in manager.open(f"/manager/{before}/problems/rude").html
    assert SHOWN in manager.open(f"/manager/{publish(study)}/problems/rude").html


@pytest.mark.parametrize("how", ["withdraw", "erase", "correct", "release anew"])
def test_whoever_withdraws_erases_or_corrects_is_quoted_no_more(app, study, how):
    told = [tell(study) for _ in range(10)]
    sent, response = told[5]
    first = release(study, response)
    name, manager = publish(study), signed_in(app)
    address = f"/manager/{name}/problems/rude"
    assert SHOWN in manager.open(address).html
    if how == "withdraw":
        withdraw_response(sent, at=NOW)
    elif how == "erase":
        erase_response(sent, at=NOW)
    elif how == "correct":
        answer(sent, "story", {"story": "Other words."}, revision=4, correcting=True)
    else:
        release(study, response, "I told […] 3 times.")
    assert "I told" not in manager.open(address).html
    with reading() as session:
        kept = session.scalars(select(Quotation.public_id)).all()
        lines = session.scalars(select(AuditLine.action).where(AuditLine.subject == "quotations")).all()
    assert first not in kept
    assert len(kept) == (how == "release anew")
    assert lines[0] == "quotation.release"
    assert ("quotation.take_out" in lines) == (how != "erase"), "of what was erased it says that, and no more"


def test_a_restored_backup_quotes_nobody_who_was_erased(app, study):
    sent, response = tell(study)
    release(study, response)
    with reading() as session:
        rows = {
            table: session.execute(select(table.__table__)).mappings().all() for table in (Response, Quotation)
        }
        rows[Response] = [row for row in rows[Response] if row["submission_id"] == sent]
    erase_response(sent, at=NOW)
    with writing() as session:
        for table, kept in rows.items():
            session.execute(table.__table__.insert(), [dict(row) for row in kept])
    assert erase_again(at=NOW) == 1
    with reading() as session:
        assert session.scalars(select(Quotation.id)).all() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[…] [...]", "empty"),
        ("I told them 3 times.", "not_their_words"),
        ("[…] 3 times […] I told", "not_their_words"),
        ("I told […] 3 times. On 4.5. […]", "tells"),
        ("[…] anna@bank.example […]", "tells"),
        ("[…] order 55123 […]", "tells"),
        ("[…] at Place 0 […]", "tells"),
    ],
)
def test_what_is_no_quotation_or_still_tells_is_refused(study, text, code):
    response = tell(study)[1]
    with pytest.raises(QuotationProblem) as refused:
        release(study, response, text)
    assert refused.value.code == code
    with reading() as session:
        assert session.scalar(select(Quotation.id)) is None


def test_who_was_asked_is_quoted_only_if_they_agreed(app):
    study = make_open_study(name="Asks", definition=ask_whether_to_quote())
    for said in ({}, {"may_quote": "no"}):
        with pytest.raises(QuotationProblem, match="not_wanted"):
            release(study, tell(study, **said)[1])
    assert release(study, tell(study, may_quote="yes")[1])


def test_only_a_story_that_counts_and_names_the_problem_is_quoted(app, study):
    sent, response = tell(study)
    with pytest.raises(NotAllowed):
        release(study, response, problem="long_wait")
    withdraw_response(sent, at=NOW)
    with pytest.raises(NotAllowed):
        release(study, response)


def test_what_was_released_is_never_changed(app, study):
    release(study, tell(study)[1])
    with pytest.raises(DBAPIError, match="frozen"), writing() as session:
        session.execute(update(Quotation).values(text="Other words."))


def test_the_order_says_nothing_of_who_came_first(monkeypatch):
    """T68: Kendall's tau with arrival, over a thousand."""

    def tau():
        released = [Released(new_public_id(), "rude", hired=False) for _ in range(1000)]
        arrival = {each.key: number for number, each in enumerate(released)}
        shown = quotations_to_show(released, {("rude", False): Behind(1000, 0)})
        return kendalltau([arrival[each["key"]] for each in shown], range(1000)).statistic

    assert abs(tau()) < 0.1
    monkeypatch.setitem(quotations_to_show.__globals__, "sorted", lambda rows, **_how: list(rows))
    assert tau() == pytest.approx(1), "the mutant: as they came"


def test_a_researcher_covers_reads_over_and_releases(app, study):
    tell(study)
    researcher = signed_in(app, role=Role.RESEARCHER)
    page = f"/research/studies/{study.study}/problems/rude"
    story = stories_behind(SYSTEM, study.study, "rude").stories[0]
    researcher.open(f"{page}/stories/{story.public_id}")
    assert "Anna" in researcher.html.split("Perhaps names:")[1]
    covered = "I told Anna 3 times. On […] at […] she wrote from […], order […], at […]:"
    assert covered in researcher.html.split("<textarea")[1], "what a program can see is covered already"
    number = next(n for n, form in enumerate(read_page(researcher.html)[0]) if "read_over" in dict(form.boxes))
    researcher.submit(number, read_over=None)
    assert "Read it over" in researcher.html
    researcher.submit(number, text="Never said.", read_over="y")
    assert "not in the story" in researcher.html
    researcher.submit(number, text=COVERED, read_over="y")
    assert SHOWN in researcher.html
    researcher.submit(researcher.form_to("take-back"))
    assert "I told […]" not in researcher.html
