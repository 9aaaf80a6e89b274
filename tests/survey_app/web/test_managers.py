"""Managers read frozen snapshots, of their own places only, through choices that are on a list."""

import csv
import json
import re

import numpy as np
import pytest
from flask_security import hash_password
from sqlalchemy import select

from survey_app.actions.people import add_person
from survey_app.actions.publications import PublicationProblem, publish_proposal, withdraw_publication
from survey_app.actions.studies import make_region
from survey_app.analysis_bridge.disclosure.hierarchy import Hierarchy
from survey_app.foundations.database import reading
from survey_app.models import Location, Publication
from survey_app.queries.comparisons import find_comparison
from survey_app.queries.publishing import find_proposal
from survey_app.rules.breakdowns import read_breakdowns
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.snapshots import KEYS, UnknownKey, check_keys
from survey_app.rules.vocabulary import ProposalState, Role
from tests.factories.breakdowns import Responses, worked_out
from tests.factories.publications import EVERYTHING, MONTHS, comparison_of, proposed, published
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor

PASSWORD = "a long enough password"


def content_of(public_id):
    with reading() as session:
        return session.scalar(select(Publication.content).where(Publication.public_id == public_id))


@pytest.fixture
def study(app):
    made = make_open_study(places=4)
    make_region(SYSTEM, made.firm, name="North", codes=["place-0", "place-1"], at=NOW)
    return made


def signed_in(app, *, place=None, role=Role.MANAGER):
    """Take somebody on, for everything or for one place, and sign them in."""
    with reading() as session:
        where = session.execute(
            select(Location.firm_id, Location.id).where(Location.public_id == place)
        ).one_or_none()
    firm_id, location_id = where or (None, None)
    email = f"{place or role}@example.com"
    add_person(
        SYSTEM,
        email=email,
        name="M",
        role=role,
        firm_id=firm_id,
        location_id=location_id,
        password_hash=hash_password(PASSWORD),
        at=NOW,
    )
    return Visitor(app.test_client()).open("/account/sign-in").submit(email=email, password=PASSWORD)


def seen_by(visitor, public_id):
    """Return all that a manager can fetch of a publication by every allowed choice."""
    pages = {}
    for part in ("", "/places", "/places.csv", "/time", "/time.csv"):
        page = visitor.open(f"/manager/{public_id}{part}")
        pages[part] = page.html
        for address in sorted(set(re.findall(rf'href="(/manager/{public_id}{part}\?[^"]+)"', page.html))):
            pages[address] = visitor.open(address.replace("&amp;", "&")).html
    return pages


def test_nine_are_withheld_and_ten_shown_wherever_a_manager_looks(app, study):
    ten, nine, large = study.places[0], study.places[1], study.places[3]
    name = published(study.study, [(10, 20), (9, 30), (30, 9), (47, 41)])
    rows = {
        (row["place"], row["period"]): row
        for table in content_of(name)["tables"]
        if table["id"] == "location-month"
        for row in table["rows"]
    }
    assert rows[nine, "2026-02"]["complainants"] is None
    assert rows[nine, "2026-02"]["gap"] is None
    assert rows[large, "2026-02"]["complainants"]["n"] in ("20-49", None)
    manager = signed_in(app, place=nine)
    line = next(
        line for line in manager.open(f"/manager/{name}/time.csv?place={nine}&by=month").html.splitlines()[1:]
    )
    assert '"2026-02","withheld","withheld"' in line
    everywhere = "".join(seen_by(manager, name).values())
    assert ten not in everywhere
    assert "Place 0" not in everywhere, "another manager's place"
    assert large not in everywhere


def test_a_withheld_place_leaves_no_trace_of_its_numbers(app, study):
    """T67: whatever is behind what is withheld, every page and file is the same, but for the study as a whole."""
    pages = []
    for number, few in enumerate(((1, 2), (4, 4))):
        at = make_open_study(name=f"Bank {number}", places=4)
        name = published(at.study, [few, (30, 30), (31, 31), (32, 32)], tables=["location-whole"])
        visitor = signed_in(app, place=at.places[0])
        keys = {key: f"place-{place}" for place, key in enumerate(at.places)} | {name: "publication"}
        page = visitor.open(f"/manager/{name}/places.csv").html
        for key, plain in keys.items():
            page = page.replace(key, plain)
        pages.append(page)
    assert pages[0] == pages[1]
    assert "withheld" in pages[0]


def test_nothing_can_be_worked_out_of_all_that_a_manager_can_fetch(app, study):
    """T64: every file that any allowed choice gives, laid together, before an auditor of its own."""
    counts = [(10, 25), (4, 30), (31, 9), (47, 41)]
    manager, name = signed_in(app), published(study.study, counts)
    pages = "".join(seen_by(manager, name).values())
    files = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+\.csv[^"]*)"', pages)}
    rows = [row for file in files for row in csv.DictReader(manager.open(file).html.lstrip("\ufeff").splitlines())]
    fetched = {(row["place"], row["period"]) for row in rows if row["complainants_n"] != "withheld"}

    places = tuple(f"Place {number}" for number in range(4))
    tree = Hierarchy(places, {"North": frozenset(places[:2])}, MONTHS, read_breakdowns(EVERYTHING))
    shown = {
        cell.group for cell in tree.cells if (cell.place.replace("all", "All places"), cell.period) in fetched
    }
    whole, second = {tree.cells[0].group}, {cell.group for cell in tree.cells if cell.place == "Place 1"}
    location, month = [], []
    for place, of in zip(places, counts, strict=True):
        for when, people in zip(MONTHS, of, strict=True):
            location += [place] * people
            month += [when] * people
    people = Responses(location, month, [""] * len(month), np.zeros(len(month)), {})
    few = {"few": lambda rows: len(rows) < 10, "needed": 10}
    assert len(shown) > 5
    assert worked_out(tree, people, shown | whole, **few) == []
    assert worked_out(tree, people, shown | whole | second, **few), "the auditor sees what is shown too much"


OFF_LIST = (
    "/places?within=elsewhere",
    "/places?week=3",
    "/places?within=all&within=r1",
    "/places.csv?from=2026-02-01",
    "/time?by=week",
    "/time?place=all&by=day",
    "/time.csv?place={other}",
    "/time?place={other}&by=month",
    "?group=shopper",
)


def test_what_is_on_no_list_is_not_there(app, study):
    """T66."""
    name = published(study.study, [(20, 20)] * 4)
    manager = signed_in(app, place=study.places[0])
    assert manager.open(f"/manager/{name}/places?within=all&lang=pl").response.status_code == 200
    for address in OFF_LIST:
        asked = f"/manager/{name}{address.format(other=study.places[3])}"
        assert manager.open(asked).response.status_code in (400, 404), address


def test_the_filter_applies_alike_to_table_figure_and_file(app, study):
    name = published(study.study, [(20, 20)] * 4)
    manager = signed_in(app)
    page = manager.open(f"/manager/{name}/places").html
    north = re.search(r"within=(r\d+)", page).group(1)
    page = manager.open(f"/manager/{name}/places?within={north}").html
    table = re.findall(r'<th scope="row">([^<]+)<', page.partition("data-shows")[2].partition("<h2>")[0])
    assert set(table) == {"Place 0", "Place 1"}
    spec = json.loads(re.search(r'id="figure-places">(.*?)</script>', page, re.DOTALL).group(1))
    assert sum(len(trace["x"]) for trace in spec["data"] if trace["mode"] == "markers") == 2
    file = manager.open(f"/manager/{name}/places.csv?within={north}").html
    assert [line.split(",")[0] for line in file.splitlines()[1:]] == ['"North"', '"Place 0"', '"Place 1"']


def test_a_snapshot_holds_nothing_that_is_on_no_list(app, study):
    """T65."""
    content = content_of(published(study.study, [(20, 20)] * 4))
    check_keys(content)
    text = json.dumps(content)
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text), "no day"
    assert '"s0"' not in text, "no shopper"
    for path in KEYS:
        found = json.loads(json.dumps(content))
        inner = found
        for step in [step for step in path.split(".") if step]:
            inner = inner.get(step.removesuffix("[]")) if isinstance(inner, dict) else None
            inner = inner[0] if step.endswith("[]") and inner else inner
        if isinstance(inner, dict):
            inner["response_id"] = "x"
            with pytest.raises(UnknownKey):
                check_keys(found)


def test_a_new_version_of_the_questionnaire_is_marked(app, study):
    name = published(study.study, [(20, 20)] * 4)
    assert "version 2" in signed_in(app).open(f"/manager/{name}/time?place=all&by=month").html


def test_single_responses_change_nothing(app, study):
    published(study.study, [(20, 20)] * 4)
    few_more = proposed(comparison_of(study.study, [(20, 23), *[(20, 20)] * 3], fingerprint="1" * 64))
    with pytest.raises(PublicationProblem, match="Too few responses are new"):
        publish_proposal(SYSTEM, few_more, reason="Newer.", at=NOW)


def test_a_batch_changes_what_it_is_in_and_no_other_place(app, study):
    published(study.study, [(20, 20)] * 4)
    later = comparison_of(study.study, [(25, 60), (23, 23), (22, 21), (23, 22)], fingerprint="1" * 64)
    name = publish_proposal(SYSTEM, proposed(later, tables=["location-whole"]), reason="Spring.", at=NOW)
    rows = {row["place"]: row["complainants"]["n"] for row in content_of(name)["tables"][0]["rows"]}
    assert rows[study.places[0]] == "50+"
    assert rows[study.places[1]] == "20-49"
    lone = comparison_of(study.study, [(25, 60), (23, 23), (22, 21), (60, 60)], fingerprint="2" * 64)
    name_of_lone = publish_proposal(SYSTEM, proposed(lone, tables=["location-whole"]), reason="May.", at=NOW)
    rows = {row["place"]: row["complainants"]["n"] for row in content_of(name_of_lone)["tables"][0]["rows"]}
    assert rows[study.places[3]] == "20-49", "or that nobody new came to the other places would follow"
    before = content_of(name_of_lone)["before"]
    assert (before["verdict"], before["estimate"]) == ("supported", 0.9)
    assert "Since" in signed_in(app).open("/manager").html


def test_something_published_meanwhile_asks_for_a_new_audit(app, study):
    comparison = comparison_of(study.study, [(20, 20)] * 4)
    one, other = proposed(comparison), proposed(comparison)
    publish_proposal(SYSTEM, one, at=NOW)
    with pytest.raises(PublicationProblem, match="published meanwhile"):
        publish_proposal(SYSTEM, other, at=NOW)
    with pytest.raises(PublicationProblem, match="published already"):
        publish_proposal(SYSTEM, one, at=NOW)


def test_what_is_withdrawn_is_gone_and_keeps_its_reason(app, study):
    comparison = comparison_of(study.study, [(20, 20)] * 4)
    name = publish_proposal(SYSTEM, proposed(comparison), at=NOW)
    with pytest.raises(PublicationProblem, match="Say why"):
        withdraw_publication(SYSTEM, name, reason=" ", at=NOW)
    withdraw_publication(SYSTEM, name, reason="A place was counted twice.", at=NOW)
    assert signed_in(app).open(f"/manager/{name}").response.status_code == 404
    with reading() as session:
        assert session.scalar(select(Publication.withdrawal)) == "A place was counted twice."
    assert find_comparison(SYSTEM, comparison).withdrawals == [(NOW, "A place was counted twice.")]


def test_a_publication_of_which_everything_is_withheld_says_so(app, study):
    researcher = signed_in(app, role=Role.RESEARCHER)
    few = proposed(comparison_of(study.study, [(1, 1)] * 4))
    page = researcher.open(f"/research/proposals/{few}").html
    assert "Everything would be withheld" in page
    assert "at least 10 responses of customers" in page
    thin = proposed(comparison_of(study.study, [(3, 3)] * 4), tables=["location-whole"])
    page = researcher.open(f"/research/proposals/{thin}").html
    assert find_proposal(SYSTEM, thin).lost[0] == {
        "id": "location-whole",
        "source": "complainants",
        "rows": 4,
        "shown": 0,
        "few": 4,
        "gives_away": 0,
    }
    name = publish_proposal(SYSTEM, thin, at=NOW)
    assert "Of none of your places enough people answered" in signed_in(app).open(f"/manager/{name}/places").html


def test_an_audit_that_cannot_be_made_publishes_nothing(app, study, monkeypatch):
    def broken(work):
        raise RuntimeError("no limits")

    monkeypatch.setattr("survey_app.analysis_bridge.publishing.snapshot", broken)
    asked = proposed(comparison_of(study.study, [(20, 20)] * 4))
    seen = find_proposal(SYSTEM, asked)
    assert seen.state == ProposalState.FAILED
    assert "nothing was published" in seen.failure
    with pytest.raises(PublicationProblem):
        publish_proposal(SYSTEM, asked, at=NOW)
