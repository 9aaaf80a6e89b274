"""Look up quotations: what can be released of a story, what was released, and what managers read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Firm, Location, Problem, Quotation, Response, Sighting, Study
from survey_app.queries.publications import Published
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.quotations import Behind, Released
from survey_app.rules.snapshots import quoted
from survey_app.rules.vocabulary import ResponseState, ReviewState

#: What counts: sent, and if a shopper wrote it, accepted.
COUNTING: tuple[ColumnElement[bool], ...] = (
    Response.state == ResponseState.SUBMITTED,
    Response.review.in_((ReviewState.NOT_NEEDED, ReviewState.ACCEPTED)),
)


@dataclass(frozen=True)
class StoryToQuote:
    """One story behind a problem, as whoever covers it needs it: `names` are what it must not say."""

    labels: Mapping[str, str]
    text: str
    names: tuple[str, ...]
    released: str | None


@dataclass(frozen=True)
class Quoted:
    """One quotation as managers read it."""

    text: str
    source: str


def story_to_quote(
    actor: Actor, study_public_id: str, problem: str, response_public_id: str
) -> StoryToQuote | None:
    """Return the story of a response that counts and names the problem, or None."""
    with reading() as session:
        row = session.execute(
            within(
                select(Problem.labels, Response.answers, Location.name, Firm.name, Quotation.text)
                .join(Study, Study.id == Problem.study_id)
                .join(Firm, Firm.id == Study.firm_id)
                .join(Response, Response.study_id == Study.id)
                .join(Location, Location.id == Response.location_id)
                .join(Sighting, (Sighting.response_id == Response.id) & (Sighting.problem == Problem.code))
                .outerjoin(Quotation, (Quotation.response_id == Response.id) & (Quotation.problem == Problem.code))
                .where(
                    Study.public_id == study_public_id,
                    Problem.code == problem,
                    Response.public_id == response_public_id,
                    *COUNTING,
                )
                .limit(1),
                actor,
                "responses.review",
            )
        ).one_or_none()
        if row is None or not row.answers.get("story"):
            return None
        return StoryToQuote(row.labels, str(row.answers["story"]), (row[2], row[3]), row.text)


def released_quotations(session: Session, study_id: int) -> tuple[Released, ...]:
    """Return what was released of the responses of a study that count."""
    rows = session.execute(
        select(Quotation.public_id, Quotation.problem, Response.hired)
        .join(Response, Response.id == Quotation.response_id)
        .where(Quotation.study_id == study_id, *COUNTING)
    )
    return tuple(Released(*row) for row in rows)


def behind_quotations(session: Session, study_id: int) -> dict[tuple[str, bool], Behind]:
    """Return by problem and side how many responses that count name it: for problems that are quoted."""
    quoted = select(Quotation.problem).where(Quotation.study_id == study_id)
    rows = session.execute(
        select(
            Sighting.problem,
            Response.hired,
            func.count(func.distinct(Response.id)),
            func.count(func.distinct(Response.shopper_id)),
        )
        .join(Response, Response.id == Sighting.response_id)
        .where(Sighting.study_id == study_id, Sighting.problem.in_(quoted), *COUNTING)
        .group_by(Sighting.problem, Response.hired)
    )
    return {(problem, hired): Behind(responses, shoppers) for problem, hired, responses, shoppers in rows}


def quotations_in(published: Published, problem: str) -> list[Quoted]:
    """Return the quotations of a snapshot about a problem, but for those that were taken out since."""
    frozen = quoted(published.content, problem)
    with reading() as session:
        kept = session.execute(
            select(Quotation.public_id, Quotation.text).where(
                Quotation.study_id == published.study_id, Quotation.public_id.in_([each["key"] for each in frozen])
            )
        )
        texts = {row.public_id: row.text for row in kept}
    return [Quoted(texts[each["key"]], each["source"]) for each in frozen if each["key"] in texts]
