"""What holds for every response: headers, health, errors without internals."""

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask, abort
from sqlalchemy import text

from survey_app.actions.comparisons import request_comparison
from survey_app.app import create_app
from survey_app.foundations import clock
from survey_app.foundations.closing import CLOSING
from survey_app.foundations.database import database, writing
from survey_app.foundations.settings import Settings
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.plans import make_plan
from survey_app.web import site
from survey_app.web.every_page import health
from tests.factories.studies import make_open_study
from tests.survey_app.foundations.test_database import insert
from tests.survey_app.foundations.test_settings import SAFE

PATHS = ["/", "/livez", "/readyz", "/nowhere"]


def static_path(client):
    return client.application.jinja_env.globals["asset"]("css/site.css")


@pytest.mark.parametrize("path", [*PATHS, "static"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_response_carries_the_headers(client, path, method):
    with getattr(client, method)(static_path(client) if path == "static" else path) as response:
        response.get_data()
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_only_pages_with_charts_may_style_attributes(client):
    assert "style-src-attr" in client.get("/").headers["Content-Security-Policy"]
    assert "style-src-attr" not in client.get("/nowhere").headers["Content-Security-Policy"]


def test_pages_are_not_kept_and_static_files_are_kept_for_ever(client):
    assert client.get("/").headers["Cache-Control"] == "no-store"
    with client.get(static_path(client)) as response:
        assert "immutable" in response.headers["Cache-Control"]


def test_https_is_insisted_on_where_it_is_served(tmp_path):
    app = create_app(Settings.from_environment(SAFE | {"DATA_DIR": str(tmp_path)}))
    response = app.test_client().get("/livez", base_url="https://survey.example")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert app.config["SESSION_COOKIE_SECURE"]


def test_an_unknown_host_is_refused(client):
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert b"evil" not in response.data


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/livez", 405)])
def test_errors_are_pages_with_a_way_on(client, path, status):
    response = client.get(path) if status == 404 else client.post(path)
    assert response.status_code == status
    assert b"<h1>" in response.data
    assert b"To the start page" in response.data


def test_an_unexpected_error_shows_a_reference_and_nothing_else(app: Flask, caplog):
    @app.get("/broken")
    def broken():
        raise KeyError("a secret of the inside")

    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = app.test_client().get("/broken")
    assert response.status_code == 500
    assert b"secret" not in response.data
    assert b"KeyError" not in response.data
    assert b"Reference:" in response.data


def test_the_process_lives_without_a_database_but_is_not_ready(bare_app):
    client = bare_app.test_client()
    assert client.get("/livez").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert re.fullmatch(rb"not ready\nReference: [0-9a-f]{8}\n", response.data)


def test_the_migrated_database_is_ready_and_probing_changes_nothing(client):
    for _ in range(2):
        assert client.get("/readyz").status_code == 200


def test_another_revision_is_not_ready(client):
    with writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'other'"))
    assert client.get("/readyz").status_code == 503


def test_a_process_that_was_told_to_stop_is_not_ready(client):
    CLOSING.set()
    try:
        assert client.get("/readyz").status_code == 503
        assert client.get("/livez").status_code == 200
    finally:
        CLOSING.clear()
    assert client.get("/readyz").status_code == 200


def test_a_full_disk_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**60)
    assert client.get("/readyz").status_code == 503


def test_work_without_a_worker_is_told_and_pages_go_on(client):
    study = make_open_study().study
    request_comparison(SYSTEM, study, make_plan(), at=clock.now())
    assert client.get("/readyz").data == b"ready\n"
    request_comparison(SYSTEM, study, make_plan(), at=clock.now() - timedelta(minutes=5))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert b"is the worker running?" in response.data


def test_every_error_of_ours_has_a_reference(app):
    @app.get("/busy")
    def busy():
        abort(503)

    response = app.test_client().get("/busy")
    assert response.status_code == 503
    assert b"Reference:" in response.data


def in_each_others_way(app, monkeypatch, *, tries):
    """Let two pages lock the same two rows in opposite order, and meet there; return what each answered."""
    monkeypatch.setattr(site, "MOST_TRIES", tries)
    meet, met = threading.Barrier(2), set()
    with writing() as session:
        for name in ("a", "b"):
            insert(session, name)

    @app.post("/rename/<first>/<second>")
    def rename(first, second):
        with writing() as session:
            for number, name in enumerate((first, second)):
                session.execute(
                    text("UPDATE firms SET contact = :to WHERE name = :name"), {"to": first, "name": name}
                )
                if number == 0 and first not in met:
                    met.add(first)
                    meet.wait(10)
        return "done"

    app.config["WTF_CSRF_ENABLED"] = False
    answers = []
    pages = [
        threading.Thread(target=lambda path=path: answers.append(app.test_client().post(path).status_code))
        for path in ("/rename/a/b", "/rename/b/a")
    ]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    return sorted(answers)


@pytest.mark.parametrize(("tries", "answers"), [(3, [200, 200]), (1, [200, 503])])
def test_a_page_that_had_to_give_way_is_made_again(app, monkeypatch, tries, answers):
    """Only PostgreSQL lets two writers meet. The mutant tries once, and one of them is turned away."""
    if database.engine.dialect.name == "postgresql":
        assert in_each_others_way(app, monkeypatch, tries=tries) == answers


def test_a_page_that_needs_a_missing_table_asks_to_come_back(bare_app):
    response = bare_app.test_client().get("/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert b"documents" not in response.data
    database.session.remove()
