"""Look up the stories behind a number: what those wrote who saw a problem. Who said it is in no query here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from survey_app.foundations.database import reading
from survey_app.models import Location, Problem, Quotation, Response, Sighting, Study
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import Need, ResponseState, ReviewState, StudyState, arm

_READ = "responses.review"
MOST_STORIES = 50


@dataclass(frozen=True, kw_only=True)
class Story:
    """What one person wrote, how grave they found the problem, and where.

    `quotation` is the name and the text of what was released of it.
    While the study collects, `arm` is empty and nothing leads on: to count the sides would be to look early.
    """

    text: str
    severity: int | None
    location_name: str
    arm: str | None
    answers_public_id: str | None
    response_public_id: str | None
    public_id: str
    quotation: tuple[str, str] | None


@dataclass(frozen=True, kw_only=True)
class Stories:
    """The stories behind one problem of a study; `sightings` counts all who saw it, story or not."""

    problem: str
    labels: dict[str, str]
    sightings: int
    stories: tuple[Story, ...]
    blind: bool


def problems_with_stories(actor: Actor, study_public_id: str) -> list[tuple[str, dict[str, str]]]:
    """Return code and labels of the problems that somebody saw in a study, in the order of its list."""
    with reading() as session:
        seen = select(Sighting.id).where(Sighting.study_id == Problem.study_id, Sighting.problem == Problem.code)
        rows = session.execute(
            within(
                select(Problem.code, Problem.labels)
                .join(Study, Study.id == Problem.study_id)
                .where(Study.public_id == study_public_id, seen.exists())
                .order_by(Problem.position, Problem.code),
                actor,
                _READ,
            )
        )
        return [(code, labels) for code, labels in rows]


def stories_behind(actor: Actor, study_public_id: str, problem: str) -> Stories | None:
    """Return the newest stories of those who saw a problem and whose responses count, or None."""
    with reading() as session:
        found = session.execute(
            within(
                select(Study, Problem)
                .join(Problem, Problem.study_id == Study.id)
                .where(Study.public_id == study_public_id, Problem.code == problem),
                actor,
                _READ,
            )
        ).one_or_none()
        if found is None:
            return None
        study, listed = found
        counting = (
            Sighting.study_id == study.id,
            Sighting.problem == problem,
            Response.state == ResponseState.SUBMITTED,
            Response.review.in_((ReviewState.NOT_NEEDED, ReviewState.ACCEPTED)),
        )
        told = Response.answers["story"].as_string()
        rows = session.execute(
            select(Response, Sighting.severity, Location.name, Quotation)
            .join(Response, Response.id == Sighting.response_id)
            .join(Location, Location.id == Response.location_id)
            .outerjoin(Quotation, (Quotation.response_id == Response.id) & (Quotation.problem == Sighting.problem))
            .where(*counting, told.is_not(None), told != "")
            .order_by(Response.id.desc(), Sighting.id)
            .limit(MOST_STORIES)
        )
        blind = study.state == StudyState.OPEN
        everybody = select(func.count(func.distinct(Response.id))).join(Sighting).where(*counting)
        return Stories(
            problem=problem,
            labels=listed.labels,
            sightings=session.scalar(everybody) or 0,
            stories=tuple(_story(*row, blind=blind) for row in rows),
            blind=blind,
        )


def _story(
    response: Response, severity: int | None, location: str, quotation: Quotation | None, *, blind: bool
) -> Story:
    leads_on = not blind and response.version_id is not None
    return Story(
        text=str(response.answers["story"]),
        severity=severity,
        location_name=location,
        arm=None if blind else arm(hired=response.hired, need=Need(response.need) if response.need else None),
        answers_public_id=response.public_id if leads_on and not response.hired else None,
        response_public_id=response.public_id if leads_on and response.hired else None,
        public_id=response.public_id,
        quotation=None if quotation is None else (quotation.public_id, quotation.text),
    )
