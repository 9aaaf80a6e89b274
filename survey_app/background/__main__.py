"""`python -m survey_app.background`: work until told to stop."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Flask
from huey import Huey, crontab

from survey_app.analysis_bridge.comparing import let_go
from survey_app.app import create_app
from survey_app.background.jobs import BY_NAME, forget_what_is_due, ring_again
from survey_app.foundations.queue import JOBS


def main() -> None:
    """Register the jobs, ring for what was left undone, consume the queue; at the end, give back what is begun."""
    app = create_app()
    JOBS.update({name: _inside(app, job) for name, job in BY_NAME.items()})
    huey: Huey = app.extensions["queue"]
    again = _inside(app, ring_again)
    huey.periodic_task(crontab(minute="*"), name="ring_again")(again)
    forget = _inside(app, forget_what_is_due)
    huey.periodic_task(crontab(minute="17"), name="forget_what_is_due")(forget)
    forget()
    again()
    huey.create_consumer(workers=1, periodic=True, check_worker_health=True).run()
    _inside(app, let_go)()


def _inside(app: Flask, work: Callable[..., None]) -> Callable[..., None]:
    @wraps(work)
    def within(*args: int) -> None:
        with app.app_context():
            work(*args)

    return within


if __name__ == "__main__":
    main()
