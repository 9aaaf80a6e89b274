"""The same work on a Dask cluster. The only file that knows Dask, and it loads it only when it is asked to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, NoReturn, TypeVar

from analysis.engine.adding import Chunk
from analysis.shapes.data_problem import DataProblem

Found = TypeVar("Found")
#: Seconds to wait for a scheduler, and then for a worker, before saying that none is there.
_PATIENCE = 10


class Dask:
    """Chunks on the workers of a cluster.

    Parameters
    ----------
    scheduler : str
        Its address, such as tcp://127.0.0.1:8786. Without one, workers are started on this machine, one a core,
        and stopped afterwards.

    Raises
    ------
    DataProblem
        If Dask is not installed, no scheduler answers at the address, or it has no workers.
    """

    def __init__(self, scheduler: str = "") -> None:
        try:
            import distributed  # noqa: PLC0415
            import distributed.client  # noqa: PLC0415
            from distributed.comm.core import CommClosedError  # noqa: PLC0415
        except ImportError as error:
            remedy = "Install two-witnesses[dask], or leave out --engine dask and DASK_SCHEDULER."
            raise DataProblem("Dask is not installed", remedy=remedy, file="engine") from error
        connect: Any = distributed.Client
        start: Any = distributed.LocalCluster
        self._open = ExitStack()
        self._lost: tuple[type[Exception], ...] = (
            distributed.KilledWorker,
            CommClosedError,
            distributed.client.FutureCancelledError,
        )
        try:
            where = scheduler or self._open.enter_context(
                start(threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
            )
            client = connect(where, timeout=_PATIENCE, set_as_default=False)
            self._client: Any = self._open.enter_context(client)
        except (OSError, ValueError) as error:
            remedy = "Start one with `dask scheduler`, or correct DASK_SCHEDULER."
            self._refuse(f"no Dask scheduler answers at {scheduler}", remedy=remedy, because=error)
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            remedy = f"Start some with `dask worker {scheduler}`."
            self._refuse(f"the Dask scheduler at {scheduler} has no workers", remedy=remedy, because=error)

    def __enter__(self) -> Dask:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def on_each(self, work: Callable[[Chunk], Found], chunks: Iterable[Chunk]) -> list[Found]:
        """Return what the function gives for each chunk, in the order of the chunks."""
        try:
            waiting = [self._client.submit(work, self._client.scatter(chunk), pure=False) for chunk in chunks]
            found: list[Found] = self._client.gather(waiting)
        except self._lost as error:
            remedy = "Look at their logs, give them more memory, or leave out Dask."
            self._refuse("the workers of the Dask cluster were lost", remedy=remedy, because=error)
        return found

    def _refuse(self, what: str, *, remedy: str, because: Exception) -> NoReturn:
        self._open.close()
        raise DataProblem(what, remedy=remedy, file="engine") from because
