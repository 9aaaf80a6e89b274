"""Which engine adds the tables up: the one that was asked for, else a cluster if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from analysis.engine.adding import Engine, Serial
from analysis.engine.dask_engine import Dask

ENGINES: Final = ("serial", "dask")


@contextmanager
def chosen_engine(name: str | None = None, *, scheduler: str = "") -> Iterator[Engine]:
    """Give an engine while it is needed, and close it afterwards.

    Parameters
    ----------
    name : {"serial", "dask"}, optional
        Without it: Dask if there is a scheduler, else this process.
    scheduler : str
        Address of a Dask scheduler. Without one, "dask" starts workers on this machine.

    Raises
    ------
    DataProblem
        If Dask is not installed, or the scheduler or its workers are not there.

    Examples
    --------
    >>> with chosen_engine() as engine:
    ...     type(engine).__name__
    'Serial'
    """
    if name == "dask" or (name is None and scheduler):
        with Dask(scheduler) as engine:
            yield engine
    else:
        yield Serial()
