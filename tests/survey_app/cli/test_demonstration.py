"""`flask demo load` fills an empty installation once, and `flask links` opens its doors."""

import json

import pytest
from sqlalchemy import func, select

from survey_app.app import create_app
from survey_app.foundations.database import reading
from survey_app.foundations.settings import Settings
from survey_app.models import Comparison, Person, Publication, Response, Study
from tests.survey_app.foundations.test_settings import SAFE


def run(app, *arguments):
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def loaded(app):
    run(app, "demo", "load")
    return app


def everything():
    with reading() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (Study, Response, Comparison, Publication, Person)
        }


def test_the_start_page_explains_the_claim_before_anything_is_compared(client):
    page = client.get("/").get_data(as_text=True)
    assert "people with a real problem see more" in page
    assert "flask --app wsgi demo load" in page
    assert "<script" not in page


def test_loading_shows_the_document_on_the_start_page_and_is_done_once(loaded):
    page = loaded.test_client().get("/").get_data(as_text=True)
    assert "Reversed: Genuine patients reported" in page
    assert "What these data cannot show" in page
    assert page.count('type="application/json"') == 6
    assert page.count("<h1>") == 1
    before = everything()
    assert (before["studies"], before["publications"]) == (3, 2)
    run(loaded, "demo", "load")
    assert everything() == before


def test_the_links_lead_somewhere_in_each_language(loaded):
    found = json.loads(run(loaded, "links", "--json"))
    assert set(found["survey"]) == {"en", "pl", "fi"}
    assert set(found["logins"]) == {"administrator", "researcher", "coder", "manager"}
    root = loaded.extensions["settings"].public_url
    client = loaded.test_client()
    for language, address in found["survey"].items():
        page = client.get(address.removeprefix(root))
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.get_data(as_text=True)
    assert client.get(found["shopper"].removeprefix(root)).status_code == 303
    assert json.loads(run(loaded, "links", "--json")) == found


def test_the_made_up_study_says_so_wherever_it_shows(loaded):
    with reading() as session:
        content = session.scalars(
            select(Publication.content).join(Study, Study.id == Publication.study_id).where(Study.made_up)
        ).one()
    assert content["document"]["en"]["title"].startswith("Made up:")
    assert content["document"]["pl"]["title"].startswith("Zmyślone:")
    assert content["document"]["fi"]["title"].startswith("Keksitty:")
    assert any("made up" in str(block).lower() for block in content["document"]["en"]["blocks"])


def test_links_before_loading_say_what_to_run(app):
    result = app.test_cli_runner().invoke(args=["links", "--json"])
    assert result.exit_code == 1
    assert "demo load" in result.output


def test_production_never_has_the_demonstration(tmp_path):
    app = create_app(Settings.from_environment(SAFE | {"DATA_DIR": str(tmp_path)}))
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "never loaded in production" in result.output
