"""From Parquet to JSON: time of each step, memory, growth; and resampling and rarefaction beside their peers."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import stats

from analysis.discovery import rarefaction
from analysis.shapes.resampling import percentiles, resampled

ROOT = Path(__file__).parents[1]
PROBLEMS = 50
PLACES = 400
RESAMPLES = 1000
#: Slow peers are timed on so many replicates, from which the time of all is put out.
FEW = 3
#: What is wanted of a million responses, the robustness checks not counted.
MOST_SECONDS, MOST_MEGABYTES = 5.0, 1024.0
CHECKS = "robustness checks"
_PART = 250_000


def report_engine(sizes: tuple[int, ...] = (100_000, 1_000_000, 3_000_000, 10_000_000)) -> None:
    """Print time by step and memory from Parquet to JSON, and how both grow with the number of responses."""
    print(f"\nFrom Parquet to JSON, {PROBLEMS} problems, {PLACES} places, a process of its own for each size")
    for responses in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found = _compared(*write_study(Path(folder), responses))
        wall, cpu = found["wall"], found["cpu"]
        checks = wall.pop(CHECKS), cpu.pop(CHECKS)
        print(
            f"{responses:>12,} responses {sum(wall.values()):8.2f} s ({sum(cpu.values()):.2f} of CPU) "
            f"{found['megabytes']:7.0f} MB; robustness checks after that {checks[0]:.2f} s ({checks[1]:.2f})"
        )
        print("             CPU: " + ", ".join(f"{step} {seconds:.2f}" for step, seconds in cpu.items()))
        if responses == 1_000_000:
            kept = sum(wall.values()) <= MOST_SECONDS and found["megabytes"] <= MOST_MEGABYTES
            wanted = f"wanted are {MOST_SECONDS:g} s and {MOST_MEGABYTES:g} MB"
            print(f"             {wanted}: {'kept' if kept else 'missed'}")


def _compared(responses: Path, sightings: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.one_comparison", str(responses), str(sightings)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write_study(folder: Path, responses: int) -> tuple[Path, Path]:
    """Write a large study as two Parquet files, part by part."""
    paths = folder / "responses.parquet", folder / "sightings.parquet"
    with ExitStack() as stack:
        files = [
            stack.enter_context(pq.ParquetWriter(path, pa.Table.from_pandas(table).schema))
            for path, table in zip(paths, study_part(0, 1), strict=True)
        ]
        for start in range(0, responses, _PART):
            for file, table in zip(files, study_part(start, min(_PART, responses - start)), strict=True):
                file.write_table(pa.Table.from_pandas(table))
    return paths


def study_part(start: int, size: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return some responses of a large study with their sightings: three ticks a response on average."""
    random = np.random.default_rng(start)
    complainant = random.random(size) < 0.6
    ids = np.char.add("r", np.arange(start, start + size).astype(str))
    responses = {
        "response_id": ids,
        "arm": np.where(complainant, "complainant", "shopper"),
        "location": np.char.add("L", random.integers(0, PLACES, size).astype(str)),
        "shopper": np.where(complainant, "", np.char.add("S", random.integers(0, 60, size).astype(str))),
    }
    seen = random.random((size, PROBLEMS)) < 0.05 * (1 + 0.3 * complainant[:, None])
    rows, columns = np.nonzero(seen)
    themes = np.array(["noise", "reach"])[columns % 2]
    sightings = {"response_id": ids[rows], "problem": np.char.add("p", columns.astype(str)), "theme": themes}
    severity = random.integers(1, 5, len(rows))
    frames = (pd.DataFrame(responses, dtype="str"), pd.DataFrame(sightings, dtype="str").assign(severity=severity))
    return tuple(frame.reset_index(drop=True) for frame in frames)  # type: ignore[return-value]


def report_resampling(sizes: tuple[int, ...] = (100_000, 1_000_000)) -> None:
    """Print how long 1,000 resamples of places take, ours on sums and three peers, by the number of responses."""
    print(f"\n{RESAMPLES:,} resamples of {PLACES} places: the mean difference of complainants and shoppers")
    for responses in sizes:
        table = study_rows(responses)
        started = time.perf_counter()
        differences = place_differences(table)
        adding = time.perf_counter() - started
        ours = _seconds(lambda d=differences: resampled_interval(d), times=5)
        print(f"{responses:>12,} responses: ours {1000 * ours:.2f} ms, after {1000 * adding:.0f} ms of adding up")
        for peer, wanted, theirs in (
            (f"pandas concat of the rows of each place, {FEW} replicates put out", 1000, _by_concat(table)),
            (f"scipy.stats.bootstrap on row indices, {FEW} replicates put out", 500, _by_row_indices(table)),
            ("scipy.stats.bootstrap on the same sums, vectorised", 1, _by_scipy_on_sums(differences)),
        ):
            ratio = theirs / ours
            print(
                f"             {peer:<68} {1000 * theirs:>12.1f} ms   {ratio:>10,.1f} times ours "
                f"(wanted {wanted:,}: {'kept' if ratio >= wanted else 'missed'})"
            )


def study_rows(responses: int) -> pd.DataFrame:
    """Return place, side and number of problems of each response."""
    random = np.random.default_rng(7)
    complainant = random.random(responses) < 0.6
    y = random.poisson(2.5 * np.where(complainant, 1.2, 1.0))
    return pd.DataFrame({"place": random.integers(0, PLACES, responses), "complainant": complainant, "y": y})


def place_differences(table: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return complainants' mean minus shoppers' at each place."""
    means = table.groupby(["complainant", "place"])["y"].mean().unstack("complainant")
    return (means[True] - means[False]).to_numpy()


def resampled_interval(differences: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the percentile interval of the mean over places, as every bootstrap of the product is made."""
    units = len(differences)
    drawn = [weights @ differences / units for weights in resampled(units, resamples=RESAMPLES, seed=1)]
    return percentiles(np.concatenate(drawn))


def _by_concat(table: pd.DataFrame) -> float:
    by_place = dict(iter(table.groupby("place")))
    random = np.random.default_rng(1)

    def replicate() -> float:
        chosen = [
            by_place[place].assign(copy=copy) for copy, place in enumerate(random.integers(0, PLACES, PLACES))
        ]
        means = pd.concat(chosen).groupby(["complainant", "copy"])["y"].mean().unstack("complainant")
        return float((means[True] - means[False]).mean())

    return _seconds(replicate, times=FEW) * RESAMPLES


def _by_row_indices(table: pd.DataFrame) -> float:
    y, side = table["y"].to_numpy(), table["complainant"].to_numpy()

    def statistic(rows: np.ndarray[Any, Any]) -> float:
        chosen = side[rows]
        return float(y[rows][chosen].mean() - y[rows][~chosen].mean())

    begun = time.perf_counter()
    stats.bootstrap(
        (np.arange(len(y)),), statistic, vectorized=False, n_resamples=FEW, method="percentile", random_state=1
    )
    return (time.perf_counter() - begun) / FEW * RESAMPLES


def _by_scipy_on_sums(differences: np.ndarray[Any, Any]) -> float:
    def whole() -> object:
        return stats.bootstrap(
            (differences,), np.mean, vectorized=True, n_resamples=RESAMPLES, method="percentile", random_state=1
        )

    return _seconds(whole, times=5)


def report_rarefaction(units: int = 2000) -> None:
    """Print the time of a whole curve of 50 problems beside a direct loop of products in NumPy."""
    counts = np.random.default_rng(2).integers(1, units // 2, PROBLEMS)
    sizes = np.arange(1, units + 1)

    def directly() -> list[float]:
        found = []
        for size in sizes:
            left = np.arange(units, units - size, -1)
            found.append(float((1 - np.prod((left - counts[:, None]).clip(0) / left, axis=1)).sum()))
        return found

    assert np.allclose(rarefaction(counts, units, sizes), directly())
    ours, theirs = _seconds(lambda: rarefaction(counts, units, sizes), times=5), _seconds(directly, times=1)
    print(
        f"\nRarefaction, {PROBLEMS} problems, {units:,} sizes: {1000 * ours:.1f} ms, a direct loop in NumPy "
        f"{1000 * theirs:,.0f} ms: {theirs / ours:,.0f} times (wanted 50: "
        f"{'kept' if theirs >= 50 * ours else 'missed'})"
    )


def _seconds(work: Callable[[], object], *, times: int) -> float:
    """Return the shortest time of several."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)
