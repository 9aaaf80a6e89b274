"""Administrators invite, give and take roles, and close accounts: within their reach, and never their own."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from survey_app.actions.people import add_person
from survey_app.actions.staff import (
    CannotInvite,
    end_sessions_of,
    forget_factors,
    give_role,
    invite_person,
    renew_invitation,
    set_active,
    take_role,
)
from survey_app.actions.studies import add_locations, make_firm, make_region
from survey_app.foundations.database import reading, writing
from survey_app.models import AuditLine, Firm, Grant, Location, Passkey, Person, Region
from survey_app.queries.invitations import invitation_link
from survey_app.queries.people import actor_of, find_person
from survey_app.rules.permissions import SYSTEM, NotAllowed
from survey_app.rules.vocabulary import Role
from survey_app.rules.within import Within
from survey_app.web.account import letters
from tests.factories.people import AT, PASSWORD, make_person, set_up_app, sign_in
from tests.journeys.html_forms import Visitor, read_page

#: One of the databases is enough: the matrix and the races ask both.
pytestmark = pytest.mark.any_database


def mail(name):
    return f"{name}@example.com"


@pytest.fixture
def firms(app):
    """Two firms, the first with a region and a place in it."""
    for name in ("Own Bank", "Foreign Bank"):
        firm = make_firm(SYSTEM, name=name, controller="C", contact="+48", at=AT)
        add_locations(SYSTEM, firm, [("one", "Old Market")], time_zone="Europe/Warsaw", at=AT)
        make_region(SYSTEM, firm, name="North", codes=["one"], at=AT)
    with reading() as session:
        own, foreign = session.scalars(select(Firm).order_by(Firm.id))
        place = session.scalar(select(Location).where(Location.firm_id == own.id))
        region = session.scalar(select(Region.id).where(Region.firm_id == own.id))
        return SimpleNamespace(
            own=own.id, foreign=foreign.id, own_code=own.public_id, foreign_code=foreign.public_id,
            place=place.id, place_code=place.public_id, region=region,
        )  # fmt: skip


@pytest.fixture
def cast(firms):
    """An administrator of all, one of each firm, a manager of the first firm, and one of both."""
    for name, role, firm in (
        ("boss", Role.ADMINISTRATOR, None),
        ("own", Role.ADMINISTRATOR, firms.own),
        ("far", Role.ADMINISTRATOR, firms.foreign),
        ("manager", Role.MANAGER, firms.own),
        ("both", Role.MANAGER, firms.own),
    ):
        make_person(mail(name), role=role, firm_id=firm, name=name.title())
    give_role(SYSTEM, person("both").public_id, Role.MANAGER, Within(firms.foreign), at=AT)
    return firms


def person(name):
    return find_person(email=mail(name))


def actor(name):
    return actor_of(person(name))


def roles(name):
    return sorted((grant.role, grant.firm_id, grant.location_id) for grant in person(name).grants)


def visit(app, name, page="/people"):
    return sign_in(app, mail(name)).open(page)


def open_member(app, name, of):
    return visit(app, name, f"/people/{person(of).public_id}")


def press(visitor, ending):
    return visitor.submit(visitor.form_to(ending))


def invite(visitor, **wanted):
    return visitor.submit(visitor.form_with("within"), **{"language": "pl", "role": "manager", **wanted})


def lines():
    with reading() as session:
        return [(line.action, line.actor_id) for line in session.scalars(select(AuditLine).order_by(AuditLine.id))]


def is_in(visitor):
    return visitor.client.get("/account").status_code == 200


def test_somebody_who_is_invited_chooses_a_password_and_works(app, cast):
    page = visit(app, "own")
    invite(page, email=" New@Example.com ", name="Nina", within=cast.place_code)
    assert page.response.status_code == 200
    assert page.html.count("/account/invitation/") == 1
    link = re.search(r"/account/invitation/[\w.-]+", page.html)[0]
    assert "/account/invitation/" not in page.open("/people").html
    assert "invited" in page.html
    newcomer = Visitor(app.test_client()).open(link)
    newcomer.submit(password=PASSWORD, password_confirm=PASSWORD)
    assert sign_in(app, mail("new")).address == "/manager"
    assert (person("new").language, person("new").name) == ("pl", "Nina")
    assert roles("new") == [("manager", cast.own, cast.place)]
    assert Visitor(app.test_client()).open(link).response.status_code == 404
    assert {("people.add", person("own").id), ("people.give_role", person("own").id)} <= set(lines())


def test_a_link_that_is_not_used_runs_out_and_a_new_one_takes_its_place(app, cast):
    page = visit(app, "own")
    invite(page, email=mail("new"), name="Nina", within=cast.own_code)
    first = re.search(r"/account/invitation/[\w.-]+", page.html)[0]
    page.open(f"/people/{person('new').public_id}")
    press(page, "/invite")
    second = re.search(r"/account/invitation/[\w.-]+", page.html)[0]
    opened = [Visitor(app.test_client()).open(link).response.status_code for link in (first, second)]
    assert opened == [404, 200]
    old = invitation_link(person("new"), lasts=timedelta(0), at=AT).partition("/account")[2]
    assert Visitor(app.test_client()).open(f"/account{old}").response.status_code == 404
    Visitor(app.test_client()).open(second).submit(password=PASSWORD, password_confirm=PASSWORD)
    page.open(f"/people/{person('new').public_id}")
    assert "/invite" not in page.html
    assert renew_invitation(actor("own"), person("new").public_id, at=AT) is None


@pytest.fixture
def post_box(app, monkeypatch):
    """What was mailed: the outside, where a mail server is set."""
    sent = []
    app.extensions["settings"] = replace(app.extensions["settings"], mail_url="smtp://mail.example")
    monkeypatch.setattr(letters, "send_mail", lambda _settings, **mail: sent.append(mail))
    return sent


def test_where_there_is_a_mail_server_the_link_is_mailed_and_not_shown(app, cast, post_box):
    page = visit(app, "own")
    invite(page, email=mail("new"), name="Nina", within=cast.own_code)
    assert page.address == "/people"
    assert "/account/invitation/" not in page.html
    invite(page, email=mail("manager"), name="Other", role="researcher", within=cast.own_code)
    app.extensions["letters"].finish()
    assert [(each["to"], "/account/invitation/" in each["text"]) for each in post_box] == [
        (mail("new"), True),
        (mail("manager"), False),
    ]
    assert "Nina" in post_box[0]["text"]
    assert person("manager").name == "Manager"


def test_an_administrator_of_a_firm_sees_that_firm_only(app, cast):
    page = visit(app, "own")
    assert [mail(name) in page.html for name in ("own", "manager", "both", "far", "boss")] == [True] * 3 + [
        False
    ] * 2
    assert cast.foreign_code not in page.html
    assert 'value="all"' not in page.html
    assert "Foreign Bank" not in page.open(f"/people/{person('both').public_id}").html
    page = visit(app, "boss")
    assert all(mail(name) in page.html for name in ("own", "manager", "both", "far", "boss"))
    assert 'value="all"' in page.html


def test_who_is_foreign_looks_like_who_never_was(app, cast):
    visitor = visit(app, "own")
    token = read_page(visitor.html)[0][0].fixed[0][1]
    form = {"csrf_token": token, "role": "manager", "within": cast.own_code}
    doors = ("", "/roles", "/close", "/open", "/sign-out", "/forget-factors", "/invite", f"/roles/{'a' * 20}/end")
    for door in doors:
        faces = set()
        for code in (person("far").public_id, person("boss").public_id, "a" * 20):
            send = visitor.client.post if door else visitor.client.get
            answer = send(f"/people/{code}{door}", **({"data": form} if door else {}))
            assert answer.status_code == 404
            faces.add(re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True).replace(code, "…")))
        assert len(faces) == 1, door
    assert roles("far") == [("administrator", cast.foreign, None)]


@pytest.mark.parametrize(
    "act",
    [
        lambda boss, code: give_role(boss, code, Role.RESEARCHER, Within(), at=AT),
        lambda boss, code: take_role(boss, code, person("boss").grants[0].public_id, at=AT),
        lambda boss, code: set_active(boss, code, active=False, at=AT),
        lambda boss, code: forget_factors(boss, code, at=AT),
        lambda boss, code: end_sessions_of(boss, code, at=AT),
        lambda boss, code: renew_invitation(boss, code, at=AT),
    ],
)
def test_nobody_changes_their_own_roles_or_account(app, cast, act):
    page = open_member(app, "boss", "boss")
    assert [form.action for form in read_page(page.html)[0] if form.action.startswith("/people")] == []
    with pytest.raises(NotAllowed):
        act(actor("boss"), person("boss").public_id)
    assert person("boss").active
    assert roles("boss") == [("administrator", None, None)]


def test_nobody_lifts_themselves_by_inviting_themselves(app, cast):
    page = visit(app, "own")
    invite(page, email=mail("own").upper(), name="Me", role="researcher", within=cast.own_code)
    assert "This is you" in page.html
    assert roles("own") == [("administrator", cast.own, None)]


@pytest.mark.parametrize("place", ["all", "foreign", "region-999", "nowhere"])
def test_nobody_gives_what_they_do_not_have(app, cast, place):
    page = open_member(app, "own", "manager")
    page.submit(page.form_with("within"), role="manager", within=getattr(cast, f"{place}_code", place))
    assert "Not a valid choice" in page.html
    reaches = {"all": Within(), "foreign": Within(cast.foreign), "region-999": Within(cast.own, region_id=999)}
    with pytest.raises(NotAllowed):
        give_role(actor("own"), person("manager").public_id, Role.MANAGER, reaches.get(place, Within(999)), at=AT)
    assert roles("manager") == [("manager", cast.own, None)]


def test_a_role_that_would_carry_nothing_in_a_place_is_refused_with_a_reason(app, cast):
    page = open_member(app, "own", "manager")
    page.submit(page.form_with("within"), role="researcher", within=cast.place_code)
    assert "This role is for whole firms" in page.html
    with pytest.raises(NotAllowed):
        give_role(actor("own"), person("manager").public_id, Role.CODER, Within(cast.own, cast.region), at=AT)
    assert roles("manager") == [("manager", cast.own, None)]


def test_a_role_is_given_and_taken_and_both_end_the_sessions(app, cast):
    theirs, page = visit(app, "manager", "/manager"), open_member(app, "own", "manager")
    page.submit(page.form_with("within"), role="researcher", within=cast.own_code)
    assert "The role is given" in page.html
    assert not is_in(theirs)
    theirs = sign_in(app, mail("manager"))
    assert theirs.address == "/research"
    press(page, f"/roles/{next(g for g in person('manager').grants if g.role == 'researcher').public_id}/end")
    assert not is_in(theirs)
    assert theirs.client.get("/research").status_code == 302
    assert roles("manager") == [("manager", cast.own, None)]
    assert [action for action, who in lines() if who == person("own").id] == [
        *("session.begin", "session.end", "people.give_role", "session.end", "people.take_role")
    ]


def test_the_same_role_twice_is_one_role(app, cast):
    for _ in range(2):
        give_role(actor("own"), person("manager").public_id, Role.MANAGER, Within(cast.own), at=AT)
    assert roles("manager") == [("manager", cast.own, None)]


def test_who_works_for_others_too_loses_the_roles_here_but_not_the_account(app, cast):
    page = open_member(app, "own", "both")
    assert "roles beyond those that you see" in page.html
    for act in (set_active, end_sessions_of, forget_factors):
        with pytest.raises(NotAllowed):
            act(actor("own"), person("both").public_id, at=AT, **({"active": False} if act is set_active else {}))
    there = next(grant for grant in person("both").grants if grant.firm_id == cast.foreign)
    with pytest.raises(NotAllowed):
        take_role(actor("own"), person("both").public_id, there.public_id, at=AT)
    press(page, "/end")
    assert page.address == "/people"
    assert "It was the last one that you could see" in page.html
    assert roles("both") == [("manager", cast.foreign, None)]


def test_who_works_for_others_only_cannot_be_invited(app, cast):
    page = visit(app, "own")
    invite(page, email=mail("far"), name="Far", within=cast.own_code)
    assert "works for other firms" in page.html
    assert roles("far") == [("administrator", cast.foreign, None)]
    invite(visit(app, "boss"), email=mail("far"), name="Far", within=cast.own_code)
    assert ("manager", cast.own, None) in roles("far")


def test_a_closed_account_lets_nobody_in_until_it_is_opened(app, cast):
    reset = app.test_cli_runner().invoke(args=["people", "link", mail("manager")]).output.strip()
    theirs, page = visit(app, "manager", "/account"), open_member(app, "own", "manager")
    press(page, "/close")
    assert "The account is closed" in page.html
    assert not is_in(theirs)
    theirs.submit(theirs.form_to("/sign-out"))
    assert sign_in(app, mail("manager")).address == "/account/sign-in"
    again = Visitor(app.test_client()).open(reset.removeprefix(app.extensions["settings"].public_url))
    assert again.address != "/account/password/" + reset.rpartition("/")[2]
    with pytest.raises(CannotInvite):
        invite_person(
            actor("own"), email=mail("manager"), name="M", language="en", role=Role.MANAGER,
            within=Within(cast.own), at=AT,
        )  # fmt: skip
    press(page, "/open")
    assert sign_in(app, mail("manager")).address == "/manager"


def test_all_sessions_of_somebody_are_ended(app, cast):
    first, second = (visit(app, "manager", "/manager") for _ in range(2))
    page = open_member(app, "own", "manager")
    assert "2 sessions" in page.html
    press(page, f"/{person('manager').public_id}/sign-out")
    assert not is_in(first)
    assert not is_in(second)
    assert is_in(page)
    assert is_in(sign_in(app, mail("manager")))


@pytest.mark.parametrize("door", ["the page", "the command line"])
def test_a_lost_second_factor_is_forgotten(app, cast, door, post_box):
    set_up_app(visit(app, "manager", "/account/second-factor"))
    with writing() as session:
        owner = session.get_one(Person, person("manager").id)
        owner.mf_recovery_codes = ["a"]
        session.add(
            Passkey(
                user_id=owner.id,
                credential_id=b"1",
                public_key=b"2",
                backup_state=False,
                device_type="single_device",
                lastuse_datetime=AT,
                name="blue key",
                usage="secondary",
            )
        )
    theirs = sign_in(app, mail("manager"))
    assert theirs.address.startswith("/account/choose-factor")
    if door == "the page":
        page = open_member(app, "own", "manager")
        press(page, "/forget-factors")
        assert "not set up" in page.html
        app.extensions["letters"].finish()
        assert [each["to"] for each in post_box] == [mail("manager")]
    else:
        told = app.test_cli_runner().invoke(args=["people", "forget-factors", mail("manager")])
        assert "Forgotten" in told.output
    theirs.submit(theirs.form_to("choose-factor?next=/home"), which="authenticator")
    assert theirs.address == "/account/sign-in"
    found = person("manager")
    assert [found.tf_primary_method, found.tf_totp_secret, found.mf_recovery_codes, found.webauthn] == [
        *(None, None, None, [])
    ]
    assert sign_in(app, mail("manager")).address == "/manager"
    assert "people.forget_factors" in [action for action, _who in lines()]


def test_whoever_lost_their_role_a_moment_ago_changes_nothing_any_more(app, cast):
    before = actor("own")
    take_role(actor("boss"), person("own").public_id, person("own").grants[0].public_id, at=AT)
    with pytest.raises(NotAllowed):
        set_active(before, person("manager").public_id, active=False, at=AT)
    assert person("manager").active


def test_the_command_line_gives_no_role_that_would_carry_nothing(app, firms):
    args = [
        "people",
        "add",
        mail("new"),
        "--name",
        "N",
        "--role",
        "researcher",
        "--firm",
        "Own Bank",
        "--place",
        "one",
    ]
    told = app.test_cli_runner().invoke(args=args)
    assert "whole firms" in told.output
    assert person("new") is None


def test_every_role_can_be_taken_on(app, cast):
    for role in Role:
        add_person(
            SYSTEM, email=mail(f"new-{role}"), name=role, role=role, firm_id=cast.own, password_hash=None, at=AT
        )
    page = visit(app, "own").html
    assert all(mail(f"new-{role}") in page for role in Role)
    with reading() as session:
        assert session.query(Grant).count() == 6 + len(Role)
