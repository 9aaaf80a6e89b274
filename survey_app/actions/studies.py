"""Make firms, places and studies, and freeze the instrument that a study asks with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.actions.audit import record
from survey_app.actions.finding import find_firm, find_study
from survey_app.actions.instruments import add_version
from survey_app.foundations.database import writing
from survey_app.models import (
    Assignment,
    Firm,
    Instrument,
    InstrumentVersion,
    Location,
    PlanDraft,
    Problem,
    Region,
    Response,
    Scenario,
    Study,
    StudyLocation,
    Theme,
)
from survey_app.rules.definitions import hash_of, read_instrument
from survey_app.rules.lifecycles import may_follow
from survey_app.rules.permissions import Actor, NotAllowed, require
from survey_app.rules.questionnaire import UNCOUNTED_THEMES
from survey_app.rules.questionnaire import Instrument as Questionnaire
from survey_app.rules.text import name_key
from survey_app.rules.vocabulary import LANGUAGES, StudyState


class NameTaken(ValueError):
    """There is one of this name already."""


class StudyProblem(ValueError):
    """What a study lacks or cannot do, and what to do about it."""


@dataclass(frozen=True)
class ListedProblem:
    """A problem of a study that brings its own list instead of an instrument."""

    code: str
    theme: str
    label: str
    stage: str = "handling"


@dataclass(frozen=True, kw_only=True)
class NewStudy:
    """What a study is made of. Without a definition it only takes imported responses."""

    name: str
    currency: str = "EUR"
    time_zone: str = "UTC"
    made_up: bool = False
    definition: Mapping[str, Any] | None = None
    problems: tuple[ListedProblem, ...] = ()
    standards: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)


def make_firm(actor: Actor, *, name: str, controller: str, contact: str, at: datetime) -> str:
    """Make a firm; return its public id.

    Raises
    ------
    NotAllowed, NameTaken
    """
    require(actor, "firms.make", firm_id=None)
    try:
        with writing() as session:
            firm = Firm(name=name, controller=controller, contact=contact)
            session.add(firm)
            session.flush()
            record(session, actor, "firm.make", "firms", firm.id, at=at)
            return firm.public_id
    except IntegrityError as error:
        raise NameTaken(name) from error


def add_locations(
    actor: Actor, firm_public_id: str, places: Iterable[tuple[str, str]], *, time_zone: str, at: datetime
) -> list[str]:
    """Add places (code, name) to a firm, all in one time zone; return their public ids.

    Raises
    ------
    NotAllowed, NameTaken, StudyProblem
    """
    _known_zone(time_zone)
    try:
        with writing() as session:
            firm = find_firm(session, actor, "studies.design", firm_public_id)
            made = [Location(firm_id=firm.id, code=code, name=name, time_zone=time_zone) for code, name in places]
            session.add_all(made)
            session.flush()
            for location in made:
                record(session, actor, "location.add", "locations", location.id, at=at)
            return [location.public_id for location in made]
    except IntegrityError as error:
        raise NameTaken(f"A place of {firm_public_id}") from error


def _known_zone(time_zone: str) -> str:
    if time_zone not in available_timezones():
        raise StudyProblem(f"The time zone {time_zone!r} is not known. Write one such as Europe/Helsinki.")
    return time_zone


def make_region(
    actor: Actor,
    firm_public_id: str,
    *,
    name: str,
    above: str | None = None,
    codes: Collection[str] = (),
    at: datetime,
) -> int:
    """Make a region of a firm, below another one or at the top, and put places into it by code; return its id.

    Raises
    ------
    NotAllowed, NameTaken, StudyProblem
    """
    try:
        with writing() as session:
            firm = find_firm(session, actor, "studies.design", firm_public_id)
            parent_id = None if above is None else _region_named(session, firm.id, above)
            region = Region(firm_id=firm.id, name=name, parent_id=parent_id)
            session.add(region)
            session.flush()
            record(session, actor, "region.make", "regions", region.id, at=at)
            for code in codes:
                place = session.scalar(select(Location).where(Location.firm_id == firm.id, Location.code == code))
                if place is None:
                    raise StudyProblem(
                        f"The firm has no place {code!r}. Write a code as the firm's page shows it."
                    )
                place.region_id = region.id
                record(session, actor, "location.region", "locations", place.id, at=at, region=region.id)
            return region.id
    except IntegrityError as error:
        raise NameTaken(name) from error


def _region_named(session: Session, firm_id: int, name: str) -> int:
    found = session.scalar(select(Region.id).where(Region.firm_id == firm_id, Region.name_key == name_key(name)))
    if found is None:
        raise StudyProblem(f"The firm has no region {name!r}. Make it first.")
    return found


def make_study(
    actor: Actor, firm_public_id: str, new: NewStudy, *, location_public_ids: Iterable[str] = (), at: datetime
) -> str:
    """Make a study with its list, scenarios and frozen instrument; return its public id. It is not open yet.

    Raises
    ------
    NotAllowed, NameTaken, QuestionnaireProblem, StudyProblem
    """
    for code, labels in new.standards.items():
        if not all(labels.get(language) for language in LANGUAGES):
            raise StudyProblem(f"The standard {code!r} has no text in one of {', '.join(LANGUAGES)}. Write it.")
    try:
        with writing() as session:
            firm = find_firm(session, actor, "studies.design", firm_public_id)
            study = Study(
                firm_id=firm.id,
                name=new.name,
                made_up=new.made_up,
                currency=new.currency,
                time_zone=_known_zone(new.time_zone),
                standards=dict(new.standards),
                about=dict(new.about),
                made_at=at,
            )
            session.add(study)
            session.flush()
            locations = session.scalars(
                select(Location).where(
                    Location.firm_id == firm.id, Location.public_id.in_(list(location_public_ids))
                )
            )
            session.add_all(
                StudyLocation(study_id=study.id, firm_id=firm.id, location_id=location.id)
                for location in locations
            )
            if new.definition is not None:
                questionnaire = read_instrument(new.definition)
                study.version_id = _freeze(session, new.definition, questionnaire, at=at)
                _renew_list(session, study.id, questionnaire)
                session.flush()
            _own_list(session, study.id, new.problems)
            record(session, actor, "study.make", "studies", study.id, at=at)
            return study.public_id
    except IntegrityError as error:
        raise NameTaken(new.name) from error


def open_study(actor: Actor, study_public_id: str, *, at: datetime) -> None:
    """Let a study take answers.

    Raises
    ------
    NotAllowed, StudyProblem
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        if study.version_id is None:
            raise StudyProblem("The study has no instrument, so nobody can answer it. Import responses instead.")
        places = select(func.count()).select_from(StudyLocation).where(StudyLocation.study_id == study.id)
        if not session.scalar(places):
            raise StudyProblem("The study has no location. Add at least one first.")
        _change_state(session, actor, study, StudyState.OPEN, at=at)


def close_study(actor: Actor, study_public_id: str, *, at: datetime) -> None:
    """Let a study begin no new answers; what was begun may still be sent.

    Raises
    ------
    NotAllowed
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        _change_state(session, actor, study, StudyState.CLOSED, at=at)


def set_study(
    actor: Actor, study_public_id: str, *, name: str, currency: str, time_zone: str, at: datetime
) -> None:
    """Call a study otherwise, or count its money and its days otherwise.

    Raises
    ------
    NotAllowed, NameTaken, StudyProblem
        The currency stays once something was paid in it: the amounts would mean something else.
    """
    try:
        with writing() as session:
            study = find_study(session, actor, "studies.design", study_public_id)
            if currency != study.currency and _has_amounts(session, study.id):
                raise StudyProblem(
                    f"Fees or costs are written down in {study.currency} already. Keep it, or make a copy of the "
                    "study with another currency."
                )
            was = {"name": study.name, "currency": study.currency, "time_zone": study.time_zone}
            study.name, study.currency, study.time_zone = name, currency, _known_zone(time_zone)
            session.flush()
            record(session, actor, "study.set", "studies", study.id, at=at, was=was)
    except IntegrityError as error:
        raise NameTaken(name) from error


def _has_amounts(session: Session, study_id: int) -> bool:
    fee = select(Assignment.id).where(Assignment.study_id == study_id).limit(1)
    cost = select(Response.id).where(Response.study_id == study_id, Response.cost_cents.is_not(None)).limit(1)
    return session.scalar(fee) is not None or session.scalar(cost) is not None


def archive_study(actor: Actor, study_public_id: str, *, archived: bool, at: datetime) -> None:
    """Put a study out of the way, or take it back; all of it is kept.

    Raises
    ------
    NotAllowed, StudyProblem
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        if archived and study.state == StudyState.OPEN:
            raise StudyProblem("The study still takes answers. Close it first, then put it into the archive.")
        if archived != (study.archived_at is not None):
            study.archived_at = at if archived else None
            did = "study.archive" if archived else "study.unarchive"
            record(session, actor, did, "studies", study.id, at=at)


def copy_study(actor: Actor, study_public_id: str, *, name: str, at: datetime) -> str:
    """Make a study that asks the same at the same places, with nothing collected yet; return its public id.

    Questionnaire, list, places, what readers are told and what was last chosen for the plan come along;
    responses, links, visits, locked plans and comparisons do not.

    Raises
    ------
    NotAllowed, NameTaken
    """
    try:
        with writing() as session:
            study = find_study(session, actor, "studies.design", study_public_id)
            copy = Study(
                firm_id=study.firm_id,
                name=name,
                currency=study.currency,
                time_zone=study.time_zone,
                standards=study.standards,
                about={} if study.made_up else study.about,
                version_id=study.version_id,
                made_at=at,
            )
            session.add(copy)
            session.flush()
            for table in (StudyLocation, Scenario, Theme, Problem):
                for row in session.scalars(select(table).where(table.study_id == study.id)):
                    values = {column.key: getattr(row, column.key) for column in table.__table__.columns}
                    session.add(table(**values | {"study_id": copy.id}))
                session.flush()
            draft = session.get(PlanDraft, study.id)
            if draft is not None:
                session.add(PlanDraft(study_id=copy.id, content=draft.content, changed_at=at))
            record(session, actor, "study.copy", "studies", copy.id, at=at, of=study.id)
            return copy.public_id
    except IntegrityError as error:
        raise NameTaken(name) from error


def _change_state(session: Session, actor: Actor, study: Study, state: StudyState, *, at: datetime) -> None:
    if study.state != state and may_follow(StudyState(study.state), state):
        study.state = state
        record(session, actor, f"study.{state}", "studies", study.id, at=at)


def _freeze(session: Session, definition: Mapping[str, Any], questionnaire: Questionnaire, *, at: datetime) -> int:
    """Return the version of a definition that all firms share; the same definition is frozen once."""
    shared = select(Instrument).where(Instrument.firm_id.is_(None), Instrument.code == questionnaire.code)
    instrument = session.scalar(shared)
    if instrument is None:
        instrument = Instrument(code=questionnaire.code, title=dict(questionnaire.title))
        session.add(instrument)
        session.flush()
    known = session.scalar(
        select(InstrumentVersion.id).where(
            InstrumentVersion.instrument_id == instrument.id, InstrumentVersion.hash == hash_of(definition)
        )
    )
    return known or add_version(session, instrument, definition, questionnaire, at=at).id


def take_version(
    actor: Actor, study_public_id: str, instrument_public_id: str, number: int, *, at: datetime
) -> None:
    """Let a study ask with a published version from now on; each response keeps the version that it answers.

    A study that has responses stays with its questionnaire: it can take another version of it, but no other. Codes
    that the new version no longer has stay, for the responses that used them.

    Raises
    ------
    NotAllowed, StudyProblem
    """
    with writing() as session:
        study = find_study(session, actor, "studies.design", study_public_id)
        version = session.scalar(
            select(InstrumentVersion)
            .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
            .where(
                Instrument.public_id == instrument_public_id,
                or_(Instrument.firm_id.is_(None), Instrument.firm_id == study.firm_id),
                InstrumentVersion.number == number,
            )
        )
        if version is None:
            raise NotAllowed("studies.design")
        now = session.get(InstrumentVersion, study.version_id) if study.version_id else None
        answered = session.scalar(select(Response.id).where(Response.study_id == study.id).limit(1))
        if answered is not None and (now is None or now.instrument_id != version.instrument_id):
            raise StudyProblem("Responses are there already. Make a new study to ask with another questionnaire.")
        study.version_id = version.id
        _renew_list(session, study.id, read_instrument(version.definition))
        record(session, actor, "study.version", "studies", study.id, at=at, version=version.id)


def _renew_list(session: Session, study_id: int, questionnaire: Questionnaire) -> None:
    """Bring the scenarios, themes and problems of a study in step with another version; none is taken away."""
    for row in _listed(study_id, questionnaire):
        known = session.get(type(row), (study_id, row.code))
        if known is None:
            session.add(row)
        else:
            for column in {"labels", "position", "theme", "counted", "stage"} & set(
                type(row).__table__.columns.keys()
            ):
                setattr(known, column, getattr(row, column))
        session.flush()


def _listed(study_id: int, questionnaire: Questionnaire) -> Iterator[Scenario | Theme | Problem]:
    """Yield scenarios, themes and problems of an instrument as rows of a study, themes before their problems."""
    items = {item.code: item for item in questionnaire.items}
    for position, option in enumerate(items["scenario"].options):
        yield Scenario(study_id=study_id, code=option.code, labels=dict(option.text), position=position)
    headings = {theme.code: dict(theme.text) for theme in questionnaire.themes}
    beyond = items["beyond"].options if "beyond" in items else ()
    codes = [*headings, *sorted({problem.theme for problem in questionnaire.problems} - set(headings))]
    if beyond and "beyond" not in codes:
        codes.append("beyond")
    for position, code in enumerate(codes):
        yield Theme(
            study_id=study_id,
            code=code,
            labels=headings.get(code, dict.fromkeys(LANGUAGES, code)),
            counted=code not in (*UNCOUNTED_THEMES, "beyond"),
            position=position,
        )
    listed = [(problem.code, problem.theme, problem.text) for problem in questionnaire.problems]
    listed += [(option.code, "beyond", option.text) for option in beyond]
    for position, (code, theme, text) in enumerate(listed):
        yield Problem(
            study_id=study_id,
            code=code,
            theme=theme,
            labels=dict(text),
            stage="outcome" if theme == "outcome" else "handling",
            position=position,
        )


def _own_list(session: Session, study_id: int, problems: tuple[ListedProblem, ...]) -> None:
    themes = list(dict.fromkeys(problem.theme for problem in problems))
    session.add_all(
        Theme(
            study_id=study_id,
            code=theme,
            labels=dict.fromkeys(LANGUAGES, theme),
            counted=True,
            position=position,
        )
        for position, theme in enumerate(themes)
    )
    session.flush()
    session.add_all(
        Problem(
            study_id=study_id,
            code=problem.code,
            theme=problem.theme,
            labels=dict.fromkeys(LANGUAGES, problem.label),
            stage=problem.stage,
            position=position,
        )
        for position, problem in enumerate(problems)
    )
