"""Look up what customers have sent, as the research staff read it: what was said, never by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, exists, func, not_, or_, select

from survey_app.foundations.database import reading
from survey_app.models import (
    Change,
    FollowUp,
    InstrumentVersion,
    Location,
    Response,
    Sighting,
    Study,
)
from survey_app.queries.instruments import instrument_of
from survey_app.queries.own import Asked
from survey_app.queries.quality import flags_beside, joined
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.quality import Reasons
from survey_app.rules.questionnaire import Instrument
from survey_app.rules.vocabulary import Need, ResponseState, arm

_READ = "responses.review"
A_PAGE = 50
#: Neither database takes a query with endlessly many values.
_MOST_NAMED = 20_000


@dataclass(frozen=True, kw_only=True)
class ResponseLine:
    """One response in the list: where and when, how much was seen, whether they wrote and may be asked back."""

    public_id: str
    location_name: str
    submitted_at: datetime
    arm: str | None
    scenario: str | None
    problems: int
    story: str
    may_be_asked: bool
    asked: bool
    answered: bool
    flags: Reasons


@dataclass(frozen=True, kw_only=True)
class AnswersSeen:
    """One customer's response with its conversation."""

    public_id: str
    study_public_id: str
    study_name: str
    made_up: bool
    location_name: str
    submitted_at: datetime
    arm: str | None
    withdrawn: bool
    answers: Mapping[str, Any]
    block: str | None
    instrument: Instrument
    may_be_asked: bool
    follow_ups: tuple[Asked, ...]
    flags: Reasons

    @property
    def waiting(self) -> bool:
        """Whether a question waits for its answer."""
        return any(asked.answer is None for asked in self.follow_ups)


def responses_of(
    actor: Actor, study_public_id: str, *, before: str | None = None, flagged: bool | None = None
) -> tuple[list[ResponseLine], str | None]:
    """Return the newest responses of customers in a study, and the name of the last one if there are older ones.

    Imported responses hold no answers to read, and are not among them.

    `before` is the name of a response: those older than it are returned. `flagged` asks for those with a flag,
    or for those without.
    """
    problems = select(func.count()).where(Sighting.response_id == Response.id).scalar_subquery()
    asked = exists().where(FollowUp.response_id == Response.id)
    answered = exists().where(FollowUp.response_id == Response.id, FollowUp.answer.is_not(None))
    query = within(
        select(Response, Location.name, problems, asked, answered)
        .join(Study, Study.id == Response.study_id)
        .join(Location, Location.id == Response.location_id)
        .where(
            Study.public_id == study_public_id,
            Response.hired.is_(False),
            Response.state == ResponseState.SUBMITTED,
            Response.version_id.is_not(None),
        )
        .order_by(Response.id.desc())
        .limit(A_PAGE + 1),
        actor,
        _READ,
    )
    if before is not None:
        last = select(Response.id).where(Response.public_id == before).scalar_subquery()
        query = query.where(Response.id < last)
    with reading() as session:
        study_id = session.scalar(select(Study.id).where(Study.public_id == study_public_id))
        beside = flags_beside(session, study_id) if study_id is not None else {}
        if flagged is not None:
            carries = or_(cast(Response.flags, Text) != "{}", Response.public_id.in_(list(beside)[:_MOST_NAMED]))
            query = query.where(carries if flagged else not_(carries))
        rows = session.execute(query).all()
    lines = [
        ResponseLine(
            public_id=response.public_id,
            location_name=location,
            submitted_at=response.submitted_at,
            arm=_arm(response),
            scenario=response.scenario,
            problems=seen,
            story=response.answers.get("story") or "",
            may_be_asked=_may_be_asked(response),
            asked=was_asked,
            answered=was_answered,
            flags=joined(response.flags, beside.get(response.public_id)),
        )
        for response, location, seen, was_asked, was_answered in rows[:A_PAGE]
    ]
    return lines, lines[-1].public_id if len(rows) > A_PAGE else None


def find_answers(actor: Actor, public_id: str) -> AnswersSeen | None:
    """Return what one customer has sent, if the actor may read it."""
    with reading() as session:
        row = session.execute(
            within(
                select(Response, Study, Location.name, InstrumentVersion.id, InstrumentVersion.hash)
                .join(Study, Study.id == Response.study_id)
                .join(Location, Location.id == Response.location_id)
                .join(InstrumentVersion, InstrumentVersion.id == Response.version_id)
                .where(
                    Response.public_id == public_id,
                    Response.hired.is_(False),
                    Response.state != ResponseState.IN_PROGRESS,
                ),
                actor,
                _READ,
            )
        ).one_or_none()
        if row is None or row.Response.submitted_at is None:
            return None
        response, study, location, version_id, version_hash = row
        follow_ups = session.execute(
            select(FollowUp.public_id, FollowUp.text, FollowUp.asked_at, FollowUp.answer)
            .where(FollowUp.response_id == response.id)
            .order_by(FollowUp.id)
        )
        return AnswersSeen(
            public_id=response.public_id,
            study_public_id=study.public_id,
            study_name=study.name,
            made_up=study.made_up,
            location_name=location,
            submitted_at=response.submitted_at,
            arm=_arm(response),
            withdrawn=response.state == ResponseState.VOID,
            answers=response.answers,
            block=response.presented.get("block"),
            instrument=instrument_of(session, version_id=version_id, version_hash=version_hash),
            may_be_asked=_may_be_asked(response),
            follow_ups=tuple(Asked(*asked) for asked in follow_ups),
            flags=joined(response.flags, flags_beside(session, study.id).get(response.public_id)),
        )


def changes_of(actor: Actor, study_public_id: str) -> list[Mapping[str, str]]:
    """Return what respondents of a study were told was changed, newest first."""
    with reading() as session:
        return list(
            session.scalars(
                within(
                    select(Change.texts)
                    .join(Study, Study.id == Change.study_id)
                    .where(Study.public_id == study_public_id)
                    .order_by(Change.id.desc()),
                    actor,
                    _READ,
                )
            )
        )


def _arm(response: Response) -> str | None:
    return arm(hired=response.hired, need=Need(response.need) if response.need else None)


def _may_be_asked(response: Response) -> bool:
    return response.answers.get("ask_back") == "yes" and response.state == ResponseState.SUBMITTED
