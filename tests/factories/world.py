"""A small world with everybody in it, built once: what tests of safety try every door of.

Things stand in a relation to the first of each kind: `own` is location 1 with its study and shopper A; `sibling`
is location 2 of the same firm with shopper B; `foreign` is another firm's; `shared` is of both locations;
`missing` never was; `deleted` is gone (withdrawn, cancelled, replaced, void).
"""

import hashlib
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import timedelta

from flask_migrate import upgrade
from flask_security import hash_password
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import inspect, select, text, update

from survey_app.actions.comparisons import (
    claim_comparison,
    finish_comparison,
    request_comparison,
)
from survey_app.actions.contacts import ask_to_write, hash_of_address, take_in_contacts
from survey_app.actions.exports import claim_export, finish_export, request_export
from survey_app.actions.fieldwork import add_shopper, assign, close_invitation, make_invitation, replace_link
from survey_app.actions.instruments import draft_instrument
from survey_app.actions.limits import forget_tries
from survey_app.actions.own import ask_back, erase_response
from survey_app.actions.people import add_person
from survey_app.actions.plans import lock_plan, save_plan
from survey_app.actions.publications import claim_proposal, finish_proposal, propose_publication, publish_proposal
from survey_app.actions.quotations import release_quotation
from survey_app.actions.responses import begin_visit, save_page, start_response
from survey_app.actions.staff_sessions import begin_session
from survey_app.actions.studies import NewStudy, add_locations, make_firm, make_region, make_study, open_study
from survey_app.actions.undertakings import add_undertaking
from survey_app.app import create_app
from survey_app.foundations import clock
from survey_app.foundations.database import database, reading, writing
from survey_app.foundations.files import export_path
from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import NO_MAIL, new_random_id, receipt_code, resume_code, sign
from survey_app.models import Assignment, Comparison, Export, Firm, FollowUp, Location, Response
from survey_app.queries.invitations import invitation_link
from survey_app.queries.people import find_person, region_id_named
from survey_app.queries.publishing import proposal_key, proposal_to_do
from survey_app.queries.staff_sessions import sessions_of
from survey_app.rules.consent import Consent
from survey_app.rules.contacts import NewContact
from survey_app.rules.permissions import CUSTOMER, SYSTEM, Actor, Grant
from survey_app.rules.plans import begin_plan, make_plan
from survey_app.rules.privacy import Support
from survey_app.rules.vocabulary import LANGUAGES, ActorKind, ExportFormat, InvitationKind, LetterKind, Role, Scope
from tests.factories.instruments import small_instrument

PASSWORD = "a long enough password"
_AGREED_TO = re.compile(r'name="consent" value="([^"]+)"')
KEY = "the key of this world, and of none other"
STAFF = ("location_1", "location_2", "region", "other_firm", "researcher", "administrator")
ROLES = ("anybody", "customer", "shopper_a", "shopper_b", *STAFF)
BRIEF = dict.fromkeys(("en", "pl", "fi"), "Ask about the fee.")
_PROOF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TOLD = Consent("en", ("We keep your answers.",))
DOCUMENT = {"language": "en", "title": "What was found", "blocks": []}
#: Counted or noted without anybody asking for it: not what a request is about.
NOTED = {"link_opens", "limit_counts", "staff_sessions"}


@dataclass
class World:
    """The application, who is signed in, and what there is: kind and relation → what stands in an address."""

    app: object
    path: str | None
    cookies: dict = field(default_factory=dict)
    proofs: dict = field(default_factory=dict)
    things: dict = field(default_factory=dict)
    kept: object = None

    def client(self, role):
        """Return a client that is who it says, whatever was signed out before."""
        client = self.app.test_client()
        for name, value in self.cookies.get(role, {}).items():
            client.set_cookie(name, value)
        return client

    def thing(self, kind, relation="own"):
        return self.things[kind].get(relation) or f"{kind[0]}0nowhere000000000000"[:20]

    def rows(self):
        """Return the rows of every table."""
        with self.app.app_context(), reading() as session:
            names = sorted(set(inspect(session.connection()).get_table_names()) - NOTED)
            found = {name: session.execute(text(f'SELECT * FROM "{name}"')) for name in names}  # noqa: S608
            return {name: sorted(repr(tuple(row)) for row in rows) for name, rows in found.items()}

    def tables(self):
        """Return a digest of every table, in which any change shows."""
        return {name: hashlib.sha256(repr(rows).encode()).hexdigest() for name, rows in self.rows().items()}

    def finish_mail(self):
        """Wait until what is mailed beside the pages is sent."""
        if letters := self.app.extensions.get("letters"):
            letters.finish()

    def changed(self):
        """Return the tables that are not as they were when the world was made."""
        tables = self.tables()
        return {name for name in tables if tables[name] != self.kept[1][name]}

    def forget_guesses(self):
        """Let everybody guess anew: what is sent many times is to be looked at each time."""
        with self.app.app_context():
            forget_tries()

    def keep(self):
        """Remember the world as it is."""
        if self.path:
            copy = sqlite3.connect(":memory:", check_same_thread=False)
            with sqlite3.connect(self.path) as now:
                now.backup(copy)
            now.close()
        else:
            with self.app.app_context(), database.engine.connect() as connection:
                names = inspect(connection).get_table_names()
                copy = {name: connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names}  # noqa: S608
            self._copy_tables(names)
        self.kept = (copy, self.tables())

    def restore(self):
        """Make everything as it was."""
        copy, _tables = self.kept
        if self.path:
            now = sqlite3.connect(self.path, timeout=30)
            copy.backup(now)
            now.close()
            return
        changed = self.changed() | NOTED
        with self.app.app_context(), writing() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            for name in sorted(changed):
                session.execute(text(f'DELETE FROM public."{name}"'))  # noqa: S608
                session.execute(text(f'INSERT INTO public."{name}" SELECT * FROM kept."{name}"'))  # noqa: S608

    def _copy_tables(self, names):
        with self.app.app_context(), writing() as session:
            session.execute(text("CREATE SCHEMA kept"))
            for name in names:
                session.execute(text(f'CREATE TABLE kept."{name}" AS SELECT * FROM public."{name}"'))  # noqa: S608


def make_world(url, folder):
    """Migrate an empty database, and put everybody and everything into it."""
    environment = {"APP_ENV": "test", "DATABASE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": KEY}
    app = create_app(Settings.from_environment(environment))
    world = World(app, url.removeprefix("sqlite:///") if url.startswith("sqlite") else None)
    with app.app_context():
        upgrade()
        at = clock.now()
        _Builder(world, at).build()
    for role in STAFF:
        _sign_in(world, role)
    for role in ("shopper_a", "shopper_b"):
        client = app.test_client()
        client.get(f"/shopper/{world.thing('secret', 'own' if role == 'shopper_a' else 'sibling')}")
        _keep_cookies(world, role, client)
    for relation, link in world.things["link"].items():
        told = _AGREED_TO.search(app.test_client().get(f"/en/s/{link}").get_data(as_text=True))
        world.things.setdefault("consent", {})[relation] = told[1] if told else ""
    for role in ("anybody", "customer"):
        client = app.test_client()
        if role == "customer":
            client.get(f"/en/s/{world.thing('link')}")
        _keep_cookies(world, role, client)
    world.keep()
    return world


def _sign_in(world, role):
    client = world.app.test_client()
    form = {"email": f"{role}@example.com", "password": PASSWORD, "csrf_token": proof_of_origin(client)}
    answer = client.post("/account/sign-in", data=form)
    assert answer.status_code == 302, f"{role} cannot sign in: {answer.status_code}"
    _keep_cookies(world, role, client)


def proof_of_origin(client):
    """Return what a form of a page that anybody may open proves with that it was shown to this client."""
    return _PROOF.search(client.get("/account/password").get_data(as_text=True))[1]


def _keep_cookies(world, role, client):
    world.proofs[role] = proof_of_origin(client)
    world.cookies[role] = {cookie.key: cookie.value for cookie in client._cookies.values()}


def snapshot_of_world(world):
    """Return a snapshot with both locations of the firm, one of which may be shown."""
    shown = {"n": "10-19", "mean": 1.5, "themes": {"staff": 40}}
    one, two = world.thing("place"), world.thing("place", "sibling")
    rows = [
        {"place": one, "period": "whole", "complainants": shown, "shoppers": shown | {"n": "3-9"}, "gap": 0.0},
        {"place": two, "period": "whole", "complainants": None, "shoppers": None, "gap": None},
    ]
    return {
        "schema": 2,
        "verdict": "supported",
        "sentence": dict.fromkeys(LANGUAGES, "Complainants saw more."),
        "document": {language: DOCUMENT | {"language": language} for language in LANGUAGES},
        "numbers": {
            "estimate": 0.9,
            "ci95": [0.4, 1.4],
            "margin": 0.5,
            "scale": "difference",
            "n": {"responses": 60, "cells": 12, "locations": 2, "shoppers": 5, "effective_shoppers": 4.2},
            "themes": [{"theme": "staff", "estimate": 0.4, "ci95": [0.1, 0.7], "ratio": 1.4, "in_focus": True}],
            "spread": {source: {"mean": 1.5, "variance": 1.5} for source in ("complainants", "shoppers")},
            "cost": {
                "per_response": {"shoppers": 25.0, "complainants": 0.0},
                "to_80_percent": {
                    "responses": {"shoppers": 30, "complainants": 12},
                    "days": {"shoppers": 20, "complainants": 9},
                },
            },
        },
        "themes": {"staff": dict.fromkeys(LANGUAGES, "Staff")},
        "problems": [
            {
                "problem": "rude",
                "theme": "staff",
                "names": dict.fromkeys(LANGUAGES, "Rude"),
                "complainants": 0.5,
                "shoppers": 0.2,
                "gap": 0.3,
                "ci95": [0.1, 0.5],
                "reports": 21,
                "clear": True,
            }
        ],
        "quotations": [
            {"key": key, "problem": "rude", "source": "complainants"} for key in world.things["quotation"].values()
        ],
        "versions": [],
        "months": ["2026-03", "2026-05"],
        "places": [
            {"key": "all", "level": "firm", "name": "", "above": []},
            {"key": one, "level": "location", "name": "One", "above": ["all"]},
            {"key": two, "level": "location", "name": "Two", "above": ["all"]},
        ],
        "tables": [{"id": "location-whole", "place": "location", "period": "whole", "rows": rows}],
        "before": None,
        "method": {"plan_hash": "0" * 64, "data_fingerprint": "0" * 64},
    }


class _Builder:
    def __init__(self, world, at):
        self.world, self.at = world, at

    def put(self, kind, relation, value):
        self.world.things.setdefault(kind, {})[relation] = value

    def build(self):
        firm, places = self._firm("own", ["one", "two"])
        foreign, far = self._firm("foreign", ["far"])
        make_region(SYSTEM, firm, name="North", at=self.at)
        make_region(SYSTEM, firm, name="City", above="North", codes=["one"], at=self.at)
        for relation, where, sites in (
            ("own", firm, places[:1]),
            ("sibling", firm, places[1:]),
            ("shared", firm, places),
            ("foreign", foreign, far),
        ):
            self._study(relation, where, sites)
        for relation, where in (("own", firm), ("sibling", firm), ("foreign", foreign)):
            self._shopper(relation, where)
        self._gone(firm)
        self._people(firm, foreign)

    def _firm(self, relation, codes):
        firm = make_firm(SYSTEM, name=f"{relation} bank", controller="C", contact="+358", at=self.at)
        places = add_locations(
            SYSTEM, firm, [(c, c.title()) for c in codes], time_zone="Europe/Warsaw", at=self.at
        )
        self.put("firm", relation, firm)
        self.put("place", relation, places[0])
        if len(places) > 1:
            self.put("place", "sibling", places[1])
        return firm, places

    def _study(self, relation, firm, places):
        new = NewStudy(
            name=f"{relation} study",
            definition=small_instrument(),
            standards={"greeted": dict.fromkeys(("en", "pl", "fi"), "Greeted")},
        )
        study = make_study(SYSTEM, firm, new, location_public_ids=places, at=self.at)
        open_study(SYSTEM, study, at=self.at)
        self.put("study", relation, study)
        instrument = draft_instrument(SYSTEM, firm, small_instrument() | {"code": f"draft_{relation}"}, at=self.at)
        self.put("instrument", relation, instrument)
        self._plan(study)
        self._links(relation, study, places[0])
        self._contacts(relation, study, places[0])
        waiting = request_comparison(SYSTEM, study, make_plan(), at=self.at)
        self.put("waiting_comparison", relation, waiting)
        ready = request_comparison(SYSTEM, study, make_plan(), at=self.at)
        self._finish(ready)
        self.put("comparison", relation, ready)
        self.put("publication", relation, self._published(ready, relation))

    def _plan(self, study):
        """Lock a plan before anybody answers, and choose another, in revision 2."""
        content = begin_plan()
        save_plan(SYSTEM, study, content, seen_revision=0, at=self.at)
        lock_plan(SYSTEM, study, seen_revision=1, at=self.at)
        save_plan(SYSTEM, study, content | {"hypotheses": []}, seen_revision=1, at=self.at)

    def _links(self, relation, study, place):
        link = make_invitation(SYSTEM, study, location_public_id=place, at=self.at)
        single = make_invitation(SYSTEM, study, location_public_id=place, kind=InvitationKind.SINGLE, at=self.at)
        self.put("link", relation, link)
        self.put("single_link", relation, single)
        self.put("answers", relation, self._sent(link)[1])
        quoted = release_quotation(SYSTEM, study, "rude", self._sent(link)[1], text="I waited.", at=self.at)
        self.put("quotation", relation, quoted)
        self._asked_back(relation, link)
        begun = new_random_id()
        start_response(
            link, submission_id=begun, request_id=new_random_id(), consent=TOLD, agreed_to=TOLD.hash, at=self.at
        )
        self.put("token", relation, sign("submission", begun))
        self.put("resume", relation, resume_code(begun))
        self.put("submission", relation, sign("submission", new_random_id()))

    def _contacts(self, relation, study, place):
        """Put a list of one person who was invited, and what stands in their link to no more mail."""
        person = NewContact(2, f"{relation}@example.com", "", "en", place)
        taken = take_in_contacts(
            SYSTEM, study, [person], name="People", delete_on=self.at.date() + timedelta(days=9), at=self.at
        )
        ask_to_write(SYSTEM, study, taken.list_public_id, LetterKind.INVITATION, at=self.at)
        self.put("contacts", relation, taken.list_public_id)
        firm = self.world.thing("firm", "foreign" if relation == "foreign" else "own")
        self.put("no_mail", relation, sign(NO_MAIL, f"{firm}.{hash_of_address(person.email)}"))

    def _sent(self, link):
        """Send a customer's answers; return the submission and the public id of the response."""
        sent = new_random_id()
        start_response(
            link, submission_id=sent, request_id=new_random_id(), consent=TOLD, agreed_to=TOLD.hash, at=self.at
        )
        with reading() as session:
            found = select(Response.id, Response.public_id).where(Response.submission_id == sent)
            row_id, public_id = session.execute(found).one()
        key = {"channel": "phone", "scenario": "delay", "real_problem": "yes", "ask_back": "yes"}
        self._answer(
            CUSTOMER,
            row_id,
            {
                "encounter": key,
                "story": {"story": "I waited."},
                "problems": {"problems": {"rude": 2}},
                "feeling": {"felt": 3},
            },
        )
        return sent, public_id

    def _asked_back(self, relation, link):
        """Send answers of which a question is asked back; return the submission."""
        sent, public_id = self._sent(link)
        ask_back(SYSTEM, public_id, text="Where?", at=self.at)
        with reading() as session:
            self.put(
                "follow_up", relation, session.scalar(select(FollowUp.public_id).order_by(FollowUp.id.desc()))
            )
        self.put("own_token", relation, sign("own", sent))
        self.put("receipt", relation, receipt_code(sent))
        return sent

    def _answer(self, actor, row_id, pages):
        for number, (page, answers) in enumerate(pages.items()):
            save_page(
                actor,
                row_id,
                page=page,
                answers=answers,
                request_id=new_random_id(),
                seen_revision=number,
                language="en",
                going="on",
                at=self.at,
            )

    def _finish(self, public_id):
        with reading() as session:
            row_id = session.scalar(select(Comparison.id).where(Comparison.public_id == public_id))
        attempt = claim_comparison(row_id, at=self.at)
        finish_comparison(
            row_id,
            attempt,
            result={"verdict": "supported", "sentence": "Complainants saw more."},
            documents={language: DOCUMENT | {"language": language} for language in LANGUAGES},
            support=Support(complainant_responses=40, visits=20, shoppers=5),
            data_fingerprint="0" * 64,
            material={"cells": {"complainants": [], "shoppers": []}},
            at=self.at,
        )

    def _published(self, comparison, relation):
        """Publish a comparison; leave a proposal that can still be published."""
        kept = self._audited(comparison)
        published = publish_proposal(SYSTEM, kept, at=self.at)
        self.put("proposal", relation, self._audited(comparison))
        return published

    def _audited(self, comparison):
        proposal = propose_publication(SYSTEM, comparison, tables=["location-whole"], at=self.at)
        row_id = proposal_key(proposal)
        finish_proposal(
            row_id,
            claim_proposal(row_id, at=self.at),
            content=snapshot_of_world(self.world),
            counts={"cells": {"complainants": [], "shoppers": []}},
            lost=[],
            after_id=proposal_to_do(row_id).earlier and proposal_to_do(row_id).earlier.id,
            at=self.at,
        )
        return proposal

    def _shopper(self, relation, firm):
        public_id, secret = add_shopper(SYSTEM, firm, code=relation, name=f"{relation} shopper", at=self.at)
        self.put("shopper", relation, public_id)
        self.put("secret", relation, secret)
        self.put("assignment", relation, self._visit(relation, public_id, begin=True))
        self.put("response", relation, self._filed(self._visit(relation, public_id, begin=True)))

    def _visit(self, relation, shopper, *, begin):
        visit = assign(
            SYSTEM,
            self.world.thing("study", relation),
            shopper_public_id=shopper,
            location_public_id=self.world.thing("place", relation),
            scenario="wrong_bill",
            channel="in_person",
            due_on=self.at.date(),
            fee_cents=2500,
            brief=BRIEF,
            stake=5,
            at=self.at,
        )
        if begin:
            begin_visit(self._as_shopper(visit), visit, language="en", at=self.at)
        return visit

    def _as_shopper(self, visit):
        with reading() as session:
            return Actor(
                ActorKind.SHOPPER,
                session.scalar(select(Assignment.shopper_id).where(Assignment.public_id == visit)),
            )

    def _filed(self, visit):
        """Answer a visit to its end; return the public id of the response."""
        with reading() as session:
            found = select(Response.id, Response.public_id).join(
                Assignment, Assignment.id == Response.assignment_id
            )
            row_id, public_id = session.execute(found.where(Assignment.public_id == visit)).one()
        pages = {
            "encounter": {"visited_on": "2026-03-14"},
            "story": {"story": "I waited."},
            "problems": {"problems": {"rude": 2}},
            "feeling": {"felt": 3},
            "visit": {"standards": {"greeted": "yes"}},
        }
        self._answer(self._as_shopper(visit), row_id, pages)
        return public_id

    def _gone(self, firm):
        """Withdraw, cancel, replace, close and void one of each kind that can be gone."""
        study, place = self.world.thing("study"), self.world.thing("place")
        self.put("publication", "deleted", self.world.thing("publication"))
        self.put("publication", "own", self._published(self.world.thing("comparison"), "own"))
        closed = make_invitation(SYSTEM, study, location_public_id=place, at=self.at)
        close_invitation(SYSTEM, study, closed, at=self.at)
        self.put("link", "deleted", closed)
        link = make_invitation(SYSTEM, study, location_public_id=place, at=self.at)
        void = new_random_id()
        start_response(
            link, submission_id=void, request_id=new_random_id(), consent=TOLD, agreed_to=TOLD.hash, at=self.at
        )
        with writing() as session:
            session.execute(
                update(Response).where(Response.submission_id == void).values(state="void", resume_hash=None)
            )
        self.put("token", "deleted", sign("submission", void))
        erase_response(self._asked_back("deleted", link), at=self.at)
        sent, self.world.things["answers"]["deleted"] = self._sent(link)
        erase_response(sent, at=self.at)
        shopper, old = add_shopper(SYSTEM, firm, code="left", name="Left", at=self.at)
        replace_link(SYSTEM, firm, shopper, at=self.at)
        self.put("secret", "deleted", old)
        cancelled = self._visit("own", self.world.thing("shopper"), begin=False)
        with writing() as session:
            session.execute(update(Assignment).where(Assignment.public_id == cancelled).values(state="cancelled"))
        self.put("assignment", "deleted", cancelled)

    def _people(self, firm, foreign):
        with reading() as session:
            ids = dict(session.execute(select(Firm.public_id, Firm.id)).all())
            places = dict(session.execute(select(Location.code, Location.id)).all())
        own, other = ids[firm], ids[foreign]
        hashed = hash_password(PASSWORD)
        for name, role, scope in (
            ("location_1", Role.MANAGER, {"firm_id": own, "location_id": places["one"]}),
            ("location_2", Role.MANAGER, {"firm_id": own, "location_id": places["two"]}),
            ("region", Role.MANAGER, {"firm_id": own, "region_id": region_id_named(own, "North")}),
            ("other_firm", Role.MANAGER, {"firm_id": other}),
            ("researcher", Role.RESEARCHER, {"firm_id": own}),
            ("administrator", Role.ADMINISTRATOR, {"firm_id": None}),
        ):
            add_person(
                SYSTEM,
                email=f"{name}@example.com",
                name=name,
                role=role,
                password_hash=hashed,
                at=self.at,
                **scope,
            )
        for relation, name in (("own", "location_1"), ("foreign", "other_firm")):
            person = find_person(email=f"{name}@example.com")
            self.put("person", relation, person.public_id)
            self.put("role", relation, person.grants[0].public_id)
        with reading() as session:
            revisions = dict(session.execute(select(Response.public_id, Response.revision)).all())
        for relation, public_id in self.world.things["response"].items():
            self.put("revision", relation, str(revisions[public_id]))
        for relation, code in (("own", "encounter"), ("missing", "nowhere")):
            self.put("page", relation, code)
        self.put("day", "own", (self.at + timedelta(days=60)).date().isoformat())
        self.put("problem", "own", "rude")
        self._undertakings()
        self._ways_in()
        self._exports()

    def _undertakings(self):
        """Undertake something at the place of each study, against its finding."""
        for relation in ("own", "sibling", "foreign"):
            made = add_undertaking(
                SYSTEM,
                self.world.thing("publication", relation),
                place=self.world.thing("place", relation),
                what="Train the desk.",
                owner="Anna",
                due_on=self.at.date() + timedelta(days=60),
                at=self.at,
            )
            self.put("undertaking", relation, made)

    def _exports(self):
        """Take something out of each study, as the researcher."""
        researcher = find_person(email="researcher@example.com")
        asked_by = Actor(ActorKind.PERSON, researcher.id, (Grant(Role.RESEARCHER, Scope.ALL),))
        for relation in ("own", "sibling", "foreign"):
            study = self.world.thing("study", relation)
            made = request_export(
                asked_by, study, kind=ExportFormat.CSV, identifying=False, reason="For a test.", at=self.at
            )
            with reading() as session:
                row_id = session.scalar(select(Export.id).where(Export.public_id == made))
            export_path(made).write_bytes(b"a file")
            finish_export(row_id, claim_export(row_id, at=self.at), size=6, sha256="0" * 64, at=self.at)
            self.put("export", relation, made)

    def _ways_in(self):
        """Put a link to a new password, an invitation, another session of somebody, and half a passkey."""
        person = find_person(email="location_1@example.com")
        self.put("reset", "own", generate_reset_password_token(person))
        begin_session(person.id, at=self.at)
        self.put("session", "own", sessions_of(person.id, at=self.at)[0].public_id)
        add_person(
            SYSTEM,
            email="invited@example.com",
            name="Invited",
            role=Role.MANAGER,
            firm_id=None,
            password_hash=None,
            at=self.at,
        )
        newcomer = find_person(email="invited@example.com")
        self.put("newcomer", "own", newcomer.public_id)
        invited = invitation_link(newcomer, lasts=timedelta(days=1), at=self.at)
        self.put("invitation", "own", invited.rpartition("/")[2].partition("?")[0])
        accounts = self.world.app.extensions["security"]
        half = {"challenge": "c", "name": "blue key", "usage": "secondary", "user_verification": False}
        self.put("half_passkey", "own", accounts.wan_serializer.dumps(half))
        app = {
            "totp_secret": accounts.totp_factory.generate_totp_secret(),
            "method": "authenticator",
            "phone": None,
        }
        self.put("half_app", "own", accounts.tf_setup_serializer.dumps(app))
