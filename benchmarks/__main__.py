"""Speed as ratios within one run, each against a named floor or peer. `make bench` runs this."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import stats

from analysis.inference import sign_flip
from benchmarks.comparing import report_comparing
from benchmarks.engine import report_engine, report_rarefaction, report_resampling
from benchmarks.managers import report_managers
from benchmarks.phone import report_phone
from benchmarks.responses import report_growth, report_responses
from benchmarks.serving import gunicorn

ROOT = Path(__file__).parents[1]
BARE = """
from flask import Flask
app = Flask("bare")
@app.get("/")
def page():
    return "<p>A bare page.</p>"
"""


def seconds(work: Callable[[], object], *, times: int = 5) -> float:
    """Return the median time of a piece of work."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def report(what: str, ours: float, peer: str, theirs: float) -> None:
    """Print one line: our time, the peer's, and how many times the peer's ours is."""
    print(f"{what:<58} {1000 * ours:>10.2f} ms   {peer:<40} {1000 * theirs:>10.2f} ms   ratio {ours / theirs:.3f}")


def bench_sign_flip() -> None:
    """99,999 random sign vectors of 40 places, against SciPy's permutation test."""
    differences = np.random.default_rng(3).normal(0.1, 1, 40)

    def peer() -> object:
        return stats.permutation_test(
            (differences,), np.mean, permutation_type="samples", n_resamples=99_999, vectorized=True
        )

    report(
        "sign-flip, 40 places",
        seconds(lambda: sign_flip(differences)),
        "scipy permutation_test",
        seconds(peer, times=1),
    )


def bench_start_page() -> None:
    """The start page with its document, against a bare Flask page, both through gunicorn."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DATA_DIR": folder, "APP_ENV": "development"}
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        for command in (["db", "upgrade"], ["demo", "load"]):
            subprocess.run(
                [*flask, *command], cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True
            )
        bare = Path(folder) / "bare"
        bare.mkdir()
        (bare / "bare.py").write_text(BARE)

        def get(address: str) -> Callable[[], bytes]:
            return lambda: urllib.request.urlopen(address).read()

        with (
            gunicorn("wsgi:app", folder=ROOT, environment=environment) as (ours, our_start, _),
            gunicorn("bare:app", folder=bare, environment={}) as (theirs, their_start, _),
        ):
            report("start page", seconds(get(ours), times=200), "bare Flask page", seconds(get(theirs), times=200))
            report("server ready", our_start, "bare Flask server ready", their_start)


if __name__ == "__main__":
    for bench in (
        report_rarefaction,
        bench_sign_flip,
        report_resampling,
        report_engine,
        bench_start_page,
        report_responses,
        report_growth,
        report_phone,
        report_comparing,
        report_managers,
    ):
        bench()
