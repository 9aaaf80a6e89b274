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
from functools import partial
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analysis import Tables, compare
from analysis.discovery import rarefaction
from analysis.inference import sign_flip
from benchmarks.responses import report_responses
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


def study(responses: int, problems: int = 50) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tidy tables of a large simulated study."""
    random = np.random.default_rng(1)
    complainant = random.random(responses) < 0.6
    table = pd.DataFrame(
        {
            "response_id": np.char.add("r", np.arange(responses).astype(str)),
            "arm": np.where(complainant, "complainant", "shopper"),
            "location": np.char.add("L", random.integers(0, 400, responses).astype(str)),
            "shopper": np.where(complainant, "", np.char.add("S", random.integers(0, 60, responses).astype(str))),
        }
    )
    seen = random.random((responses, problems)) < 0.05 * (1 + 0.3 * complainant[:, None])
    rows, columns = np.nonzero(seen)
    sightings = pd.DataFrame(
        {
            "response_id": table["response_id"].to_numpy()[rows],
            "problem": np.char.add("p", columns.astype(str)),
            "theme": "reach",
        }
    )
    return table, sightings


def bench_rarefaction() -> None:
    """All sizes of a curve of 50 problems, against counting subsets one by one."""
    units = 400
    counts = np.random.default_rng(2).integers(1, units, 50)
    sizes = np.arange(1, units + 1)

    def directly() -> list[float]:
        return [sum(1 - comb(units - int(x), m) / comb(units, m) for x in counts) for m in range(1, units + 1)]

    assert np.allclose(rarefaction(counts, units, sizes), directly())
    report(
        "rarefaction, 50 problems, 400 sizes",
        seconds(lambda: rarefaction(counts, units, sizes)),
        "combinatorial loop",
        seconds(directly, times=1),
    )


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


def bench_compare() -> None:
    """Checking tables and comparing them, against writing the same tables as CSV; and how it grows."""
    for responses in (10_000, 100_000):
        tables = study(responses)
        floor = seconds(lambda tables=tables: [table.to_csv(index=False) for table in tables], times=1)
        for what, work in (
            ("check and sort", partial(Tables, *tables)),
            ("compare", partial(compare, Tables(*tables))),
        ):
            report(
                f"{what}, {responses:,} responses × 50 problems", seconds(work, times=3), "DataFrame.to_csv", floor
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
    for bench in (bench_rarefaction, bench_sign_flip, bench_compare, bench_start_page, report_responses):
        bench()
