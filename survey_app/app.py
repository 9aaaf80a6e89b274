"""Puts the application together."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app.cli.lazy import LazyCommand, LazyGroup
from survey_app.cli.serve import serve
from survey_app.foundations.database import database, set_up_database
from survey_app.foundations.logs import set_up_logs
from survey_app.foundations.queue import set_up_queue
from survey_app.foundations.settings import ROOT, Settings
from survey_app.web.account import account
from survey_app.web.account.accounts import csrf, set_up_accounts
from survey_app.web.account.passwords import refuse_long_passwords
from survey_app.web.account.people import people
from survey_app.web.every_page.assets import set_up_assets
from survey_app.web.every_page.errors import set_up_errors
from survey_app.web.every_page.guards import set_up_guards
from survey_app.web.every_page.headers import set_up_headers
from survey_app.web.every_page.health import health
from survey_app.web.every_page.input import set_up_input
from survey_app.web.every_page.languages import set_up_languages
from survey_app.web.every_page.limits import set_up_limits
from survey_app.web.every_page.words import set_up_words
from survey_app.web.managers import managers
from survey_app.web.public.own import own
from survey_app.web.public.start import public
from survey_app.web.public.survey import survey
from survey_app.web.research import studies
from survey_app.web.shoppers import shoppers
from survey_app.web.site import Site

#: Larger requests are refused before they are read.
_LARGEST_REQUEST = 1_000_000


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for the settings given, or for those of the environment."""
    settings = settings or Settings.from_environment()
    set_up_logs(as_json=settings.app_env == "production")
    app = Site("survey_app", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        TESTING=settings.app_env == "test",
        SESSION_COOKIE_NAME="__Host-session" if settings.https else "session",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions["settings"] = settings
    app.jinja_options = {
        "loader": ChoiceLoader(
            [
                FileSystemLoader(ROOT / "templates"),
                PrefixLoader({"document": FileSystemLoader(ROOT / "analysis" / "documents" / "templates")}),
            ]
        ),
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    set_up_languages(app)
    set_up_words(app)
    Compress(app)
    refuse_long_passwords(app)
    set_up_input(app)
    set_up_database(app, settings)
    Migrate(app, database, directory=str(ROOT / "migrations"), render_as_batch=True)
    set_up_queue(app, settings)
    set_up_limits(app, settings)
    set_up_accounts(app, settings)
    set_up_guards(app)
    set_up_errors(app)
    set_up_headers(app, settings)
    set_up_assets(app)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.register_blueprint(health)
    app.register_blueprint(public)
    app.register_blueprint(survey)
    csrf.exempt(survey)
    app.register_blueprint(own)
    csrf.exempt(own)
    app.register_blueprint(account)
    app.register_blueprint(people)
    app.register_blueprint(studies)
    app.register_blueprint(shoppers)
    app.register_blueprint(managers)
    app.cli.add_command(
        LazyGroup("demo", module="survey_app.cli.demonstration", short_help="Load something to look at.")
    )
    app.cli.add_command(
        LazyCommand("links", module="survey_app.cli.demonstration", short_help="The doors to the demonstration.")
    )
    app.cli.add_command(
        LazyGroup("comparison", module="survey_app.cli.comparison", short_help="Take a comparison out.")
    )
    app.cli.add_command(
        LazyGroup("people", module="survey_app.cli.people", short_help="Take people on the staff.")
    )
    app.cli.add_command(
        LazyGroup("regions", module="survey_app.cli.regions", short_help="Make regions of a firm.")
    )
    app.cli.add_command(
        LazyGroup("backup", module="survey_app.cli.backup", short_help="Make, verify and restore backups.")
    )
    app.cli.add_command(serve)
    return app
