"""A researcher shapes a questionnaire without a programmer: from the standard to answers in three languages."""

import io
import re
from html import unescape

import pytest
from flask_security import hash_password
from sqlalchemy import select

from survey_app.actions.instruments import draft_instrument, publish_instrument
from survey_app.actions.people import add_person
from survey_app.foundations.database import reading
from survey_app.foundations.spreadsheets import write_sheets
from survey_app.foundations.workbooks import read_workbook
from survey_app.models import Firm, InstrumentVersion, Response
from survey_app.queries.instruments import find_draft
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import Role
from survey_app.rules.xlsform import from_xlsform, tidied, to_xlsform
from tests.factories.instruments import rich_instrument, small_instrument
from tests.factories.studies import NOW, make_open_study, standard_instrument
from tests.journeys.html_forms import Visitor, answer_until_receipt, fill, read_page

PASSWORD = "a long enough password"
HOSTILE = "<script>alert(1)</script>{channel}"


@pytest.fixture
def study(app):
    return make_open_study()


@pytest.fixture
def researcher(app, study):
    with reading() as session:
        firm_id = session.scalar(select(Firm.id).where(Firm.public_id == study.firm))
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
    return visitor.submit(email="r@example.com", password=PASSWORD)


def send(visitor, number, *, without=(), **wanted):
    """Send a form of the page with the boxes and texts that it shows, but for what is wanted otherwise."""
    form = read_page(visitor.html)[0][number]
    shown = dict(form.checked)
    held = {name: text for name, text in values_shown(visitor.html).items() if name in form.typed}
    wanted = held | wanted
    pairs = [
        (name, value)
        for name, value in fill(form, **wanted)
        if name not in without and (name in wanted or name not in dict(form.boxes) or name in shown)
    ]
    return visitor.send(pairs, to=form.action or visitor.address)


def number_of(visitor, field):
    """The number of the form that has a field of this name."""
    forms = read_page(visitor.html)[0]
    return next(
        number
        for number, form in enumerate(forms)
        if field in form.typed or field in form.selects or field in dict(form.fixed)
    )


def three(name, text):
    return {f"{name}.{language}": f"{text} ({language})" for language in ("en", "pl", "fi")}


def test_a_researcher_makes_a_questionnaire_of_their_own_and_it_is_answered_in_three_languages(
    researcher, study, app
):
    page = researcher.open(f"/research/firms/{study.firm}/instruments")
    send(page, number_of(page, "begin_with"), code="own")
    own = page.address
    assert own.startswith("/research/instruments/"), page.html
    draft = own.rsplit("/", 1)[1]
    assert "Everything that publishing needs is there" in page.html

    page.send(
        [
            *revision(page),
            ("do", "add_page:"),
            ("new_code", "queue"),
            ("stage", "core"),
            *three("title", "Queue").items(),
        ]
    )
    page.send([*revision(page), ("do", "add_item:queue"), ("new_code", "queue_how"), ("kind", "choice")])
    assert "things to mend before publishing" in page.html

    page.open(f"{own}/item?code=queue_how")
    answers = {"option.0.code": "one", "option.1.code": "many"}
    words = three("text", "How many queues at {channel}?") | three("option.0", "One") | three("option.1", "Many")
    send(page, number_of(page, "only_if"), only_if="chanel = phone", **answers, **words)
    assert page.response.status_code == 422
    assert "there is no question “chanel”" in page.html
    send(page, number_of(page, "only_if"), only_if="channel = in_person", **answers, **words)
    assert page.address.startswith(own), page.html
    assert "Only if “How were you in contact?” is “In person, on the spot”" in page.html

    for language, words in (("pl", "How many queues at …? (pl)"), ("fi", "How many queues at …? (fi)")):
        page.open(f"{own}/preview/{language}?page=queue&width=phone")
        assert words in page.html
        assert "preview-phone" in page.html

    page.open(f"{own}/publish")
    send(page, number_of(page, "revision"))
    assert "Version 1 is published" in page.html, page.html

    page.open(f"/research/firms/{study.firm}/studies/new")
    page.submit(number_of(page, "name"), name="With a queue", places=study.places)
    new = page.address
    page.open(f"{new}/instrument")
    page.submit(number_of(page, "version"), version=f"{draft}.1")
    assert "asks with this version" in page.html
    page.open(new)
    page.submit(page.form_to("/open"))
    page.open(f"{new}/links")
    page.submit(page.form_with("place"), opens_on="", closes_on="", cap="", single=[])
    link = next(part for part in page.html.split('"') if part.startswith("/s/"))
    page.open(f"{new}/sheet")
    assert page.html.count("data:image/svg+xml") >= 1
    for language in ("en", "pl", "fi"):
        visitor = Visitor(app.test_client()).open(f"/{language}{link}")
        assert answer_until_receipt(visitor, channel="in_person", queue_how="many", problems="none")
    with reading() as session:
        sent = session.scalars(select(Response).order_by(Response.id.desc()).limit(3)).all()
        assert {response.answers["queue_how"] for response in sent} == {"many"}
        assert {response.language for response in sent} == {"en", "pl", "fi"}
        assert len({response.version_id for response in sent}) == 1

    researcher.open(f"{own}/file/xlsx?version=1")
    definition = from_xlsform(read_workbook(researcher.response.data))
    with reading() as session:
        frozen = session.get(InstrumentVersion, sent[0].version_id).definition
    assert definition == tidied(frozen)


def revision(visitor):
    form = next(form for form in read_page(visitor.html)[0] if dict(form.fixed).get("revision"))
    return form.fixed


@pytest.fixture
def own(study, researcher):
    return draft_instrument(SYSTEM, study.firm, rich_instrument(), at=NOW)


def outline(visitor, own):
    return visitor.open(f"/research/instruments/{own}")


def codes(own):
    return [item["code"] for page in find_draft(SYSTEM, own).definition["pages"] for item in page["items"]]


def test_every_button_of_the_outline_does_one_thing_that_can_be_undone(researcher, own):
    page = outline(researcher, own)
    before = codes(own)
    for what in (
        "item_up:weeks",
        "item_down:weeks",
        "duplicate_item:weeks",
        "remove_item:pain",
        "page_up:before",
        "page_down:before",
        "remove_page:met",
    ):
        page.send([*revision(page), ("do", what)])
        assert page.response.status_code == 200, what
        page.send([*revision(page), ("do", "undo:")])
        assert codes(own) == before, what
    page.send([*revision(page), ("do", "redo:")])
    assert "met_heard" not in codes(own)


def test_a_stale_page_changes_nothing(researcher, own):
    page = outline(researcher, own)
    stale = revision(page)
    page.send([*stale, ("do", "remove_item:pain")])
    page.send([*stale, ("do", "remove_item:weeks")])
    assert page.response.status_code == 422
    assert "meanwhile" in page.html
    assert "weeks" in codes(own)


@pytest.mark.parametrize("kind", ["choice", "choices", "scale", "number", "money", "text", "note", "date"])
def test_every_kind_can_be_added_and_saved_as_it_is_shown(researcher, own, kind):
    page = outline(researcher, own)
    page.send([*revision(page), ("do", "add_item:after"), ("new_code", "fresh"), ("kind", kind)])
    page.open(f"/research/instruments/{own}/item?code=fresh")
    extra = {"least": "", "most": ""} if kind == "number" else {}
    extra |= {"option.0.code": "a", "option.1.code": "b"} if kind in ("choice", "choices") else {}
    wanted = {name: "" for name in read_page(page.html)[0][number_of(page, "new_code")].typed if "." in name}
    wanted |= three("text", "Fresh") | extra
    before = find_draft(SYSTEM, own).revision
    send(page, number_of(page, "new_code"), only_if="", **wanted)
    assert page.response.status_code == 200, page.html
    assert find_draft(SYSTEM, own).revision == before + 1


def test_saving_what_is_shown_changes_nothing(researcher, own):
    before = tidied(find_draft(SYSTEM, own).definition)
    for part in (
        "item?code=where",
        "item?code=agree",
        "item?code=spent",
        "page?code=outside",
        "texts?section=before",
    ):
        page = researcher.open(f"/research/instruments/{own}/{part}")
        shown = values_shown(page.html)
        field = "section" if part.startswith("texts") else "new_code"
        send(page, number_of(page, field), **shown)
        assert page.response.status_code == 200, page.html
        assert tidied(find_draft(SYSTEM, own).definition) == before, part


def values_shown(html):
    """What the text areas, inputs and selects of the page hold."""
    found = {
        name: unescape(text)
        for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', html, re.S)
    }
    for tag in re.findall(r"<input[^>]*>", html, re.S):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") == "text":
            found[given["name"]] = unescape(given.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        if chosen:
            found[name] = chosen[1]
    return found


def test_problems_are_merged_and_split_on_the_page(researcher, own):
    page = researcher.open(f"/research/instruments/{own}/problems")
    merge = [*revision(page), ("do", "merge"), ("merge.rude", "yes"), ("merge.long_wait", "yes"), ("into", "met")]
    page.send([*merge, *three("into", "Badly met").items()])
    assert "rude, long_wait" in page.html
    split = [*revision(page), ("do", "split"), ("split", "met"), ("part.0.code", "cold"), ("part.1.code", "loud")]
    page.send([*split, *three("part.0", "Cold").items(), *three("part.1", "Loud").items()])
    listed = [problem["code"] for problem in find_draft(SYSTEM, own).definition["problems"]]
    assert listed == ["cold", "loud"]


def packed(definition):
    target = io.BytesIO()
    write_sheets(target, to_xlsform(definition))
    return target.getvalue()


def upload(visitor, study, content, name="form.xlsx"):
    visitor.open(f"/research/firms/{study.firm}/instruments")
    token = dict(read_page(visitor.html)[0][number_of(visitor, "begin_with")].fixed)["csrf_token"]
    visitor.response = visitor.client.post(
        visitor.address, data={"csrf_token": token, "code": "", "file": (io.BytesIO(content), name)}
    )
    return visitor._follow()


def test_files_are_taken_in_and_given_out(researcher, study):
    page = upload(researcher, study, packed(small_instrument()))
    assert page.address.startswith("/research/instruments/"), page.html
    made = page.address.rsplit("/", 1)[1]
    assert tidied(find_draft(SYSTEM, made).definition) == tidied(small_instrument())
    as_json = researcher.open(f"/research/instruments/{made}/file/json").response.data
    renamed = as_json.replace(b'"small"', b'"smaller"')
    assert upload(researcher, study, renamed, "form.json").address.startswith("/research/instruments/")


def test_a_spoiled_file_is_refused_with_every_place(researcher, study):
    sheets = to_xlsform(small_instrument())
    sheets["survey"][1][2]["type"] = "geopoint"
    sheets["survey"][1][3]["relevant"] = "${channel} == 'x'"
    target = io.BytesIO()
    write_sheets(target, sheets)
    page = upload(researcher, study, target.getvalue())
    assert page.response.status_code == 422
    assert "survey row 4, column type: The type “geopoint”" in page.html
    assert "survey row 5, column relevant: Position 12: write one = instead of two" in page.html
    for content in (b"nothing", b"{", b'{"schema": 7}'):
        assert upload(researcher, study, content).response.status_code == 422


def test_hostile_texts_stay_texts_on_every_page(researcher, study):
    definition = standard_instrument() | {"code": "hostile"}
    definition["title"] = dict.fromkeys(("en", "pl", "fi"), HOSTILE)
    for page in definition["pages"]:
        page["title"] = dict.fromkeys(("en", "pl", "fi"), HOSTILE)
        for item in page["items"]:
            item["text"] = dict.fromkeys(("en", "pl", "fi"), HOSTILE)
    for problem in definition["problems"]:
        problem["text"] = dict.fromkeys(("en", "pl", "fi"), HOSTILE)
    own = draft_instrument(SYSTEM, study.firm, definition, at=NOW)
    base = f"/research/instruments/{own}"
    for part in (
        "",
        "/publish",
        "/problems",
        "/texts?section=encounter",
        "/item?code=stake",
        "/page",
        "/preview/en",
    ):
        page = researcher.open(base + part)
        assert page.response.status_code == 200
        assert "<script>alert(1)" not in page.html
        assert "&lt;script&gt;alert(1)" in page.html


def test_publishing_again_says_what_is_worth_a_look(researcher, own):
    publish_instrument(SYSTEM, own, seen_revision=find_draft(SYSTEM, own).revision, at=NOW)
    page = researcher.open(f"/research/instruments/{own}/publish")
    assert "Nothing differs from version 1" in page.html
