"""What is taken out gives the numbers that the pages show."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, update

from analysis import compare, read
from analysis.shapes.plan import Plan, read_plan
from survey_app.foundations.database import reading, writing
from survey_app.models import Comparison, Publication, Response, Study
from survey_app.rules.definitions import hash_of
from survey_app.rules.plans import DEFAULTS, make_plan
from tests.journeys.html_forms import Visitor

ROOT = Path(__file__).parents[3]


def test_the_stored_plan_is_the_plan_of_the_analysis():
    assert hash_of(make_plan()) == Plan().hash()
    assert read_plan(DEFAULTS) == Plan()
    assert hash_of(make_plan(margin=1)) == read_plan({"margin": 1}).hash()


@pytest.fixture
def exported(app, tmp_path):
    """The demonstration's made-up comparison, its public id, and what the command line says of its export."""
    runner = app.test_cli_runner()
    assert runner.invoke(args=["demo", "load"]).exit_code == 0
    with reading() as session:
        comparison, publication = session.execute(
            select(Comparison, Publication.public_id)
            .join(Publication, Publication.comparison_id == Comparison.id)
            .join(Study, Study.id == Comparison.study_id)
            .where(Study.made_up)
        ).one()
    result = runner.invoke(args=["comparison", "export", comparison.public_id, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "have changed" not in result.output
    command = result.output.splitlines()[-1].split()[1:]
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
    return comparison, publication, json.loads((tmp_path / "results" / "comparison.json").read_text())


def test_the_folder_holds_the_result_to_the_byte_and_says_what_each_column_means(exported, tmp_path):
    comparison, _publication, _from_files = exported
    stored = (tmp_path / "comparison.json").read_bytes()
    assert stored == (tmp_path / "results" / "comparison.json").read_bytes()
    assert json.loads(stored)["provenance"]["plan_hash"] == comparison.plan_hash
    book = json.loads((tmp_path / "codebook.json").read_text())
    for table in ("responses", "sightings"):
        header = (tmp_path / f"{table}.csv").read_text().splitlines()[0]
        assert [column["name"] for column in book["tables"][table]] == header.replace('"', "").split(",")
        assert all(column["label"] for column in book["tables"][table])
    values = {column["name"]: column["values"] for column in book["tables"]["responses"]}
    assert set(values["arm"]) == {"shopper", "hired_real_need", "complainant", "customer"}
    for language, headline in (("en", "Complainants"), ("pl", "Klienci"), ("fi", "kokeneet")):
        assert headline in (tmp_path / f"document.{language}.html").read_text()


def test_an_export_of_data_that_changed_since_says_so(app, exported, tmp_path):
    comparison, _publication, _from_files = exported
    with writing() as session:
        session.execute(update(Response).where(Response.study_id == comparison.study_id).values(need="real"))
    result = app.test_cli_runner().invoke(
        args=["comparison", "export", comparison.public_id, "--out", str(tmp_path / "later")]
    )
    assert result.exit_code == 0
    assert "The data have changed since" in result.output


def test_the_managers_page_says_what_the_command_line_says(app, exported):
    comparison, publication, from_files = exported
    assert from_files == comparison.result

    logins = json.loads(app.test_cli_runner().invoke(args=["links", "--json"]).output)["logins"]
    manager = Visitor(app.test_client()).open("/account/sign-in")
    manager.submit(email=logins["manager"]["email"], password=logins["manager"]["password"])
    page = manager.open(f"/manager/{publication}").html
    assert from_files["sentence"] in page
    assert f'data-verdict="{from_files["verdict"]}"' in page
    assert from_files["provenance"]["data_fingerprint"] in page
    assert "Made up" in page
    for language, headline in (
        ("pl", "Klienci z problemem zgłaszają więcej problemów niż tajemniczy klienci"),
        ("fi", "Ongelman kokeneet asiakkaat mainitsevat enemmän ongelmia kuin haamuasiakkaat"),
    ):
        spoken = comparison.document[language]["blocks"][0]["sentence"]
        assert spoken in manager.open(f"/manager?lang={language}").html
        finding = manager.open(f"/manager/{publication}?lang={language}").html
        assert headline in finding
        assert spoken in finding
    low, high = from_files["primary"]["ci95"]
    drawn = [float(number) for spec in specs(page) for number in numbers(spec)]
    for value in (from_files["primary"]["estimate"], low, high):
        assert any(abs(value - number) < 1e-9 for number in drawn)


def test_a_download_from_the_page_gives_the_same_numbers(app, exported, tmp_path):
    comparison, _publication, from_files = exported
    logins = json.loads(app.test_cli_runner().invoke(args=["links", "--json"]).output)["logins"]
    researcher = Visitor(app.test_client()).open("/account/sign-in")
    researcher.submit(email=logins["researcher"]["email"], password=logins["researcher"]["password"])
    polish = comparison.document["pl"]["blocks"][0]["sentence"]
    assert polish in researcher.open(f"/research/comparisons/{comparison.public_id}?lang=pl").html
    for name in ("responses.csv", "sightings.csv", "plan.toml"):
        researcher.open(f"/research/comparisons/{comparison.public_id}/{name}")
        assert researcher.response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        (tmp_path / name).write_text(researcher.html)
    again = compare(read(tmp_path / "responses.csv", tmp_path / "sightings.csv"), tmp_path / "plan.toml")
    assert again.to_dict() == from_files
    manager = Visitor(app.test_client()).open("/account/sign-in")
    manager.submit(email=logins["manager"]["email"], password=logins["manager"]["password"])
    manager.open(f"/research/comparisons/{comparison.public_id}/responses.csv")
    assert manager.response.status_code == 404


def specs(page):
    return re.findall(r'<script type="application/json" id="figure-[\w-]+">(.*?)</script>', page, re.DOTALL)


def numbers(spec):
    return re.findall(r"-?\d+\.\d+(?:e-?\d+)?", spec)


def test_an_unknown_comparison_is_named(app, tmp_path):
    result = app.test_cli_runner().invoke(args=["comparison", "export", "nowhere", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "There is no comparison 'nowhere'" in result.output
