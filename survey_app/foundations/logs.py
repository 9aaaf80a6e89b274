"""Logs: one line an event; JSON in production, readable elsewhere. Never a token, an address or an answer."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from structlog.typing import EventDict

#: Errors of a database whose own words are about the machine: a locked or missing database, a refused connection.
_SAFE_WORDS = {"OperationalError"}


def set_up_logs(*, as_json: bool) -> None:
    """Send the logs of the application and of its parts to standard error in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace_without_words if as_json else structlog.processors.format_exc_info,
    ]
    # Plain ASCII: a terminal obeys some of the other characters.
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=True, default=_kind_of)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    if as_json:
        logging.captureWarnings(capture=True)


def _kind_of(value: Any) -> str:
    """Return what is written of a value that JSON does not have: what it is, never what it says."""
    return type(value).__name__


def _trace_without_words(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Write down where an error came from, but not what it said: its words may quote an answer or a secret."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else None
    if error is None and given:
        error = sys.exc_info()[1]
    if error is not None:
        event["exception"] = "\n".join(_steps(error))
    return event


def _steps(error: BaseException | None) -> Iterator[str]:
    """Yield what kind of error it was and through which lines it came, and the same of what caused it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield _name_of(error)
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        error = error.__cause__ or error.__context__


def _name_of(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    if code:
        name = f"{name} {code}"
    if isinstance(error, OSError) and error.strerror:
        # Not all of its words: those of a mail server's refusal name the recipient.
        return f"{name}: {error.strerror}"
    if _SAFE_WORDS & {parent.__name__ for parent in kind.__mro__}:
        name = f"{name}: {error}"
    return name
