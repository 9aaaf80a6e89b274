"""`flask serve`: the site under gunicorn, as it runs everywhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from survey_app.foundations.settings import ROOT, Settings


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the site on PORT with WEB_WORKERS processes, until Ctrl-C."""
    settings: Settings = current_app.extensions["settings"]
    click.echo(f"Open {settings.public_url} · stop with Ctrl-C")
    gunicorn = Path(sys.executable).with_name("gunicorn")
    arguments = {
        "--bind": f"127.0.0.1:{settings.port}",
        "--workers": str(settings.web_workers),
        "--worker-class": "gthread",
        "--threads": "4",
        "--graceful-timeout": "25",
        "--chdir": str(ROOT),
        "--log-level": "warning",
    }
    flags = [part for pair in arguments.items() for part in pair]
    os.execv(gunicorn, [str(gunicorn), "--preload", *flags, "wsgi:app"])  # noqa: S606 - our own program
