"""Look up how the collecting goes: where people stop, how long a page takes, and where it is silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import and_, case, distinct, func, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import InstrumentVersion, Location, PageRequest, Response, Study, StudyLocation
from survey_app.queries.instruments import instrument_of
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import ResponseState, Route

#: The time of a page is the median of so many responses, the latest ones.
_TIMED = 500
_MOST_SILENT = 20
#: Customers who were asked here: not what was brought in or imported.
_ASKED: Any = and_(
    Response.hired.is_(False), Response.route.in_((Route.INVITED, Route.OPEN)), Response.version_id.is_not(None)
)


@dataclass(frozen=True, kw_only=True)
class PageStep:
    """One page of customers: how many have sent it, and how many seconds it took half of them at most."""

    title: Mapping[str, str]
    sent: int
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class LanguageLine:
    """How many customers began and sent in one language."""

    language: str
    begun: int
    sent: int


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A place, and when a customer's answer last came in from there; None for never."""

    location_name: str
    last: datetime | None


@dataclass(frozen=True, kw_only=True)
class Collection:
    """How the collecting goes."""

    begun: int
    sent: int
    pages: tuple[PageStep, ...]
    languages: tuple[LanguageLine, ...]
    silent: tuple[Silence, ...]


def collection_of(actor: Actor, study_public_id: str) -> Collection | None:
    """Return how the collecting goes in a study that the actor may see, or None if it asks nobody."""
    with reading() as session:
        found = session.execute(
            within(
                select(Study.id, InstrumentVersion.id, InstrumentVersion.hash)
                .join(InstrumentVersion, InstrumentVersion.id == Study.version_id)
                .where(Study.public_id == study_public_id),
                actor,
                "studies.read",
            )
        ).one_or_none()
        if found is None:
            return None
        study_id, version_id, version_hash = found
        languages = tuple(_languages(session, study_id))
        instrument = instrument_of(session, version_id=version_id, version_hash=version_hash)
        sent, seconds = _sent_pages(session, study_id), _seconds(session, study_id)
        return Collection(
            begun=sum(line.begun for line in languages),
            sent=sum(line.sent for line in languages),
            pages=tuple(
                PageStep(title=page.title, sent=sent.get(page.code, 0), seconds=seconds.get(page.code))
                for page in instrument.pages_for(hired=False)
            ),
            languages=languages,
            silent=tuple(_silent(session, study_id)),
        )


def _languages(session: Session, study_id: int) -> Iterable[LanguageLine]:
    sent = func.sum(case((Response.state == ResponseState.SUBMITTED, 1), else_=0))
    rows = session.execute(
        select(Response.language, func.count(), sent)
        .where(Response.study_id == study_id, _ASKED)
        .group_by(Response.language)
        .order_by(func.count().desc(), Response.language)
    )
    for language, begun, number in rows:
        yield LanguageLine(language=language or "", begun=begun, sent=int(number))


def _sent_pages(session: Session, study_id: int) -> dict[str, int]:
    rows = session.execute(
        select(PageRequest.page, func.count(distinct(PageRequest.response_id)))
        .join(Response, Response.id == PageRequest.response_id)
        .where(Response.study_id == study_id, Response.hired.is_(False))
        .group_by(PageRequest.page)
    ).all()
    return dict(rows)


def _seconds(session: Session, study_id: int) -> dict[str, float]:
    """Return the median time of each page: from the post before it to its own first one."""
    latest = (
        select(Response.id)
        .where(Response.study_id == study_id, Response.state == ResponseState.SUBMITTED, _ASKED)
        .order_by(Response.id.desc())
        .limit(_TIMED)
    )
    rows = session.execute(
        select(PageRequest.response_id, PageRequest.page, PageRequest.received_at)
        .where(PageRequest.response_id.in_(latest))
        .order_by(PageRequest.response_id, PageRequest.id)
    ).all()
    times: dict[str, list[float]] = {}
    timed: set[tuple[int, str]] = set()
    for before, after in pairwise(rows):
        if before.response_id == after.response_id and (after.response_id, after.page) not in timed:
            timed.add((after.response_id, after.page))
            times.setdefault(after.page, []).append((after.received_at - before.received_at).total_seconds())
    return {page: median(seconds) for page, seconds in times.items()}


def _silent(session: Session, study_id: int) -> Iterable[Silence]:
    """Yield the places from which no customer's answer has come for the longest time, those with none first."""
    last = func.max(Response.submitted_at)
    rows = session.execute(
        select(Location.name, last)
        .join(StudyLocation, StudyLocation.location_id == Location.id)
        .outerjoin(
            Response,
            (Response.study_id == study_id)
            & (Response.state == ResponseState.SUBMITTED)
            & (Response.location_id == Location.id)
            & Response.hired.is_(False),
        )
        .where(StudyLocation.study_id == study_id)
        .group_by(Location.id, Location.name)
        .order_by(last.is_not(None), last, Location.name)
        .limit(_MOST_SILENT)
    )
    for name, moment in rows:
        yield Silence(location_name=name, last=moment)
