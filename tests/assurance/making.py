"""Makes the chosen experiments on one database, in a process of its own."""

import signal
import sys
import time
import traceback

from tests.assurance.experiments import EXPERIMENTS, Times
from tests.assurance.ledger import Ledger
from tests.assurance.places import a_server
from tests.assurance.rows import Row


def make_on(kind, names, scale, told):
    """Make the experiments on one database, and keep the row of each; one that breaks down leaves one as well."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    ledger = Ledger(scale)
    with a_server(kind) as server:
        for experiment in EXPERIMENTS:
            wanted = experiment.name in names and kind in experiment.kinds
            if not wanted or ledger.row(experiment.name, kind) is not None:
                continue
            told.put((kind, experiment.name, 0, 1))
            ledger.keep(experiment.name, _row_of(experiment, kind, server, Times(scale), told))


def _row_of(experiment, kind, server, times, told):
    begun = time.monotonic()
    try:
        return experiment.make(
            kind, server, times, lambda done, wanted: told.put((kind, experiment.name, done, wanted))
        )
    except Exception as error:  # noqa: BLE001 - the others are still to be made
        where = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"broke down: {error!r} at {where.name}, line {where.lineno}"
        row = Row(experiment.name, "", kind, 0, 1, problems=[problem])
        row.seconds = time.monotonic() - begun
        return row
