"""Two forms of one text are one, wherever it is compared; answers are kept as both databases can hold them."""

import unicodedata

import pytest
from sqlalchemy import func, select

from survey_app.actions.fieldwork import add_shopper
from survey_app.actions.people import PersonKnown, add_person
from survey_app.actions.studies import NameTaken, NewStudy, add_locations, make_firm, make_region, make_study
from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.models import Firm, Location, Person, Region, Response, Shopper, Study, columns
from survey_app.queries.people import find_person, firm_id_named, location_id_coded, region_id_named
from survey_app.rules.numbers import NotANumber, read_number
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.text import clean_line, clean_text
from survey_app.rules.vocabulary import Role
from tests.factories.instruments import small_instrument
from tests.factories.studies import make_open_study
from tests.journeys.html_forms import Visitor, read_page
from tests.safety.payloads import TEXTS
from tests.safety.test_hostile import NUMBERS, _as_sent, _sendable

#: As a Polish keyboard writes it, and as a file system of another machine does.
COMPOSED, APART = (unicodedata.normalize(form, "Łódź Café Å") for form in ("NFC", "NFD"))


def _person(text):
    return add_person(
        SYSTEM,
        email=f"{text.replace(' ', '.')}@example.com",
        name=text,
        role=Role.RESEARCHER,
        firm_id=None,
        password_hash=None,
        at=clock.now(),
    )


def _study(world, text):
    places = [world.thing("place")]
    return make_study(SYSTEM, world.thing("firm"), NewStudy(name=text), location_public_ids=places, at=clock.now())


#: What is made, by a text of its own, and the table in which it is one.
MADE = {
    "firm": (Firm, lambda _world, text: make_firm(SYSTEM, name=text, controller="C", contact="c", at=clock.now())),
    "study": (Study, _study),
    "region": (Region, lambda world, text: make_region(SYSTEM, world.thing("firm"), name=text, at=clock.now())),
    "place": (
        Location,
        lambda world, text: add_locations(
            SYSTEM, world.thing("firm"), [(text, "a place")], time_zone="Europe/Warsaw", at=clock.now()
        ),
    ),
    "shopper": (
        Shopper,
        lambda world, text: add_shopper(SYSTEM, world.thing("firm"), code=text, name="S", at=clock.now()),
    ),
    "person": (Person, lambda _world, text: _person(text)),
}


def rows_of(table):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize(("first", "second"), [(COMPOSED, APART), (APART, COMPOSED)], ids=["apart", "composed"])
def test_what_is_there_is_there_in_either_form(world, kind, first, second):
    """T60."""
    table, make = MADE[kind]
    with world.app.app_context():
        before = rows_of(table)
        make(world, first)
        with pytest.raises((NameTaken, PersonKnown)):
            make(world, second)
        assert rows_of(table) == before + 1


def found_in_either_form(world):
    """Return whether each thing is found by either form of its text."""
    with world.app.app_context():
        for _table, make in MADE.values():
            make(world, APART)
        with reading() as session:
            firm = session.scalar(select(Firm.id).where(Firm.public_id == world.thing("firm")))
        return [
            value is not None
            for text in (COMPOSED, APART)
            for value in (
                firm_id_named(text),
                region_id_named(firm, text),
                location_id_coded(firm, text),
                find_person(email=f"{text.replace(' ', '.')}@example.com".lower()),
            )
        ]


def test_what_is_looked_for_is_found_in_either_form(world):
    """T60."""
    assert all(found_in_either_form(world))


def test_comparing_what_was_typed_is_found(world, monkeypatch):
    """The mutant: codes as they were typed."""
    monkeypatch.setattr(columns, "_in_one_form", lambda value: value)
    assert not all(found_in_either_form(world))


# --- answers ---


def at_the_story(app):
    """Return somebody who has come to the page with a text, in a survey of its own."""
    study = make_open_study(definition=_with_numbers())
    visitor = Visitor(app.test_client(use_cookies=False)).open(f"/en/s/{study.links[0]}")
    for _ in range(9):
        if visitor.address.endswith("/story"):
            return visitor
        visitor.submit()
    raise AssertionError(f"came to {visitor.address}")


def _with_numbers():
    """Return a survey that asks for a line, a long text, and two numbers on one page."""
    definition = small_instrument()
    story = next(page for page in definition["pages"] if page["code"] == "story")
    [long] = story["items"]
    long["most_characters"] = 300
    story["items"] += [
        long | {"code": "line", "long": False, "required": False, "most_characters": 200},
        {key: long[key] for key in ("text",)}
        | {"code": "weight", "kind": "number", "most": 10**6, "whole": False},
    ]
    return definition


def answered(visitor, **answers):
    """Send a page as a careless client would; return whether it was taken, and what is kept of it."""
    page = visitor.client.get(visitor.address)
    form = read_page(page.get_data(as_text=True))[0][-1]
    body = dict(form.fixed) | {"story": "s", "line": "", "weight": ""} | answers
    answer = visitor.client.post(
        visitor.address, data=_sendable(body), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (200, 303, 422), f"{answers!r}: {answer.status_code}"
    with reading() as session:
        kept = session.scalars(select(Response.answers).order_by(Response.id.desc())).first()
    taken = answer.status_code == 303
    assert taken or "error-summary" in answer.get_data(as_text=True)
    return taken, kept


def test_texts_of_a_survey_are_kept_as_the_one_rule_says(app):
    """T59. The same on both databases, since both are held against the rule."""
    visitor = at_the_story(app)
    for given in TEXTS:
        sent = _as_sent(given)
        taken, kept = answered(visitor, story=given, line=given)
        assert taken == bool(clean_text(sent)), repr(given)
        if taken:
            assert kept["story"] == clean_text(sent), repr(given)
            assert kept["line"] == (clean_line(sent) or None), repr(given)


@pytest.mark.parametrize("letter", ["a", "ż", "😀", "e\u0301"])
def test_the_length_of_an_answer_is_counted_in_characters(app, letter):
    """T61. Up to the limit kept whole, beyond it refused with a message; the page itself cuts nothing."""
    visitor = at_the_story(app)
    for item, most in (("story", 300), ("line", 200)):
        for length in (most - 1, most, most + 1):
            text = (letter * length)[:length]
            taken, kept = answered(visitor, **{item: text})
            assert taken == (length <= most), f"{length} of {most}"
            assert not taken or kept[item] == text
    assert "maxlength" not in visitor.client.get(visitor.address).get_data(as_text=True)


def test_numbers_of_a_survey_have_one_verdict(app):
    """T62 for the survey's own questions: a number as the rule reads it, or a message."""
    visitor = at_the_story(app)
    for given in NUMBERS:
        taken, kept = answered(visitor, weight=given)
        try:
            value = read_number(clean_line(given)) if clean_line(given) else None
        except NotANumber:
            assert not taken, given
            continue
        assert taken == (value is None or 0 <= value <= 10**6), given
        assert not taken or kept["weight"] == (None if value is None else float(value))


@pytest.mark.parametrize("letter", ["a", "😀"])
def test_an_answer_to_what_was_asked_back_is_never_cut_or_dropped(world, letter):
    """T61. One that is too long stays on the page, with a message."""
    path = f"/en/my/{world.thing('own_token')}/answer/{world.thing('follow_up')}"
    for length, status in ((5_000, 303), (5_001, 422)):
        answer = world.client("anybody").post(path, data={"answer": letter * length})
        assert answer.status_code == status
    page = answer.get_data(as_text=True)
    assert letter * 5_001 in page
    assert "there is room for 5000" in page
    assert "maxlength" not in page
