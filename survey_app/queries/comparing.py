"""Look up what the worker needs to compare a study: rows of plain values, one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import (
    Comparison,
    InstrumentVersion,
    Location,
    Problem,
    Response,
    Scenario,
    Shopper,
    Sighting,
    Study,
    Theme,
)
from survey_app.queries.instruments import instrument_of
from survey_app.queries.quality import flags_beside, joined
from survey_app.rules.questionnaire import Instrument
from survey_app.rules.vocabulary import ComparisonState, ResponseState, ReviewState

#: So many rows of a study are in memory while it is read through.
_ROWS_AT_A_TIME = 500
#: Themes that never count as problems seen.
_NOT_COUNTED = ("control", "bogus", "beyond")


class ResponseRow(NamedTuple):
    """What a comparison takes from one response."""

    response_id: str
    hired: bool
    need: str | None
    route: str
    channel: str | None
    scenario: str | None
    visited_on: date | None
    submitted_at: datetime | None
    answers: Mapping[str, Any]
    cost_cents: int | None
    list_hash: str | None
    location: str
    shopper: str | None
    version: int | None
    flags: Mapping[str, Any]


class SightingRow(NamedTuple):
    """What a comparison takes from one sighting."""

    response_id: str
    problem: str
    theme: str
    severity: int | None
    stage: str
    origin: str


class ItemsShown(NamedTuple):
    """How many items of the problem list a version shows: about the handling, controls, and bogus ones."""

    handling: int
    controls: int
    bogus: int


@dataclass(frozen=True)
class StudyData:
    """All that counts of a study: responses with place and shopper, sightings, and what a reader must be told.

    While it is open (`open_study_data`), rows come from the database a few at a time, as often as one asks.
    """

    study_name: str
    made_up: bool
    #: In which the days of what was sent are counted.
    time_zone: str
    about: Mapping[str, Any]
    #: Names of problems and of themes, by code and language.
    labels: Mapping[str, Mapping[str, str]]
    themes: Mapping[str, Mapping[str, str]]
    #: Scenario → problems that it implies, which count for nobody.
    implied: Mapping[str, tuple[str, ...]]
    scenarios: Mapping[str, Mapping[str, str]]
    #: Number of a version → how many items of the problem list it shows.
    shown: Mapping[int, ItemsShown]
    #: The versions that responses were given in, by number.
    instruments: Mapping[int, Instrument]
    responses: Iterable[ResponseRow]
    sightings: Iterable[SightingRow]


def study_data(study_id: int) -> StudyData:
    """Return what a comparison of a study rests on, all of it in memory."""
    with open_study_data(study_id) as data:
        return replace(data, responses=list(data.responses), sightings=list(data.sightings))


@contextmanager
def open_study_data(study_id: int) -> Iterator[StudyData]:
    """Open what a comparison of a study rests on: one snapshot, however long reading takes.

    A response counts once it was sent and, if its author was hired, a review accepted it.
    """
    with reading() as session:
        study = session.get_one(Study, study_id)
        version = session.get(InstrumentVersion, study.version_id) if study.version_id else None
        labels = session.execute(
            select(Problem.code, Problem.labels)
            .join(Theme, (Theme.study_id == Problem.study_id) & (Theme.code == Problem.theme))
            .where(Problem.study_id == study_id)
            .order_by(Problem.position, Problem.code)
        )
        themes = session.execute(
            select(Theme.code, Theme.labels).where(Theme.study_id == study_id).order_by(Theme.position, Theme.code)
        )
        scenarios = session.execute(
            select(Scenario.code, Scenario.labels)
            .where(Scenario.study_id == study_id)
            .order_by(Scenario.position, Scenario.code)
        )
        instruments = _instruments(session, study_id)
        yield StudyData(
            study_name=study.name,
            made_up=study.made_up,
            time_zone=study.time_zone,
            about=study.about,
            labels={str(code): names for code, names in labels},
            themes={str(code): names for code, names in themes},
            implied=(
                instrument_of(session, version_id=version.id, version_hash=version.hash).implied if version else {}
            ),
            scenarios={str(code): names for code, names in scenarios},
            shown={number: _items_shown(instrument) for number, instrument in instruments.items()},
            instruments=instruments,
            responses=_Anew(partial(_responses, session, study_id)),
            sightings=_Anew(partial(_sightings, session, study_id)),
        )


Row = TypeVar("Row")


class _Anew(Generic[Row]):
    """Rows that are read anew, in the same snapshot, each time one goes through them."""

    def __init__(self, read: Callable[[], Iterator[Row]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Row]:
        return self._read()


def _instruments(session: Session, study_id: int) -> dict[int, Instrument]:
    """Return each version that a response of the study was given in, by its number."""
    used = select(Response.version_id).where(Response.study_id == study_id, Response.version_id.is_not(None))
    versions = session.execute(
        select(InstrumentVersion.id, InstrumentVersion.hash, InstrumentVersion.number).where(
            InstrumentVersion.id.in_(used.distinct())
        )
    ).all()
    return {
        number: instrument_of(session, version_id=version_id, version_hash=version_hash)
        for version_id, version_hash, number in sorted(versions, key=lambda version: version.number)
    }


def _items_shown(instrument: Instrument) -> ItemsShown:
    themes = [problem.theme for problem in instrument.problems]
    handling = sum(theme not in (*_NOT_COUNTED, "outcome") for theme in themes)
    return ItemsShown(handling, themes.count("control"), themes.count("bogus"))


def _counting(study_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Response.study_id == study_id,
        Response.state == ResponseState.SUBMITTED,
        or_(Response.hired.is_(False), Response.review == ReviewState.ACCEPTED),
    )


def _responses(session: Session, study_id: int) -> Iterator[ResponseRow]:
    found = session.execute(
        select(
            Response.public_id,
            Response.hired,
            Response.need,
            Response.route,
            Response.channel,
            Response.scenario,
            Response.visited_on,
            Response.submitted_at,
            Response.answers,
            Response.cost_cents,
            Response.list_hash,
            Location.code,
            Shopper.public_id,
            InstrumentVersion.number,
            Response.flags,
        )
        .join(Location, Location.id == Response.location_id)
        .outerjoin(Shopper, Shopper.id == Response.shopper_id)
        .outerjoin(InstrumentVersion, InstrumentVersion.id == Response.version_id)
        .where(*_counting(study_id))
        .order_by(Response.public_id)
        .execution_options(yield_per=_ROWS_AT_A_TIME)
    )
    beside = flags_beside(session, study_id)
    for row in found:
        yield ResponseRow._make((*row[:-1], joined(row.flags, beside.get(row.public_id))))


def _sightings(session: Session, study_id: int) -> Iterator[SightingRow]:
    found = session.execute(
        select(
            Response.public_id,
            Sighting.problem,
            Problem.theme,
            Sighting.severity,
            Problem.stage,
            Sighting.origin,
        )
        .join(Response, Response.id == Sighting.response_id)
        .join(Problem, (Problem.study_id == Sighting.study_id) & (Problem.code == Sighting.problem))
        .where(*_counting(study_id))
        .order_by(Response.public_id, Sighting.problem)
        .execution_options(yield_per=_ROWS_AT_A_TIME)
    )
    for row in found:
        yield SightingRow._make(row)


def comparison_to_do(comparison_id: int) -> tuple[int, dict[str, Any]]:
    """Return the study and the plan of a comparison."""
    with reading() as session:
        comparison = session.get_one(Comparison, comparison_id)
        return comparison.study_id, comparison.plan


@dataclass(frozen=True)
class Stored:
    """What a finished comparison has stored."""

    result: dict[str, Any]
    document: dict[str, Any]
    data_fingerprint: str


def stored_comparison(comparison_id: int) -> Stored | None:
    """Return what a comparison found, or None while it is not ready."""
    with reading() as session:
        comparison = session.get_one(Comparison, comparison_id)
        if comparison.result is None or comparison.document is None:
            return None
        return Stored(comparison.result, comparison.document, comparison.data_fingerprint or "")


def longest_wait(*, at: datetime) -> timedelta:
    """Return for how long work has waited without a word from a worker; zero if there is none to do."""
    with reading() as session:
        asked, heard = session.execute(
            select(func.min(Comparison.requested_at), func.max(Comparison.heartbeat_at)).where(
                Comparison.state.in_((ComparisonState.REQUESTED, ComparisonState.RUNNING))
            )
        ).one()
    return at - max(asked, heard or asked) if asked else timedelta()


def unfinished_comparisons() -> list[int]:
    """Return the ids of comparisons that are asked for or running."""
    with reading() as session:
        return list(
            session.scalars(
                select(Comparison.id).where(
                    Comparison.state.in_((ComparisonState.REQUESTED, ComparisonState.RUNNING))
                )
            )
        )
