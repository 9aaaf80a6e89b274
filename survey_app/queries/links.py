"""Look up the links of a study, with what came through each and out of how many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from survey_app.foundations.database import reading
from survey_app.models import Invitation, LinkOpens, Location, Response, Study
from survey_app.queries.scopes import within
from survey_app.rules.doors import HELD, Door, Link, door_of, first_day, last_day
from survey_app.rules.permissions import Actor
from survey_app.rules.vocabulary import InvitationKind, ResponseState

_READ = "studies.read"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """How many opened, began and sent, and out of how many people, where somebody knows."""

    opens: int = 0
    begun: int = 0
    sent: int = 0
    reached: int | None = None

    @property
    def out_of(self) -> int:
        """What an answer rate is counted from: the people who met the link, else how often it was opened."""
        return self.opens if self.reached is None else self.reached

    @property
    def rate(self) -> float | None:
        """The share that sent its answers; None if it was never opened, or a count cannot be right."""
        return self.sent / self.out_of if self.sent <= self.out_of and self.out_of else None


@dataclass(frozen=True, kw_only=True)
class LinkLine(Flow):
    """A link for many, with what came through it; `closed` is the link itself, whatever its study is."""

    public_id: str
    location_public_id: str
    location_name: str
    channel: str | None
    language: str | None
    door: Door
    opens_on: date | None
    closes_on: date | None
    closed: bool
    cap: int | None


@dataclass(frozen=True, kw_only=True)
class SingleLinks(Flow):
    """The links for one person of one place and channel together: who answered is nobody's to see."""

    location_name: str
    channel: str | None
    made: int


@dataclass(frozen=True, kw_only=True)
class Links:
    """All links of a study."""

    open: tuple[LinkLine, ...]
    single: tuple[SingleLinks, ...]

    @property
    def flow(self) -> Flow:
        """All links together; the people reached only where every link says how many."""
        every: tuple[Flow, ...] = (*self.open, *self.single)
        known = [flow.reached for flow in every if flow.reached is not None]
        return Flow(
            opens=sum(flow.opens for flow in every),
            begun=sum(flow.begun for flow in every),
            sent=sum(flow.sent for flow in every),
            reached=sum(known) if len(known) == len(every) else None,
        )


def links_of(actor: Actor, study_public_id: str, *, at: datetime) -> Links:
    """Return the links of a study that the actor may see."""
    with reading() as session:
        study = session.execute(
            within(select(Study.id, Study.state).where(Study.public_id == study_public_id), actor, _READ)
        ).one_or_none()
        if study is None:
            return Links(open=(), single=())
        return Links(
            open=tuple(_open_links(session, study.id, study.state, at=at)),
            single=tuple(_single_links(session, study.id)),
        )


def find_link(actor: Actor, study_public_id: str, link_public_id: str, *, at: datetime) -> LinkLine | None:
    """Return an open link of a study that the actor may see, or None."""
    found = (link for link in links_of(actor, study_public_id, at=at).open if link.public_id == link_public_id)
    return next(found, None)


def _opened(study_id: int) -> Any:
    return (
        select(LinkOpens.invitation_id, func.sum(LinkOpens.opens).label("opens"))
        .join(Invitation, Invitation.id == LinkOpens.invitation_id)
        .where(Invitation.study_id == study_id)
        .group_by(LinkOpens.invitation_id)
        .subquery()
    )


def _count(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _open_links(session: Session, study_id: int, study_state: str, *, at: datetime) -> Iterable[LinkLine]:
    opened = _opened(study_id)
    sent = Response.state == ResponseState.SUBMITTED
    begun = Response.state == ResponseState.IN_PROGRESS
    through = (
        select(
            Response.invitation_id,
            func.count().label("all"),
            _count(sent).label("sent"),
            _count(or_(sent, begun & (Response.started_at > at - HELD))).label("taken"),
        )
        .where(Response.study_id == study_id, Response.invitation_id.is_not(None))
        .group_by(Response.invitation_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Invitation,
            Location,
            func.coalesce(opened.c.opens, 0),
            func.coalesce(through.c["all"], 0),
            func.coalesce(through.c.sent, 0),
            func.coalesce(through.c.taken, 0),
        )
        .join(Location, Location.id == Invitation.location_id)
        .outerjoin(opened, opened.c.invitation_id == Invitation.id)
        .outerjoin(through, through.c.invitation_id == Invitation.id)
        .where(Invitation.study_id == study_id, Invitation.kind == InvitationKind.OPEN)
        .order_by(Location.name, Invitation.id)
    )
    for invitation, location, opens, all_, sent_, taken in rows:
        link = Link(
            single=False,
            study_state=study_state,
            opens_at=invitation.opens_at,
            closes_at=invitation.closes_at,
            cap=invitation.cap,
            taken=taken,
        )
        yield LinkLine(
            public_id=invitation.public_id,
            location_public_id=location.public_id,
            location_name=location.name,
            channel=invitation.channel,
            language=invitation.language,
            door=door_of(link, at=at),
            opens_on=first_day(invitation.opens_at, location.time_zone),
            closes_on=last_day(invitation.closes_at, location.time_zone),
            closed=invitation.closes_at is not None and invitation.closes_at <= at,
            cap=invitation.cap,
            reached=invitation.reached,
            opens=opens,
            begun=all_,
            sent=sent_,
        )


def _single_links(session: Session, study_id: int) -> Iterable[SingleLinks]:
    opened = _opened(study_id)
    used = Invitation.used_at.is_not(None)
    drafts = select(Response.draft_of).where(Response.study_id == study_id, Response.draft_of.is_not(None))
    rows = session.execute(
        select(
            Location.name,
            Invitation.channel,
            func.count(),
            func.coalesce(func.sum(opened.c.opens), 0),
            _count(or_(used, Invitation.id.in_(drafts))),
            _count(used),
        )
        .join(Location, Location.id == Invitation.location_id)
        .outerjoin(opened, opened.c.invitation_id == Invitation.id)
        .where(Invitation.study_id == study_id, Invitation.kind == InvitationKind.SINGLE)
        .group_by(Location.name, Invitation.channel)
        .order_by(Location.name, Invitation.channel)
    )
    for name, channel, made, opens, begun, sent in rows:
        yield SingleLinks(
            location_name=name, channel=channel, made=made, reached=made, opens=int(opens), begun=begun, sent=sent
        )
