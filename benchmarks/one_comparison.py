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


class _Clock:
    """Says of each step how long it took, by the clock and in CPU."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self._step, self._begun = "reading", (time.perf_counter(), time.process_time())

    def tell(self, step: str) -> None:
        now = time.perf_counter(), time.process_time()
        self.wall[self._step] = now[0] - self._begun[0]
        self.cpu[self._step] = now[1] - self._begun[1]
        self._step, self._begun = step, now


def main(responses: str, sightings: str) -> None:
    """Read, compare and write one study."""
    clock = _Clock()
    tables = analysis.read(responses, sightings)
    found = analysis.compare(tables, progress=clock.tell)
    clock.tell("writing")
    written = json.dumps(found.to_dict(), allow_nan=False)
    clock.tell("done")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": clock.wall, "cpu": clock.cpu, "megabytes": peak, "bytes": len(written)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
