"""Count who has answered, cell by cell: which cells lack complainants, which lack shoppers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, and_, case, extract, func, null, select, true
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Assignment, Location, Response, Scenario, Study, StudyLocation
from survey_app.queries.scopes import within
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import AssignmentState, Need, ResponseState, ReviewState, Route

Lack = Literal["shoppers", "complainants", "nothing"]
LACKS: tuple[Lack, ...] = ("shoppers", "complainants", "nothing")
#: So many cells are shown at once; all are counted.
MOST_SHOWN = 100
_MOST_EMPTY = 20
_UNDER_WAY = (AssignmentState.OPEN, AssignmentState.FILED, AssignmentState.RETURNED)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One location × channel × scenario × month with how many of each kind have answered.

    `month` is the first day of it, None where all months count together, or where nobody said when.
    """

    location_public_id: str
    location_name: str
    channel: str | None
    scenario: str | None
    labels: dict[str, str]
    month: date | None
    complainants: int
    visits: int
    waiting: int
    under_way: int

    @property
    def lacks(self) -> Lack:
        """Which of the two is missing here."""
        if not self.visits:
            return "shoppers"
        return "nothing" if self.complainants else "complainants"


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The cells of a study: how many lack what, those shown, and the places where nobody has answered at all."""

    counts: dict[Lack, int]
    shown: tuple[Cell, ...]
    found: int
    empty_places: tuple[str, ...]
    empty: int


def cells_of(
    actor: Actor,
    study_public_id: str,
    *,
    by_month: bool = True,
    lack: Lack | None = None,
    location_public_id: str | None = None,
) -> Cells:
    """Return the cells of a study that the actor may see: newest month first, what lacks shoppers first in it.

    Complainants are those whom a comparison counts: of the routes invited and open. Visits are accepted ones.
    """
    with reading() as session:
        study_id = session.scalar(
            within(select(Study.id).where(Study.public_id == study_public_id), actor, "studies.read")
        )
        if study_id is None:
            return Cells(counts=dict.fromkeys(LACKS, 0), shown=(), found=0, empty_places=(), empty=0)
        cell = _grouped(study_id, by_month=by_month, location_public_id=location_public_id).subquery()
        lacking = case(
            (cell.c.visits == 0, "shoppers"), (cell.c.complainants == 0, "complainants"), else_="nothing"
        )
        numbers: dict[str, int] = dict(session.execute(select(lacking, func.count()).group_by(lacking)).all())
        counts = {each: numbers.get(each, 0) for each in LACKS}
        empty, names = _empty_places(session, study_id)
        return Cells(
            counts=counts,
            shown=tuple(_shown(session, study_id, cell, lacking, lack, by_month=by_month)),
            found=counts[lack] if lack else sum(counts.values()),
            empty_places=tuple(names),
            empty=empty,
        )


def _count(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _grouped(study_id: int, *, by_month: bool, location_public_id: str | None) -> Select[*tuple[Any, ...]]:
    year: Any = extract("year", Response.visited_on) if by_month else null()
    month: Any = extract("month", Response.visited_on) if by_month else null()
    counted = Response.route.in_((Route.INVITED, Route.OPEN))
    complainants = _count(and_(Response.hired.is_(False), Response.need == Need.REAL, counted))
    played = and_(Response.hired, Response.need == Need.PLAYED)
    visits = _count(and_(played, Response.review == ReviewState.ACCEPTED))
    waiting = _count(and_(played, Response.review == ReviewState.WAITING))
    columns = (Response.location_id, Response.channel, Response.scenario)
    periods = (year, month) if by_month else ()
    cells = (
        select(
            *columns,
            year.label("year"),
            month.label("month"),
            complainants.label("complainants"),
            visits.label("visits"),
            waiting.label("waiting"),
        )
        .where(Response.study_id == study_id, Response.state == ResponseState.SUBMITTED)
        .group_by(*columns, *periods)
        .having(complainants + visits + waiting > 0)
    )
    if location_public_id is not None:
        one = select(Location.id).where(Location.public_id == location_public_id).scalar_subquery()
        cells = cells.where(Response.location_id == one)
    return cells


def _shown(
    session: Session, study_id: int, cell: Any, lacking: Any, lack: Lack | None, *, by_month: bool
) -> list[Cell]:
    rank = case({each: place for place, each in enumerate(LACKS)}, value=lacking)
    rows = session.execute(
        select(cell, Location.public_id, Location.name, Scenario.labels)
        .join(Location, Location.id == cell.c.location_id)
        .outerjoin(Scenario, (Scenario.study_id == study_id) & (Scenario.code == cell.c.scenario))
        .where(lacking == lack if lack else true())
        .order_by(
            cell.c.year.desc().nulls_last(),
            cell.c.month.desc().nulls_last(),
            rank,
            (cell.c.complainants + cell.c.visits).desc(),
            Location.name,
            cell.c.channel,
            cell.c.scenario,
        )
        .limit(MOST_SHOWN)
    ).all()
    under_way = _under_way(session, study_id, by_month=by_month)
    found = []
    for row in rows:
        month = date(int(row.year), int(row.month), 1) if row.year and row.month else None
        found.append(
            Cell(
                location_public_id=row.public_id,
                location_name=row.name,
                channel=row.channel,
                scenario=row.scenario,
                labels=row.labels or {},
                month=month,
                complainants=int(row.complainants),
                visits=int(row.visits),
                waiting=int(row.waiting),
                under_way=under_way.get((row.location_id, row.channel, row.scenario, month), 0),
            )
        )
    return found


def _under_way(session: Session, study_id: int, *, by_month: bool) -> dict[tuple[Any, ...], int]:
    """Return how many visits are asked for and not decided yet, by cell: in the month in which they are due."""
    rows = session.execute(
        select(Assignment.location_id, Assignment.channel, Assignment.scenario, Assignment.due_on).where(
            Assignment.study_id == study_id, Assignment.state.in_(_UNDER_WAY)
        )
    )
    counts: dict[tuple[Any, ...], int] = {}
    for location_id, channel, scenario, due_on in rows:
        key = (location_id, channel, scenario, due_on.replace(day=1) if by_month else None)
        counts[key] = counts.get(key, 0) + 1
    return counts


def _empty_places(session: Session, study_id: int) -> tuple[int, list[str]]:
    """Return how many places of a study nobody has answered about, and the names of the first ones."""
    answered = (
        select(Response.id)
        .where(
            Response.study_id == study_id,
            Response.state == ResponseState.SUBMITTED,
            Response.location_id == StudyLocation.location_id,
        )
        .exists()
    )
    empty = (
        select(Location.name)
        .join(StudyLocation, StudyLocation.location_id == Location.id)
        .where(StudyLocation.study_id == study_id, ~answered)
    )
    count = session.scalars(select(func.count()).select_from(empty.subquery())).one()
    return count, list(session.scalars(empty.order_by(Location.name).limit(_MOST_EMPTY)))
