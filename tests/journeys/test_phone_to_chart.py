"""One answer, from a customer's phone to a manager's chart: through HTTP, on both databases."""

import json
import re

import pytest
from flask_security import hash_password

from analysis import Tables, compare
from survey_app.actions.people import add_person
from survey_app.analysis_bridge.tables import tidy_tables
from survey_app.background.jobs import ring_again
from survey_app.foundations.queue import JOBS
from survey_app.queries.comparing import comparison_to_do, study_data
from survey_app.queries.comparisons import comparison_key
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.vocabulary import Role
from tests.factories.studies import NOW
from tests.journeys.html_forms import Visitor, answer_until_receipt, read_page

PASSWORD = "a long enough password"


@pytest.fixture
def sign_in(app):
    """Take somebody on and sign them in."""

    def enter(role):
        email = f"{role}@example.com"
        add_person(
            SYSTEM,
            email=email,
            name=role,
            role=role,
            firm_id=None,
            password_hash=hash_password(PASSWORD),
            at=NOW,
        )
        return Visitor(app.test_client()).open("/account/sign-in").submit(email=email, password=PASSWORD)

    return enter


def last_part(visitor):
    return visitor.address.rpartition("/")[2]


def set_up_study(researcher):
    """Make a firm, three places, two shoppers and an open study; return its id and the shoppers' links."""
    researcher.open("/research/firms/new").submit(1, name="Test Bank", controller="Test Bank Ltd", contact="+358")
    firm = researcher.address
    places = "turku; Turku\nhelsinki; Helsinki\nwarszawa; Warszawa"
    researcher.submit(researcher.form_to("/places"), places=places, time_zone="Europe/Helsinki")
    links = []
    for code in ("s1", "s2"):
        researcher.open(firm)
        researcher.submit(researcher.form_to("/shoppers"), code=code, name=f"Shopper {code}")
        links.append(re.search(r"http://[^<\s]*(/shopper/\w+)", researcher.html).group(1))
    researcher.open(f"{firm}/studies/new")
    form = read_page(researcher.html)[0][1]
    researcher.submit(1, name="Spring", places=[value for name, value in form.boxes if name == "places"])
    study = researcher.address
    researcher.submit(researcher.form_to("/open"))
    assert "Open" in researcher.html
    return study, links


def assign_visits(researcher, study):
    """Ask each shopper to visit each place."""
    researcher.open(f"{study}/shoppers")
    form = read_page(researcher.html)[0][1]
    for shopper in form.selects["shopper"]:
        for place in form.selects["place"]:
            researcher.open(f"{study}/shoppers").submit(
                1,
                shopper=shopper,
                place=place,
                scenario="wrong_bill",
                channel="in_person",
                due_on="2027-01-31",
                fee="25",
                stake="6",
                brief="Ask about the fee.",
            )
            assert researcher.response.status_code == 200


def make_links(researcher, study):
    """Make an open link for each place; return their addresses."""
    researcher.open(f"{study}/links")
    open_now = {"opens_on": "", "closes_on": "", "cap": "", "single": []}
    researcher.submit(researcher.form_with("place"), place="", channel="", language="", **open_now)
    sheet = researcher.open(study + "/sheet").html
    assert sheet.count("<img") == 3
    return re.findall(r">127.0.0.1:\d+(/s/\w+)<", sheet)


def answer_as_customers(app, links):
    """Five people with a problem at each place, in three languages, and one without."""
    codes = set()
    for link in links:
        for number in range(6):
            phone = Visitor(app.test_client(use_cookies=False)).open(link)
            language = ("en", "pl", "fi")[number % 3]
            phone.open(f"/{language}{link}")
            codes.add(
                answer_until_receipt(
                    phone,
                    channel="in_person",
                    scenario="wrong_bill",
                    visited_on="2026-11-20",
                    real_problem="yes" if number else "no",
                    problems=["long_wait", "unclear", "not_listened"][: 2 + number % 2],
                    story="They sent me away twice.",
                )
            )
    assert len(codes) == 6 * len(links)


def file_as_shoppers(app, links):
    """File every visit that is open."""
    for link in links:
        shopper = Visitor(app.test_client()).open(link)
        assert "/visits" in shopper.address
        for visit in sorted(set(re.findall(r"/en/visits/\w{20}", shopper.html))):
            shopper.open(visit)
            assert "Ask about the fee." in shopper.html
            shopper.submit()
            for _ in range(15):
                if shopper.address.endswith("/filed"):
                    break
                shopper.submit(visited_on="2026-11-19", problems=["long_wait"])
            assert "Your report is filed" in shopper.html


def review_all(researcher, study):
    """Read and accept every report."""
    for _ in range(6):
        researcher.open(f"{study}/shoppers")
        report = re.search(r'class="todo"\s+href="([^"]+)"', researcher.html).group(1)
        assert "Ask about" not in researcher.open(report).html
        assert "Waited too long" in researcher.html
        researcher.submit(1, decision="accepted", reason="")
    assert 'class="todo"' not in researcher.open(f"{study}/shoppers").html


def test_one_answer_goes_from_a_phone_to_a_chart(app, sign_in):
    researcher = sign_in(Role.RESEARCHER)
    study, shopper_links = set_up_study(researcher)
    links = make_links(researcher, study)
    assign_visits(researcher, study)
    answer_as_customers(app, links)
    file_as_shoppers(app, shopper_links)
    review_all(researcher, study)
    assert "both sources have answered at 3 of 3 places" in researcher.open(study).html

    researcher.open(f"{study}/comparisons").submit(1, margin="0.5", complainants="complainant")
    asked = researcher.address
    assert "Waiting for its turn" in researcher.html
    assert researcher.response.headers["Refresh"]
    work_the_queue(app)
    researcher.open(asked)
    assert "data-verdict=" in researcher.html
    publish(app, researcher, lead="Read the waiting times first.")
    assert "Managers see it" in researcher.html

    manager = sign_in(Role.MANAGER)
    assert manager.address == "/manager"
    finding = re.search(r"/manager/\w{20}", manager.html).group(0)
    manager.open(finding)
    assert "Read the waiting times first." in manager.html
    assert_shows_what_the_command_line_finds(app, manager.html, last_part(researcher))
    assert manager.open("/research").response.status_code == 404
    assert manager.open(asked).response.status_code == 404


def publish(app, researcher, *, lead):
    """Ask for the audit, let the worker do it, and freeze what it left."""
    researcher.submit(researcher.form_to("/publish"), lead=lead)
    asked = researcher.address
    assert researcher.response.headers["Refresh"]
    work_the_queue(app)
    researcher.open(asked)
    researcher.submit(researcher.form_to("/publish"))


def work_the_queue(app):
    """Do what the worker does: take tasks off the queue and run them."""
    from survey_app.background.jobs import BY_NAME  # noqa: PLC0415 - as the worker registers them

    JOBS.update(BY_NAME)
    ring_again()
    huey = app.extensions["queue"]
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
    JOBS.clear()


def assert_shows_what_the_command_line_finds(app, html, comparison):
    study_id, plan = comparison_to_do(comparison_key(comparison))
    tables = tidy_tables(study_data(study_id))
    found = compare(Tables(tables.responses, tables.sightings), plan)
    assert found.sentence in html
    assert f'data-verdict="{found.verdict}"' in html
    assert found.primary.complainant_responses == 15
    assert found.primary.shopper_responses == 6
    specs = re.findall(r'<script type="application/json" id="figure-([\w-]+)">(.*?)</script>', html, re.DOTALL)
    drawn = ["problems", "themes", "discovery", "overlap", "cost", "days", "difference"]
    assert [name for name, _spec in specs] == drawn
    assert all(json.loads(spec)["data"] for _name, spec in specs)


def test_too_few_people_show_nothing_but_the_reason(app, sign_in):
    researcher = sign_in(Role.RESEARCHER)
    study, _shoppers = set_up_study(researcher)
    links = make_links(researcher, study)
    answer_as_customers(app, links[:1])
    researcher.open(f"{study}/comparisons").submit(1)
    asked = researcher.address
    work_the_queue(app)
    researcher.open(asked)
    publish(app, researcher, lead="Three of them were furious.")
    manager = sign_in(Role.MANAGER)
    manager.open(re.search(r"/manager/\w{20}", manager.html).group(0))
    assert "at least 10 responses of customers with a problem" in manager.html
    assert "at least 3 visits" in manager.html
    for hidden in ("data-verdict", "application/json", "furious", "<table", "long_wait", "Waited"):
        assert hidden not in manager.html
