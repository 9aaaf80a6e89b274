"""`flask serve`: the site under gunicorn with its worker beside it, as they run everywhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from survey_app.foundations.settings import ROOT, Settings

_RESTART_SECONDS = 2
_GRACE_SECONDS = 30
#: Loaded by name, and only where the demonstration is wanted.
_DEMONSTRATION = "survey_app.cli.demonstration"
#: Loaded by gunicorn, in its own process.
_WORKER_CLASS = "survey_app.web.serving.PoliteWorker"
_LOGGER_CLASS = "survey_app.web.serving.DiscreetLog"


@click.command("serve")
@click.option("--with-demonstration", is_flag=True, help="Migrate and load the demonstration first.")
@with_appcontext
def serve(*, with_demonstration: bool) -> None:
    """Serve the site on PORT with WEB_WORKERS processes and one worker for long work, until Ctrl-C."""
    settings: Settings = current_app.extensions["settings"]
    if with_demonstration:
        upgrade()
        demonstration = import_module(_DEMONSTRATION)
        if not demonstration.is_loaded():
            subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"], cwd=ROOT, check=True)
        click.echo(f"\nOpen {settings.public_url} · stop with Ctrl-C\n")
        demonstration.print_links()
    else:
        click.echo(f"Open {settings.public_url} · stop with Ctrl-C")
    sys.exit(_supervise(_web_command(settings), [sys.executable, "-m", "survey_app.background"]))


def _web_command(settings: Settings) -> list[str]:
    gunicorn = Path(sys.executable).with_name("gunicorn")
    arguments = {
        "--bind": f"127.0.0.1:{settings.port}",
        "--workers": str(settings.web_workers),
        "--worker-class": _WORKER_CLASS,
        "--threads": "4",
        "--graceful-timeout": "25",
        "--chdir": str(ROOT),
        "--logger-class": _LOGGER_CLASS,
        "--log-level": "warning",
    }
    flags = [part for pair in arguments.items() for part in pair]
    return [str(gunicorn), "--preload", *flags, "wsgi:app"]


def _supervise(web: list[str], worker: list[str]) -> int:
    """Run both until the web server ends or a signal comes; start the worker again whenever it dies."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    serving = _start(web)
    working = _start(worker)
    while not stopping and serving.poll() is None:
        time.sleep(0.2)
        if working.poll() is not None and not stopping:
            time.sleep(_RESTART_SECONDS)
            working = _start(worker)
    _end(serving, working)
    return serving.returncode or 0


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a process in our own group, so that whoever ends the group ends all of it."""
    return subprocess.Popen(command, cwd=ROOT, env=os.environ)  # noqa: S603 - our own programs


def _end(*processes: subprocess.Popen[bytes]) -> None:
    """Tell all to stop at once, and end those that have not after their time."""
    end = time.monotonic() + _GRACE_SECONDS
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(max(end - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
