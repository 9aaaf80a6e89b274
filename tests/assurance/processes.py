"""Processes that start at once: a parent that has imported everything forks them, so a kill costs no new start."""

import multiprocessing
import os
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LOADED = (
    "tests.assurance.entries",
    "survey_app.background.__main__",
    "survey_app.web.serving",
)
CONTEXT = multiprocessing.get_context("forkserver")


def start(target, *arguments):
    """Start a function in a process of its own, the head of its own group, and return the process."""
    _warm()
    process = CONTEXT.Process(target=target, args=arguments)
    process.start()
    return process


def _warm():
    """Start the parent, once: it must find the modules that it is to load."""
    CONTEXT.set_forkserver_preload(list(_LOADED))
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def shared_number(value=0):
    """Return a whole number that processes share, without a lock that a killed one could take along."""
    return CONTEXT.RawValue("q", value)
