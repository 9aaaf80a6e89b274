"""Limits on guessing, shared by all processes: Flask-Limiter on Redis, or on a table of ours without it."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import structlog
from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import RateLimiter
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests
from werkzeug.wrappers import Response

from survey_app.actions.limits import count_try, forget_tries
from survey_app.foundations.settings import Settings
from survey_app.foundations.tokens import hash_for_counting
from survey_app.queries.limits import tries_of
from survey_app.rules.limits import (
    LINK_EVERYBODY,
    LINK_NETWORK,
    LINK_NETWORK_IN_A_FLOOD,
    OWN_CODE_EVERYBODY,
    OWN_CODE_NETWORK,
    OWN_CODES_IN_A_FLOOD,
    SURVEY_LINK_NETWORK,
    Limit,
    network_of,
)

log = structlog.get_logger()
_SCHEME = "survey-database"
_EVERYBODY = "everybody"
#: Seconds after which to try again when the counts cannot be reached.
_RETRY_AFTER = 10


class OurDatabase(Storage):
    """Counts of Flask-Limiter in a table of ours: a fixed window, counted in one statement."""

    STORAGE_SCHEME: ClassVar[list[str]] = [_SCHEME]  # type: ignore[misc]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong with a database; it is answered as everywhere else."""
        return DBAPIError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count tries; return how many there are now."""
        return count_try(_in_the_table(key), seconds=expiry, at=int(time.time()), tries=amount)

    def get(self, key: str) -> int:
        """Return how many tries were counted."""
        return tries_of(_in_the_table(key), at=int(time.time()))[0]

    def get_expiry(self, key: str) -> float:
        """Return when the window ends."""
        return tries_of(_in_the_table(key), at=int(time.time()))[1]

    def check(self) -> bool:
        """Say that it can be reached; whether the database is there is for /readyz to say."""
        return True

    def reset(self) -> int:
        """Forget all counts."""
        return forget_tries()

    def clear(self, key: str) -> None:
        """Forget one count."""
        forget_tries(_in_the_table(key))


def _in_the_table(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def set_up_limits(app: Flask, settings: Settings) -> None:
    """Connect the limits to Redis where there is one, else to the database."""
    limiter = Limiter(
        _network,
        storage_uri=settings.redis_url or f"{_SCHEME}://",
        storage_options={"wrap_exceptions": True} if settings.redis_url else {},
        strategy="fixed-window",
        headers_enabled=False,
    )
    limiter.init_app(app)
    app.extensions["guesses"] = limiter
    app.register_error_handler(StorageError, _say_to_come_back)


def _say_to_come_back(error: StorageError) -> Response | Any:
    log.error("limits cannot be counted", kind=type(error.storage_error).__name__)
    return current_app.handle_user_exception(ServiceUnavailable(retry_after=_RETRY_AFTER))


class Attempt:
    """One try that counts unless it turns out right."""

    def __init__(self) -> None:
        self.right = False

    def succeed(self) -> None:
        """Say that it was right: it is given back."""
        self.right = True


@contextmanager
def attempt(*counted: tuple[Limit, str]) -> Iterator[Attempt]:
    """Let one try happen if there is one left under each limit; a right one is not counted in the end.

    Tries are taken before they are made, so that no more of them happen at once than are left.

    Raises
    ------
    TooManyRequests
        If none is left: nothing was tried, be it right or wrong.
    """
    taken: list[tuple[Limit, str]] = []
    made = Attempt()
    try:
        for limit, who in counted:
            spend(limit, who)
            taken.append((limit, who))
        yield made
    except TooManyRequests:
        made.right = True
        raise
    finally:
        if made.right:
            for limit, who in taken:
                _limiter().hit(_item(limit), _key(limit, who), cost=-1)


@contextmanager
def attempt_own_code() -> Iterator[Attempt]:
    """Let one code of a customer be looked up if the network has a try left; a right one is given back.

    Once many networks together have sent too many that lead nowhere, each has only a few: whoever has a right code
    still gets in, unless somebody guesses beside them.

    Raises
    ------
    TooManyRequests
        If none is left: the code was not looked up.
    """
    who = _network()
    in_a_flood = not left(OWN_CODE_EVERYBODY, _EVERYBODY)
    if in_a_flood and _tries(OWN_CODE_NETWORK, who) >= OWN_CODES_IN_A_FLOOD:
        raise _too_many(OWN_CODE_NETWORK, who)
    with attempt((OWN_CODE_NETWORK, who)) as made:
        yield made
    if not made.right:
        _limiter().hit(_item(OWN_CODE_EVERYBODY), _key(OWN_CODE_EVERYBODY, _EVERYBODY))


def spend(limit: Limit, who: str) -> None:
    """Count one try.

    Raises
    ------
    TooManyRequests
        If none was left.
    """
    if not left(limit, who) or not _limiter().hit(_item(limit), _key(limit, who)):
        raise _too_many(limit, who)


def left(limit: Limit, who: str) -> bool:
    """Return whether a try is left; asking costs nothing and writes nothing."""
    return _limiter().test(_item(limit), _key(limit, who))


def refuse_guessers() -> None:
    """Stop whoever has followed too many links that lead nowhere, before this one is looked at.

    Raises
    ------
    TooManyRequests
    """
    limit = LINK_NETWORK if left(LINK_EVERYBODY, _EVERYBODY) else LINK_NETWORK_IN_A_FLOOD
    if _tries(LINK_NETWORK, _network()) >= limit.tries:
        raise _too_many(LINK_NETWORK, _network())


def count_bad_link() -> None:
    """Count a link that leads nowhere.

    Raises
    ------
    TooManyRequests
        If it was one too many.
    """
    _limiter().hit(_item(LINK_EVERYBODY), _key(LINK_EVERYBODY, _EVERYBODY))
    spend(LINK_NETWORK, _network())


def note_bad_survey_link() -> None:
    """Count a customer's link that leads nowhere, and note in the log when there are many; nobody is stopped."""
    limit, who = SURVEY_LINK_NETWORK, _network()
    try:
        if left(limit, who) and _limiter().hit(_item(limit), _key(limit, who)) and not left(limit, who):
            log.warning("many survey links that lead nowhere", network=_key(limit, who)[:8])
    except (DBAPIError, StorageError) as error:
        log.warning("a survey link that leads nowhere could not be counted", kind=type(error).__name__)


def network() -> str:
    """Return the network that the request comes from."""
    return _network()


def _network() -> str:
    return network_of(request.remote_addr)


def _too_many(limit: Limit, who: str) -> TooManyRequests:
    ends_at = _limiter().get_window_stats(_item(limit), _key(limit, who)).reset_time
    log.warning("too many tries", limit=limit.name, who=_key(limit, who)[:8])
    return TooManyRequests(retry_after=max(1, math.ceil(ends_at - time.time())))


def _tries(limit: Limit, who: str) -> int:
    return int(_limiter().storage.get(_item(limit).key_for(_key(limit, who))))


def _item(limit: Limit) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit.tries, limit.seconds, namespace="two-witnesses")


def _key(limit: Limit, who: str) -> str:
    """Return whose tries are counted, as a keyed hash: it names nobody, in Redis or in a backup either."""
    return hash_for_counting(limit.name, who)


def _limiter() -> RateLimiter:
    limiter: Limiter = current_app.extensions["guesses"]
    return limiter.limiter
