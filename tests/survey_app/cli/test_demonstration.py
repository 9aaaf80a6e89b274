"""`flask demo load` fills the start page, once, through the ordinary action."""

import pytest
from sqlalchemy import text

from survey_app.cli import demonstration
from survey_app.foundations.database import reading


def load(app):
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def loaded(app):
    load(app)
    return app


def stored():
    with reading() as session:
        return session.execute(text("SELECT slug, language, title, made_at, made_from FROM documents")).all()


def test_the_start_page_explains_the_claim_before_anything_is_compared(client):
    page = client.get("/").get_data(as_text=True)
    assert "people with a real problem see more" in page
    assert "flask --app wsgi demo load" in page
    assert "<script" not in page


def test_loading_shows_the_document_on_the_start_page(loaded):
    page = loaded.test_client().get("/").get_data(as_text=True)
    assert "Reversed: Genuine patients reported" in page
    assert "What these data cannot show" in page
    assert page.count('type="application/json"') == 3
    assert page.count("<h1>") == 1


def test_loading_twice_does_the_work_once(loaded):
    before = stored()
    assert "loaded already" in load(loaded)
    assert stored() == before
    assert len(before) == 1


def test_a_changed_source_is_compared_again(loaded, monkeypatch):
    monkeypatch.setattr(demonstration, "_hash_of_files", lambda *_: "another")
    assert "The demonstration is loaded." in load(loaded)
    assert [row.made_from for row in stored()] == ["another"]
