"""Look up what the worker needs to compare a study: rows of plain values, one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from survey_app.foundations.database import reading
from survey_app.models import (
    Comparison,
    InstrumentVersion,
    Location,
    Problem,
    Response,
    Shopper,
    Sighting,
    Study,
    Theme,
)
from survey_app.queries.instruments import instrument_of
from survey_app.rules.vocabulary import ComparisonState, ResponseState, ReviewState


@dataclass(frozen=True)
class StudyData:
    """All that counts of a study: responses with place and shopper, sightings, and what a reader must be told."""

    study_name: str
    made_up: bool
    about: Mapping[str, Any]
    labels: Mapping[str, str]
    #: Scenario → problems that it implies, which count for nobody.
    implied: Mapping[str, tuple[str, ...]]
    responses: list[dict[str, Any]]
    sightings: list[dict[str, Any]]


def study_data(study_id: int) -> StudyData:
    """Return what a comparison of a study rests on.

    A response counts once it was sent and, if its author was hired, a review accepted it.
    """
    with reading() as session:
        study = session.get_one(Study, study_id)
        counts = (
            Response.study_id == study_id,
            Response.state == ResponseState.SUBMITTED,
            or_(Response.hired.is_(False), Response.review == ReviewState.ACCEPTED),
        )
        rows = session.execute(
            select(Response, Location.code, Shopper.public_id, InstrumentVersion.number)
            .join(Location, Location.id == Response.location_id)
            .outerjoin(Shopper, Shopper.id == Response.shopper_id)
            .outerjoin(InstrumentVersion, InstrumentVersion.id == Response.version_id)
            .where(*counts)
            .order_by(Response.public_id)
        )
        responses = [
            {
                "response": response,
                "location": location,
                "shopper": shopper or "",
                "version": "" if number is None else str(number),
            }
            for response, location, shopper, number in rows
        ]
        seen = session.execute(
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
            .where(*counts)
            .order_by(Response.public_id, Sighting.problem)
        )
        names = ("response_id", "problem", "theme", "severity", "stage", "origin")
        sightings = [dict(zip(names, row, strict=True)) for row in seen]
        labels = {
            code: labels["en"]
            for code, labels in session.execute(
                select(Problem.code, Problem.labels)
                .join(Theme, (Theme.study_id == Problem.study_id) & (Theme.code == Problem.theme))
                .where(Problem.study_id == study_id)
            )
        }
        version = session.get(InstrumentVersion, study.version_id) if study.version_id else None
        implied = (
            instrument_of(session, version_id=version.id, version_hash=version.hash).implied if version else {}
        )
        session.expunge_all()
        return StudyData(study.name, study.made_up, study.about, labels, implied, responses, sightings)


def comparison_to_do(comparison_id: int) -> tuple[int, dict[str, Any]]:
    """Return the study and the plan of a comparison."""
    with reading() as session:
        comparison = session.get_one(Comparison, comparison_id)
        return comparison.study_id, comparison.plan


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
