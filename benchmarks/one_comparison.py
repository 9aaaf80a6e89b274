"""Compare one study, and print how long each step took and how much memory it all needed, as JSON.

Run in a process of its own, so that the memory is that of the comparison alone:
`python -m benchmarks.one_comparison RESPONSES SIGHTINGS`.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import analysis


def main(responses: str, sightings: str) -> None:
    """Read, compare and write one study."""
    times: dict[str, float] = {}
    begun, current = time.perf_counter(), "reading"

    def tell(step: str) -> None:
        nonlocal begun, current
        now = time.perf_counter()
        times[current] = now - begun
        begun, current = now, step

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tables = analysis.read(responses, sightings)
    found = analysis.compare(tables, progress=tell)
    tell("writing")
    written = json.dumps(found.to_dict(), allow_nan=False)
    tell("done")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"times": times, "megabytes": peak / 1024, "imports": before / 1024, "bytes": len(written)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
