"""The same work on a Dask cluster. The only file that knows Dask, and it loads it only when it is asked to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from analysis.engine.adding import Chunk
from analysis.shapes.data_problem import DataProblem

Found = TypeVar("Found")
#: Seconds to wait for a scheduler before saying that none is there.
_PATIENCE = 10


class Dask:
    """Chunks on the workers of a cluster.

    Parameters
    ----------
    scheduler : str
        Its address, such as tcp://127.0.0.1:8786.

    Raises
    ------
    DataProblem
        If Dask is not installed, or no scheduler answers at the address.
    """

    def __init__(self, scheduler: str) -> None:
        try:
            from distributed import Client  # noqa: PLC0415
        except ImportError as error:
            what = "Dask is not installed"
            raise DataProblem(
                what, remedy="Install two-witnesses[dask], or leave it out.", file="engine"
            ) from error
        connect: Any = Client
        try:
            self._client: Any = connect(scheduler, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            what = f"no Dask scheduler answers at {scheduler}"
            remedy = "Start one with `dask scheduler`, or correct DASK_SCHEDULER."
            raise DataProblem(what, remedy=remedy, file="engine") from error

    def __enter__(self) -> Dask:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def on_each(self, work: Callable[[Chunk], Found], chunks: Iterable[Chunk]) -> list[Found]:
        """Return what the function gives for each chunk, in the order of the chunks."""
        waiting = [self._client.submit(work, self._client.scatter(chunk), pure=False) for chunk in chunks]
        found: list[Found] = self._client.gather(waiting)
        return found
